"""The one importer of PyPI's `wechaty` and what it brings. Each thing here that looks odd works around a fault there.

The packages are from 2022 and pin nothing. What they break on, and what is done about it:

on import
- `pyee.AsyncIOEventEmitter` moved to `pyee.asyncio` in pyee 13: put back.
- `urllib3.get_host` is gone in urllib3 2: put back.
- `PuppetOptions` is a mutable dataclass default, which Python 3.11 refuses unless it has a hash (python-wechaty #422,
  #385): it is given one before the import.
- `telnetlib` is gone in Python 3.13, and it is imported for a connection test: no way around; 3.11 or 3.12 is needed.
- `.wechaty/` is made in the working directory while importing: the import happens inside a directory of our own.
- Loggers print to stderr, at INFO, what is sent, and the token in a warning; `WECHATY_LOG=silent` means *everything*:
  they are held at `error` and then silenced.

in use
- `Wechaty` opens a web server (port 5000), pickles contacts to disk, ends at the first `error` event, waits a minute
  after a lost line and then crashes: it is not used. Below it stands `PuppetService`, which is.
- `PuppetService.start` blocks the loop with telnet, stops the puppet first, which ends whoever else listens, and
  waits for ever: the channel is made here, and `bot.adapters.wechaty.supervisor` does the rest.
- Its event reader knows only `data` in errors (current gateways send `gerror`) and drops heartbeats: events go to
  `events.event_of` as they come.
- `message_payload` maps types through a list of 16 and fails beyond; the numbers of its own enumeration are those of
  another year besides: the plain answer is read, and `values.Kind` has the numbers that gateways send.
- `message_file` cannot read the UUID boxes in which current gateways hand out files: the stream calls are used.
- `FileBox` reads base64 only as bytes and writes the key `boxType` or not, depending: the JSON is written here.
"""

import base64
import contextlib
import json
import logging
import os
import sys
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.adapters.wechaty.values import Said, Why, kind_of
from bot.domain.errors import ConfigError

#: The largest version of a picture that a puppet has.
_ARTWORK = 3
_ROOM = 3
_BASE64_BOX = 1
#: No message that a person wrote is longer; what is, is cut.
_LONGEST_TEXT = 8_000


@dataclass(frozen=True, slots=True)
class Library:
    """The parts of the packages that we use."""

    version: str
    puppet_service: Any
    puppet_options: Any
    payload_type: Any
    channel: Any
    stub: Any
    rpc_error: type[Exception]
    broken: tuple[type[Exception], ...]
    denied: Any
    already: Any


def load(directory: Path) -> Library:
    """Import the packages, inside *directory*. Raises `ConfigError` where they cannot be had."""
    if sys.version_info >= (3, 13):
        raise ConfigError("微信要用 Python 3.11 或 3.12：wechaty 这个包用到的 telnetlib 在 3.13 里没有了")
    try:
        return _load(directory)
    except ModuleNotFoundError as error:
        raise ConfigError(f"没有装微信要用的包（缺 {error.name}）：请执行 pip install '.[wechat]'") from error


@cache
def _load(directory: Path) -> Library:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.chdir(directory), _muted():
        _repair()
        import wechaty
        import wechaty_puppet
        from grpclib.client import Channel
        from grpclib.const import Status
        from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
        from wechaty_grpc.wechaty import PuppetStub
        from wechaty_puppet_service import PuppetService
    return Library(
        version=str(wechaty.__version__),
        puppet_service=PuppetService,
        puppet_options=wechaty_puppet.PuppetOptions,
        payload_type=wechaty_puppet.PayloadType,
        channel=Channel,
        stub=PuppetStub,
        rpc_error=GRPCError,
        broken=(StreamTerminatedError, ProtocolError, AssertionError),
        denied=Status.UNAUTHENTICATED,
        already=Status.ALREADY_EXISTS,
    )


def _repair() -> None:
    """Put back what newer libraries took away, before anything asks for it."""
    import pyee
    import pyee.asyncio
    import urllib3

    vars(pyee).setdefault("AsyncIOEventEmitter", pyee.asyncio.AsyncIOEventEmitter)
    vars(urllib3).setdefault("get_host", _get_host)
    from wechaty_puppet import PuppetOptions

    PuppetOptions.__hash__ = object.__hash__


def _get_host(url: str) -> tuple[str, str | None, int | None]:
    """What `urllib3.get_host` was."""
    from urllib3.util import parse_url

    parsed = parse_url(url)
    return parsed.scheme or "http", parsed.hostname, parsed.port


