"""The page 群: groups with their settings and the notice they were given, and how the bot's accounts stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console import channels
from bot.console import groups_forms as forms
from bot.console.drawing import qr
from bot.console.forms import FormError
from bot.console.parts import ROOT, Console, Visitor, console_of, visitor_of
from bot.console.rendering import back, page
from bot.domain.channels import FORGETFUL, PLATFORMS
from bot.domain.commands import Actor, ChangeGroup, SwitchSampling
from bot.domain.errors import InvalidTransition, NotPermitted
from bot.domain.groups import NoticeGiven
from bot.domain.places import Place
from bot.domain.records import Conversation, Gap
from bot.domain.taxonomy import Category
from bot.handlers.execute import carry_out
from bot.handlers.noticing import notice_text
from bot.ports import UnitOfWork

_GROUP = r"/groups/{platform:[a-z]+}/{id}"


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app.router.add_get("/groups", show)
    app.router.add_get(_GROUP, show_group)
    app.router.add_post(_GROUP, change)
    app.router.add_post(f"{_GROUP}/sampling", switch)
    app.router.add_get(r"/channels/{name}/qr.svg", draw)
    app.router.add_post(r"/channels/gaps/{number:\d{1,9}}", look_through)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Everything of groups that a visitor may see."""

    groups: Sequence[Conversation]
    notices: Mapping[str, Sequence[NoticeGiven]]
    gaps: Sequence[Gap]
    places: Sequence[Place]

    def find(self, key: str) -> Conversation:
        """The group. Raises 404, also for one that is out of scope."""
        for group in self.groups:
            if group.ref.key == key:
                return group
        raise web.HTTPNotFound


def _guarded(request: web.Request) -> tuple[Console, Visitor]:
    """Console and visitor. Raises 404 for who is not of the community."""
    visitor = visitor_of(request)
    if not visitor.scope.of_community:
        raise web.HTTPNotFound
    return console_of(request), visitor


async def _collected(console: Console, visitor: Visitor, work: UnitOfWork) -> Groups:
    scope = visitor.scope
    met = await work.conversations.listed()
    groups = scope.groups(met)
    notices: dict[str, list[NoticeGiven]] = {}
    for given in await work.conversations.notices():
        notices.setdefault(given.conversation_key, []).append(given)
    gaps = channels.of_scope(await work.gaps.listed(), met, scope)
    named = [Place(estate=estate) for estate in console.estates]
    places = [*named, *(c.place for c in groups), *await work.tickets.buildings()]
    mine = [p for p in places if p.estate and scope.serves(p)]
    return Groups(groups=groups, notices=notices, gaps=gaps, places=mine)


async def show(request: web.Request) -> web.Response:
    """All groups, the new ones first, and the accounts."""
    console, visitor = _guarded(request)
    async with console.reading() as work:
        found = await _collected(console, visitor, work)
    logins = console.logins() if visitor.scope.runs_accounts else ()
    return page(
        request,
        "groups.html",
        found=found,
        new=[g for g in found.groups if is_new(g)],
        known=sorted((g for g in found.groups if not is_new(g)), key=lambda g: (g.estate, g.building, g.name)),
        channels=channels.channels(found.groups, found.gaps, logins),
        why=channels.why,
        forgetful=FORGETFUL,
        platforms=PLATFORMS,
        standing=lambda g: standing(g, console),
        version=console.policy.notice_version,
    )


def is_new(group: Conversation) -> bool:
    """Did nobody decide about it yet?"""
    return not group.enabled and group.watermark_at is None and not group.estate


def standing(group: Conversation, console: Console) -> tuple[str, str]:
    """How the bot stands with *group*: a mark for the looks, and words."""
    silent = group.silent_until
    if silent is not None and silent > console.now():
        for_good = silent.year > 9000
        return ("out", "被移出群") if for_good else ("out", f"被禁言到{silent.astimezone(console.zone):%m月%d日 %H:%M}")
    if group.enabled:
        return "in", "参加"
    return ("new", "刚看到") if is_new(group) else ("paused", "暂停")


def _key(request: web.Request) -> str:
    return f"{request.match_info['platform']}/group/{request.match_info['id']}"


async def show_group(request: web.Request) -> web.Response:
    """One group: its settings, and what its people were told."""
    return await _group(request)


