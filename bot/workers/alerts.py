"""Tells the workers, once, that an account is out on a platform that keeps no history: what is said then is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta, tzinfo

import structlog

from bot import wording
from bot.domain import channels
from bot.domain.members import Role
from bot.domain.messages import ChannelState, ConversationKind, ConversationRef, InboundEvent
from bot.domain.records import Gap, Post, Priority
from bot.ports import Clock, UnitOfWork, UnitOfWorkFactory

log = structlog.get_logger(__name__)

#: An account that is back sooner is nobody's business: gateways are restarted, codes are scanned.
PATIENCE = timedelta(seconds=60)


class Alerts:
    """Stands between an adapter and whoever takes its events: passes every event on, and minds accounts going out.

    The post is written into the outbox for everybody who can be reached. Who is reached over another platform hears it
    while the account is out, who is reached over this one when it is back.
    """

    def __init__(
        self,
        *,
        work: UnitOfWorkFactory,
        take: Callable[[InboundEvent], Awaitable[None]],
        clock: Clock,
        zone: tzinfo,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._work = work
        self._take = take
        self._clock = clock
        self._zone = zone
        self._patience = patience
        self._waiting: dict[str, asyncio.Task[None]] = {}

    async def __call__(self, event: InboundEvent) -> None:
        """Pass *event* on; if an account went out, wait whether it comes back."""
        await self._take(event)
        if not isinstance(event, ChannelState) or event.platform not in channels.FORGETFUL:
            return
        if waiting := self._waiting.pop(event.account, None):
            waiting.cancel()
        if not event.online:
            self._waiting[event.account] = asyncio.create_task(self._alert(event))

    def stop(self) -> None:
        """Wait no longer."""
        for waiting in self._waiting.values():
            waiting.cancel()

    async def _alert(self, event: ChannelState) -> None:
        await self._clock.sleep(self._patience.total_seconds())
        try:
            async with self._work() as work:
                told = await self._tell(event, work)
                await work.commit()
        except Exception:
            log.exception("alert_failed", platform=event.platform, account=event.account)
        else:
            log.warning("account_out", platform=event.platform, account=event.account, told=told)

    async def _tell(self, event: ChannelState, work: UnitOfWork) -> int:
        """Write the post for every worker who can be reached, once for each gap; how many they are."""
        gap = await _open_gap(event, work)
        if gap is None:
            return 0
        now = self._clock.now()
        name = f"{channels.PLATFORMS[gap.platform]}号"
        text = wording.account_out(name, gap.begin.astimezone(self._zone), gap.reason)
        told = 0
        for chat in await _chats_of_workers(work):
            key = f"alert/{gap.platform}/{gap.account}/{gap.begin.timestamp():.0f}/{chat.key}"
            post = Post(key=key, conversation=chat, text=text, priority=Priority.NEWS, created_at=now, due_at=now)
            told += await work.outbox.add(post)
        return told


async def _open_gap(event: ChannelState, work: UnitOfWork) -> Gap | None:
    """The gap of that account that still lasts; it may be older than the program."""
    gaps = await work.gaps.listed()
    mine = (g for g in gaps if (g.platform, g.account) == (event.platform, event.account))
    return next((g for g in mine if g.end is None), None)


async def _chats_of_workers(work: UnitOfWork) -> list[ConversationRef]:
    """The private chats of workers in which the bot may write: those who have written to it there."""
    chats = []
    for member in await work.members.listed():
        if any(grant.role in (Role.WORKER, Role.ADMIN) for grant in member.grants):
            who = member.identity
            ref = ConversationRef(platform=who.platform, kind=ConversationKind.PRIVATE, id=who.user_id)
            known = await work.conversations.get(ref.key)
            chats += [known.ref] if known is not None else []
    return chats
