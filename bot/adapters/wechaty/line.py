"""A line to one gateway: every call ends in time, and what goes wrong is a `LineError` that says why."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

from bot.adapters.fetching import looks_like_picture
from bot.adapters.wechaty.compat import Wire, load
from bot.adapters.wechaty.settings import WechatySettings
from bot.adapters.wechaty.values import Said, Why
from bot.domain.errors import DeliveryError

T = TypeVar("T")

#: A post that met one of these may have gone out.
_UNSURE = frozenset({Why.FROZEN, Why.LOST})


class LineError(DeliveryError):
    """A call that did not work, and *why*. What the gateway says of it is left out: it may repeat what was written."""

    def __init__(self, call: str, why: Why, *, permanent: bool = False) -> None:
        super().__init__(f"{call}: {why}", permanent=permanent, ambiguous=why in _UNSURE)
        self.why = why


class Line:
    """One connection, from the first call until `close`."""

    def __init__(self, settings: WechatySettings, directory: Path) -> None:
        """Not connected yet. The library keeps what it must write in *directory*. Raises `ConfigError`."""
        self._settings = settings
        self._wire = Wire(load(directory), settings.host, settings.port, settings.token)

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    async def start(self) -> None:
        """Start the puppet. Raises `LineError`, as everything here does."""
        await self._tried("start", self._wire.start, self._settings.start_timeout)

    async def take_over(self) -> None:
        """End whoever listens."""
        await self._tried("stop", self._wire.take_over, self._settings.start_timeout)

    async def ding(self) -> None:
        """Ask for a sign of life."""
        await self._tried("ding", self._wire.ding)

    async def events(self) -> AsyncIterator[tuple[int, str]]:
        """Number and JSON of each event, until the gateway ends the stream."""
        try:
            async for event in self._wire.events():
                yield event
        except Exception as error:
            raise LineError("event", self._wire.why(error)) from error

    async def message(self, message_id: str) -> Said:
        """One message."""
        return await self._tried("message", lambda: self._wire.message(message_id))

    async def topic(self, room: str) -> str:
        """What *room* is called."""
        return await self._tried("room", lambda: self._wire.topic(room))

    async def forget_room(self, room: str) -> None:
        """Make the gateway look up anew what *room* is called."""
        await self._tried("dirty", lambda: self._wire.forget_room(room))

    async def name(self, person: str, room: str = "") -> str:
        """What *person* is called in *room*: the alias there, else the name."""
        if not room:
            return await self._tried("contact", lambda: self._wire.name(person))
        alias, name = await self._tried("member", lambda: self._wire.member(room, person))
        return alias.strip() or name

    async def send_text(self, conversation: str, text: str, mentions: tuple[str, ...]) -> str:
        """Post *text*; the message's id, empty where the puppet gives none."""
        return await self._tried("send", lambda: self._wire.send_text(conversation, text, list(mentions)))

    async def send_file(self, conversation: str, name: str, data: bytes) -> str:
        """Post a file that is small enough; the message's id, empty where the puppet gives none."""
        seconds = 3 * self._settings.call_timeout
        return await self._tried("send", lambda: self._wire.send_file(conversation, name, data), seconds)

    async def picture(self, message_id: str) -> bytes:
        """The picture of a message. *permanent* when it is too large, or none."""
        try:
            data = await self._read("picture", self._wire.picture, message_id)
        except LineError as error:
            if error.permanent or error.why is not Why.FAILED:
                raise
            data = b""
        if not looks_like_picture(data):
            # Puppets that know no image call answer it with nonsense, and the file call with the picture.
            data = await self._read("file", self._wire.file, message_id)
        if not looks_like_picture(data):
            raise DeliveryError("picture: not a picture", permanent=True)
        return data

    async def _read(self, call: str, read: Callable[[str], AsyncGenerator[bytes, None]], message_id: str) -> bytes:
        async def collect() -> bytes:
            data = bytearray()
            async with aclosing(read(message_id)) as pieces:
                async for piece in pieces:
                    data += piece
                    if len(data) > self._settings.max_picture:
                        raise DeliveryError("picture: too large", permanent=True)
            return bytes(data)

        return await self._tried(call, collect, 3 * self._settings.call_timeout)

    async def _tried(self, call: str, work: Callable[[], Awaitable[T]], seconds: float = 0.0) -> T:
        try:
            async with asyncio.timeout(seconds or self._settings.call_timeout):
                return await work()
        except DeliveryError:
            raise
        except Exception as error:
            raise LineError(call, self._wire.why(error)) from error
