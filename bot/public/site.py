"""The public pages on the server. Off for every estate that is not named; what is not shown is not there: one 404."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from urllib.parse import quote

import aiohttp_jinja2
from aiohttp import web
from jinja2 import FileSystemLoader, StrictUndefined

from bot.domain.backlog import Page, TicketList
from bot.domain.errors import TicketNotFound
from bot.domain.members import Grant, Role
from bot.domain.places import same_place
from bot.ports import Clock, UnitOfWork, UnitOfWorkFactory
from bot.public.matters import Matter, is_public, matter

ROOT = "/gongshi"
_HERE = Path(__file__).parent
#: What was settled longer ago is not on the estate's page; its own page stays.
_LATELY = timedelta(days=90)
#: So many tickets are looked through, so many shown, and the page is made anew after this long.
_PORTION, _PORTIONS, _MOST = 200, 5, 100
_FRESH = timedelta(minutes=1)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "public, max-age=60",
}
_EVERYWHERE = [Grant(role=Role.ADMIN)]
_HIDDEN_FROM_SEARCH = "noindex, nofollow, noarchive"


@dataclass(slots=True, kw_only=True)
class Public:
    """What the public pages are made of."""

    reading: UnitOfWorkFactory
    clock: Clock
    zone: tzinfo
    #: Code of a responsible body → what it is called.
    bodies: Mapping[str, str]
    #: The estates that are shown.
    estates: tuple[str, ...]
    #: May search engines list the pages?
    indexable: bool = False
    #: Estate → its matters, and when they were read.
    kept: dict[str, tuple[datetime, tuple[Matter, ...]]] = field(default_factory=dict)

    def now(self) -> datetime:
        """Local time."""
        return self.clock.now().astimezone(self.zone)


PUBLIC = web.AppKey("public", Public)


def mount(server: web.Application, public: Public) -> None:
    """Put the pages on *server* if any estate is shown."""
    if not public.estates:
        return
    app = web.Application()
    app[PUBLIC] = public
    environment = aiohttp_jinja2.setup(
        app, loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["root"] = ROOT
    environment.filters["address"] = lambda estate: f"{ROOT}/{quote(estate, safe='')}"
    app.router.add_get("/static/public.css", _looks)
    app.router.add_get("/{estate}", _estate)
    app.router.add_get(r"/{estate}/{number:[1-9]\d{0,8}}", _matter)
    server.add_subapp(ROOT, app)
    server.router.add_get("/robots.txt", _robots)
    server[PUBLIC] = public


async def _estate(request: web.Request) -> web.Response:
    """What the estate raised: what is under way first, then what was settled lately."""
    public = request.app[PUBLIC]
    estate = _named(request)
    matters = await _matters(public, estate)
    shown = {"estate": estate, "open": [m for m in matters if not m.is_settled][:_MOST]}
    return _page(request, "estate.html", **shown, settled=[m for m in matters if m.is_settled][:_MOST])


async def _matter(request: web.Request) -> web.Response:
    """The permanent page of one matter."""
    public, estate = request.app[PUBLIC], _named(request)
    async with public.reading() as work:
        try:
            ticket = await work.tickets.get(int(request.match_info["number"]))
        except TicketNotFound as error:
            raise web.HTTPNotFound from error
    if not is_public(ticket) or not same_place(ticket.place.estate, estate):
        raise web.HTTPNotFound
    return _page(request, "matter.html", estate=estate, matter=matter(ticket, public.bodies, public.now()))


def _named(request: web.Request) -> str:
    """The estate of the address. Raises 404 if it is not one that is shown."""
    asked, estates = request.match_info["estate"], request.app[PUBLIC].estates
    if asked not in estates:
        raise web.HTTPNotFound
    return asked


async def _matters(public: Public, estate: str) -> tuple[Matter, ...]:
    """The matters of *estate*, the newest first; read at most once a minute, however many people look."""
    now = public.now()
    known = public.kept.get(estate)
    if known is None or not timedelta() <= now - known[0] < _FRESH:
        async with public.reading() as work:
            known = public.kept[estate] = (now, tuple(await _read(public, estate, now, work)))
    return known[1]


async def _read(public: Public, estate: str, now: datetime, work: UnitOfWork) -> list[Matter]:
    found: list[Matter] = []
    page, portions = Page(next=()), 0
    while page.next is not None and portions < _PORTIONS:
        wanted = TicketList(estate=estate, limit=_PORTION, after=page.next or None)
        page, portions = await work.backlog.page(wanted, _EVERYWHERE, now), portions + 1
        shown = (t for t in page.tickets if is_public(t))
        late = (t for t in shown if t.is_open or (t.resolved_at and now - t.resolved_at < _LATELY))
        found += [matter(t, public.bodies, now) for t in late]
    return found


def _page(request: web.Request, template: str, **context: object) -> web.Response:
    public = request.app[PUBLIC]
    robots = "" if public.indexable else _HIDDEN_FROM_SEARCH
    response = aiohttp_jinja2.render_template(template, request, {**context, "robots": robots, "now": public.now()})
    response.headers.update(_HEADERS)
    if robots:
        response.headers["X-Robots-Tag"] = robots
    return response


async def _looks(_request: web.Request) -> web.Response:
    """The pages' looks."""
    text = (_HERE / "static" / "public.css").read_text("utf-8")
    return web.Response(text=text, content_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


async def _robots(request: web.Request) -> web.Response:
    """Whether search engines may look."""
    public = request.app[PUBLIC]
    allowed = f"Allow: {ROOT}/\n" if public.indexable else ""
    return web.Response(text=f"User-agent: *\n{allowed}Disallow: /\n")
