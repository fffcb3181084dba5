"""The pages of the simulated group, over a real loopback server."""

import asyncio
import base64
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError
from aiohttp.client import ClientWebSocketResponse

from bot.adapters.web.guard import is_loopback
from bot.adapters.web.room import BEHIND
from tests.adapters.web.hearing import PIXEL, bot_says, group, served


async def until(page: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next frame of that type."""
    while True:
        frame = await asyncio.wait_for(page.receive_json(), 5)
        if frame["type"] == kind:
            return dict(frame)


async def test_the_loop_over_the_wire() -> None:
    """A page says hello, hears its own line and the bot's, and a later page gets both at once."""
    async with group(answers=True) as (adapter, _), served(adapter) as client:
        async with client.ws_connect("/demo/ws") as page:
            hello = await until(page, "hello")
            assert [p["name"] for p in hello["people"] if p["playable"]][3] == "李楼长"
            await page.send_json({"type": "say", "who": "wang", "text": "漏水了"})
            assert (await until(page, "message"))["message"]["text"] == "漏水了"
            assert (await until(page, "message"))["message"]["who"] == ""
        async with client.ws_connect("/demo/ws") as late:
            assert len((await until(late, "hello"))["messages"]) == 2


async def test_a_bad_frame_is_answered_and_the_page_lives_on() -> None:
    """A page that errs is told so in a sentence, and can go on."""
    async with group() as (adapter, listener), served(adapter) as client, client.ws_connect("/demo/ws") as page:
        await page.send_str("nonsense")
        assert (await until(page, "error"))["text"]
        await page.send_json({"type": "recall", "who": "wang", "id": "none"})
        assert (await until(page, "error"))["text"] == "只能撤回自己说的话"
        await page.send_json({"type": "say", "who": "wang", "text": "在"})
        await until(page, "message")
    assert len(listener.heard) == 1


async def test_pictures_are_served_as_what_they_are() -> None:
    """A picture comes back with its true type, and cannot be taken for a page."""
    async with group() as (adapter, _), served(adapter) as client, client.ws_connect("/demo/ws") as page:
        await page.send_json({"type": "say", "who": "wang", "picture": base64.b64encode(PIXEL).decode()})
        name = (await until(page, "message"))["message"]["picture"]
        answer = await client.get(f"/demo/pictures/{name}")
        assert (await answer.read(), answer.content_type) == (PIXEL, "image/gif")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert (await client.get("/demo/pictures/other")).status == 404


async def test_reset_forgets_everything() -> None:
    """Beginning anew clears the room and whatever else the app wants cleared, on every page."""
    cleared = []

    async def on_reset() -> None:
        cleared.append(True)

    async with (
        group() as (adapter, _),
        served(adapter, on_reset=on_reset) as client,
        client.ws_connect("/demo/ws") as page,
    ):
        await adapter.say("wang", "漏水")
        await page.send_json({"type": "reset"})
        await until(page, "cleared")
    assert cleared == [True]
    assert adapter.room.lines() == []


async def test_playing_begins_and_stops() -> None:
    """A page starts the morning and stops it again, and every page sees both."""
    async with group() as (adapter, _), served(adapter) as client, client.ws_connect("/demo/ws") as page:
        await page.send_json({"type": "play"})
        assert (await until(page, "playing"))["on"]
        await page.send_json({"type": "stop"})
        assert not (await until(page, "playing"))["on"]


async def test_a_page_that_lags_is_shown_out() -> None:
    """A page that does not read holds nobody up and takes no memory without bound."""
    async with group() as (adapter, _):
        with adapter.room.page() as news:
            for n in range(BEHIND + 50):
                await adapter.send(bot_says(str(n)))
            assert news.qsize() == BEHIND
            assert not adapter.room.watched_by(news)


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
async def test_another_website_cannot_drive_it(headers: dict[str, str]) -> None:
    """A foreign origin, and a foreign name that resolves to this machine, get 403 everywhere."""
    async with group() as (adapter, _), served(adapter) as client:
        for path in ("/", "/demo/static/main.js", "/demo/pictures/x"):
            assert (await client.get(path, headers=headers)).status == 403
        with pytest.raises(WSServerHandshakeError) as refusal:
            await client.ws_connect("/demo/ws", headers=headers)
    assert refusal.value.status == 403


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8080", True),
        ("localhost", True),
        ("[::1]:8080", True),
        ("127.0.0.1.evil.example", False),
        ("192.168.1.9:8080", False),
        ("", False),
        ("[", False),
    ],
)
def test_loopback(host: str, ours: bool) -> None:
    """Only names of this machine for itself are ours."""
    assert is_loopback(host) is ours


async def test_only_the_pages_own_files_are_served() -> None:
    """The static folder cannot be left, and each file has the strict policy on it."""
    async with group() as (adapter, _), served(adapter) as client:
        page = await client.get("/")
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        for path in ("/demo/static/..%2fmorning.toml", "/demo/static/none.js", "/demo/static/"):
            assert (await client.get(path)).status == 404


async def test_stopping_closes_the_pages() -> None:
    """When the server stops, an open page is told, and nothing is waited for."""
    async with group() as (adapter, _), served(adapter) as client:
        page = await client.ws_connect("/demo/ws")
        await until(page, "hello")
        closing = asyncio.create_task(client.server.close())
        assert (await asyncio.wait_for(page.receive(), 5)).data == 1001
        await asyncio.wait_for(closing, 5)
