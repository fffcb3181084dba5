"""Asks for what was said while the bot was away, whenever an account comes back.

Platforms drop events while nobody listens; their history reaches back to the watermark at best. What it brings goes
the usual way, where everything known already is passed over.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.domain.channels import FORGETFUL
from bot.domain.errors import DeliveryError
from bot.domain.messages import ChannelState, InboundEvent
from bot.domain.records import Conversation
from bot.ports import Adapter, UnitOfWorkFactory

log = structlog.get_logger(__name__)

#: Older talk is not asked for: whoever said it has long been answered otherwise.
REACH = timedelta(days=3)
#: A history of so many messages may not reach back to the beginning.
MANY = 150


class CatchingUp:
    """Stands between an adapter and the dispatcher: passes every event on, and reacts to accounts coming online."""

    def __init__(
        self, *, adapter: Adapter, work: UnitOfWorkFactory, take: Callable[[InboundEvent], Awaitable[None]]
    ) -> None:
        self._adapter = adapter
        self._work = work
        self._take = take
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, event: InboundEvent) -> None:
        """Pass *event* on; after an account came online, what its groups said meanwhile follows."""
        await self._take(event)
        if isinstance(event, ChannelState) and event.online:
            # Not awaited: the adapter that is calling must go on reading, or it never hears the history.
            task = asyncio.create_task(self.catch_up(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def catch_up(self, event: ChannelState) -> None:
        """Ask every group of the account that came online."""
        try:
            await self._catch_up(event)
        except Exception:
            log.exception("catch_up_failed", platform=event.platform)

    async def _catch_up(self, event: ChannelState) -> None:
        async with self._work() as work:
            known = await work.conversations.listed()
        whole = [await self._ask(c, event) for c in known if _is_of(c, event)]
        if all(whole) and event.platform not in FORGETFUL:
            await self._fill(event)

    async def _fill(self, event: ChannelState) -> None:
        """What was missed is known now: note it of the gaps that the history reaches back to."""
        async with self._work() as work:
            gaps = await work.gaps.listed()
            mine = [g for g in gaps if (g.platform, g.account) == (event.platform, event.account)]
            reached = [g.id for g in mine if event.at - REACH <= g.begin <= event.at and not g.is_filled]
            await work.gaps.fill(reached, "history")
            await work.commit()

    async def _ask(self, conversation: Conversation, event: ChannelState) -> bool:
        """Have *conversation* told what it missed; is that surely everything?"""
        since = max(conversation.watermark_at or conversation.first_seen, event.at - REACH)
        try:
            missed = await self._adapter.history(conversation.ref, since)
        except DeliveryError as error:
            log.warning("history_failed", conversation=conversation.ref.key, error=str(error))
            return False
        for message in missed:
            await self._take(message)
        if missed:
            log.info("caught_up", conversation=conversation.ref.key, messages=len(missed))
        return len(missed) < MANY


def _is_of(conversation: Conversation, event: ChannelState) -> bool:
    """Is it a group that this account takes part in?"""
    ref = conversation.ref
    of_account = not ref.account or not event.account or ref.account == event.account
    return ref.is_group and conversation.enabled and ref.platform == event.platform and of_account
