"""Makes the conversation tests run on WeChat: what people say goes through a real gateway and the adapter, and so does
what the bot says. A plugin for a pytest of its own, which `test_conversations.py` starts.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import pytest
import pytest_asyncio

from bot.adapters.wechaty import WechatyAdapter
from bot.domain.messages import InboundEvent, InboundMessage, MessageRecalled, OutboundMessage, Receipt
from tests import cast
from tests.conversations import group
from tests.peers.wechaty.gateway import BOT, IMAGE, RECALLED, TEXT, Gateway
from tests.peers.wechaty.scene import Heard, quick, quoting, until

#: Tests of what WeChat has not, and why.
NOT_ON_WECHAT = {
    "test_a_picture_comes_with_the_report": "words and a picture are two messages on WeChat",
    "test_what_was_left_alone_stays_so": "WeChat has no history that could be heard again",
}


class Relay:
    """Stands where the transcript's adapter stands, in front of the one that is tested."""

    platform = cast.PLATFORM

    def __init__(self) -> None:
        self.posts: list[OutboundMessage] = []

    async def send(self, message: OutboundMessage) -> Receipt:
        """Send *message* through the gateway, and remember it."""
        await NEIGHBOURHOOD.knows(message)
        receipt = await NEIGHBOURHOOD.adapter.send(message)
        self.posts.append(message)
        return receipt

    def __getattr__(self, name: str) -> Any:
        """Everything else is the adapter's."""
        return getattr(NEIGHBOURHOOD.adapter, name)


class Neighbourhood:
    """The gateway and the adapter that all these tests share, and who lives there already."""

    def __init__(self) -> None:
        self.gateway = Gateway()
        self.heard = Heard()
        self.adapter: WechatyAdapter
        self._cards: dict[tuple[str, str], str] = {}
        self._topics: dict[str, str] = {}

    async def open(self, directory: Path) -> None:
        """Start it all."""
        await asyncio.to_thread(self.gateway.start)
        self.adapter = WechatyAdapter([quick(self.gateway, silence=30.0, call_timeout=20.0)], directory)
        await self.adapter.start(self.heard)
        await until(self.adapter.online)

    async def close(self) -> None:
        """End it all."""
        await self.adapter.stop()
        self.gateway.kill()

    async def carries(self, payload: dict[str, Any], card: str, topic: str) -> InboundMessage | MessageRecalled:
        """What the bot hears when the gateway tells *payload*, which somebody with that *card* wrote in a room that is
        called *topic*."""
        room, person = str(payload.get("roomId", "")), str(payload["talkerId"])
        await self._settle(room, person, card, topic)
        before = len(self.heard.events)
        await self.gateway.do("say", payload={k: v for k, v in payload.items() if v})
        await until(lambda: self._said(before))
        return self._said(before)[-1]

    def _said(self, before: int) -> list[InboundMessage | MessageRecalled]:
        """What people did since event *before*. On a busy machine the account may go out and come back in between."""
        return [e for e in self.heard.events[before:] if isinstance(e, InboundMessage | MessageRecalled)]

    async def knows(self, message: OutboundMessage) -> None:
        """Whoever *message* goes to or mentions is there."""
        where = message.conversation
        for person in (*message.mentions, *(() if where.is_group else (where.id,))):
            await self._settle(where.id if where.is_group else "", person)

    async def _settle(self, room: str, person: str, card: str = "", topic: str = "") -> None:
        known = (room, person)
        if known not in self._cards:
            await self.gateway.do("person", id=person, name=card or person)
        if room and room not in self._topics:
            await self.gateway.do("room", id=room, topic=topic, members=[BOT])
        elif room and topic != self._topics[room]:
            await self.gateway.do("topic", room=room, topic=topic, by=person)
        self._topics[room] = topic
        if room and card and self._cards.get(known) != card:
            await self.gateway.do("alias", room=room, person=person, alias=card)
        self._cards[known] = card or self._cards.get(known, "")


NEIGHBOURHOOD = Neighbourhood()


class WechatGroup(group.Group):
    """The group of building 3, on WeChat."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.adapter: Any = Relay()
        self.outbox._adapters = {cast.PLATFORM: self.adapter}
        #: The messages that carried each one: WeChat sends words and pictures apart.
        self._ids: dict[str, list[str]] = {}

    async def __aenter__(self) -> Self:
        """Nothing was said yet."""
        await NEIGHBOURHOOD.gateway.do("clear")
        return await super().__aenter__()

    async def hears(self, *events: InboundEvent, silence: timedelta = group.SILENCE) -> None:
        """The bot hears *events* as WeChat delivers them."""
        delivered: list[InboundEvent] = []
        for event in events:
            delivered += await self._delivered(event)
        await super().hears(*delivered, silence=silence)

    async def _delivered(self, event: InboundEvent) -> Sequence[InboundEvent]:
        match event:
            case InboundMessage():
                payloads = self._payloads(event)
                self._ids[event.message_id] = [str(p["id"]) for p in payloads]
                named = (event.sender.name, event.conversation_name)
                return [await NEIGHBOURHOOD.carries(p, *named) for p in payloads]
            case MessageRecalled():
                payload = self._payload(event.conversation.id, event.conversation.is_group, event.operator.user_id)
                ids = self._ids.get(event.message_id, [event.message_id])
                told = [{"id": f"recall-{id_}", "type": RECALLED, "text": id_} for id_ in ids]
                return [await NEIGHBOURHOOD.carries({**payload, **t}, "", "") for t in told]
            case _:
                return [event]

    def _payloads(self, message: InboundMessage) -> list[dict[str, Any]]:
        """*message* as WeChat sends it: words and a picture are two messages."""
        where, who = message.conversation, message.sender.identity.user_id
        said = {
            **self._payload(where.id, where.is_group, who),
            "id": message.message_id,
            "timestamp": round(message.at.timestamp() * 1000),
            "mentionIdList": [*message.mentions, *([BOT] if message.mentions_bot else [])],
        }
        payloads = []
        if message.text and message.text != "[图片]":
            payloads.append({**said, "type": TEXT, "text": self._text(message)})
        for number, _ in enumerate(message.attachments):
            own = not payloads and not number
            payloads.append(
                {**said, "type": IMAGE, "id": message.message_id if own else f"{message.message_id}p{number}"}
            )
        return payloads

    def _payload(self, where: str, is_group: bool, who: str) -> dict[str, Any]:
        return {"talkerId": who, "roomId": where if is_group else "", "listenerId": "" if is_group else BOT}

    def _text(self, message: InboundMessage) -> str:
        quote = message.quote
        if quote is None:
            return message.text
        number = quote.message_id.removeprefix("bot")
        words = quote.text or (self.adapter.posts[int(number) - 1].text if number.isdigit() else "")
        return quoting("谁", words, message.text) if words else message.text


@pytest_asyncio.fixture(scope="session", autouse=True, loop_scope="session")
async def neighbourhood(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    """One gateway for all of them."""
    await NEIGHBOURHOOD.open(tmp_path_factory.mktemp("wechaty"))
    yield
    await NEIGHBOURHOOD.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what WeChat has not, with the reason."""
    for item in items:
        for words, reason in NOT_ON_WECHAT.items():
            if words in item.name:
                item.add_marker(pytest.mark.skip(reason=reason))


group.Group = WechatGroup  # type: ignore[misc]
