"""The page of one ticket: what it was made of, where it stands, what can be done, and who looked at the names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.console.audiences import AUDIENCES, Matter
from bot.console.deciding import decide
from bot.console.deeds import choices, possible
from bot.console.forms import LONGEST
from bot.console.live import EVENTS
from bot.console.parts import ROOT, Console, Visitor, console_of, visitor_of
from bot.console.reasons import reasons
from bot.console.rendering import back, page
from bot.console.scope import picture_for, ticket_for
from bot.console.today import due_of, waiting_for
from bot.domain.errors import DeliveryError, NotPermitted
from bot.domain.logins import Note, Reveal
from bot.domain.members import Role
from bot.domain.messages import Identity
from bot.domain.records import Picture, PictureStatus
from bot.domain.text import visible
from bot.domain.tickets import TicketMessage
from bot.domain.waiting import desk

#: Names that were asked for are shown this long, to who asked.
SHOWN_FOR = timedelta(minutes=10)
_LEFT_OUT = {
    "mediation_asked": "请求调解",
    "call_back_due": "抽中回访",
    "debt": "欠群里一个回话",
    "list_proposed": "建议改清单",
}


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app.router.add_get(r"/tickets/{number:\d{1,9}}", show)
    app.router.add_post(r"/tickets/{number:\d{1,9}}", act)
    app.router.add_post(r"/tickets/{number:\d{1,9}}/note", add_note)
    app.router.add_post(r"/tickets/{number:\d{1,9}}/reveal", reveal)
    app.router.add_get(r"/tickets/{number:\d{1,9}}/pictures/{picture:\d{1,9}}", picture)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Everything stored that the page shows."""

    matter: Matter
    notes: Sequence[Note]
    reveals: Sequence[Reveal]
    pictures: Sequence[Picture]
    names: Mapping[Identity, str]
    groups: Mapping[str, str]

    def shows_names(self, visitor: Visitor, now: datetime) -> bool:
        """Did the visitor ask for the names just now?"""
        mine = [r.at for r in self.reveals if r.who == visitor.member.identity]
        return bool(mine) and now - mine[-1] < SHOWN_FOR


def _number(request: web.Request) -> int:
    return int(request.match_info["number"])


async def show(request: web.Request) -> web.Response:
    """The ticket, or as an audience sees it (`?as=group`)."""
    return await _page(request)


async def _page(request: web.Request, status: int = 200, **more: Any) -> web.Response:
    console, visitor = console_of(request), visitor_of(request)
    found = await _collected(console, visitor, _number(request))
    ticket, policy = found.matter.ticket, console.policy
    audience = request.query.get("as", "")
    known = {
        "ticket": ticket,
        "found": found,
        "line": policy.line(ticket),
        "policy": policy,
        "due": due_of(ticket, policy),
        "waiting": waiting_for(ticket, policy),
        "why": desk(ticket),
        "evidence": reasons(ticket.evidence),
        "messages": _messages(found, names=found.shows_names(visitor, console.now())),
        "course": _course(found),
        "deeds": possible(ticket, visitor.member),
        "choices": choices(policy),
        "revealed": found.shows_names(visitor, console.now()),
        "may_reveal": visitor.scope.serves(ticket.place),
        "audiences": AUDIENCES,
        "audience": audience if audience in AUDIENCES else "",
        "view": AUDIENCES[audience][1](found.matter) if audience in AUDIENCES else None,
        "acting": "",
    }
    return page(request, "ticket.html", status=status, **{**known, **more})


async def _collected(console: Console, visitor: Visitor, number: int) -> Collected:
    async with console.reading() as work:
        ticket = await ticket_for(visitor.scope, number, work)
        family, members = await work.tickets.merged_into(number), await work.members.listed()
        kept = [p for p in await work.pictures.of_ticket(number) if p.status is PictureStatus.KEPT and p.file]
        return Collected(
            matter=Matter(ticket=ticket, family=family, members=members, policy=console.policy, now=console.now()),
            notes=await work.notes.of_ticket(number),
            reveals=await work.notes.reveals(number),
            pictures=kept,
            names={m.identity: m.name or m.identity.user_id for m in members},
            groups={c.ref.key: c.name or c.ref.key for c in await work.conversations.listed()},
        )


