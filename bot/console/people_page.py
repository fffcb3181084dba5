"""The page 人: who holds which role where, which building has no leader, and codes for those who shall get a role."""

from typing import Any

from aiohttp import web

from bot.console import people_forms as forms
from bot.console.codes import FreshCode
from bot.console.drawing import qr
from bot.console.forms import FormError
from bot.console.parts import ROOT
from bot.console.people import actor, choices, collected, guarded, typed_in
from bot.console.rendering import back, page
from bot.domain.commands import GiveRole
from bot.domain.members import Role, may_appoint
from bot.handlers.binding import invite
from bot.handlers.execute import carry_out


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app.router.add_get("/people", show)
    app.router.add_post("/people/roles", give)
    app.router.add_post("/people/codes", make_code)
    app.router.add_post("/people/codes/withdraw", withdraw_code)
    app.router.add_get("/people/codes/{name}", show_code)
    app.router.add_get("/people/codes/{name}/qr.svg", draw_code)


async def show(request: web.Request) -> web.Response:
    """Everybody with a role, the buildings, the codes."""
    return await _page(request)


async def _page(request: web.Request, status: int = 200, **more: Any) -> web.Response:
    console, visitor = guarded(request)
    async with console.reading() as work:
        found = await collected(console, visitor, work)
    known = {
        "found": found,
        "by_role": [(r, [m for m in found.members if any(g.role is r for g in m.grants)]) for r in _ORDER],
        "uncovered": [c for c in found.covers if c.building and not c.leaders],
        "estates": sorted({p.estate for p in found.places if p.estate}),
        "acting": "code" if "role" in request.query else "",
        "typed": {name: request.query.get(name, "") for name in ("role", "estate", "building")},
        **choices(visitor),
    }
    return page(request, "people.html", status=status, **{**known, **more})


_ORDER = (Role.LEADER, Role.PROPERTY, Role.WORKER, Role.ADMIN)


async def give(request: web.Request) -> web.Response:
    """Give somebody a role."""
    console, visitor = guarded(request)
    typed = await typed_in(request)
    try:
        async with console.work() as work:
            found = await collected(console, visitor, work)
            errors: dict[str, str] = {}
            person, grant = None, None
            try:
                person = forms.read_person(typed)
            except FormError as error:
                errors |= error.errors
            try:
                grant = forms.read_grant(typed, visitor.member, found.places)
            except FormError as error:
                errors |= error.errors
            if person is None or grant is None:
                raise FormError(errors)
            by = actor(visitor, console)
            await carry_out(GiveRole(by=by, who=person.identity, name=person.name, grant=grant), console.context(work))
            await work.commit()
    except FormError as error:
        return await _page(request, 422, acting="give", typed=typed, errors=error.errors)
    return back(request, f"{ROOT}/people", f"{person.name}现在是{grant.estate}{grant.building}{grant.role.label}")


async def make_code(request: web.Request) -> web.Response:
    """Make a one-time code, and go to where it is shown."""
    console, visitor = guarded(request)
    typed = await typed_in(request)
    try:
        async with console.work() as work:
            found = await collected(console, visitor, work)
            grant, lasts = forms.read_grant(typed, visitor.member, found.places), forms.read_lasts(typed)
            code = await invite(grant.role, grant.estate, grant.building, console.context(work), lasts=lasts)
            await work.commit()
    except FormError as error:
        return await _page(request, 422, acting="code", typed=typed, errors=error.errors)
    now, session = console.now(), visitor.session.token_hash
    fresh = FreshCode(code=code, grant=grant, expires_at=now + lasts, session=session, made_at=now)
    return back(request, f"{ROOT}/people/codes/{console.fresh.keep(fresh)}")


def _fresh(request: web.Request) -> FreshCode:
    console, visitor = guarded(request)
    fresh = console.fresh.find(request.match_info["name"], visitor.session.token_hash, console.now())
    if fresh is None:
        raise web.HTTPNotFound
    return fresh


async def show_code(request: web.Request) -> web.Response:
    """The code, and how it is used; for a few minutes, to who made it."""
    return page(request, "code.html", fresh=_fresh(request), name=request.match_info["name"])


async def draw_code(request: web.Request) -> web.Response:
    """What is to be said to the bot, as a QR code."""
    return qr(f"绑定 {_fresh(request).code}")


async def withdraw_code(request: web.Request) -> web.Response:
    """Make a code useless."""
    console, visitor = guarded(request)
    wanted = (await typed_in(request)).get("code", "")
    async with console.work() as work:
        found = await collected(console, visitor, work)
        mine = [i for i in found.invitations if i.code_hash[:16] == wanted and may_appoint(visitor.member, i.grant)]
        for invitation in mine:
            await work.members.withdraw_invitation(invitation.code_hash)
        await work.commit()
    return back(request, f"{ROOT}/people", "绑定码已作废" if mine else "这个绑定码已经用过、过期或作废了")
