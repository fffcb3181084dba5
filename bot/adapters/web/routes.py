"""The web side of the simulated group: one page, its files, its pictures and one WebSocket."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.adapters.web import frames, morning
from bot.adapters.web.adapter import WebAdapter
from bot.adapters.web.guard import HEADERS, check
from bot.adapters.web.pictures import image_type
from bot.adapters.web.room import News, Said
from bot.domain.errors import DeliveryError

log = structlog.get_logger()

STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
}
_TEXT = frozenset({".html", ".css", ".js"})

#: What else to forget when the group begins anew: tickets, posts, the window.
OnReset = Callable[[], Awaitable[None]]


def mount(app: web.Application, adapter: WebAdapter, on_reset: OnReset | None = None) -> None:
    """Put the page of *adapter* at `/` of *app*, with everything it needs under `/demo/`."""
    Pages(adapter, morning.Morning(adapter, morning.load()), on_reset).mount(app)


class Pages:
    """The handlers, and the pages that are open now."""

    def __init__(self, adapter: WebAdapter, script: morning.Morning, on_reset: OnReset | None = None) -> None:
        self._adapter = adapter
        self._morning = script
        self._on_reset = on_reset
        self._open: set[web.WebSocketResponse] = set()
        self._files = {p.name: p for p in STATIC.iterdir() if p.suffix in _TYPES}

    def mount(self, app: web.Application) -> None:
        """Put the routes on *app*, and close the pages when it stops."""
        app.router.add_get("/", self.index)
        app.router.add_get("/demo/static/{name}", self.file)
        app.router.add_get("/demo/pictures/{name}", self.picture)
        app.router.add_get("/demo/ws", self.socket)
        app.on_shutdown.append(self.close)

    async def close(self, _app: web.Application) -> None:
        """Break off the script and close every page."""
        await self._morning.stop()
        for page in list(self._open):
            await page.close(code=WSCloseCode.GOING_AWAY, message=b"bye")

    async def index(self, request: web.Request) -> web.Response:
        """The page."""
        check(request)
        return _file(self._files["index.html"])

    async def file(self, request: web.Request) -> web.Response:
        """A file of the page."""
        check(request)
        path = self._files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound(headers=HEADERS)
        return _file(path)

    async def picture(self, request: web.Request) -> web.Response:
        """A picture that somebody showed."""
        check(request)
        try:
            data = self._adapter.pictures.get(request.match_info["name"])
        except DeliveryError:
            raise web.HTTPNotFound(headers=HEADERS) from None
        return web.Response(body=data, content_type=image_type(data), headers=HEADERS)

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """The page's line to the room: everything at once, then what is new; and what the page asks for."""
        check(request)
        page = web.WebSocketResponse(max_msg_size=frames.MAX_FRAME, heartbeat=20)
        await page.prepare(request)
        self._open.add(page)
        with self._adapter.room.page() as news:
            writing = asyncio.create_task(self._write(page, news))
            try:
                await self._read(page)
            finally:
                self._open.discard(page)
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
        return page

    async def _write(self, page: web.WebSocketResponse, news: "asyncio.Queue[News]") -> None:
        room = self._adapter.room
        with suppress(ConnectionError):
            await page.send_json(frames.hello(room, playing=self._morning.playing))
            while room.watched_by(news):
                item = await news.get()
                await page.send_json(
                    {"type": "message", "message": frames.line(item, room)} if isinstance(item, Said) else item
                )
        await page.close(code=WSCloseCode.TRY_AGAIN_LATER)

    async def _read(self, page: web.WebSocketResponse) -> None:
        async for frame in page:
            if frame.type is not WSMsgType.TEXT:
                continue
            if refusal := await self._obey(frame.data):
                with suppress(ConnectionError):
                    await page.send_json({"type": "error", "text": refusal})

    async def _obey(self, raw: str) -> str:
        """Do what a page asks for; why not, if not."""
        try:
            wish = frames.asked(raw)
            await self._do(wish)
        except (frames.BadFrameError, DeliveryError) as refusal:
            return str(refusal)
        except Exception:
            log.exception("demo_page_request_failed")
            return "出了点问题，请再试一次"
        return ""

    async def _do(self, wish: frames.Asked) -> None:
        does: dict[str, Callable[[], Awaitable[Any]]] = {
            "play": self._play,
            "stop": self._morning.stop,
            "reset": self._reset,
            "recall": lambda: self._adapter.recall(wish.who, wish.line),
            "say": lambda: self._adapter.say(
                wish.who, wish.text, quotes=wish.line, picture=wish.picture, private=wish.private
            ),
        }
        await does[wish.does]()

    async def _play(self) -> None:
        """Begin the morning in an empty group, for it tells a whole story."""
        await self._reset()
        await self._morning.start()

    async def _reset(self) -> None:
        await self._morning.stop()
        if self._on_reset is not None:
            await self._on_reset()
        self._adapter.reset()


def _file(path: Path) -> web.Response:
    charset = "utf-8" if path.suffix in _TEXT else None
    return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset=charset, headers=HEADERS)
