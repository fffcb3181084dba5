"""Coming in and going out: the login, the one-time link, the list of sessions."""

import secrets
from typing import Any

from aiohttp import web

from bot.console import passwords, sessions
from bot.console.parts import ROOT, console_of, csrf_of, known_visitor, visitor_of
from bot.console.rendering import back, page
from bot.domain.messages import Identity
from bot.handlers.entering import link_hash


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app.router.add_get("/login", show_login)
    app.router.add_post("/login", log_in)
    app.router.add_post("/logout", log_out)
    app.router.add_get("/enter/{token}", show_link)
    app.router.add_post("/enter/{token}", use_link)
    app.router.add_get("/sessions", show_sessions)
    app.router.add_post("/sessions", end_session)


def _goal(text: str) -> str:
    """Where to go after the login: a page of the console, nothing else."""
    inside = text.startswith(f"{ROOT}/") and not text.startswith(f"{ROOT}//") and "\\" not in text
    return text if inside and text.isprintable() else f"{ROOT}/"


def _at_the_door(request: web.Request, template: str, status: int = 200, **context: Any) -> web.Response:
    """A page with a form for somebody who is not known yet."""
    token = request.cookies.get(sessions.DOOR_COOKIE) or secrets.token_urlsafe(24)
    response = page(request, template, status=status, csrf=csrf_of(token), **context)
    sessions.set_cookie(response, request, sessions.DOOR_COOKIE, token)
    return response


async def show_login(request: web.Request) -> web.Response:
    """The login; who is in already goes on."""
    goal = _goal(request.query.get("next", ""))
    if known_visitor(request):
        return back(request, goal)
    return _at_the_door(request, "login.html", goal=goal)


async def log_in(request: web.Request) -> web.Response:
    """Check name and password. Nobody learns which of them was wrong."""
    console, form = console_of(request), await request.post()
    name, goal = str(form.get("name", "")).strip(), _goal(str(form.get("next", "")))
    address = sessions.address_of(request, console)
    async with console.door:
        found = await passwords.check(name, str(form.get("password", "")), address, console.now(), console.work)
    if isinstance(found, str):
        wrong = {"errors": {"password": found}, "typed": {"name": name}}
        return _at_the_door(request, "login.html", status=403, goal=goal, **wrong)
    return await _enter(request, found.identity, goal)


async def _enter(request: web.Request, who: Identity, goal: str) -> web.Response:
    token = await sessions.begin(request, console_of(request), who)
    response = back(request, goal)
    sessions.set_cookie(response, request, sessions.COOKIE, token)
    sessions.set_cookie(response, request, sessions.DOOR_COOKIE, "")
    return response


async def log_out(request: web.Request) -> web.Response:
    """End this session."""
    async with console_of(request).work() as work:
        await work.logins.end(visitor_of(request).session.token_hash)
        await work.commit()
    response = back(request, f"{ROOT}/login")
    sessions.set_cookie(response, request, sessions.COOKIE, "")
    return response


async def show_link(request: web.Request) -> web.Response:
    """Ask to go in: chat programs open links by themselves to show a preview, and that must not use one up."""
    return _at_the_door(request, "enter.html")


async def use_link(request: web.Request) -> web.Response:
    """Let the member of the link in, once."""
    console, key = console_of(request), link_hash(request.match_info["token"])
    async with console.work() as work:
        link = await work.logins.link(key)
        usable = link is not None and console.now() < link.expires_at and await work.logins.use_link(key)
        await work.commit()
    if link is None or not usable:
        return _at_the_door(request, "enter.html", status=403, errors={"link": "这个链接用过了，或者过了十分钟"})
    return await _enter(request, link.who, f"{ROOT}/")


async def show_sessions(request: web.Request) -> web.Response:
    """My sessions; an administrator's also everybody else's."""
    visitor = visitor_of(request)
    async with console_of(request).work() as work:
        found = await work.logins.sessions(None if visitor.scope.is_admin else visitor.member.identity)
        names = {s.who: (await work.members.get(s.who)).name or s.who.user_id for s in found}
    return page(request, "sessions.html", sessions=found, names=names)


async def end_session(request: web.Request) -> web.Response:
    """End one of those that the list shows."""
    visitor, wanted = visitor_of(request), str((await request.post()).get("session", ""))
    async with console_of(request).work() as work:
        mine = await work.logins.sessions(None if visitor.scope.is_admin else visitor.member.identity)
        ended = [s for s in mine if s.id == wanted]
        for session in ended:
            await work.logins.end(session.token_hash)
        await work.commit()
    return back(request, f"{ROOT}/sessions", "已让那台设备退出" if ended else "没有这台设备")
