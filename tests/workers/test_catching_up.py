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
