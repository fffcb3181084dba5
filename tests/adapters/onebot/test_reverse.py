"""Implementations that dial us, over a real socket."""

import asyncio
import json
from contextlib import suppress

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.adapters.onebot import OneBotAdapter
from bot.domain.errors import DeliveryError
from bot.domain.messages import InboundEvent, Quote
from bot.ports import Adapter
from tests.adapters.onebot.scene import (
    ACCOUNT,
    AT,
    GROUP,
    NOON,
    TOKEN,
    Heard,
    done,
    group_message,
    house,
    post,
    reply,
    until,
)

LIFECYCLE = {
    "time": NOON,
    "self_id": int(ACCOUNT),
    "post_type": "meta_event",
    "meta_event_type": "lifecycle",
    "sub_type": "connect",
}


async def test_the_adapter_keeps_the_contract() -> None:
    """It is an adapter in the sense of the ports, called onebot."""
    async with house() as place:
        adapter: Adapter = place.adapter
        assert isinstance(adapter, OneBotAdapter)
        assert adapter.platform == "onebot"


@pytest.mark.parametrize(("shown", "status"), [("", 401), ("Bearer ", 401), ("Bearer wrong", 403)])
async def test_without_the_token_nobody_gets_in(shown: str, status: int) -> None:
    """A missing token is 401, a wrong one 403, and the log names neither."""
    async with house() as place:
        with capture_logs() as logs, pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await place.dial(Authorization=shown)
        assert refused.value.status == status
        assert not place.heard.events
        assert "wrong" not in str(logs)
        assert TOKEN not in str(logs)
        assert [entry["event"] for entry in logs] == ["onebot_connection_refused"]


async def test_the_token_may_be_in_the_address() -> None:
    """`?access_token=` opens the door as well."""
    async with house() as place:
        url = place.server.make_url("/onebot/v11/ws").with_query(access_token=TOKEN)
        async with place.session.ws_connect(url) as socket:
            await socket.send_str(json.dumps(LIFECYCLE))
            await until(lambda: place.heard.states == [(ACCOUNT, True)])


async def test_connecting_and_disconnecting_are_told_once() -> None:
    """The channel is online once when the line and its greeting are there, offline once when it is gone."""
    async with house() as place:
        implementation = await place.dial()
        await implementation.say(LIFECYCLE, group_message("漏水"))
        await until(lambda: place.heard.messages)
        assert place.adapter.online()
        await implementation.socket.close()
        await until(lambda: len(place.heard.states) == 2)
        await until(lambda: place.heard.states == [(ACCOUNT, True), (ACCOUNT, False)])
        assert not place.adapter.online()


async def test_an_unknown_account_is_learnt_from_the_first_frame() -> None:
    """An implementation that does not name its account in the handshake is known once it says something."""
    async with house() as place:
        implementation = await place.dial(account="")
        assert not place.adapter.online()
        await implementation.say(LIFECYCLE)
        await until(place.adapter.online)
        await until(lambda: place.heard.states == [(ACCOUNT, True)])


async def test_a_second_connection_of_an_account_replaces_the_first() -> None:
    """After a reconnect the old line is hung up, actions take the new one, and catching up begins anew."""
    async with house() as place:
        first = await place.dial()
        await until(lambda: len(place.heard.states) == 1)
        second = await place.dial()
        second.answers["send_group_msg"] = lambda _: done({"message_id": 2})
        await asyncio.wait_for(first.closed.wait(), 3)
        await until(lambda: len(place.heard.states) == 2)
        assert (await place.adapter.send(post())).message_id == "2"
        await until(lambda: place.heard.states == [(ACCOUNT, True), (ACCOUNT, True)])
        assert place.adapter.online()


async def test_several_accounts_are_kept_apart() -> None:
    """Each account's posts go out over its own line."""
    async with house() as place:
        one, other = await place.dial(), await place.dial(account="10002000")
        one.answers["send_group_msg"] = other.answers["send_group_msg"] = lambda _: done({"message_id": 1})
        await until(lambda: len(place.heard.states) == 2)
        await place.adapter.send(post())
        assert (len(one.params("send_group_msg")), len(other.params("send_group_msg"))) == (1, 0)


