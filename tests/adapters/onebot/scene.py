"""The other end of the wire: an implementation that speaks OneBot 11 over a real loopback socket, and a listener."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.adapters.onebot import OneBotAdapter, OneBotSettings
from bot.adapters.onebot.lanes import Deliver
from bot.domain.messages import (
    ChannelState,
    ConversationKind,
    ConversationRef,
    InboundEvent,
    InboundMessage,
    OutboundMessage,
)

TOKEN = "a-long-random-token"
ACCOUNT = "10001000"
GROUP = ConversationRef(platform="onebot", kind=ConversationKind.GROUP, id="700001", account=ACCOUNT)
NOON = 1_795_455_681
AT = datetime.fromtimestamp(NOON, UTC)

Answer = Callable[[dict[str, Any]], dict[str, Any] | None]


def group_message(text: str, message_id: int = 1, **more: Any) -> dict[str, Any]:
    """What 王阿姨 says in the group of building 3, as a frame."""
    return {
        "time": NOON,
        "self_id": int(ACCOUNT),
        "post_type": "message",
        "message_type": "group",
        "sub_type": "normal",
        "message_id": message_id,
        "group_id": 700001,
        "user_id": 200001,
        "sender": {"user_id": 200001, "nickname": "王阿姨", "card": "3-2-501 王阿姨"},
        "message": [{"type": "text", "data": {"text": text}}],
    } | more


def reply(text: str, to: int, message_id: int = 1, **more: Any) -> dict[str, Any]:
    """What 李楼长 answers to message *to*."""
    segments = [{"type": "reply", "data": {"id": str(to)}}, {"type": "text", "data": {"text": text}}]
    return group_message(text, message_id, message=segments, **more)


def done(data: Any = None) -> dict[str, Any]:
    """A response that says yes."""
    return {"status": "ok", "retcode": 0, "data": data}


def failed(retcode: int, message: str = "") -> dict[str, Any]:
    """A response that says no."""
    return {"status": "failed", "retcode": retcode, "data": None, "message": message}


def post(text: str = "【#42】已经记下", **more: Any) -> OutboundMessage:
    """What the bot wants to say in the group."""
    return OutboundMessage(conversation=GROUP, text=text, **more)


async def until(true: Callable[[], Any], seconds: float = 5.0) -> None:
    """Wait until *true* is."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.002)


class Heard:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.events: list[InboundEvent] = []

    async def __call__(self, event: InboundEvent) -> None:
        """Hear *event*."""
        self.events.append(event)

    @property
    def messages(self) -> list[InboundMessage]:
        """What was said."""
        return [event for event in self.events if isinstance(event, InboundMessage)]

    @property
    def states(self) -> list[tuple[str, bool]]:
        """Account and online or not, each time that it changed."""
        return [(e.account, e.online) for e in self.events if isinstance(e, ChannelState)]


class Implementation:
    """NapCat and its kin: sends events, answers actions as it was told to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse | web.WebSocketResponse) -> None:
        self.socket = socket
        self.answers: dict[str, Answer] = {}
        self.asked: list[dict[str, Any]] = []
        self.closed = asyncio.Event()

    def params(self, action: str) -> list[dict[str, Any]]:
        """What *action* was asked with, each time."""
        return [frame["params"] for frame in self.asked if frame["action"] == action]

    async def say(self, *frames: dict[str, Any]) -> None:
        """Send *frames*."""
        for frame in frames:
            await self.socket.send_str(json.dumps(frame, ensure_ascii=False))

    async def run(self) -> None:
        """Answer until the line is closed; an action without an answer hangs."""
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                frame = json.loads(message.data)
                self.asked.append(frame)
                answer = self.answers.get(frame["action"])
                said = answer(frame["params"]) if answer else None
                if said is not None:
                    await self.say(said | {"echo": frame["echo"]})
        self.closed.set()


class House:
    """A running adapter with a door for implementations."""

    def __init__(
        self, adapter: OneBotAdapter, heard: Heard, server: BaseTestServer, session: aiohttp.ClientSession
    ) -> None:
        self.adapter = adapter
        self.heard = heard
        self.server = server
        self.session = session
        self._running: list[asyncio.Task[None]] = []

    async def dial(self, account: str = ACCOUNT, role: str = "Universal", **headers: str) -> Implementation:
        """Connect an implementation for *account*."""
        given = {"x-self-id": account, "X-Client-Role": role, "Authorization": f"Bearer {TOKEN}"} | headers
        socket = await self.session.ws_connect(self.server.make_url("/onebot/v11/ws"), headers=given)
        implementation = Implementation(socket)
        self._running.append(asyncio.create_task(implementation.run()))
        return implementation

    async def leave(self) -> None:
        """Let every implementation go."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


@asynccontextmanager
async def house(sink: Deliver | None = None, **settings: Any) -> AsyncIterator[House]:
    """An adapter that runs, with a listener behind it (or *sink*)."""
    given: dict[str, Any] = {"token": TOKEN, "action_timeout": 1.0, "quote_timeout": 0.3} | settings
    adapter = OneBotAdapter(OneBotSettings(**given), now=lambda: AT, allow_loopback_pictures=True)
    app = web.Application()
    adapter.mount(app)
    heard = Heard()
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        await adapter.start(sink or heard)
        place = House(adapter, heard, server, session)
        try:
            yield place
        finally:
            await adapter.stop()
            await place.leave()
