"""The page 今日, and the door through which its decisions come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.console import channels
from bot.console.deciding import Outcome, decide
from bot.console.deeds import choices
from bot.console.list_address import write
from bot.console.list_rows import RESTS
from bot.console.parts import ROOT, Console, Visitor, console_of, visitor_of
from bot.console.rendering import back, page
from bot.console.scope import Scope
from bot.console.tickets_page import list_in
from bot.console.today import Section, Why, sections
from bot.domain.backlog import Sort, TicketList
from bot.domain.records import PostStatus
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Status, Ticket
from bot.domain.waiting import Desk
from bot.ports import UnitOfWork

#: So many decisions at once.
_MOST = 200
#: So many tickets that wait are brought here, the most pressing; and a count of them goes no further than that.
_BROUGHT, _COUNTED = 150, 100_000


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app.router.add_get("/", show)
    app.router.add_post("/decide", take)


async def show(request: web.Request) -> web.Response:
    """What waits for whoever asks; with `?part=list` only the list, for the page's own script."""
    console, visitor = console_of(request), visitor_of(request)
    found = await _collected(console, visitor)
    template = "today_list.html" if request.query.get("part") == "list" else "today.html"
    return page(
        request,
        template,
        sections=found.sections,
        groups=found.groups,
        gap_why=channels.why,
        gap_of=channels.place_of,
        choices=choices(console.policy),
        tiers=list(Tier),
        rests={why.value: write(rest, console.zone) for why, rest in RESTS.items()},
        beyond=found.beyond,
        desk=write(_DESK, console.zone),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Collected:
    """What the page shows."""

    sections: list[Section]
    #: What groups are called.
    groups: dict[str, str]
    #: So many tickets on the desk were not brought here.
    beyond: int = 0


_PENDING = TicketList(statuses=frozenset({Status.PENDING}), sort=Sort.URGENCY, limit=_BROUGHT)
#: Only the community's.
_DESK = TicketList(desks=frozenset(Desk), sort=Sort.URGENCY, limit=_BROUGHT)


async def _collected(console: Console, visitor: Visitor) -> _Collected:
    """Everything that the page shows, and not much more of it than that."""
    scope, now = visitor.scope, console.now()
    async with console.reading() as work:
        pending, unseen = await _brought(_PENDING, scope, work, now)
        desked, beyond = await _brought(_DESK, scope, work, now) if scope.of_community else ((), 0)
        reviews = scope.reviews(await work.reviews.listed())
        conversations = await work.conversations.listed()
        by_hand = await work.outbox.in_status(PostStatus.BY_HAND) if scope.of_community else []
        gaps = channels.of_scope(await work.gaps.listed(), conversations, scope)
        members = await work.members.listed()
    tickets = {t.number: t for t in (*pending, *desked)}
    posts = scope.posts(by_hand, conversations)
    found = sections(visitor, tickets.values(), reviews, posts, gaps, members, console.policy, now)
    unseen -= sum(t.status is Status.PENDING for t in tickets.values()) - len(pending)
    return _Collected(
        sections=[replace(s, more=s.more + unseen) if s.why is Why.UNCONFIRMED else s for s in found],
        groups={c.ref.key: c.name or c.ref.key for c in conversations},
        beyond=beyond,
    )


async def _brought(wanted: TicketList, scope: Scope, work: UnitOfWork, now: datetime) -> tuple[Sequence[Ticket], int]:
    """The most pressing of what is *wanted*, and how many more there are."""
    found = await work.backlog.page(wanted, scope.grants, now)
    if found.next is None:
        return found.tickets, 0
    return found.tickets, await work.backlog.count(wanted, scope.grants, now, _COUNTED) - len(found.tickets)


async def take(request: web.Request) -> web.Response:
    """Carry out one decision about one or many items."""
    form = await request.post()
    items = [str(item) for item in form.getall("item", [])][:_MOST]
    typed: dict[str, Any] = {k: v for k, v in form.items() if isinstance(v, str)}
    console, visitor = console_of(request), visitor_of(request)
    outcomes = [await decide(item, str(form.get("action", "")), typed, console, visitor) for item in items]
    if "application/json" in request.headers.get("Accept", ""):
        return web.json_response({"results": [_told(o) for o in outcomes]})
    return back(request, _goal(typed.get("next", ""), console), _summary(outcomes))


def _told(outcome: Outcome) -> dict[str, Any]:
    return {"item": outcome.item, "ok": outcome.ok, "text": outcome.text, "number": outcome.number}


def _goal(text: str, console: Console) -> str:
    """Back to the ticket's page or to the list, if the decision was taken there."""
    number = text.removeprefix(f"{ROOT}/tickets/")
    if number.isascii() and number.isdecimal() and number != text:
        return text
    return list_in(text, console) or f"{ROOT}/"


def _summary(outcomes: list[Outcome]) -> str:
    """What became of them, in a sentence or two."""
    failed = [o.text for o in outcomes if not o.ok]
    done = [o.text for o in outcomes if o.ok]
    if len(done) > 1:
        done = [f"{len(done)}件已处理"]
    return "；".join([*done, *failed]) or "没有选中任何一件"