def _messages(found: Collected, *, names: bool) -> list[dict[str, Any]]:
    """The messages with their pictures; without *names* nobody can be told by them."""
    cover = found.matter.cover

    def told(message: TicketMessage) -> dict[str, Any]:
        held = found.names.get(message.sender)
        alias = held or cover.who(message.sender, "")
        return {
            "who": (message.sender_name or message.sender.user_id) if names else alias,
            "text": message.text if names else cover.hide(message.text),
            "at": message.at,
            "part": message.part.label,
            "recalled": message.recalled,
            "group": found.groups.get(message.conversation.key, ""),
            "pictures": [p for p in found.pictures if (p.conversation.key, p.message_id) == message.ref],
        }

    return [told(m) for m in found.matter.ticket.messages]


def _course(found: Collected) -> list[dict[str, Any]]:
    """The history in sentences, the newest first; people with a role by name, residents by their letters."""
    teller, cover = found.matter.teller, found.matter.cover
    out = []
    for event in reversed(found.matter.ticket.history):
        said = teller.sentence(event) or _LEFT_OUT.get(event.name) or EVENTS.get(event.name, event.name)
        resident = event.role in ("", Role.RESIDENT)
        who = cover.who(event.by, event.role) if resident or event.by is None else found.names.get(event.by, "")
        role = "" if resident else Role(event.role).label
        out.append({"at": event.at, "who": who or role, "role": role if who != role else "", "text": said})
    return out


async def act(request: web.Request) -> web.Response:
    """Do something to the ticket; a mistake comes back with its form as it was typed."""
    number, form = _number(request), await request.post()
    typed = {k: v for k, v in form.items() if isinstance(v, str)}
    action, item = typed.get("action", ""), f"t{number}.{typed.get('seen', '0')}"
    done = await decide(item, action, typed, console_of(request), visitor_of(request))
    if done.errors:
        return await _page(request, 422, errors=dict(done.errors), typed=typed, acting=action)
    return back(request, f"{ROOT}/tickets/{number}", done.text)


async def add_note(request: web.Request) -> web.Response:
    """Write something beside it, for colleagues."""
    number, text = _number(request), visible(str((await request.post()).get("text", "")))
    if not text or len(text) > LONGEST:
        wrong = "写点什么再保存" if not text else f"太长了，最多{LONGEST}个字"
        return await _page(request, 422, errors={"text": wrong}, typed={"text": text}, acting="note")
    console, visitor = console_of(request), visitor_of(request)
    async with console.work() as work:
        await ticket_for(visitor.scope, number, work)
        await work.notes.add(Note(ticket=number, who=visitor.member.identity, at=console.now(), text=text))
        await work.commit()
    return back(request, f"{ROOT}/tickets/{number}#notes", "备注已保存")


async def reveal(request: web.Request) -> web.Response:
    """Show the names for a while, and write down who asked."""
    number, reason = _number(request), visible(str((await request.post()).get("reason", "")))[:LONGEST]
    console, visitor = console_of(request), visitor_of(request)
    if not reason:
        return await _page(request, 422, errors={"why": "请写一句为什么要看"}, acting="reveal")
    async with console.work() as work:
        ticket = await ticket_for(visitor.scope, number, work)
        if not visitor.scope.serves(ticket.place):
            raise NotPermitted("反映人是谁，只有社区工作者能看")
        seen = Reveal(ticket=number, who=visitor.member.identity, at=console.now(), reason=reason)
        await work.notes.reveal(seen)
        await work.commit()
    return back(request, f"{ROOT}/tickets/{number}", "姓名和门牌显示十分钟；这次查看已记录")


async def picture(request: web.Request) -> web.StreamResponse:
    """A picture of the ticket: only the re-encoded file, only within scope."""
    console, number = console_of(request), int(request.match_info["picture"])
    async with console.reading() as work:
        kept = await picture_for(visitor_of(request).scope, _number(request), number, work)
    try:
        data = await console.picture(kept.file)
    except DeliveryError as error:
        raise web.HTTPNotFound from error
    headers = {"Content-Disposition": f'inline; filename="{number}.jpg"'}
    return web.Response(body=data, content_type="image/jpeg", headers=headers)
