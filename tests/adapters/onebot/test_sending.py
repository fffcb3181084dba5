"""Posts, and finding out whether they went out."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import DeliveryError
from bot.domain.messages import Attachment, AttachmentKind, ConversationKind, ConversationRef, Quote, Receipt
from tests.adapters.onebot.scene import (
    ACCOUNT,
    AT,
    GROUP,
    NOON,
    Answer,
    House,
    Implementation,
    done,
    failed,
    group_message,
    house,
    post,
    reply,
    until,
)


async def connected(place: House, **answers: Answer) -> Implementation:
    """An implementation that answers like that."""
    implementation = await place.dial()
    implementation.answers |= answers
    await until(place.adapter.online)
    return implementation


def own(text: str, message_id: int = 50, **more: Any) -> dict[str, Any]:
    """A post of the bot, as history shows it."""
    return group_message(text, message_id, user_id=int(ACCOUNT), sender={"user_id": int(ACCOUNT)}, **more)


def talk(frames: list[dict[str, Any]], page: int = 20) -> Answer:
    """History as LLBot gives it: the last *page* messages up to the cursor, which is a sequence number."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        last = params.get("message_seq") or len(frames)
        return done({"messages": frames[max(0, last - page) : last]})

    return answer


def chatter(count: int) -> list[dict[str, Any]]:
    """*count* messages, one a minute, the last one at noon."""
    return [
        group_message(f"第{n}句", 1000 + n, message_seq=n, time=NOON - 60 * (count - n)) for n in range(1, count + 1)
    ]


async def test_a_post_brings_its_id_back() -> None:
    """The receipt is the platform's id, as a string."""
    async with house() as place:
        await connected(place, send_group_msg=lambda _: done({"message_id": -2030820697}))
        assert await place.adapter.send(post()) == Receipt(message_id="-2030820697")


async def test_an_async_post_has_no_receipt() -> None:
    """A post that was accepted without an outcome counts as sent."""
    async with house() as place:
        await connected(place, send_group_msg=lambda _: {"status": "async", "retcode": 1, "data": None})
        assert await place.adapter.send(post()) == Receipt()


@pytest.mark.parametrize(
    ("answer", "permanent", "ambiguous"),
    [
        (failed(1200, "Timeout: sendMsg"), False, True),
        (None, False, True),
        (failed(1200, "消息体无法发送"), False, False),
        (failed(1400, "$.message missing required value"), True, False),
        (failed(1404, "API 不存在"), True, False),
        (failed(100), True, False),
    ],
)
async def test_what_a_failed_post_tells(answer: dict[str, Any] | None, permanent: bool, ambiguous: bool) -> None:
    """Time-outs are ambiguous, impossible requests permanent, anything else may be tried again."""
    async with house(action_timeout=0.2) as place:
        await connected(place, send_group_msg=lambda _: answer)
        with pytest.raises(DeliveryError) as error:
            await place.adapter.send(post())
        assert (error.value.permanent, error.value.ambiguous) == (permanent, ambiguous)


async def test_without_a_line_a_post_has_surely_not_gone_out() -> None:
    """A post to an account that is not there fails at once and plainly."""
    async with house() as place:
        with pytest.raises(DeliveryError) as error:
            await place.adapter.send(post(reply_to="5"))
        assert not error.value.ambiguous
        assert not error.value.permanent


async def test_a_reply_that_fails_is_sent_as_a_plain_message() -> None:
    """Where the quoted message is unknown (Lagrange), the words go out once more without the quote."""

    def only_plain(params: dict[str, Any]) -> dict[str, Any]:
        quoting = any(segment["type"] == "reply" for segment in params["message"])
        return failed(1200, "消息不存在") if quoting else done({"message_id": 8})

    async with house() as place:
        implementation = await connected(place, send_group_msg=only_plain)
        assert (await place.adapter.send(post(reply_to="5"))).message_id == "8"
        first, second = implementation.params("send_group_msg")
        assert [s["type"] for s in first["message"]] == ["reply", "text"]
        assert [s["type"] for s in second["message"]] == ["text"]


async def test_an_ambiguous_reply_is_not_repeated() -> None:
    """A reply that may have gone out is never sent again from here."""
    async with house() as place:
        implementation = await connected(place, send_group_msg=lambda _: failed(1200, "Timeout"))
        with pytest.raises(DeliveryError):
            await place.adapter.send(post(reply_to="5"))
        assert len(implementation.params("send_group_msg")) == 1


@pytest.mark.parametrize(
    ("frames", "found"),
    [
        ([own("【#42】 已经\n记下", 7)], "7"),
        ([own("【#42】已经记下", 7, message="[CQ:reply,id=1][CQ:at,qq=5] 【#42】已经记下")], "7"),
        ([own("【#42】别的话", 7)], ""),
        ([group_message("【#42】已经记下", 7)], ""),
        ([own("【#42】已经记下", 7, time=NOON - 3600)], ""),
        ([], None),
        ([group_message("吵", n) for n in range(1, 21)], None),
    ],
)
async def test_a_lost_post_is_looked_up(frames: list[dict[str, Any]], found: str | None) -> None:
    """Only the bot's own words since then count as sent; a history that does not reach back proves nothing."""
    async with house() as place:
        await connected(place, get_group_msg_history=lambda _: done({"messages": frames}))
        assert await place.adapter.was_sent(GROUP, "【#42】已经记下", AT - timedelta(minutes=1)) == found


