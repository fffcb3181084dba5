"""Asks for what was said while the bot was away, whenever an account comes back.

Platforms drop events while nobody listens; their history reaches back to the watermark at best. What it brings goes
the usual way, where everything known already is passed over, and goes first: what is said meanwhile waits for it, but
not for long. After a start a little more is asked for, so that the bot has in mind again what it had before. Where
the history does not reach far enough, a gap is noted for the workers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.channels import FORGETFUL
from bot.domain.errors import DeliveryError
from bot.domain.messages import ChannelState, InboundEvent, InboundMessage
from bot.domain.records import Conversation, Gap
from bot.intake.window import KEPT_FOR
from bot.ports import Adapter, UnitOfWorkFactory

log = structlog.get_logger(__name__)

#: Older talk is not asked for: whoever said it has long been answered otherwise.
REACH = timedelta(days=3)
#: A history of so many messages may not reach back to the beginning.
MANY = 150
#: So many conversations are asked at once.
AT_ONCE = 8
#: Seconds that what is said now waits for what was said before it.
PATIENCE = 10.0
#: Seconds between one try to get a conversation's history and the next.
AGAIN = (5.0, 30.0, 120.0)
#: Why there is a gap: the history could not be had, or does not reach back far enough.
NO_HISTORY = "history"

Take = Callable[[InboundEvent], Awaitable[None]]


@dataclass(slots=True)
class _Hold:
    """What is said in the groups of an account while their history is asked for, by conversation."""

    take: Take
    waiting: dict[str, list[InboundEvent]] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    #: The conversations of which there is a history to come; None: not known yet.
    asked: set[str] | None = None

    def keeps(self, key: str, event: InboundEvent) -> bool:
        """Must *event* of the conversation *key* wait? Then it is kept here."""
        if key in self.free or (self.asked is not None and key not in self.asked):
            return False
        self.waiting.setdefault(key, []).append(event)
        return True

    async def release(self, key: str) -> None:
        """Let the conversation *key* go on."""
        events = self.waiting.get(key, [])
        while events:
            await self.take(events[0])
            del events[0]
        self.free.add(key)

    async def release_all_but(self, keys: set[str]) -> None:
        """Let all conversations go on but *keys*, of which there is a history to come."""
        while waits := [key for key, events in self.waiting.items() if events and key not in keys]:
            for key in waits:
                await self.release(key)
        self.asked = keys


class CatchingUp:
    """Stands between an adapter and the dispatcher: passes every event on, and reacts to accounts coming online."""

    def __init__(
        self,
        *,
        adapter: Adapter,
        work: UnitOfWorkFactory,
        take: Take,
        patience: float = PATIENCE,
        again: Sequence[float] = AGAIN,
    ) -> None:
        self._adapter = adapter
        self._work = work
        self._take = take
        self._patience = patience
        self._again = again
        self._holds: dict[str, _Hold] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        #: Conversations whose last minutes are in mind.
        self._in_mind: set[str] = set()

    async def __call__(self, event: InboundEvent) -> None:
        """Pass *event* on; after an account came online, first what its groups said meanwhile."""
        if isinstance(event, ChannelState):
            if event.online:
                self._hold(event.account)  # before anything is awaited: whatever comes next must wait
            await self._take(event)
            if event.online:
                self._begin(event)
            return
        ref = event.conversation
        hold = self._holds.get(ref.account) if ref.is_group else None
        if hold is None or not hold.keeps(ref.key, event):
            await self._take(event)

    def _hold(self, account: str) -> _Hold:
        hold = self._holds.setdefault(account, _Hold(self._take))
        hold.free.clear()
        hold.asked = None
        return hold

    def _begin(self, event: ChannelState) -> None:
        # Not awaited: the adapter that is calling must go on reading, or it never hears the history.
        if before := self._tasks.get(event.account):
            before.cancel()
        self._tasks[event.account] = asyncio.create_task(self.catch_up(event))

    async def catch_up(self, event: ChannelState) -> None:
        """Ask every group of the account that came online."""
        hold = self._hold(event.account)
        patience = asyncio.create_task(self._be_patient(hold, event))
        try:
            await self._catch_up(event, hold)
        except Exception:
            log.exception("catch_up_failed", platform=event.platform)
        finally:
            patience.cancel()
        await self._go_on(hold, event)

    async def _be_patient(self, hold: _Hold, event: ChannelState) -> None:
        await asyncio.sleep(self._patience)
        log.warning("history_slow", platform=event.platform, account=event.account)
        await self._go_on(hold, event)

    async def _go_on(self, hold: _Hold, event: ChannelState) -> None:
        await hold.release_all_but(set())
        if self._holds.get(event.account) is hold:
            del self._holds[event.account]

    async def _catch_up(self, event: ChannelState, hold: _Hold) -> None:
        async with self._work() as work:
            known = await work.conversations.listed()
        mine = [c for c in known if _is_of(c, event)]
        await hold.release_all_but({c.ref.key for c in mine})
        turns = asyncio.Semaphore(AT_ONCE)
        reached = await asyncio.gather(*(self._first(c, event, hold, turns) for c in mine))
        if event.platform in FORGETFUL:
            return
        await self._go_on(hold, event)
        short = [c for c, whole in zip(mine, reached, strict=True) if whole is False]
        failed = [c for c, whole in zip(mine, reached, strict=True) if whole is None]
        if short or failed:
            await self._note_gap(event, [*short, *failed])
        for pause in self._again if failed else ():
            await asyncio.sleep(pause)
            results = [(c, await self._ask(c, event)) for c in failed]
            short += [c for c, whole in results if whole is False]
            failed = [c for c, whole in results if whole is None]
        if not short and not failed:
            await self._fill(event)

    async def _first(
        self, conversation: Conversation, event: ChannelState, hold: _Hold, turns: asyncio.Semaphore
    ) -> bool | None:
        """Have *conversation* told what it missed, then what is said now."""
        async with turns:
            whole = await self._ask(conversation, event)
        await hold.release(conversation.ref.key)
        return whole

    async def _fill(self, event: ChannelState) -> None:
        """What was missed is known now: note it of the gaps that the history reaches back to."""
        async with self._work() as work:
            gaps = await work.gaps.listed()
            mine = [g for g in gaps if (g.platform, g.account) == (event.platform, event.account)]
            reached = [g.id for g in mine if event.at - REACH <= g.begin <= event.at and not g.is_filled]
            await work.gaps.fill(reached, "history")
            await work.commit()

    async def _note_gap(self, event: ChannelState, conversations: Sequence[Conversation]) -> None:
        """Note from when on something may have been missed; once, however often the account comes back."""
        begin = min(_mark(c, event) for c in conversations)
        async with self._work() as work:
            mine = [g for g in await work.gaps.listed() if (g.platform, g.account) == (event.platform, event.account)]
            if not any(g.begin <= begin and not g.is_filled for g in mine):
                gap = Gap(platform=event.platform, account=event.account, begin=begin, end=event.at, reason=NO_HISTORY)
                await work.gaps.begin(gap)
                await work.commit()

    async def _ask(self, conversation: Conversation, event: ChannelState) -> bool | None:
        """Have *conversation* told what it missed; is that surely everything? None: nobody could say."""
        key, mark = conversation.ref.key, _mark(conversation, event)
        fresh = key not in self._in_mind and conversation.watermark_id
        try:
            where = replace(conversation.ref, account=conversation.ref.account or event.account)
            said = await self._adapter.history(where, mark - KEPT_FOR if fresh else mark)
        except DeliveryError as error:
            log.warning("history_failed", conversation=key, error=str(error))
            return None
        self._in_mind.add(key)
        past = _past(said, conversation)
        for place, message in enumerate(said):
            await self._take(replace(message, is_past=True) if place < past else message)
        if len(said) > past:
            log.info("caught_up", conversation=key, messages=len(said) - past)
        return past > 0 or len(said) < MANY


def _mark(conversation: Conversation, event: ChannelState) -> datetime:
    """From when on messages of *conversation* may be unknown."""
    return max(conversation.watermark_at or conversation.first_seen, event.at - REACH)


def _past(said: Sequence[InboundMessage], conversation: Conversation) -> int:
    """How many of the messages were worked through before: those up to the watermark."""
    if conversation.watermark_at is None or not conversation.watermark_id:
        return 0
    ids = [m.message_id for m in said]
    if conversation.watermark_id in ids:
        return ids.index(conversation.watermark_id) + 1
    # It was taken back, or goes by another id now. Within its second nobody knows; what is known is passed over.
    return sum(m.at < conversation.watermark_at for m in said)


def _is_of(conversation: Conversation, event: ChannelState) -> bool:
    """Is it a group that this account takes part in?"""
    ref = conversation.ref
    of_account = not ref.account or not event.account or ref.account == event.account
    return ref.is_group and conversation.enabled and ref.platform == event.platform and of_account
