"""Dialling an implementation, over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.adapters.onebot import Mode
from tests.adapters.onebot.scene import (
    ACCOUNT,
    TOKEN,
    Answer,
    House,
    Implementation,
    done,
    failed,
    group_message,
    house,
    post,
    until,
)


class Phone:
    """An implementation that is dialled; it may hang up at once."""

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.calls: list[Implementation] = []
        self.busy = False
        self.refusing = False

    async def pick_up(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection."""
        if self.refusing or request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=403)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        implementation = Implementation(socket)
        implementation.answers = self.answers
        self.calls.append(implementation)
        if self.busy:
            await implementation.say(failed(1403, "token验证失败"))
        else:
            await implementation.run()
        return socket


@asynccontextmanager
async def dialled(phone: Phone, **settings: Any) -> AsyncIterator[House]:
    """An adapter that dials *phone*."""
    app = web.Application()
    app.router.add_get("/", phone.pick_up)
    async with TestServer(app) as server:
        url = str(server.make_url("/")).replace("http", "ws", 1)
        given: dict[str, Any] = {
            "modes": (Mode.FORWARD,),
            "ws_url": url,
            "reconnect_first": 0.02,
            "reconnect_most": 0.1,
        } | settings
        async with house(**given) as place:
            yield place


async def test_a_forward_line_carries_both_ways() -> None:
    """Whose line it is comes from `get_login_info`, then events come in and posts go out."""
    phone = Phone(
        get_login_info=lambda _: done({"user_id": int(ACCOUNT)}), send_group_msg=lambda _: done({"message_id": 3})
    )
    async with dialled(phone) as place:
        await until(place.adapter.online)
        await phone.calls[0].say(group_message("漏水"))
        await until(lambda: place.heard.messages)
        assert (await place.adapter.send(post())).message_id == "3"
        await until(lambda: place.heard.states == [(ACCOUNT, True)])


async def test_the_account_may_be_learnt_from_an_event() -> None:
    """An implementation that does not answer `get_login_info` is known by its first event."""
    phone = Phone()
    async with dialled(phone) as place:
        await until(lambda: phone.calls)
        await phone.calls[0].say(group_message("漏水"))
        await until(place.adapter.online)


async def test_a_lost_line_is_dialled_again() -> None:
    """When the implementation restarts, we are back, and the channel says so each time."""
    phone = Phone(get_login_info=lambda _: done({"user_id": int(ACCOUNT)}))
    async with dialled(phone) as place:
        for number in range(1, 4):
            await until(lambda: len(phone.calls) == number and place.adapter.online())  # noqa: B023
            await phone.calls[-1].socket.close()
            await until(lambda: len(place.heard.states) >= 2 * number)  # noqa: B023
        await until(lambda: place.heard.states[:4] == [(ACCOUNT, True), (ACCOUNT, False)] * 2)


async def test_a_refused_token_is_tried_again_without_telling_it() -> None:
    """A refusal in the handshake is logged without the token, and dialling goes on."""
    phone = Phone(get_login_info=lambda _: done({"user_id": int(ACCOUNT)}))
    phone.refusing = True
    with capture_logs() as logs:
        async with dialled(phone) as place:
            await until(lambda: sum(entry["event"] == "onebot_dial_failed" for entry in logs) >= 2)
            phone.refusing = False
            await until(place.adapter.online)
    assert TOKEN not in str(logs)
    assert any(entry.get("status") == 403 for entry in logs)


async def test_a_line_that_is_hung_up_at_once_is_no_success() -> None:
    """An implementation that opens the socket only to complain is dialled more and more slowly."""
    phone = Phone()
    phone.busy = True
    async with dialled(phone, reconnect_first=0.05, reconnect_most=60.0) as place:
        await until(lambda: len(phone.calls) == 2)
        await asyncio.sleep(0.5)
        assert 3 <= len(phone.calls) <= 6
        assert not place.adapter.online()
        assert not place.heard.events
