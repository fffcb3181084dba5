"""The simulated group keeps the promises of every platform."""

from datetime import timedelta

import pytest

from bot.adapters.web.adapter import local_now
from bot.adapters.web.people import GROUP, PEOPLE
from bot.adapters.web.pictures import MAX_BYTES
from bot.adapters.web.room import KEPT
from bot.domain.errors import DeliveryError
from bot.domain.messages import Attachment, AttachmentKind, ConversationRef, MessageRecalled, OutboundMessage
from tests.adapters.web.hearing import PIXEL, bot_says, group


async def test_hears() -> None:
    """What somebody says reaches the program with their card, an aware time and the group's name."""
    async with group() as (adapter, listener):
        message = await adapter.say("wang", "楼道漏水了 @楼事通")
    assert listener.heard == [message]
    assert (message.sender.name, message.conversation) == ("王阿姨 3-2-501", GROUP)
    assert message.at.tzinfo is not None
    assert message.mentions_bot


async def test_quote_carries_id_and_text() -> None:
    """A reply that quotes the bot tells the program which line, and what it said."""
    async with group() as (adapter, _):
        receipt = await adapter.send(bot_says("【#1】已记录"))
        message = await adapter.say("li", "确认", quotes=receipt.message_id)
    assert message.quote is not None
    assert (message.quote.message_id, message.quote.text) == (receipt.message_id, "【#1】已记录")


async def test_quote_of_another_conversation_is_left_out() -> None:
    """A private line cannot be quoted into the group."""
    async with group() as (adapter, _):
        private = await adapter.send(OutboundMessage(conversation=PEOPLE["wang"].private, text="您的诉求"))
        message = await adapter.say("wang", "看", quotes=private.message_id)
    assert message.quote is None


async def test_picture_can_be_fetched() -> None:
    """A picture shown in the group reads as one on every platform, and its bytes can be had."""
    async with group() as (adapter, _):
        message = await adapter.say("wang", "", picture=PIXEL)
        assert message.text == "[图片]"
        assert await adapter.fetch(message.attachments[0]) == PIXEL


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * MAX_BYTES])
async def test_only_pictures_are_kept(data: bytes) -> None:
    """What is no picture by its first bytes, or too large, is refused for good, and nothing is said."""
    async with group() as (adapter, listener):
        with pytest.raises(DeliveryError) as refusal:
            await adapter.say("wang", "看", picture=data)
    assert refusal.value.permanent
    assert not listener.heard


async def test_gone_picture_is_gone_for_good() -> None:
    """A picture that nobody kept is a permanent failure: asking again cannot help."""
    async with group() as (adapter, _):
        with pytest.raises(DeliveryError) as refusal:
            await adapter.fetch(Attachment(kind=AttachmentKind.IMAGE, source="nothing"))
    assert refusal.value.permanent


async def test_was_sent() -> None:
    """The adapter knows surely whether the bot said something since then; what a person said does not count."""
    async with group() as (adapter, _):
        before = local_now()
        receipt = await adapter.send(bot_says("【#1】已确认"))
        await adapter.say("wang", "已办结")
        assert await adapter.was_sent(GROUP, "【#1】已确认", before) == receipt.message_id
        assert await adapter.was_sent(GROUP, "已办结", before) == ""
        assert await adapter.was_sent(GROUP, "【#1】已确认", local_now() + timedelta(seconds=1)) == ""


async def test_history_is_what_people_said() -> None:
    """History holds the people's lines in order, without the bot's own and without recalled ones."""
    async with group() as (adapter, _):
        before = local_now()
        await adapter.say("wang", "一")
        gone = await adapter.say("zhao", "二")
        await adapter.send(bot_says("我"))
        await adapter.say("lin", "三")
        await adapter.recall("zhao", gone.message_id)
        assert [m.text for m in await adapter.history(GROUP, before)] == ["一", "三"]


async def test_recall_is_heard_once_and_only_from_the_writer() -> None:
    """Only the writer takes a line back, once; the program hears of it and the words are gone."""
    async with group() as (adapter, listener):
        said = await adapter.say("wang", "说错了")
        with pytest.raises(DeliveryError):
            await adapter.recall("zhao", said.message_id)
        await adapter.recall("wang", said.message_id)
        with pytest.raises(DeliveryError):
            await adapter.recall("wang", said.message_id)
    assert [type(e) for e in listener.heard[1:]] == [MessageRecalled]
    line = adapter.room.get(said.message_id)
    assert line is not None
    assert (line.text, line.recalled) == ("", True)


async def test_private_chat() -> None:
    """Each person has a private chat with the bot; what is said there is not said in the group."""
    async with group() as (adapter, _):
        message = await adapter.say("wang", "我的诉求", private=True)
        assert message.conversation == PEOPLE["wang"].private
        assert adapter.room.lines(GROUP) == []


async def test_unknown_conversation_is_a_permanent_failure() -> None:
    """A post to nobody is refused for good; while stopped, only for now."""
    nowhere = OutboundMessage(conversation=ConversationRef(platform="web", id="elsewhere"), text="?")
    async with group() as (adapter, _):
        with pytest.raises(DeliveryError) as refusal:
            await adapter.send(nowhere)
    assert refusal.value.permanent
    with pytest.raises(DeliveryError) as refusal:
        await adapter.send(bot_says("?"))
    assert not refusal.value.permanent
    assert not adapter.online()


async def test_memory_is_bounded_and_ids_never_repeat() -> None:
    """However much is said, a bounded number of lines is kept, and no id comes twice, not even after a reset."""
    async with group() as (adapter, _):
        ids = [(await adapter.say("lin", str(n))).message_id for n in range(KEPT + 10)]
        assert len(adapter.room.lines()) == KEPT
        adapter.reset()
        ids.append((await adapter.say("lin", "又来")).message_id)
    assert len(set(ids)) == KEPT + 11