async def test_what_one_of_our_accounts_says_is_no_news_to_another() -> None:
    """Two accounts in one group do not take each other's posts for complaints, live or in the history."""
    async with house() as place:
        one, other = await place.dial(), await place.dial(account="10002000")
        await until(lambda: len(place.heard.states) == 2)
        ours = group_message("【#1】已记录：3号楼 电梯", 7, user_id=10002000)
        one.answers["get_group_msg_history"] = lambda _: done({"messages": [ours, group_message("漏水", 8)]})
        await one.say(ours, group_message("漏水", 8))
        await until(lambda: place.heard.messages)
        assert [m.message_id for m in place.heard.messages] == ["8"]
        assert [m.message_id for m in await place.adapter.history(GROUP, AT)] == ["8"]
        await other.socket.close()
        await until(lambda: not place.adapter.online("10002000"))
        assert place.adapter.online(ACCOUNT)
        assert place.adapter.online()


async def test_actions_go_over_the_api_line_only() -> None:
    """With separate lines for events and actions, neither hangs the other up, and posts take the API line."""
    async with house() as place:
        events, api = await place.dial(role="Event"), await place.dial(role="API")
        await events.say(group_message("漏水"))
        api.answers["send_group_msg"] = lambda _: done({"message_id": 1})
        await until(lambda: place.heard.messages)
        await until(place.adapter.online)
        assert (await place.adapter.send(post())).message_id == "1"
        assert not events.asked


async def test_responses_may_come_out_of_order() -> None:
    """Each response finds its action by `echo`, whichever comes first; a foreign one finds none."""
    async with house() as place:
        implementation = await place.dial()
        await until(place.adapter.online)
        posts = [asyncio.create_task(place.adapter.send(post(f"第{n}条"))) for n in range(5)]
        await until(lambda: len(implementation.asked) == 5)
        await implementation.say(done({"message_id": 99}) | {"echo": 1}, done({"message_id": 98}))
        for frame in reversed(implementation.asked):
            number = frame["params"]["message"][0]["data"]["text"][1]
            await implementation.say(done({"message_id": f"m{number}"}) | {"echo": frame["echo"]})
        receipts = await asyncio.gather(*posts)
        assert [receipt.message_id for receipt in receipts] == ["m0", "m1", "m2", "m3", "m4"]


async def test_a_line_that_is_lost_leaves_a_post_ambiguous() -> None:
    """When the socket goes after the post was written, nobody knows whether it went out."""
    async with house() as place:
        implementation = await place.dial()
        await until(place.adapter.online)
        sending = asyncio.create_task(place.adapter.send(post()))
        await until(lambda: implementation.asked)
        await implementation.socket.close()
        with pytest.raises(DeliveryError, match="lost") as error:
            await sending
        assert error.value.ambiguous


async def test_own_echo_is_never_taken_in() -> None:
    """Neither `message_sent` nor a message by the bot's own account becomes one."""
    async with house() as place:
        implementation = await place.dial()
        await implementation.say(
            group_message("【#42】", 1, post_type="message_sent"),
            group_message("【#42】", 2, user_id=int(ACCOUNT)),
            group_message("漏水", 3),
        )
        await until(lambda: place.heard.messages)
        assert [message.message_id for message in place.heard.messages] == ["3"]


@pytest.mark.parametrize("broken", ["{", "[]", "5", "[" * 100_000, '{"post_type": "message"}', "\x00", '{"echo": {}}'])
async def test_a_broken_frame_is_survived(broken: str) -> None:
    """One broken frame is logged without what it says, and the next one is heard."""
    async with house() as place:
        implementation = await place.dial()
        with capture_logs() as logs:
            await implementation.socket.send_str(broken)
            await implementation.say(group_message("漏水"))
            await until(lambda: place.heard.messages)
        assert "漏水" not in str(logs)


async def test_a_frame_in_bytes_is_read() -> None:
    """Binary frames with JSON in them are as good as text; bytes that are no text are survived."""
    async with house() as place:
        implementation = await place.dial()
        await implementation.socket.send_bytes(b"\xff\xfe\xff")
        await implementation.socket.send_bytes(json.dumps(group_message("漏水")).encode())
        await until(lambda: place.heard.messages)