async def _group(request: web.Request, status: int = 200, **more: Any) -> web.Response:
    console, visitor = _guarded(request)
    async with console.reading() as work:
        found = await _collected(console, visitor, work)
        text = notice_text(console.context(work), sampled=found.find(_key(request)).sampled)
    group = found.find(_key(request))
    known = {
        "group": group,
        "standing": standing(group, console),
        "platforms": PLATFORMS,
        "usual": console.usual,
        "hours": forms.HOURS,
        "never": forms.NEVER,
        "categories": list(Category),
        "left_alone": {c.value for c in group.rules.left_alone},
        "typed": forms.as_typed(group.enabled, group.place, group.rules),
        "notices": found.notices.get(group.ref.key, ()),
        "notice": text,
        "version": console.policy.notice_version,
        "estates": sorted({p.estate for p in found.places}),
        "buildings": sorted({p.building for p in found.places if p.building}),
    }
    return page(request, "group.html", status=status, **{**known, **more})


async def change(request: web.Request) -> web.Response:
    """Store the settings of a group."""
    console, visitor = _guarded(request)
    form = await request.post()
    typed = {k: v for k, v in form.items() if isinstance(v, str)}
    left_alone = {str(v) for v in form.getall("left_alone", [])}
    kept: dict[str, Any] = {"typed": typed, "left_alone": left_alone}
    try:
        async with console.work() as work:
            found = await _collected(console, visitor, work)
            group = found.find(_key(request))
            wanted = forms.read_group(typed, left_alone, found.places)
            command = ChangeGroup(
                by=Actor(member=visitor.member, at=console.now()),
                conversation_key=group.ref.key,
                enabled=wanted.enabled,
                estate=wanted.place.estate,
                building=wanted.place.building,
                rules=wanted.rules,
                seen=typed.get("seen", ""),
            )
            await carry_out(command, console.context(work))
            await work.commit()
    except FormError as error:
        return await _group(request, 422, errors=error.errors, **kept)
    except NotPermitted:
        return await _group(request, 422, errors={"estate": "这个小区不在您的范围里"}, **kept)
    except InvalidTransition as error:
        return await _group(request, 409, errors={"seen": str(error)})
    return back(request, f"{ROOT}/groups", f"{group.name or group.ref.id}：{_said(group, enabled=wanted.enabled)}")


def _said(group: Conversation, *, enabled: bool) -> str:
    if enabled and not group.enabled:
        return "楼事通开始参加，先在群里说清楚读什么、留什么"
    return "楼事通不再听、不再说" if group.enabled and not enabled else "设置已保存"


async def switch(request: web.Request) -> web.Response:
    """Let a group be sampled, or no longer."""
    console, visitor = _guarded(request)
    sampled = (await request.post()).get("sampled") == "yes"
    async with console.work() as work:
        group = (await _collected(console, visitor, work)).find(_key(request))
        by = Actor(member=visitor.member, at=console.now())
        command = SwitchSampling(by=by, conversation_key=group.ref.key, sampled=sampled)
        await carry_out(command, console.context(work))
        await work.commit()
    return back(request, request.path.removesuffix("/sampling"), "开始抽样" if sampled else "不再抽样，抽到的已删除")


async def draw(request: web.Request) -> web.Response:
    """The code that logs an account in, for administrators, as long as it is asked for."""
    console, visitor = _guarded(request)
    if not visitor.scope.runs_accounts:
        raise web.HTTPNotFound
    name = request.match_info["name"]
    login = next((x for x in console.logins() if x.name == name and x.code and not x.online), None)
    if login is None:
        raise web.HTTPNotFound
    return qr(login.code)


async def look_through(request: web.Request) -> web.Response:
    """Somebody looked through what was said in a gap."""
    console, visitor = _guarded(request)
    number = int(request.match_info["number"])
    async with console.work() as work:
        found = await _collected(console, visitor, work)
        gap = next((g for g in found.gaps if g.id == number), None)
        if gap is None:
            raise web.HTTPNotFound
        await work.gaps.fill([number], visitor.member.identity.key)
        await work.commit()
    said = "已经有人翻看过了" if gap.is_filled else "好，这一段记为翻看过了"
    return back(request, f"{ROOT}/" if (await request.post()).get("next") == "today" else f"{ROOT}/groups", said)
