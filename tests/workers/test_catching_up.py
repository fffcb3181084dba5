"""When an account comes back, its groups are asked for what was missed, from the watermark on."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.adapters.transcript.adapter import TranscriptAdapter
from bot.domain.errors import DeliveryError
from bot.domain.messages import ChannelState, ConversationRef, Identity, InboundEvent, InboundMessage, Sender
from bot.domain.records import Conversation
from bot.workers.catching_up import REACH, CatchingUp
from storage.memory import MemoryDatabase, MemoryUnitOfWork

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Remembering(TranscriptAdapter):
    """A platform that remembers, and notes what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, datetime]] = []

    async def history(self, conversation: ConversationRef, since: datetime) -> Sequence[InboundMessage]:
        """One missed message; a broken group has no history."""
        self.asked.append((conversation.id, since))
        if conversation.id == "broken":
            raise DeliveryError("no answer")
        sender = Sender(identity=Identity(platform="transcript", user_id="wang"), name="王阿姨")
        return [InboundMessage(conversation=conversation, message_id="m1", sender=sender, text="电梯坏了", at=since)]


async def came_back(*known: Conversation) -> tuple[Remembering, list[InboundEvent]]:
    database, adapter, taken = MemoryDatabase(), Remembering(), []
    async with MemoryUnitOfWork(database) as work:
        for conversation in known:
            await work.conversations.save(conversation)
        await work.commit()

    async def take(event: InboundEvent) -> None:
        taken.append(event)

    catching = CatchingUp(adapter=adapter, work=lambda: MemoryUnitOfWork(database), take=take)
    await catching(ChannelState(platform="transcript", account="", online=True, at=NOW))
    await asyncio.sleep(0.01)
    return adapter, taken


def group(name: str, mark: datetime | None, *, enabled: bool = True) -> Conversation:
    ref = ConversationRef(platform="transcript", id=name)
    return Conversation(ref=ref, enabled=enabled, first_seen=NOW, watermark_at=mark)


async def test_missed_messages_follow_the_news_that_the_account_is_back() -> None:
    """The state is passed on first, then what was missed since the watermark."""
    mark = NOW - timedelta(hours=2)
    adapter, taken = await came_back(group("a", mark))
    assert adapter.asked == [("a", mark)]
    assert [type(e).__name__ for e in taken] == ["ChannelState", "InboundMessage"]


async def test_only_enabled_groups_are_asked_and_not_beyond_reach() -> None:
    """A group that the bot does not take part in is left alone; old talk is not dug up."""
    adapter, _ = await came_back(group("a", NOW - timedelta(days=30)), group("b", NOW, enabled=False))
    assert adapter.asked == [("a", NOW - REACH)]


async def test_a_group_without_a_watermark_is_asked_from_its_first_message_on() -> None:
    """A process that died before it wrote the first watermark down loses nothing."""
    adapter, _ = await came_back(replace(group("a", None), first_seen=NOW - timedelta(minutes=5)))
    assert adapter.asked == [("a", NOW - timedelta(minutes=5))]


def test_what_was_said_before_the_bot_took_part_is_not_asked_for() -> None:
    """Switched on, a group is caught up from that moment; switched on again, nothing moves."""
    known = group("a", NOW - timedelta(hours=2), enabled=False).switched(enabled=True, now=NOW)
    assert (known.enabled, known.watermark_at) == (True, NOW)
    assert known.switched(enabled=True, now=NOW + timedelta(hours=1)).watermark_at == NOW


async def test_a_group_without_history_does_not_keep_the_others_back() -> None:
    """One group's platform error is noted and the next one is asked."""
    adapter, taken = await came_back(group("broken", NOW), group("c", NOW))
    assert [name for name, _ in adapter.asked] == ["broken", "c"]
    assert len(taken) == 2


class Slow(TranscriptAdapter):
    """A platform whose history comes when it is let."""

    def __init__(self, *said: InboundMessage, fails: int = 0) -> None:
        super().__init__()
        self.said, self.fails, self.let, self.asked = said, fails, asyncio.Event(), 0

    async def history(self, conversation: ConversationRef, since: datetime) -> Sequence[InboundMessage]:
        """What was said since then, sooner or later, after some failures."""
        self.asked += 1
        await self.let.wait()
        if self.asked <= self.fails:
            raise DeliveryError("no answer")
        return [m for m in self.said if m.at >= since]


A = ConversationRef(platform="transcript", id="a")


def said(message_id: str, minutes: float, where: ConversationRef = A) -> InboundMessage:
    """A message, so many minutes after noon."""
    sender = Sender(identity=Identity(platform="transcript", user_id="wang"), name="王阿姨")
    at = NOW + timedelta(minutes=minutes)
    return InboundMessage(conversation=where, message_id=message_id, sender=sender, text="电梯坏了", at=at)