async def test_a_frame_that_is_too_large_closes_the_line() -> None:
    """Five megabytes in one frame are not taken in; the line closes and the next one works."""
    async with house() as place:
        implementation = await place.dial()
        with suppress(ConnectionError):
            await implementation.socket.send_str(json.dumps(group_message("漏")) + " " * 5_000_000)
        await asyncio.wait_for(implementation.closed.wait(), 3)
        again = await place.dial()
        await again.say(group_message("水"))
        await until(lambda: place.heard.messages)
        assert [message.text for message in place.heard.messages] == ["水"]


async def test_a_sink_that_fails_costs_one_event() -> None:
    """What goes wrong behind the sink neither stops the line nor gets the words into the log."""
    heard = Heard()

    async def picky(event: InboundEvent) -> None:
        if getattr(event, "text", "") == "坏":
            raise ValueError("坏")
        await heard(event)

    async with house(picky) as place:
        implementation = await place.dial()
        with capture_logs() as logs:
            await implementation.say(group_message("坏", 1), group_message("漏水", 2))
            await until(lambda: heard.messages)
        assert "坏" not in str(logs)
        assert [m.text for m in heard.messages] == ["漏水"]


async def test_a_thousand_messages_keep_their_order() -> None:
    """Order within a group is kept, quotes or not, over three groups at once."""
    async with house() as place:
        implementation = await place.dial()
        implementation.answers["get_msg"] = lambda _: done({"message": "【#1】"})
        for number in range(1000):
            told = reply("确认", to=1, message_id=number + 1) if number % 50 == 0 else group_message("漏", number + 1)
            await implementation.say(told | {"group_id": 7 + number % 3})
        await until(lambda: len(place.heard.messages) == 1000, seconds=10)
        for group in ("7", "8", "9"):
            ids = [int(m.message_id) for m in place.heard.messages if m.conversation.id == group]
            assert ids == sorted(ids)


async def test_a_quote_is_filled_in() -> None:
    """The words of the quoted message are there when the reply is heard."""
    async with house() as place:
        implementation = await place.dial()
        implementation.answers["get_msg"] = lambda _: done(
            {"message": [{"type": "text", "data": {"text": "【#42】漏水"}}]}
        )
        await implementation.say(reply("确认", to=-9))
        await until(lambda: place.heard.messages)
        assert place.heard.messages[0].quote == Quote(message_id="-9", text="【#42】漏水")
        assert implementation.params("get_msg") == [{"message_id": -9}]


@pytest.mark.parametrize("answer", [{"status": "failed", "retcode": 1200}, None, done(None), done({"message": 5})])
async def test_a_quote_that_cannot_be_filled_in_keeps_its_id(answer: dict[str, object] | None) -> None:
    """A failure, silence or nonsense leaves the id, and holds up neither other groups nor the order of this one."""
    async with house() as place:
        implementation = await place.dial()
        implementation.answers["get_msg"] = lambda _: answer
        await implementation.say(reply("确认", 9, 1), group_message("谢谢", 2), group_message("吵", 3, group_id=8))
        await until(lambda: len(place.heard.messages) == 3)
        assert [m.message_id for m in place.heard.messages if m.conversation.id == "700001"] == ["1", "2"]
        first = next(m for m in place.heard.messages if m.message_id == "1")
        assert first.quote == Quote(message_id="9")
        if answer is None:
            assert place.heard.messages[0].message_id == "3"


async def test_hanging_quotes_hang_side_by_side() -> None:
    """Twenty replies whose quotes never come cost one time-out, not twenty."""
    async with house(quote_timeout=0.2) as place:
        implementation = await place.dial()
        await implementation.say(*(reply("确认", 9, number) for number in range(1, 21)))
        await until(lambda: len(place.heard.messages) == 20, seconds=2)
        assert [int(m.message_id) for m in place.heard.messages] == list(range(1, 21))


async def test_nothing_is_heard_after_stopping() -> None:
    """A stopped adapter has hung up, delivers nothing, lets nobody in and sends nothing."""
    async with house() as place:
        implementation = await place.dial()
        await until(place.adapter.online)
        before = list(place.heard.events)
        await implementation.say(reply("确认", 9))
        await until(lambda: implementation.asked)
        await place.adapter.stop()
        await asyncio.wait_for(implementation.closed.wait(), 3)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await place.dial()
        with pytest.raises(DeliveryError):
            await place.adapter.send(post())
        assert place.heard.events == before
        assert not place.adapter.online()
