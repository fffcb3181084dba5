"""A Node process with the gateway in it: started, stopped, frozen and killed, and told what people say."""

import base64
import os
import signal
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

HERE = Path(__file__).parent
TOKEN = "a-long-random-token"
BOT = "loushi"
#: As the puppet numbers message types.
TEXT, IMAGE, RECALLED = 7, 6, 13


class Gateway:
    """One gateway on ports of its own, which it keeps over a restart."""

    def __init__(self) -> None:
        self.port, self._control = _free_port(), _free_port()
        self._process: subprocess.Popen[str] | None = None

    @property
    def endpoint(self) -> str:
        """Where the bot finds it."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.kill()

    def start(self) -> None:
        """Start it; it is ready afterwards."""
        ports = {"PORT": str(self.port), "CTRL": str(self._control), "TOKEN": TOKEN}
        self._process = subprocess.Popen(
            ["node", "gateway.mjs"],
            cwd=HERE,
            env={**os.environ, **ports, "WECHATY_LOG": "silent", "NODE_OPTIONS": "--no-deprecation"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == "ready":
                return
        raise AssertionError("the gateway did not start")

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def freeze(self) -> None:
        """Let it stand still, with its connections open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def do(self, op: str, **more: Any) -> Any:
        """Let something happen there."""
        url = f"http://127.0.0.1:{self._control}/"
        async with aiohttp.ClientSession() as session, session.post(url, json={"op": op, **more}) as answer:
            text = await answer.text()
            assert answer.status == 200, text
            return await answer.json(content_type=None)

    async def move_in(self, room: str, topic: str, cards: dict[str, tuple[str, str]]) -> None:
        """A room called *topic*; *cards*: id → name and room alias."""
        for person, (name, alias) in cards.items():
            await self.do("person", id=person, name=name)
            await self.do("alias", room=room, person=person, alias=alias)
        await self.do("room", id=room, topic=topic, members=[BOT, *cards])

    async def has_picture(self, message_id: str, data: bytes, kind: str = "buffer") -> None:
        """The message *message_id* carries *data*."""
        await self.do("file", id=message_id, base64=base64.b64encode(data).decode(), name="photo.jpg", kind=kind)

    async def sent(self) -> list[dict[str, Any]]:
        """What the bot sent."""
        found: list[dict[str, Any]] = await self.do("sent")
        return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
