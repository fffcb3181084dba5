"""A program that only listens, and a group to listen to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.adapters.web import routes
from bot.adapters.web.adapter import WebAdapter
from bot.adapters.web.people import GROUP
from bot.domain.messages import InboundEvent, OutboundMessage

#: The smallest picture: one pixel of GIF.
PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


class Listener:
    """A sink that remembers, and answers 收到 in the group if it is told to."""

    def __init__(self, adapter: WebAdapter, *, answers: bool = False) -> None:
        self.heard: list[InboundEvent] = []
        self._adapter = adapter
        self._answers = answers

    async def __call__(self, event: InboundEvent) -> None:
        """Take *event* in."""
        self.heard.append(event)
        if self._answers:
            await self._adapter.send(bot_says(f"【#1】已记录：第{len(self.heard)}句"))


def bot_says(text: str, **more: Any) -> OutboundMessage:
    """A post of the bot in the group."""
    return OutboundMessage(conversation=GROUP, text=text, **more)


@asynccontextmanager
async def group(*, answers: bool = False) -> AsyncIterator[tuple[WebAdapter, Listener]]:
    """The group, with somebody listening."""
    adapter = WebAdapter()
    listener = Listener(adapter, answers=answers)
    await adapter.start(listener)
    yield adapter, listener
    await adapter.stop()


@asynccontextmanager
async def served(adapter: WebAdapter, **more: Any) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """The pages of *adapter* on a loopback port."""
    app = web.Application()
    routes.mount(app, adapter, **more)
    async with TestClient(TestServer(app)) as client:
        yield client