class Scene:
    """Group a, worked through up to message m0 at noon; the account comes back ten minutes later."""

    def __init__(self, adapter: Slow, **more: float) -> None:
        self.database, self.taken, self.adapter = MemoryDatabase(), [], adapter
        again = (0.0,)
        self.catching = CatchingUp(adapter=adapter, work=self.work, take=self.take, again=again, **more)

    def work(self) -> MemoryUnitOfWork:
        """A transaction."""
        return MemoryUnitOfWork(self.database)

    async def take(self, event: InboundEvent) -> None:
        """The dispatcher."""
        self.taken.append(event)

    async def come_back(self, minutes: float = 10) -> None:
        """The account is online."""
        async with self.work() as work:
            await work.conversations.save(replace(group("a", NOW), watermark_id="m0"))
            await work.commit()
        at = NOW + timedelta(minutes=minutes)
        await self.catching(ChannelState(platform="transcript", account="", online=True, at=at))

    async def gaps(self) -> list[tuple[str, bool]]:
        """Why each gap is there, and whether it is filled."""
        await asyncio.sleep(0.05)
        async with self.work() as work:
            return [(g.reason, g.is_filled) for g in await work.gaps.listed()]

    @property
    def heard(self) -> list[tuple[str, bool]]:
        """What the dispatcher got: ids, and whether it is of before."""
        return [(m.message_id, m.is_past) for m in self.taken if isinstance(m, InboundMessage)]


async def test_what_is_said_now_waits_for_what_was_said_before() -> None:
    """The history comes first, whatever is said while it is asked for; other groups do not wait."""
    scene = Scene(Slow(said("m1", 5)))
    await scene.come_back()
    await scene.catching(said("m2", 11))
    elsewhere = ConversationRef(platform="transcript", id="unknown")
    await asyncio.sleep(0.02)
    await scene.catching(said("x1", 11, elsewhere))
    await asyncio.sleep(0.02)
    assert scene.heard == [("x1", False)]
    scene.adapter.let.set()
    await asyncio.sleep(0.02)
    await scene.catching(said("m3", 12))
    assert scene.heard == [("x1", False), ("m1", False), ("m2", False), ("m3", False)]


async def test_a_history_that_hangs_holds_nobody_up_for_long() -> None:
    """After a while people are heard all the same; what comes late comes after it."""
    scene = Scene(Slow(said("m1", 5)), patience=0.02)
    await scene.come_back()
    await scene.catching(said("m2", 11))
    await asyncio.sleep(0.1)
    assert scene.heard == [("m2", False)]
    scene.adapter.let.set()
    await asyncio.sleep(0.02)
    assert scene.heard == [("m2", False), ("m1", False)]


async def test_the_last_minutes_before_a_stop_come_to_mind_again() -> None:
    """The first time, up to half an hour before the watermark is asked for as well, and marked as known; then no more."""
    scene = Scene(Slow(said("old", -40), said("m-1", -5), said("m0", 0), said("m1", 0)))
    scene.adapter.let.set()
    await scene.come_back()
    await asyncio.sleep(0.02)
    assert scene.heard == [("m-1", True), ("m0", True), ("m1", False)]
    scene.taken.clear()
    await scene.come_back()
    await asyncio.sleep(0.02)
    assert scene.heard == [("m0", True), ("m1", False)]


async def test_a_watermark_that_was_taken_back_is_known_by_its_time() -> None:
    """Of messages in the very second of a watermark that is gone, none is taken for known."""
    scene = Scene(Slow(said("m-1", -5), said("mx", 0), said("m1", 1)))
    scene.adapter.let.set()
    await scene.come_back()
    await asyncio.sleep(0.02)
    assert scene.heard == [("m-1", True), ("mx", False), ("m1", False)]


async def test_a_history_that_cannot_be_had_is_a_gap_until_it_can() -> None:
    """A failure is noted once and asked for again; when the history comes after all, the gap is filled."""
    scene = Scene(Slow(said("m1", 5), fails=1))
    scene.adapter.let.set()
    await scene.come_back()
    assert await scene.gaps() == [("history", True)]
    assert scene.heard == [("m1", False)]
    lost = Scene(Slow(fails=9))
    lost.adapter.let.set()
    for _ in range(3):
        await lost.come_back()
        assert await lost.gaps() == [("history", False)]


async def test_a_history_that_is_too_short_is_a_gap() -> None:
    """When as much as can be had does not reach back to the watermark, a worker is told to look."""
    scene = Scene(Slow(*(said(f"n{n}", 5 + n / 60) for n in range(200))))
    scene.adapter.let.set()
    await scene.come_back()
    assert await scene.gaps() == [("history", False)]


async def test_coming_back_again_and_again_loses_nothing() -> None:
    """A line that drops while the history is on its way: the next time asks again, and what waited still waits."""
    scene = Scene(Slow(said("m1", 5)))
    for n in range(5):
        await scene.come_back()
        await scene.catching(said(f"l{n}", 11 + n))
        await asyncio.sleep(0.01)
    assert scene.heard == []
    scene.adapter.let.set()
    await asyncio.sleep(0.05)
    assert scene.heard == [("m1", False), *((f"l{n}", False) for n in range(5))]
