"""The door: who comes in, what every answer carries, and what a refusal looks like."""

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import web

from bot.console import sessions
from bot.console.parts import ROOT, console_of, csrf_of, known_visitor, let_in
from bot.console.rendering import HEADERS, page
from bot.domain.errors import (
    BotError,
    InvalidTransition,
    NotPermitted,
    ReviewNotFound,
    StaleTicket,
    TicketNotFound,
)

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Open to everybody: the door itself, and what it looks like.
_OPEN = (f"{ROOT}/login", f"{ROOT}/enter/", f"{ROOT}/static/")
#: Who asks for these is a script, and is told instead of led.
_NOT_PAGES = ("application/json", "text/event-stream")
_STATUS: dict[type[BotError], int] = {
    TicketNotFound: 404,
    ReviewNotFound: 404,
    NotPermitted: 403,
    InvalidTransition: 409,
    StaleTicket: 409,
}
_SAYS = {
    403: "这里不能进去",
    404: "没有这一页，或者不在您的范围里",
    405: "这一页不能这样打开",
    409: "没有做成",
    413: "送来的东西太大了",
}


@web.middleware
async def headed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer carries the same strict headers."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(HEADERS)
        raise
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response


@web.middleware
async def explained(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A refusal is a page with a sentence."""
    try:
        return await handler(request)
    except BotError as error:
        status = _STATUS.get(type(error), 500)
        return _refusal(request, status, "" if status == 404 else str(error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _refusal(request, error.status, error.text if error.status == 403 and error.text else "")
    except Exception:
        log.exception("console_request_failed", path=request.path)
        return _refusal(request, 500, "")


def _refusal(request: web.Request, status: int, sentence: str) -> web.Response:
    if "application/json" in request.headers.get("Accept", ""):
        return web.json_response({"ok": False, "text": sentence or _SAYS.get(status, "出了点问题")}, status=status)
    said = _SAYS.get(status, "出了点问题，请再试一次")
    return page(request, "refusal.html", status=status, title=said, sentence=sentence)


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Who is known goes in; who is not, to the login. What changes something must come from our own form."""
    visitor = await sessions.find(request, console_of(request)) if not _static(request) else None
    if visitor is not None:
        let_in(request, visitor)
    if request.method not in ("GET", "HEAD"):
        await _check_form(request)
    if visitor is None and not request.path.startswith(_OPEN):
        if request.method == "GET" and not any(kind in request.headers.get("Accept", "") for kind in _NOT_PAGES):
            raise web.HTTPSeeOther(f"{ROOT}/login?next={quote(request.path_qs)}")
        raise web.HTTPForbidden(text="请先登录")
    return await handler(request)


def _static(request: web.Request) -> bool:
    return request.path.startswith(f"{ROOT}/static/")


async def _check_form(request: web.Request) -> None:
    """Raises 403 unless *request* carries the mark of a form that was made for this browser."""
    origin = request.headers.get("Origin", "")
    visitor = known_visitor(request)
    token = visitor.token if visitor else request.cookies.get(sessions.DOOR_COOKIE, "")
    given = (await request.post()).get("csrf", "")
    good = isinstance(given, str) and hmac.compare_digest(given.encode(), csrf_of(token).encode())
    if not token or not good or (origin and urlsplit(origin).netloc != request.host):
        raise web.HTTPForbidden(text="这张表单过期了，请回到上一页刷新后再试")
