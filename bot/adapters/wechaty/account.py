"""One WeChat account: its gateway's events put where they belong, its posts sent, its pictures fetched."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.adapters.wechaty import words
from bot.adapters.wechaty.line import Line
from bot.adapters.wechaty.names import Names
from bot.adapters.wechaty.pictures import made_small
from bot.adapters.wechaty.posts import Posts
from bot.adapters.wechaty.presence import Login, Presence
from bot.adapters.wechaty.recent import Recent
from bot.adapters.wechaty.reception import Deliver, Reception
from bot.adapters.wechaty.settings import WechatySettings
from bot.adapters.wechaty.supervisor import Supervisor
from bot.adapters.wechaty.values import (
    Event,
    LoggedIn,
    LoggedOut,
    MembersChanged,
    MessageArrived,
    NamesChanged,
    ScanAsked,
    TopicChanged,
    Why,
    conversation,
)
from bot.domain.errors import DeliveryError
from bot.domain.messages import OutboundMessage, PostingStopped, Receipt

log = structlog.get_logger(__name__)

#: Echoes are dated by our clock when they arrive, posts just before they are sent.
_MOMENT = timedelta(milliseconds=1)


class Account:
    """One account behind one gateway, from `start` to `stop`."""

    def __init__(
        self, settings: WechatySettings, directory: Path, *, now: Callable[[], datetime], watch: Callable[[Login], None]
    ) -> None:
        """Not connected yet. *directory* is for what must be written, *watch* is shown logins and codes to scan."""
        self._settings = settings
        self._now = now
        self._posts = Posts()
        self._recent = Recent()
        self._supervisor = Supervisor(
            settings, lambda: Line(settings, directory), heard=self._heard, lost=self._lost, now=now
        )
        self._names = Names(self._line)
        self._reception = Reception(self._line, self._names, self._posts, self._recent, now)
        self._presence = Presence(settings.name, directory, self._reception.put, now, watch)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def login(self) -> Login:
        """How the account stands."""
        return self._presence.login

    @property
    def online(self) -> bool:
        """Can it send now?"""
        return self._presence.online

    def is_called(self, account: str) -> bool:
        """Is *account* this one's WeChat id?"""
        return bool(account) and account == self._presence.account

    async def start(self, deliver: Deliver) -> None:
        """Begin to connect, and to give what is heard to *deliver*."""
        self._tasks = [
            asyncio.create_task(self._reception.run(deliver)),
            asyncio.create_task(self._supervisor.run()),
        ]

    async def stop(self) -> None:
        """Hang up; nothing is delivered afterwards."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def send(self, message: OutboundMessage) -> Receipt:
        """Send *message*, its photos after the words; a photo that fails is left out. Raises `DeliveryError`."""
        receipt = await self._say(message)
        for data in message.pictures:
            try:
                await self.send_picture(message.conversation.id, data)
            except DeliveryError as error:
                log.warning("wechat_photo_left_out", conversation=message.conversation.key, error=str(error))
        return receipt

    async def _say(self, message: OutboundMessage) -> Receipt:
        self._must_be_in()
        where = message.conversation
        mentions = message.mentions if where.is_group else ()
        names = await asyncio.gather(*(self._names.of(user, where.id) for user in mentions))
        text = words.with_mentions(message.text, [name for name in names if name])
        before = self._now() - _MOMENT
        receipt = await self._line().send_text(where.id, text, mentions)
        return await self._receipt(receipt, where.id, text, before)

    async def send_picture(self, where: str, data: bytes) -> Receipt:
        """Post the picture *data* in the conversation of that id, made small enough. Raises `DeliveryError`."""
        self._must_be_in()
        name, small = await made_small(data)
        return Receipt(message_id=await self._line().send_file(where, name, small))

    def was_sent(self, where: str, text: str, since: datetime) -> str | None:
        """The id of the post with *text* since then, None if nobody knows."""
        return self._posts.sent(where, text, since)

    async def fetch(self, message_id: str) -> bytes:
        """The picture of a message. Raises `DeliveryError`."""
        return await self._line().picture(message_id)

    def _line(self) -> Line:
        return self._supervisor.line

    def _must_be_in(self) -> None:
        if not self.online:
            raise DeliveryError(f"wechat: {self.login.why or Why.ABSENT}")

    async def _receipt(self, given: str, where: str, text: str, since: datetime) -> Receipt:
        """The id that the puppet has *given*, else that of our own echo."""
        if given:
            self._recent.add(where, text, self._posts.claim(given))
            return Receipt(message_id=given)
        return Receipt(message_id=await self._posts.receipt(where, text, since, self._settings.receipt_wait))

    async def _lost(self, why: Why, since: datetime | None) -> None:
        await self._presence.go(why, since)

    async def _heard(self, event: Event) -> None:
        match event:
            case MessageArrived():
                self._reception.arrived(event.id, self._presence.account)
            case LoggedIn():
                await self._presence.come(event.account)
            case LoggedOut():
                await self._presence.go(Why.LOGOUT)
            case ScanAsked():
                await self._presence.ask(event.code)
            case TopicChanged():
                await self._names.rename(event.room, event.topic)
            case NamesChanged():
                self._names.forget(event.id)
            case MembersChanged() if self._presence.account in event.members:
                await self._standing(event)

    async def _standing(self, event: MembersChanged) -> None:
        """The bot itself came into a room, or was removed."""
        at = self._now()
        where = conversation(self._presence.account, room=event.room)
        await self._reception.put(PostingStopped(conversation=where, until=at if event.joined else None, at=at))
