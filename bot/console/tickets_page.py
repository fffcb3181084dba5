"""The page 工单: all tickets that may be seen, filtered and sorted by its address; and the same list as a file."""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import structlog
from aiohttp import web

from bot.console.deeds import choices
from bot.console.figures_desk import looked_up
from bot.console.list_address import OPEN_WORD, Asked, last_day, read, write
from bot.console.list_rows import FIRST, buildings, chips, in_words, lines, status_of, tabs
from bot.console.parts import ROOT, Console, Visitor, console_of, visitor_of
from bot.console.rendering import page
from bot.documents.hiding import roster_of
from bot.documents.sheets import Cell, Sheet, as_excel
from bot.documents.statistics import list_sheet
from bot.domain.backlog import Due, Page, Sort, TicketList
from bot.domain.errors import InvalidTransition
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status

log = structlog.get_logger(__name__)

#: Rows of a page; the count goes no further than this; so many rows fit into one file.
_ROWS, _COUNTED, _EXPORTED = 50, 1000, 20_000
#: So many tickets are read at once for a file.
_AT_ONCE = 500
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PATH = f"{ROOT}/tickets"


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app.router.add_get("/tickets", show)
    app.router.add_get("/tickets.xlsx", export)


def _asked(request: web.Request, console: Console) -> Asked:
    query = [(name, value) for name, value in request.query.items()]
    return read(query, console.zone, choices(console.policy)["bodies"])


async def _looked_up(request: web.Request, asked: Asked) -> Asked:
    """*asked*, with the tickets of the figure that it names."""
    try:
        return replace(asked, wanted=await looked_up(request, asked.wanted))
    except ValueError as error:
        return Asked(wanted=replace(asked.wanted, figure=""), errors={**asked.errors, "figure": str(error)})


async def show(request: web.Request) -> web.Response:
    """The list that the address asks for; without any question, what is still to be done."""
    console, visitor = console_of(request), visitor_of(request)
    if not request.query:
        raise web.HTTPSeeOther(f"{_PATH}?{write(FIRST, console.zone)}")
    asked = await _looked_up(request, _asked(request, console))
    wanted, now, grants = replace(asked.wanted, limit=_ROWS), console.now(), visitor.scope.grants
    async with console.reading() as work:
        found = await work.backlog.page(wanted, grants, now)
        count = await work.backlog.count(wanted, grants, now, _COUNTED)
        members = await work.members.listed()
        places = [p for p in await work.tickets.buildings() if visitor.scope.sees(p)]
    return page(
        request,
        "tickets.html",
        errors=asked.errors,
        wanted=wanted,
        stands=status_of(wanted),
        lines=lines(found.tickets, visitor.member, members, console.policy, now),
        count=f"{count}件" if count < _COUNTED else f"{_COUNTED}件以上",
        estates=list(dict.fromkeys(p.estate for p in places)),
        buildings=buildings(places, wanted.estate),
        chips=chips(wanted, console.policy, console.zone),
        tabs=tabs(wanted, console.zone),
        zone=console.zone,
        choices={**choices(console.policy), **_CHOICES},
        here=write(wanted, console.zone),
        last_day=last_day(wanted, console.zone),
        **_ways(wanted, found, console),
    )


_WORDS = {"tiers": Tier, "categories": Category, "urgencies": Urgency, "dues": Due, "sorts": Sort}
_CHOICES = {
    "statuses": {OPEN_WORD: "没办完的", **{status.value: status.label for status in Status}},
    **{name: {word.value: word.label for word in words} for name, words in _WORDS.items()},
}


def _ways(wanted: TicketList, found: Page, console: Console) -> dict[str, Any]:
    """Addresses of the pages around, of the whole list, of its file; "" where there is none."""
    first = replace(wanted, after=None, before=None)
    after = replace(first, after=found.next) if found.next is not None else None
    before = replace(first, before=found.previous) if found.previous is not None else None
    return {
        "next_page": write(after, console.zone) if after else "",
        "previous_page": write(before, console.zone) if before else "",
        "first_page": write(first, console.zone),
        "anywhere": write(TicketList(text=wanted.text), console.zone) if wanted.text else "",
    }


async def export(request: web.Request) -> web.Response:
    """The whole list as an Excel file, masked like the page, with what it was filtered by."""
    console, visitor = console_of(request), visitor_of(request)
    asked, now = await _looked_up(request, _asked(request, console)), console.now()
    wanted = replace(asked.wanted, after=None, before=None, limit=_AT_ONCE)
    facts = (
        ("筛选", in_words(wanted, console.policy, console.zone)),
        ("导出", f"{now:%Y-%m-%d %H:%M}，{visitor.name}"),
        ("范围", visitor.scope.label),
    )
    sheet = replace(await _sheet(console, visitor, wanted), facts=facts)
    data = await asyncio.to_thread(as_excel, [sheet], now)
    log.info("list_exported", tickets=len(sheet.rows), by=visitor.member.identity.key)
    name = quote(f"工单{now:%Y-%m-%d}.xlsx")
    headers = {"Content-Disposition": f"attachment; filename=\"tickets.xlsx\"; filename*=UTF-8''{name}"}
    return web.Response(body=data, content_type=_EXCEL, headers=headers)


async def _sheet(console: Console, visitor: Visitor, wanted: TicketList) -> Sheet:
    """The list as a sheet, made beside the program's other work and without ever holding all of its tickets.

    Raises `InvalidTransition` when they are too many for a file.
    """
    now, grants, responsibility = console.now(), visitor.scope.grants, console.policy.responsibility
    async with console.reading() as work:
        if await work.backlog.count(wanted, grants, now, _EXPORTED + 1) > _EXPORTED:
            raise InvalidTransition(f"这份清单超过{_EXPORTED}件，一个文件放不下：请先缩小范围，例如按月分开导出")
        roster = roster_of(await work.members.listed())
        found, rows = Page(next=()), list[tuple[Cell, ...]]()
        while found.next is not None:
            found = await work.backlog.page(replace(wanted, after=found.next or None), grants, now)
            sheet = await asyncio.to_thread(list_sheet, found.tickets, responsibility, console.zone, roster)
            rows += sheet.rows
    return replace(sheet, rows=tuple(rows))


def list_in(text: str, console: Console) -> str:
    """*text* if it is the address of a list here, written anew; "" if not."""
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or parts.path != _PATH:
        return ""
    asked = read(parse_qsl(parts.query), console.zone, choices(console.policy)["bodies"])
    return f"{_PATH}?{write(asked.wanted, console.zone)}"
