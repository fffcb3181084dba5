"""The page 今日, and the door through which its decisions come."""

from typing import Any

from aiohttp import web

from bot.console import channels
from bot.console.deciding import Outcome, decide
from bot.console.deeds import choices
from bot.console.parts import ROOT, Console, Visitor, console_of, visitor_of
from bot.console.rendering import back, page
from bot.console.tickets_page import list_in
from bot.console.today import Section, sections
from bot.domain.records import PostStatus
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Status

#: So many decisions at once.
_MOST = 200


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app.router.add_get("/", show)
    app.router.add_post("/decide", take)


async def show(request: web.Request) -> web.Response:
    """What waits for whoever asks; with `?part=list` only the list, for the page's own script."""
    console, visitor = console_of(request), visitor_of(request)
    found, groups = await _collected(console, visitor)
    template = "today_list.html" if request.query.get("part") == "list" else "today.html"
    return page(
        request,
        template,
        sections=found,
        groups=groups,
        gap_why=channels.why,
        gap_of=channels.place_of,
        waiting=sum(s.count for s in found),
        choices=choices(console.policy),
        tiers=list(Tier),
    )


async def _collected(console: Console, visitor: Visitor) -> tuple[list[Section], dict[str, str]]:
    """The sections, and what groups are called."""
    scope = visitor.scope
    async with console.reading() as work:
        desked, pending = await work.tickets.on_desk(), await work.tickets.listed(Status.PENDING)
        tickets = {t.number: t for t in scope.tickets([*desked, *pending])}
        reviews = scope.reviews(await work.reviews.listed())
        conversations = await work.conversations.listed()
        by_hand = await work.outbox.in_status(PostStatus.BY_HAND) if scope.of_community else []
        gaps = channels.of_scope(await work.gaps.listed(), conversations, scope)
        members = await work.members.listed()
    posts = scope.posts(by_hand, conversations)
    waiting = sections(visitor, tickets.values(), reviews, posts, gaps, members, console.policy, console.now())
    return waiting, {c.ref.key: c.name or c.ref.key for c in conversations}


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
