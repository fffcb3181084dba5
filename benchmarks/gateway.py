"""A pretended QQ: groups with their history, and a OneBot 11 implementation that dials the bot as real ones do.

It drops events while nobody listens, answers for history, and keeps its own record of every post that it was told to
make, so that what the bot believes to have said can be held against what was said.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

Frame = dict[str, Any]
ACCOUNT = 10001000
TOKEN = "only-for-loopback"  # noqa: S105 - there is nothing behind it
_DIAL_EVERY = 0.02


@dataclass(slots=True)
class Post:
    """What the bot was heard to say."""

    #: Below zero: a private chat.
    group: int
    text: str
    message_id: int
    at: float


@dataclass(slots=True)
class Gateway:
    """One account behind one implementation, for the bot that listens at *port*."""

    port: int
    #: Seconds that carrying out a post takes; drawn anew for each.
    slowness: Callable[[], float] = lambda: 0.0
    history: dict[int, list[Frame]] = field(default_factory=dict)
    #: The platform's own record.
    posts: list[Post] = field(default_factory=list)
    #: Asked after each post.
    heard: Callable[[Post], None] = lambda _post: None
    connections: int = 0
    _since: float = 0.0
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _next_id: int = 900_000_000
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def is_connected(self) -> bool:
        """Does the bot listen?"""
        return self._socket is not None and not self._socket.closed

    def has_listened_for(self, seconds: float) -> bool:
        """Has the bot listened for so long without a break?"""
        return self.is_connected and time.monotonic() - self._since >= seconds

    async def run(self) -> None:
        """Dial, serve, and dial again, until cancelled."""
        async with aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError, OSError):
                    await self._connection(session)
                self._socket = None
                await asyncio.sleep(_DIAL_EVERY)

    async def say(self, frame: Frame, *, kept: bool = True) -> None:
        """Have somebody say *frame*: into the history if it is *kept*, and to the bot if it listens."""
        if kept:
            self.history.setdefault(frame["group_id"], []).append(frame)
        await self.tell(frame)

    async def recall(self, group: int, message_id: int, by: int) -> None:
        """Have somebody take a message back: it is gone from the history."""
        self.history[group] = [f for f in self.history.get(group, []) if f["message_id"] != message_id]
        notice = {"post_type": "notice", "notice_type": "group_recall", "group_id": group, "user_id": by}
        await self.tell({**notice, "operator_id": by, "message_id": message_id, **stamp()})

    async def tell(self, frame: Frame) -> None:
        """Send an event, if anybody listens."""
        if self._socket is not None and not self._socket.closed:
            try:
                await self._socket.send_str(json.dumps(frame, ensure_ascii=False))
            except (aiohttp.ClientError, OSError):
                self._socket = None

    def hang_up(self) -> None:
        """Drop the line without a word."""
        if self._socket is not None:
            self._later(self._drop(self._socket))

    async def _drop(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.close()

    async def _connection(self, session: aiohttp.ClientSession) -> None:
        headers = {"X-Self-ID": str(ACCOUNT), "X-Client-Role": "Universal", "Authorization": f"Bearer {TOKEN}"}
        url = f"ws://127.0.0.1:{self.port}/onebot/v11/ws"
        async with session.ws_connect(url, headers=headers, max_msg_size=0) as socket:
            await socket.send_str(json.dumps(meta("lifecycle", sub_type="connect")))
            self._socket = socket
            self.connections += 1
            self._since = time.monotonic()
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._later(self._serve(json.loads(message.data), socket))

    async def _serve(self, asked: Frame, socket: aiohttp.ClientWebSocketResponse) -> None:
        if asked["action"].startswith("send_"):
            await asyncio.sleep(self.slowness())
        try:
            answer = self.answer(asked["action"], asked.get("params") or {})
            await socket.send_str(json.dumps({**answer, "echo": asked.get("echo")}, ensure_ascii=False))
        except (aiohttp.ClientError, OSError):
            pass

    def answer(self, action: str, params: Frame) -> Frame:
        """The response to *action*, carried out."""
        match action:
            case "send_msg" | "send_group_msg" | "send_private_msg":
                return done({"message_id": self._post(params)})
            case "get_group_msg_history":
                return done({"messages": self._page(params)})
            case "get_msg":
                found = [
                    f for frames in self.history.values() for f in frames if f["message_id"] == params["message_id"]
                ]
                return done(found[0]) if found else failed(1200)
            case _:
                return failed(1404)

    def _post(self, params: Frame) -> int:
        self._next_id += 1
        group, segments = int(params.get("group_id") or -params["user_id"]), params["message"]
        frame = message(group, ACCOUNT, "楼事通", segments, self._next_id)
        self.history.setdefault(group, []).append(frame)
        post = Post(group=group, text=text_of(segments), message_id=self._next_id, at=time.time())
        self.posts.append(post)
        self.heard(post)
        return self._next_id

    def _page(self, params: Frame) -> list[Frame]:
        """The last messages, or those up to the one that is named."""
        frames, before = self.history.get(int(params["group_id"]), []), params.get("message_id")
        ids = [f["message_id"] for f in frames]
        end = ids.index(before) + 1 if before in ids else len(frames)
        return frames[max(0, end - int(params.get("count", 20))) : end]

    def _later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)  # type: ignore[arg-type]
        task.add_done_callback(self._tasks.discard)  # type: ignore[arg-type]


def stamp() -> Frame:
    """Whose event it is, and when."""
    return {"self_id": ACCOUNT, "time": int(time.time())}


def meta(kind: str, **more: Any) -> Frame:
    """An event of the connection itself."""
    return {**stamp(), "post_type": "meta_event", "meta_event_type": kind, **more}


def message(group: int, user: int, name: str, said: str | list[Frame], message_id: int, *, quotes: int = 0) -> Frame:
    """What *user* says in *group*, as NapCat sends it."""
    segments = [{"type": "text", "data": {"text": said}}] if isinstance(said, str) else said
    quoted = [{"type": "reply", "data": {"id": str(quotes)}}] if quotes else []
    return {
        **stamp(),
        "post_type": "message",
        "message_type": "group",
        "sub_type": "normal",
        "message_id": message_id,
        "message_seq": message_id,
        "real_id": message_id,
        "real_seq": str(message_id),
        "group_id": group,
        "user_id": user,
        "sender": {"user_id": user, "nickname": name, "card": name, "role": "member"},
        "raw_message": text_of(segments),
        "font": 14,
        "message_format": "array",
        "message": [*quoted, *segments],
    }


def text_of(segments: str | list[Frame]) -> str:
    """The words of a message."""
    if isinstance(segments, str):
        return segments
    return "".join(s["data"].get("text", "") for s in segments if s["type"] == "text")


def done(data: Any = None) -> Frame:
    """Yes."""
    return {"status": "ok", "retcode": 0, "data": data, "message": "", "wording": ""}


def failed(retcode: int, words: str = "") -> Frame:
    """No."""
    return {"status": "failed", "retcode": retcode, "data": None, "message": words, "wording": words}