@contextlib.contextmanager
def _muted() -> Iterator[None]:
    """Loggers that are made in here say nothing, now and later, and nobody is warned of what is known above."""
    known, before = set(logging.root.manager.loggerDict), os.environ.get("WECHATY_LOG")
    os.environ["WECHATY_LOG"] = "error"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        os.environ.pop("WECHATY_LOG")
        if before is not None:
            os.environ["WECHATY_LOG"] = before
        for name in set(logging.root.manager.loggerDict) - known:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class Wire:
    """One connection to a gateway. It raises what the packages raise; `why` reads it."""

    def __init__(self, library: Library, host: str, port: int, token: str) -> None:
        """Not connected yet: the first call connects. The token travels as `:authority`, and as newer gateways ask."""
        self._library = library
        self._channel = library.channel(host=host, port=port)
        self._channel._authority = token  # what the package does itself
        self._stub = library.stub(self._channel, metadata={"authorization": f"Wechaty {token}"})
        self._service = library.puppet_service(library.puppet_options(token=token, end_point=f"{host}:{port}"))
        self._service.channel, self._service._puppet_stub = self._channel, self._stub

    def close(self) -> None:
        """Hang up. The puppet goes on, and so does the account's login."""
        self._channel.close()

    def why(self, error: Exception) -> Why:
        """What the *error* of a call means."""
        if isinstance(error, self._library.rpc_error):
            status = getattr(error, "status", None)
            return {self._library.denied: Why.REFUSED, self._library.already: Why.TAKEN}.get(status, Why.FAILED)
        if isinstance(error, TimeoutError):
            return Why.FROZEN
        if isinstance(error, (*self._library.broken, ConnectionResetError, BrokenPipeError)):
            return Why.LOST
        return Why.ABSENT if isinstance(error, OSError) else Why.FAILED

    async def start(self) -> None:
        """Start the puppet; nothing happens to one that runs."""
        await self._stub.start()

    async def take_over(self) -> None:
        """End whoever listens, which stops the puppet."""
        await self._stub.stop()

    async def events(self) -> AsyncIterator[tuple[int, str]]:
        """Number and JSON of each event, until the gateway ends the stream."""
        async with contextlib.aclosing(self._stub.event()) as stream:
            async for event in stream:
                yield int(event.type), event.payload

    async def ding(self) -> None:
        """Ask the puppet for a dong."""
        await self._service.ding("loushi")

    async def message(self, message_id: str) -> Said:
        """One message."""
        told = await self._stub.message_payload(id=message_id)
        return Said(
            id=told.id or message_id,
            kind=kind_of(int(told.type)),
            text=told.text[:_LONGEST_TEXT],
            timestamp=int(told.timestamp),
            talker=told.from_id,
            room=told.room_id,
            listener=told.to_id,
            mentions=tuple(told.mention_ids[:200]),
            filename=told.filename,
        )

    async def topic(self, room: str) -> str:
        """What *room* is called."""
        return str((await self._service.room_payload(room)).topic)

    async def forget_room(self, room: str) -> None:
        """Make the gateway forget what *room* was called: it would go on saying so after a rename."""
        await self._service.dirty_payload(self._library.payload_type.PAYLOAD_TYPE_ROOM, room)

    async def member(self, room: str, person: str) -> tuple[str, str]:
        """The room alias of *person* in *room* (may be empty), and their name."""
        member = await self._service.room_member_payload(room, person)
        return str(member.room_alias), str(member.name)

    async def name(self, person: str) -> str:
        """What *person* is called."""
        return str((await self._service.contact_payload(person)).name)

    async def send_text(self, conversation: str, text: str, mentions: list[str]) -> str:
        """Post *text*; the message's id, empty where the puppet gives none."""
        return await self._service.message_send_text(conversation, text, mentions) or ""

    async def send_file(self, conversation: str, name: str, data: bytes) -> str:
        """Post a file of less than 3 MiB: base64 makes 4 of them, and that is all a gateway takes."""
        box: Mapping[str, Any] = {"boxType": _BASE64_BOX, "type": _BASE64_BOX, "name": name, "metadata": {}}
        filebox = json.dumps({**box, "base64": base64.b64encode(data).decode()})
        response = await self._stub.message_send_file(conversation_id=conversation, filebox=filebox)
        return response.id or ""

    def picture(self, message_id: str) -> AsyncGenerator[bytes, None]:
        """The picture of a message, in pieces."""
        return _pieces(self._stub.message_image_stream(id=message_id, type=_ARTWORK))

    def file(self, message_id: str) -> AsyncGenerator[bytes, None]:
        """The file of a message, in pieces."""
        return _pieces(self._stub.message_file_stream(id=message_id))


async def _pieces(stream: Any) -> AsyncGenerator[bytes, None]:
    async with contextlib.aclosing(stream) as answers:
        async for answer in answers:
            if answer.file_box_chunk.data:
                yield answer.file_box_chunk.data
