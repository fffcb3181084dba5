"""The group of building 3 on WeChat, and the adapter that sits in it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from bot.adapters.wechaty import WechatyAdapter, WechatySettings
from bot.adapters.wechaty.presence import Login
from bot.adapters.wechaty.values import conversation
from bot.domain.messages import ChannelState, InboundEvent, InboundMessage, MessageRecalled, OutboundMessage
from tests.peers.wechaty.gateway import BOT, IMAGE, RECALLED, TEXT, TOKEN, Gateway

ROOM = "123456@chatroom"
TOPIC = "阳光花园3号楼业主群"
WANG, LI, ZHOU = "wxid_wang", "wxid_li", "wxid_zhou"
CARDS = {WANG: ("王阿姨", "3-2-501 王阿姨"), LI: ("李楼长", ""), ZHOU: ("物业小周", "物业小周")}
GROUP = conversation(BOT, room=ROOM)

_NUMBERS = count(1)


async def until(true: Callable[[], Any], seconds: float = 8.0) -> None:
    """Wait until *true* is."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


async def until_sent(gateway: Gateway, words: str, seconds: float = 8.0) -> dict[str, Any]:
    """Wait until the bot has sent something with *words* in it; the newest such post."""
    async with asyncio.timeout(seconds):
        while True:
            found = [post for post in await gateway.sent() if words in post["text"]]
            if found:
                return found[-1]
            await asyncio.sleep(0.02)


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
    def recalls(self) -> list[MessageRecalled]:
        """What was taken back."""
        return [event for event in self.events if isinstance(event, MessageRecalled)]

    @property
    def states(self) -> list[tuple[bool, str]]:
        """Online or not and why, each time that it changed."""
        return [(e.online, e.reason) for e in self.events if isinstance(e, ChannelState)]


class Place:
    """A gateway, the adapter in front of it, and what it heard."""

    def __init__(self, gateway: Gateway, adapter: WechatyAdapter, heard: Heard, logins: list[Login]) -> None:
        self.gateway = gateway
        self.adapter = adapter
        self.heard = heard
        self.logins = logins

    async def says(self, who: str, text: str, **changes: Any) -> str:
        """*who* says *text* in the group; the message's id."""
        payload = spoken(who, text, **changes)
        await self.gateway.do("say", payload=payload)
        return str(payload["id"])

    async def hears(self, who: str, text: str, **changes: Any) -> InboundMessage:
        """*who* says *text* in the group, and the bot hears it."""
        id_ = await self.says(who, text, **changes)
        await until(lambda: any(m.message_id == id_ for m in self.heard.messages))
        return next(m for m in self.heard.messages if m.message_id == id_)


def spoken(who: str, text: str, **changes: Any) -> dict[str, Any]:
    """What *who* says in the group, as a puppet's payload."""
    now = int(time.time() * 1000)
    said = {"id": f"w{next(_NUMBERS)}", "type": TEXT, "text": text, "talkerId": who, "roomId": ROOM, "timestamp": now}
    return {k: v for k, v in {**said, **changes}.items() if v is not None}


def quoting(name: str, quoted: str, reply: str) -> str:
    """The text in which WeChat delivers *reply* as a quote of what *name* said."""
    return f"「{name}：{quoted}」\n{' '.join('-' * 15)}\n{reply}"


def post(text: str = "【#42】已经记下", **more: Any) -> OutboundMessage:
    """What the bot wants to say in the group."""
    return OutboundMessage(**{"conversation": GROUP, "text": text, **more})


def quick(gateway: Gateway, **settings: Any) -> WechatySettings:
    """The settings of an account whose seconds are short."""
    short = {"call_timeout": 2.0, "start_timeout": 3.0, "ding_every": 0.2, "silence": 0.8, "receipt_wait": 1.0}
    waits = {"reconnect_first": 0.05, "reconnect_most": 0.4}
    return WechatySettings(**{"endpoint": gateway.endpoint, "token": TOKEN, **short, **waits, **settings})


@asynccontextmanager
async def place(
    gateway: Gateway,
    directory: Path,
    *,
    sink: Callable[[InboundEvent], Awaitable[None]] | None = None,
    wait: bool = True,
    **settings: Any,
) -> AsyncIterator[Place]:
    """An adapter that runs; with *wait* it is in, and knows the group."""
    logins: list[Login] = []
    adapter = WechatyAdapter([quick(gateway, **settings)], directory, watch=logins.append)
    heard = Heard()
    await adapter.start(sink or heard)
    try:
        if wait:
            await until(adapter.online)
            await gateway.move_in(ROOM, TOPIC, CARDS)
        yield Place(gateway, adapter, heard, logins)
    finally:
        await adapter.stop()


__all__ = ["BOT", "CARDS", "GROUP", "IMAGE", "LI", "RECALLED", "ROOM", "TEXT", "TOPIC", "WANG", "ZHOU", "place"]
