"""A line to one implementation: actions go out over it and their responses come back by `echo`."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import count
from typing import Protocol
from uuid import uuid4

import aiohttp
from aiohttp import web

from bot.adapters.onebot.actions import Action, Response, response_of
from bot.adapters.onebot.fields import Frame, ident
from bot.domain.errors import DeliveryError


class Role(StrEnum):
    """What a line is for."""

    API = "api"
    EVENT = "event"
    UNIVERSAL = "universal"
    #: Not a socket: events are posted to us, actions are posted by us.
    HTTP = "http"

    @property
    def takes_actions(self) -> bool:
        """Can actions go out over it?"""
        return self is not Role.EVENT

    @property
    def brings_events(self) -> bool:
        """Do events come in over it?"""
        return self is not Role.API

    def replaces(self, other: "Role") -> bool:
        """Does a new line of this role take the place of an *other* one of the same account?"""
        return self is other or {self, other} in ({Role.UNIVERSAL, Role.API}, {Role.UNIVERSAL, Role.EVENT})


def role_of(header: str) -> Role:
    """The role that `X-Client-Role` names, in any case; universal if it names none."""
    name = header.strip().casefold()
    return Role(name) if name in (Role.API, Role.EVENT) else Role.UNIVERSAL


class Line(Protocol):
    """Whatever carries actions and events of one account."""

    @property
    def role(self) -> Role:
        """What it is for."""
        ...

    async def call(self, action: Action, seconds: float) -> Response:
        """Carry out *action*. Raises `DeliveryError`, *ambiguous* if nobody knows whether it was carried out."""
        ...

    def drop(self) -> None:
        """Hang up; another line has taken its place."""
        ...


class SocketLine:
    """A line over a WebSocket, whoever dialled."""

    def __init__(self, socket: web.WebSocketResponse | aiohttp.ClientWebSocketResponse, role: Role) -> None:
        """A line over the open *socket*."""
        self.socket = socket
        self._role = role
        self._series = uuid4().hex[:8]
        self._numbers = count(1)
        self._waiting: dict[str, asyncio.Future[Response]] = {}
        self._closing: asyncio.Task[bool] | None = None

    @property
    def role(self) -> Role:
        """What it is for."""
        return self._role

    async def call(self, action: Action, seconds: float) -> Response:
        """Send *action* and wait for its response."""
        if self.socket.closed:
            raise DeliveryError(f"{action.name}: not connected")
        with self._awaited() as (echo, answer):
            frame = {"action": action.name, "params": action.params, "echo": echo}
            try:
                async with asyncio.timeout(seconds):
                    await self.socket.send_str(json.dumps(frame, ensure_ascii=False))
                    return await answer
            except TimeoutError as error:
                raise DeliveryError(f"{action.name}: no answer in time", ambiguous=True) from error
            except (aiohttp.ClientError, ConnectionError) as error:
                raise DeliveryError(f"{action.name}: connection lost", ambiguous=True) from error

    def answer(self, frame: Frame) -> bool:
        """Hand the response *frame* to whoever waits for it; False if nobody does (any more)."""
        waiting = self._waiting.get(ident(frame.get("echo")))
        if waiting is None or waiting.done():
            return False
        waiting.set_result(response_of(frame))
        return True

    def lose(self) -> None:
        """Tell everybody who waits that no answer will come."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError("connection lost"))

    def drop(self) -> None:
        """Hang up, without waiting for the other end to agree."""
        self.lose()
        if self._closing is None:
            self._closing = asyncio.create_task(self.socket.close(code=aiohttp.WSCloseCode.GOING_AWAY))

    @contextmanager
    def _awaited(self) -> "Iterator[tuple[str, asyncio.Future[Response]]]":
        echo = f"{self._series}-{next(self._numbers)}"
        answer = self._waiting[echo] = asyncio.get_running_loop().create_future()
        try:
            yield echo, answer
        finally:
            del self._waiting[echo]
