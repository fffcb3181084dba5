"""Events posted to us and actions posted by us, over real HTTP."""

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.onebot import Mode
from bot.domain.errors import DeliveryError
from tests.adapters.onebot.scene import (
    ACCOUNT,
    GROUP,
    TOKEN,
    House,
    done,
    failed,
    group_message,
    house,
    post,
    until,
)

SECRET = "a-long-random-secret"


class Api:
    """The HTTP side of an implementation."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {
            "get_login_info": done({"user_id": int(ACCOUNT)}),
            "get_status": done({"online": True}),
        } | answers
        self.asked: list[tuple[str, Any]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one action."""
        action = request.match_info["action"]
        self.asked.append((action, await request.json()))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=403)
        answer = self.answers.get(action)
        if answer is None:
            return web.Response(status=404)
        return web.Response(text=answer) if isinstance(answer, str) else web.json_response(answer)


@asynccontextmanager
async def posted(api: Api, **settings: Any) -> AsyncIterator[House]:
    """An adapter that talks HTTP with *api*."""
    app = web.Application()
    app.router.add_post("/{action}", api.handle)
    async with TestServer(app) as server:
        given: dict[str, Any] = {
            "modes": (Mode.HTTP,),
            "http_url": str(server.make_url("/")),
            "http_secret": SECRET,
        } | settings
        async with house(**given) as place:
            yield place


async def deliver(place: House, body: bytes, signature: str | None = None) -> int:
    """Post *body* as an event, signed properly unless a *signature* is given; the status that comes back."""
    if signature is None:
        signature = "sha1=" + hmac.new(SECRET.encode(), body, "sha1").hexdigest()
    headers = {"X-Signature": signature, "X-Self-ID": ACCOUNT, "Content-Type": "application/json"}
    async with place.session.post(place.server.make_url("/onebot/v11/http"), data=body, headers=headers) as reply:
        return reply.status


async def test_a_signed_event_is_taken_in() -> None:
    """An event with the signature of its raw body is answered 204 and heard."""
    async with posted(Api()) as place:
        body = json.dumps(group_message("漏水"), ensure_ascii=False, indent=1).encode()
        assert await deliver(place, body) == 204
        await until(lambda: place.heard.messages)


@pytest.mark.parametrize(("signature", "status"), [("", 401), ("sha1=0000", 403), ("0000", 403)])
async def test_an_event_without_the_signature_is_refused(signature: str, status: int) -> None:
    """No signature is 401, a wrong one 403, and nothing is heard."""
    async with posted(Api()) as place:
        assert await deliver(place, json.dumps(group_message("漏水")).encode(), signature) == status
        assert not place.heard.messages


async def test_an_event_that_is_too_large_is_refused() -> None:
    """A body beyond the limit is 413; a broken but signed one is survived."""
    async with posted(Api(), max_frame=100_000) as place:
        assert await deliver(place, b" " * 100_001) == 413
        assert await deliver(place, b"{") == 204
        assert await deliver(place, json.dumps(group_message("漏" * 10_000)).encode()) == 204
        await until(lambda: place.heard.messages)


async def test_actions_are_posted() -> None:
    """A post goes to the implementation's address with the token, and its receipt comes back."""
    api = Api(
        send_group_msg=done({"message_id": -5}), get_group_msg_history=done({"messages": [group_message("漏水")]})
    )
    async with posted(api) as place:
        await until(place.adapter.online)
        assert (await place.adapter.send(post())).message_id == "-5"
        assert len(await place.adapter.history(GROUP, place.heard.events[0].at)) == 1
        await until(lambda: place.heard.states == [(ACCOUNT, True)])
        params = next(params for name, params in api.asked if name == "send_group_msg")
        assert params["group_id"] == 700001


@pytest.mark.parametrize(
    ("answer", "permanent", "ambiguous"),
    [
        (failed(400, "Timeout: NTEvent"), False, True),
        (failed(200, "被禁言"), False, False),
        (None, True, False),
        ("<html>", False, True),
        ("[]", False, False),
    ],
)
async def test_what_a_failed_post_tells(answer: Any, permanent: bool, ambiguous: bool) -> None:
    """Over HTTP too, a time-out or an unreadable answer is ambiguous and an unknown action permanent."""
    async with posted(Api(send_group_msg=answer)) as place:
        await until(place.adapter.online)
        with pytest.raises(DeliveryError) as error:
            await place.adapter.send(post())
        assert (error.value.permanent, error.value.ambiguous) == (permanent, ambiguous)


async def test_an_implementation_that_goes_away_is_noticed() -> None:
    """Without a socket, looking now and then tells whether it is there; a post then surely has not gone out."""
    api = Api()
    async with posted(api, probe_every=0.02) as place:
        await until(place.adapter.online)
        api.answers["get_status"] = done({"online": False})
        await until(lambda: not place.adapter.online())
        api.answers["get_status"] = done({"online": True})
        await until(place.adapter.online)
        del api.answers["get_status"]
        await until(lambda: not place.adapter.online())
        await until(lambda: len(place.heard.states) >= 4)
        await until(lambda: place.heard.states[:4] == [(ACCOUNT, True), (ACCOUNT, False)] * 2)


async def test_a_dead_address_is_not_ambiguous() -> None:
    """Where nobody listens, nothing was sent."""
    given: dict[str, Any] = {"modes": (Mode.HTTP,), "http_url": "http://127.0.0.1:9", "http_secret": SECRET}
    async with house(**given) as place:
        await deliver(place, json.dumps(group_message("漏水")).encode())
        with pytest.raises(DeliveryError) as error:
            await place.adapter.send(post())
        assert not error.value.ambiguous