async def test_a_failing_history_leaves_a_post_unknown() -> None:
    """Where history cannot be had, nobody knows; offline likewise."""
    async with house() as place:
        assert await place.adapter.was_sent(GROUP, "【#42】", AT) is None
        await connected(place, get_group_msg_history=lambda _: failed(1404))
        assert await place.adapter.was_sent(GROUP, "【#42】", AT) is None


async def test_a_lost_post_is_found_behind_much_talk() -> None:
    """In a busy group the search goes back as far as the post could be."""
    frames = chatter(70)
    frames[20] = own("【#42】已经记下", 7, message_seq=21, time=frames[20]["time"])
    async with house() as place:
        await connected(place, get_group_msg_history=talk(frames))
        assert await place.adapter.was_sent(GROUP, "【#42】已经记下", AT - timedelta(minutes=55)) == "7"
        assert await place.adapter.was_sent(GROUP, "【#42】已经记下", AT - timedelta(minutes=30)) == ""


async def test_history_goes_back_to_the_watermark() -> None:
    """What others said since then comes oldest first, however the platform orders it; own posts are left out."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    frames = chatter(70)
    frames[60] = own("【#42】已经记下", 7, message_seq=61, time=frames[60]["time"])
    straight = talk(frames)

    def shuffled(params: dict[str, Any]) -> dict[str, Any]:
        messages = (straight(params) or {})["data"]["messages"]
        return done({"messages": random.Random(seed).sample(messages, len(messages))})

    async with house() as place:
        await connected(place, get_group_msg_history=shuffled)
        said = await place.adapter.history(GROUP, AT - timedelta(minutes=49))
        assert [m.text for m in said] == [f"第{n}句" for n in range(21, 71) if n != 61]


async def test_history_is_bounded() -> None:
    """After a month away, two hundred messages a group are enough."""
    async with house() as place:
        implementation = await connected(place, get_group_msg_history=talk(chatter(1000)))
        assert len(await place.adapter.history(GROUP, AT - timedelta(days=30))) == 200
        assert len(implementation.params("get_group_msg_history")) < 15


async def test_history_that_turns_in_circles_ends() -> None:
    """An implementation that ignores the cursor is asked twice, not for ever."""
    frames = chatter(20)
    async with house() as place:
        implementation = await connected(place, get_group_msg_history=lambda _: done({"messages": frames}))
        assert len(await place.adapter.history(GROUP, AT - timedelta(days=1))) == 20
        assert len(implementation.params("get_group_msg_history")) == 2


async def test_history_knows_its_own_quotes() -> None:
    """A reply in history gets its words from history itself, or by asking; addresses that are left out are added."""
    frames = [own("【#42】漏水", 50), reply("确认", 50, 51), reply("收到", 99, 52)]
    for frame in frames:
        del frame["group_id"], frame["post_type"]
    async with house() as place:
        implementation = await connected(
            place,
            get_group_msg_history=lambda _: done({"messages": frames}),
            get_msg=lambda _: done({"raw_message": "【#7】电梯"}),
        )
        said = await place.adapter.history(GROUP, AT)
        assert [m.quote for m in said] == [
            Quote(message_id="50", text="【#42】漏水"),
            Quote(message_id="99", text="【#7】电梯"),
        ]
        assert all(m.conversation == GROUP for m in said)
        assert len(implementation.params("get_msg")) == 1


async def test_history_of_a_private_chat_is_asked_by_person() -> None:
    """A private chat has a history of its own."""
    where = ConversationRef(platform="onebot", kind=ConversationKind.PRIVATE, id="200001", account=ACCOUNT)
    frames = [group_message("漏水", 5, message_type="private")]
    async with house() as place:
        implementation = await connected(place, get_friend_msg_history=lambda _: done({"messages": frames}))
        said = await place.adapter.history(where, AT)
        assert [m.conversation for m in said] == [where]
        assert implementation.params("get_friend_msg_history")[0]["user_id"] == 200001


async def test_history_that_fails_says_so() -> None:
    """Without a first page there is no history, and the caller hears of it."""
    async with house() as place:
        await connected(place, get_group_msg_history=lambda _: failed(1200, "未找到消息"))
        with pytest.raises(DeliveryError):
            await place.adapter.history(GROUP, AT)


@pytest.mark.parametrize("source", ["", "a.jpg", "file:///etc/passwd", "base64://", "base64://aGVsbG8=", "ftp://a/b"])
async def test_what_is_no_picture_is_not_fetched(source: str) -> None:
    """Files of this machine, other schemes and bytes that are no picture are refused for good."""
    async with house() as place:
        with pytest.raises(DeliveryError) as error:
            await place.adapter.fetch(Attachment(kind=AttachmentKind.IMAGE, source=source))
        assert error.value.permanent


async def test_a_picture_may_come_within_the_message() -> None:
    """`base64://` holds the picture itself."""
    async with house() as place:
        data = await place.adapter.fetch(Attachment(kind=AttachmentKind.IMAGE, source="base64://R0lGODlhAQ=="))
        assert data.startswith(b"GIF89a")


async def test_a_group_of_the_settings_is_asked_as_the_only_account() -> None:
    """A conversation without an account is looked through as the only one: its own posts are known, its messages named."""
    nameless = replace(GROUP, account="")
    frames = [group_message("漏水", 3), own("【#42】已经记下", 7)]
    async with house() as place:
        assert await place.adapter.was_sent(nameless, "【#42】已经记下", AT) is None
        await connected(place, get_group_msg_history=lambda _: done({"messages": frames}))
        assert await place.adapter.was_sent(nameless, "【#42】已经记下", AT) == "7"
        assert [m.key for m in await place.adapter.history(nameless, AT)] == [f"{ACCOUNT}/{GROUP.key}/3"]
