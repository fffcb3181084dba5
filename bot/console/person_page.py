"""The page of one member: the roles, changed or withdrawn, and the number, shown to who says why."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.console import people_forms as forms
from bot.console.forms import FormError
from bot.console.parts import ROOT, Console, Visitor
from bot.console.people import People, actor, choices, collected, guarded, typed_in
from bot.console.rendering import back, page
from bot.domain.commands import Actor, GiveRole, WithdrawRole
from bot.domain.errors import InvalidTransition, NotPermitted
from bot.domain.groups import only_leader_of
from bot.domain.logins import Look
from bot.domain.members import Grant, Member, Role
from bot.domain.messages import Identity
from bot.domain.places import Place
from bot.domain.text import visible
from bot.handlers.execute import carry_out

#: A number that was asked for is shown this long, to who asked.
SHOWN_FOR = timedelta(minutes=10)
_LONGEST_REASON = 100

_WHO = r"/people/{platform:[a-z]+}/{account}"


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app.router.add_get(_WHO, show_person)
    app.router.add_post(_WHO, change)
    app.router.add_post(f"{_WHO}/look", look)


def _who(request: web.Request) -> Identity:
    return Identity(platform=request.match_info["platform"], user_id=request.match_info["account"])


async def show_person(request: web.Request) -> web.Response:
    """One member: the roles, to be changed or withdrawn, and who looked at the number."""
    return await _person(request)


async def _person(request: web.Request, status: int = 200, **more: Any) -> web.Response:
    console, visitor = guarded(request)
    async with console.reading() as work:
        found = await collected(console, visitor, work)
    member = found.find(_who(request))
    looks = [look for look in found.looks if look.of == member.identity]
    known = {
        "member": member,
        "looks": looks,
        "names": found.names,
        "shown": _is_shown(looks, visitor, console.now()),
        "alone": {forms.named(g): only_leader_of(member, g, found.covers) for g in member.grants},
        "may": [g for g in member.grants if g.role in forms.roles_for(visitor.member)],
        "estates": sorted({p.estate for p in found.places if p.estate}),
        "acting": "",
        "sure": "",
        "gone": "",
        **choices(visitor),
    }
    return page(request, "person.html", status=status, **{**known, **more})


def _is_shown(looks: Sequence[Look], visitor: Visitor, now: datetime) -> bool:
    mine = [look.at for look in looks if look.who == visitor.member.identity]
    return bool(mine) and now - mine[-1] < SHOWN_FOR


async def change(request: web.Request) -> web.Response:
    """Change or withdraw one role. Who would leave a building without a leader is asked first."""
    console, visitor = guarded(request)
    typed = await typed_in(request)
    meant = typed.get("grant", "")
    try:
        said = await _changed(typed, _who(request), console, visitor)
    except _LeavesNobody as left:
        doing = typed.get("action", "")
        return await _person(request, 409, acting=meant, typed=typed, sure=str(left), doing=doing)
    except FormError as error:
        return await _person(request, 422, acting=meant, typed=typed, errors=error.errors)
    except InvalidTransition as refusal:
        return await _person(request, 409, gone=str(refusal))
    except NotPermitted as refusal:
        return await _person(request, 403, acting=meant, typed=typed, errors={"estate": str(refusal)})
    async with console.reading() as work:
        rest = visitor.scope.members([await work.members.get(_who(request))])
    return back(request, request.path if rest else f"{ROOT}/people", said)


class _LeavesNobody(Exception):
    """Buildings, in words, that nobody would lead afterwards."""


async def _changed(typed: Mapping[str, str], who: Identity, console: Console, visitor: Visitor) -> str:
    """Carry out the change that was typed; what happened, in words. Raises `_LeavesNobody` unless that is meant."""
    async with console.work() as work:
        found = await collected(console, visitor, work)
        member = found.find(who)
        old = forms.grant_named(typed.get("grant", ""), member)
        if old is None:
            raise InvalidTransition("这个角色已经被别人改过或者撤掉了")
        withdraws = typed.get("action") == "withdraw"
        new = None if withdraws else forms.read_grant(typed, visitor.member, found.places)
        if new == old:
            return "没有改动"
        if not typed.get("sure") and (left := _left(member, old, new, found)):
            raise _LeavesNobody(left)
        await carry_out(_command(member, old, new, actor(visitor, console)), console.context(work))
        await work.commit()
    return _done(member, old, new)


def _command(member: Member, old: Grant, new: Grant | None, by: Actor) -> GiveRole | WithdrawRole:
    if new is None:
        return WithdrawRole(by=by, who=member.identity, grant=old)
    return GiveRole(by=by, who=member.identity, name=member.name, grant=new, instead_of=old)


def _done(member: Member, old: Grant, new: Grant | None) -> str:
    name = member.name or member.identity.user_id
    if new is None:
        return f"{name}不再是{old.estate}{old.building}{old.role.label}"
    return f"{name}现在是{new.estate}{new.building}{new.role.label}"


def _left(member: Member, old: Grant, new: Grant | None, found: People) -> str:
    """The buildings that nobody leads afterwards, in words; empty: none."""
    lost = only_leader_of(member, old, found.covers)
    keeps = [new] if new is not None else []
    after = Member(identity=member.identity, grants=tuple(g for g in keeps if g.role is Role.LEADER))
    still = [c for c in lost if not any(g.covers(Place(estate=c.estate, building=c.building)) for g in after.grants)]
    return "、".join(f"{c.estate}{c.building}" for c in still)


async def look(request: web.Request) -> web.Response:
    """Show the number to who says why, and write it down."""
    console, visitor = guarded(request)
    reason = visible(str((await request.post()).get("reason", ""))).strip()[:_LONGEST_REASON]
    if not reason:
        return await _person(request, 422, acting="look", errors={"reason": "请写为什么要看"})
    async with console.work() as work:
        member = (await collected(console, visitor, work)).find(_who(request))
        seen = Look(of=member.identity, who=visitor.member.identity, at=console.now(), reason=reason)
        await work.members.note_look(seen)
        await work.commit()
    return back(request, request.path, "号码显示十分钟；这次查看已记录")
