"""What people say on WeChat, as the bot hears it through a real gateway."""

import time
from pathlib import Path

import pytest

from bot.domain.errors import DeliveryError
from bot.domain.messages import AttachmentKind, ConversationKind, PostingStopped
from tests.peers.wechaty.gateway import BOT, IMAGE, RECALLED, Gateway
from tests.peers.wechaty.pictures import jpeg, large_jpeg
from tests.peers.wechaty.scene import GROUP, LI, ROOM, TOPIC, WANG, place, quoting, spoken, until


async def test_a_message_has_its_room_talker_and_card(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Room, topic, room alias as the card, else the name; the time is the sender's."""
    async with place(shared_gateway, tmp_path) as p:
        at = int(time.time() * 1000) - 5_000
        said = await p.hears(WANG, "2单元楼道水管漏水了", timestamp=at)
        assert said.conversation == GROUP
        assert said.conversation_name == TOPIC
        assert (said.sender.identity.user_id, said.sender.name) == (WANG, "3-2-501 王阿姨")
        assert said.at.timestamp() == pytest.approx(at / 1000)
        assert (await p.hears(LI, "收到，我去看看")).sender.name == "李楼长"


async def test_a_rename_is_followed(shared_gateway: Gateway, tmp_path: Path) -> None:
    """The gateway goes on telling the old topic; the bot does not believe it."""
    async with place(shared_gateway, tmp_path) as p:
        assert (await p.hears(WANG, "大家早上好")).conversation_name == TOPIC
        for topic in ("3号楼邻居", TOPIC):
            await shared_gateway.do("topic", room=ROOM, topic=topic, by=LI)
            assert (await p.hears(WANG, "群名改了吗")).conversation_name == topic


async def test_a_private_chat_is_with_the_talker(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Without a room it is a private chat, whose address is the person."""
    async with place(shared_gateway, tmp_path) as p:
        said = await p.hears(WANG, "我的诉求", roomId=None, listenerId=BOT)
        assert (said.conversation.kind, said.conversation.id) == (ConversationKind.PRIVATE, WANG)
        assert said.sender.name == "王阿姨"


async def test_mentions_come_as_ids_or_as_text(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Ids are taken as they come; without them @name and WeChat's blank are looked up among those who spoke."""
    async with place(shared_gateway, tmp_path) as p:
        await p.hears(LI, "我在")
        by_id = await p.hears(WANG, "@楼事通\u2005电梯坏了", mentionIdList=[BOT])
        by_text = await p.hears(WANG, "@楼事通\u2005@李楼长\u2005电梯坏了")
        assert by_id.mentions_bot
        assert by_id.text == "电梯坏了"
        assert by_text.mentions_bot
        assert set(by_text.mentions) == {BOT, LI}
        assert by_text.text == "@李楼长 电梯坏了"
        assert not (await p.hears(WANG, "@李楼长\u2005在吗")).mentions_bot


async def test_a_quote_is_found_by_its_words(shared_gateway: Gateway, tmp_path: Path) -> None:
    """The quoted words become the quote, and lead to the message that said them."""
    async with place(shared_gateway, tmp_path) as p:
        first = await p.hears(WANG, "2单元楼道水管漏水了")
        reply = await p.hears(LI, quoting("3-2-501 王阿姨", first.text, "我家也是"))
        assert reply.text == "我家也是"
        assert reply.quote is not None
        assert (reply.quote.text, reply.quote.message_id) == (first.text, first.message_id)
        other = await p.hears(LI, quoting("王阿姨", "从没说过的话", "什么时候"))
        assert other.quote is not None
        assert other.quote.message_id == ""


@pytest.mark.parametrize("kind", ["base64", "buffer", "file"])
async def test_a_picture_is_fetched_however_the_puppet_holds_it(
    shared_gateway: Gateway, tmp_path: Path, kind: str
) -> None:
    """Carried in the box, in memory or on disk: the stream call brings the same bytes."""
    data = jpeg(40, 30)
    (tmp_path / "photo.jpg").write_bytes(data)
    async with place(shared_gateway, tmp_path) as p:
        id_ = f"picture-{kind}"
        if kind == "file":
            await shared_gateway.do("file", id=id_, kind=kind, path=str(tmp_path / "photo.jpg"))
        else:
            await shared_gateway.has_picture(id_, data, kind)
        said = await p.hears(WANG, "<xml>nobody reads this</xml>", id=id_, type=IMAGE)
        assert said.text == "[图片]"
        assert said.attachments[0].kind is AttachmentKind.IMAGE
        assert await p.adapter.fetch(said.attachments[0]) == data


async def test_a_large_picture_comes_in_and_one_that_is_too_large_does_not(
    shared_gateway: Gateway, tmp_path: Path
) -> None:
    """5 MB are fetched whole; what exceeds the limit, or is no picture, is refused for good."""
    data = large_jpeg(5_000_000)
    async with place(shared_gateway, tmp_path) as p:
        await shared_gateway.has_picture("large", data)
        said = await p.hears(WANG, "", id="large", type=IMAGE)
        assert await p.adapter.fetch(said.attachments[0]) == data
    async with place(shared_gateway, tmp_path, max_picture=4_000_000) as p:
        with pytest.raises(DeliveryError, match="too large") as refused:
            await p.adapter.fetch(said.attachments[0])
        assert refused.value.permanent
        await shared_gateway.has_picture("text", b"no picture at all")
        said = await p.hears(WANG, "", id="text", type=IMAGE)
        with pytest.raises(DeliveryError, match="not a picture"):
            await p.adapter.fetch(said.attachments[0])


async def test_a_recall_names_the_message(shared_gateway: Gateway, tmp_path: Path) -> None:
    """What was taken back, and by whom."""
    async with place(shared_gateway, tmp_path) as p:
        said = await p.hears(WANG, "说错了，不是漏水")
        await p.says(WANG, said.message_id, type=RECALLED)
        await until(lambda: p.heard.recalls)
        assert p.heard.recalls[0].message_id == said.message_id
        assert p.heard.recalls[0].operator.user_id == WANG


async def test_unknown_types_and_own_words_are_passed_over(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Types that the stock library breaks on, and what the bot itself said, end nothing and reach nobody."""
    async with place(shared_gateway, tmp_path) as p:
        for number in (0, 16, 17, 99):
            await p.says(WANG, "怪东西", type=number)
        await p.says(BOT, "我自己说的")
        await p.says(WANG, "", id="gone-again", talkerId="")
        said = await p.hears(WANG, "还听得见吗")
        assert [m.message_id for m in p.heard.messages] == [said.message_id]


async def test_a_burst_keeps_its_order(shared_gateway: Gateway, tmp_path: Path) -> None:
    """300 messages in three rooms at once are all heard, in order within each room."""
    rooms = [ROOM, "b7@chatroom", "b8@chatroom"]
    async with place(shared_gateway, tmp_path) as p:
        for room in rooms[1:]:
            await shared_gateway.move_in(room, "别的群", {WANG: ("王阿姨", "")})
        burst = [spoken(WANG, f"第{n}句", roomId=rooms[n % 3]) for n in range(300)]
        await shared_gateway.do("burst", payloads=burst)
        await until(lambda: len(p.heard.messages) >= 300, 20)
        for room in rooms:
            heard = [m.message_id for m in p.heard.messages if m.conversation.id == room]
            assert heard == [payload["id"] for payload in burst if payload["roomId"] == room]


async def test_the_bot_hears_that_it_was_removed(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Out of a room it may not post there, back in it may; what happens to others is nothing to it."""
    async with place(shared_gateway, tmp_path) as p:
        at = {"roomId": ROOM, "timestamp": 0}
        await shared_gateway.do("emit", event="room-leave", payload={"removeeIdList": [LI], "removerId": WANG, **at})
        await shared_gateway.do("emit", event="room-leave", payload={"removeeIdList": [BOT], "removerId": LI, **at})
        await shared_gateway.do("emit", event="room-join", payload={"inviteeIdList": [BOT], "inviterId": LI, **at})
        stops = lambda: [e for e in p.heard.events if isinstance(e, PostingStopped)]  # noqa: E731
        await until(lambda: len(stops()) == 2)
        assert [e.until is None for e in stops()] == [True, False]
