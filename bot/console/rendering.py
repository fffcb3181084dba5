"""How pages are made: the templates, what they may call, and what all of them know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import aiohttp_jinja2
from aiohttp import web
from jinja2 import FileSystemLoader, StrictUndefined

from bot.console.parts import ROOT, console_of, csrf_of, known_visitor
from bot.console.scope import Scope

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
FLASH = "loushi_flash"

#: Nothing from elsewhere, nothing inline, nothing embedded, nothing guessed, nothing kept.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the main pages, as the head of every page names it."""

    #: Below the root.
    path: str
    name: str
    #: Who finds it there; a page guards itself besides.
    seen_by: Callable[[Scope], bool] = bool


def by_community(scope: Scope) -> bool:
    """Are they there for the community?"""
    return scope.of_community


NAVIGATION: list[Entry] = [
    Entry("/", "今日"),
    Entry("/tickets", "工单"),
    Entry("/figures", "图表"),
    Entry("/learning", "学习", by_community),
    Entry("/people", "人", by_community),
    Entry("/groups", "群", by_community),
]


def current(entry: Entry, path: str) -> bool:
    """Is *path* the page of *entry*, or below it?"""
    inside = path.removeprefix(ROOT)
    return inside == entry.path or (entry.path != "/" and inside.startswith(f"{entry.path}/"))


def prepare(app: web.Application) -> None:
    """Make *app* able to show pages."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = moment
    environment.filters["ago"] = ago
    environment.globals["root"] = ROOT


def page(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    """The page *template*, for whoever asks."""
    visitor = known_visitor(request)
    console = console_of(request)
    known: Mapping[str, Any] = {
        "visitor": visitor,
        "csrf": visitor.csrf if visitor else csrf_of(request.cookies.get("loushi_door", "")),
        "navigation": [e for e in NAVIGATION if visitor and e.seen_by(visitor.scope)],
        "current": current,
        "path": request.path,
        "now": console.now(),
        "flash": unquote(request.cookies.get(FLASH, "")),
        "errors": {},
        "typed": {},
    }
    response = aiohttp_jinja2.render_template(template, request, {**known, **context}, status=status)
    if FLASH in request.cookies:
        response.del_cookie(FLASH, path=ROOT)
    return response


def back(request: web.Request, to: str, said: str = "") -> web.Response:
    """Go *to* a page of the console, and say something there."""
    response = web.Response(status=303, headers={"Location": to})
    if said:
        response.set_cookie(FLASH, quote(said[:300]), path=ROOT, httponly=True, samesite="Lax", max_age=60)
    return response


def moment(at: datetime, now: datetime) -> str:
    """*at* as people say it: 今天 09:30, 昨天 18:00, 3月10日 09:30."""
    local = at.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    day = {0: "今天", 1: "昨天", -1: "明天"}.get(days, f"{local.month}月{local.day}日")
    year = f"{local.year}年" if local.year != now.year else ""
    return f"{year}{day} {local:%H:%M}"


def ago(at: datetime, now: datetime) -> str:
    """How far *at* is from *now*: 还有2小时, 超了3天."""
    away = at - now
    return f"还有{span(away)}" if away >= timedelta() else f"超了{span(-away)}"


def span(length: timedelta) -> str:
    """A length of time, in its largest unit."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 1)}分钟"
    return f"{minutes // 60}小时" if minutes < 48 * 60 else f"{minutes // 1440}天"
