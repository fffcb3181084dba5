"""The console as a whole: its pages under one roof, mounted on the program's server."""

from aiohttp import web

from bot.console import (
    entering,
    figures_page,
    groups_page,
    learning_page,
    people_page,
    person_page,
    ticket_page,
    tickets_page,
    today_page,
)
from bot.console.bell import Bell
from bot.console.guard import explained, guarded, headed
from bot.console.parts import CONSOLE, ROOT, Console
from bot.console.rendering import STATIC, prepare

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES = {p.name: p for p in STATIC.iterdir() if p.suffix in _TYPES}


def mount(server: web.Application, console: Console) -> None:
    """Put the console on *server*, below `parts.ROOT`."""
    app = web.Application(middlewares=[headed, explained, guarded], client_max_size=2**20)
    app[CONSOLE] = console
    prepare(app)
    app.router.add_get("/static/{name}", file)
    pages = (entering, today_page, tickets_page, ticket_page, figures_page, learning_page, people_page, person_page)
    for part in (*pages, groups_page):
        part.mount(app)
    Bell(console).mount(app)
    server.router.add_get(ROOT, _home)
    server.add_subapp(ROOT, app)


async def _home(_request: web.Request) -> web.Response:
    raise web.HTTPFound(f"{ROOT}/")


async def file(request: web.Request) -> web.Response:
    """A file of the pages' looks."""
    path = _FILES.get(request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "no-cache"}
    return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)
