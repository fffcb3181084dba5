"""The page 图表: the figures of a period, each with the tickets behind it; the same as a file, and what is printed."""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import web

from bot.console import charts
from bot.console import figures_view as view
from bot.console.figures_address import PERIODS, Asked, fixed, last_day, places, read, written
from bot.console.figures_desk import DESK, FiguresDesk
from bot.console.list_rows import buildings
from bot.console.parts import Console, console_of, visitor_of
from bot.console.rendering import page
from bot.documents.agenda import agenda
from bot.documents.duties import duties
from bot.documents.overview_sheets import overview_sheets
from bot.documents.paper import Paper
from bot.documents.sheets import as_excel
from bot.documents.statistics import SENTENCES, Facts, percent, worth
from bot.documents.word import as_word
from bot.domain.figures.names import Axis, CountName, RateName, TimeName
from bot.domain.figures.overview import Overview
from bot.domain.places import place_key

log = structlog.get_logger(__name__)

#: So many clusters are on the page; the agenda has room for more.
_SHOWN, _AGENDA = 8, 20
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_CHARTS = {"counts": view.counts_chart, "rates": view.rates_chart}
_COLOURS = {"light": charts.LIGHT, "dark": charts.DARK}
_WORDS: dict[str, Any] = {
    "trend_counts": view.TREND_COUNTS,
    "trend_rates": view.TREND_RATES,
    "Count": CountName,
    "Rate": RateName,
    "Time": TimeName,
    "sentences": SENTENCES,
    "percent": percent,
    "worth": worth,
    "in_hours": view.in_hours,
}


def mount(app: web.Application) -> None:
    """Put the routes on *app*."""
    app[DESK] = FiguresDesk()
    app.router.add_get("/figures", show)
    app.router.add_get("/figures/trend-{chart}-{scheme}.svg", trend)
    app.router.add_get("/figures.xlsx", export)
    app.router.add_get("/figures/agenda", meeting)
    app.router.add_get("/figures/duties", duty_list)


async def _answered(request: web.Request) -> tuple[Asked, Overview]:
    """What is asked, about which moment, and the answer; a place out of scope is not there."""
    console, visitor = console_of(request), visitor_of(request)
    asked = read(request.query, visitor.scope.grants, console.now())
    if not asked.question.is_in_scope:
        raise web.HTTPNotFound
    made, at = await request.config_dict[DESK].answer(console, asked.question, asked.at)
    return replace(asked, at=at), made


def _here(asked: Asked) -> str:
    """The address of what was answered, whenever it is opened."""
    return written(**fixed(asked.question, asked.at)) if asked.at else ""


async def show(request: web.Request) -> web.Response:
    """The page."""
    console, visitor = console_of(request), visitor_of(request)
    asked, made = await _answered(request)
    async with console.reading() as work:
        members = await work.members.listed()
        known = [p for p in await work.tickets.buildings() if visitor.scope.sees(p)]
    question = asked.question
    return page(
        request,
        "figures.html",
        **_WORDS,
        made=made,
        asked=asked,
        question=question,
        errors=asked.errors,
        typed=asked.typed,
        last_day=last_day(question.period),
        to=view.links(asked, console.zone),
        here=_here(asked),
        period_links=[(name, written(**places(question), period=word), word) for word, name in PERIODS.items()],
        estates=list(dict.fromkeys(p.estate for p in known if p.estate)),
        buildings=buildings(known, question.estate),
        matters=view.matters(made.clusters[:_SHOWN], members),
        heat=view.heat(made),
        loads=view.building_loads(made, members),
        bodies=[g for g in made.report.groups[Axis.BODY] if g.code],
    )


async def trend(request: web.Request) -> web.Response:
    """One of the two charts, in one of the two colour schemes."""
    draw, colours = _CHARTS.get(request.match_info["chart"]), _COLOURS.get(request.match_info["scheme"])
    if draw is None or colours is None:
        raise web.HTTPNotFound
    _, made = await _answered(request)
    return web.Response(text=draw(made.weeks, colours), content_type="image/svg+xml")


async def export(request: web.Request) -> web.Response:
    """Everything on the page as an Excel file, with what it is about."""
    console, visitor = console_of(request), visitor_of(request)
    asked, made = await _answered(request)
    async with console.reading() as work:
        members = await work.members.listed()
    now, responsibility = console.now(), console.policy.responsibility
    by = (("导出", f"{now:%Y-%m-%d %H:%M}，{visitor.name}"), ("范围", visitor.scope.label))

    def made_ready() -> bytes:
        return as_excel(overview_sheets(made, responsibility, (*_facts(asked, made), *by), members), now)

    data = await asyncio.to_thread(made_ready)
    log.info("figures_exported", by=visitor.member.identity.key)
    return _file(data, _EXCEL, f"图表{made.report.period.label.replace(' ', '')}.xlsx")


def _facts(asked: Asked, made: Overview) -> Facts:
    return (
        ("时段", made.report.period.label),
        ("截至", f"{made.report.until:%Y-%m-%d %H:%M}"),
        ("地方", f"{asked.question.estate}{asked.question.building}" or "看得到的全部"),
        ("不计", f"导入的旧事{len(made.imported)}件"),
    )


def _file(data: bytes, kind: str, name: str) -> web.Response:
    plain = f"figures.{name.rpartition('.')[2]}"
    value = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return web.Response(body=data, content_type=kind, headers={"Content-Disposition": value})


async def meeting(request: web.Request) -> web.Response:
    """What comes again and again, as the agenda of a three-party meeting: to be printed, or as a Word file."""
    console = console_of(request)
    asked, made = await _answered(request)
    async with console.reading() as work:
        members = await work.members.listed()
    found = [(m.cluster, m.examples) for m in view.matters(made.clusters[:_AGENDA], members)]
    paper = agenda(made, found, _facts(asked, made), console.policy.responsibility, console.zone)
    return await _paper(request, paper, _here(asked))


async def duty_list(request: web.Request) -> web.Response:
    """The responsibility list on paper, for one type of estate."""
    console = console_of(request)
    types = {"": "一般小区", **{code: kind.name for code, kind in console.policy.responsibility.types.items()}}
    kind = request.query.get("type", _usual_type(request, console))
    if kind not in types:
        raise web.HTTPNotFound
    ways = [(name, f"type={quote(code)}") for code, name in types.items()]
    return await _paper(request, duties(console.policy.responsibility, kind), f"type={quote(kind)}", ways)


def _usual_type(request: web.Request, console: Console) -> str:
    """The type of the only estate of whoever asks; "" for ordinary ones and for many."""
    estates = {place_key(g.estate) for g in visitor_of(request).scope.grants if g.estate}
    return console.policy.estate_types.get(estates.pop(), "") if len(estates) == 1 else ""


async def _paper(
    request: web.Request, paper: Paper, here: str, ways: list[tuple[str, str]] | None = None
) -> web.Response:
    """*paper* as a page to be printed; *ways* lead to others of its kind."""
    if request.query.get("as") == "docx":
        data = await asyncio.to_thread(as_word, paper, console_of(request).now())
        return _file(data, _WORD, f"{paper.title}.docx")
    return page(request, "paper.html", paper=paper, here=here, ways=ways or [])
