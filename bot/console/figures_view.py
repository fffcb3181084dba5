"""What the page of figures shows, made ready for its template: rows, cells, examples. Pure functions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bot.console import charts
from bot.console.figures_address import Asked, fixed, named, written
from bot.console.list_address import write
from bot.console.parts import ROOT
from bot.documents.hiding import cover_for, roster_of
from bot.domain.backlog import TicketList
from bot.domain.figures.clusters import Cluster
from bot.domain.figures.names import Axis, CountName, RateName
from bot.domain.figures.overview import Overview, Ref, Week
from bot.domain.figures.report import Figures, Times
from bot.domain.members import Member, Role
from bot.domain.messages import Identity
from bot.domain.places import Place, building_key
from bot.domain.taxonomy import Category
from bot.domain.text import shortened
from bot.domain.tickets import Part, Ticket

#: What the two charts of the trend show.
TREND_COUNTS = (CountName.RECEIVED, CountName.SETTLED)
TREND_RATES = (RateName.RESPONDED, RateName.SETTLED, RateName.ON_TIME)
_SHADES = 4
_EXAMPLES, _WORDS = 3, 60


def links(asked: Asked, zone: tzinfo) -> Callable[..., str]:
    """What gives the address of the list behind a figure: `to("count-received", axis="tier", code="big")`."""
    where = fixed(asked.question, asked.at) if asked.at else {}

    def to(of: str, **parts: str) -> str:
        figure = written(**where, **named(Ref(of=of, **parts)))
        return f"{ROOT}/tickets?{write(TicketList(figure=figure), zone)}"

    return to


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A cluster with a few examples, in words that name nobody."""

    cluster: Cluster
    examples: tuple[tuple[Ticket, str], ...]


def matters(found: Iterable[Cluster], members: Iterable[Member]) -> list[Matter]:
    """The clusters *found*, each with its latest tickets as examples."""
    roster = roster_of(members)
    return [
        Matter(
            cluster=cluster,
            examples=tuple(
                (t, shortened(cover_for([t], roster).hide(_said(t)), _WORDS))
                for t in reversed(cluster.tickets[-_EXAMPLES:])
            ),
        )
        for cluster in found
    ]


def _said(ticket: Ticket) -> str:
    return next((m.text for m in ticket.messages if m.text and m.part is Part.REPORT), ticket.summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One category in one building: how many, and how dark, from 0 to 4."""

    category: Category
    count: int
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One building of the heat table."""

    code: str
    name: str
    count: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Where what comes up."""

    categories: tuple[Category, ...]
    rows: tuple[Row, ...]


def heat(made: Overview) -> Heat:
    """The table of buildings and categories: the most frequent categories first, buildings as people count."""
    sums: dict[Category, int] = {}
    for row in made.heat.values():
        for category, numbers in row.items():
            sums[category] = sums.get(category, 0) + len(numbers)
    order = tuple(sorted(sums, key=lambda c: (-sums[c], list(Category).index(c))))
    most = max((len(numbers) for row in made.heat.values() for numbers in row.values()), default=1)
    groups = sorted((g for g in made.report.groups[Axis.BUILDING] if g.code in made.heat), key=lambda g: _order(g.code))
    rows = (
        Row(
            code=g.code,
            name=g.label,
            count=sum(map(len, made.heat[g.code].values())),
            cells=_cells(made.heat[g.code], order, most),
        )
        for g in groups
    )
    return Heat(categories=order, rows=tuple(rows))


def _cells(row: Mapping[Category, Sequence[int]], order: Iterable[Category], most: int) -> tuple[Cell, ...]:
    counts = ((category, len(row.get(category, ()))) for category in order)
    return tuple(Cell(category=c, count=count, shade=-(-_SHADES * count // most)) for c, count in counts)


def _order(code: str) -> tuple[bool, str, int, str]:
    """By estate and number; what is of no building comes last."""
    estate, _, building = code.partition("/")
    digits = "".join(c for c in building if c.isdigit())
    return not building, estate, int(digits[:9] or 0), building


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingLoad:
    """What a building asks of its leaders."""

    code: str
    name: str
    figures: Figures
    pending: int
    #: Who leads there, and for how many tickets they did something, wherever.
    leaders: tuple[tuple[Identity, str, int], ...]


def building_loads(made: Overview, members: Iterable[Member]) -> list[BuildingLoad]:
    """The buildings where something was received or is open, with their leaders."""
    leaders = [
        (building_key(Place(estate=g.estate, building=g.building)), m)
        for m in members
        for g in m.grants
        if g.role is Role.LEADER
    ]
    return [
        BuildingLoad(
            code=group.code,
            name=group.label,
            figures=group.figures,
            pending=len(made.pending.get(group.code, ())),
            leaders=tuple(dict.fromkeys(_leading(m, made) for key, m in leaders if _covers(key, group.code))),
        )
        for group in sorted(made.report.groups[Axis.BUILDING], key=lambda g: _order(g.code))
        if group.figures.counts[CountName.RECEIVED] or group.figures.counts[CountName.OPEN]
    ]


def _leading(leader: Member, made: Overview) -> tuple[Identity, str, int]:
    handled = made.handled.get(leader.identity, ())
    return leader.identity, leader.name or leader.identity.user_id, len(handled)


def _covers(scope: str, code: str) -> bool:
    """Is the building *code* in *scope*? What is of no building concerns each leader, and is nobody's load."""
    estate, _, building = code.partition("/")
    return bool(building) and scope in (code, f"{estate}/", f"/{building}", "")


def in_hours(times: Times) -> tuple[str, str]:
    """The middle one, and what nine in ten did not exceed."""
    return _hours(times.median), _hours(times.p90)


def _hours(hours: float | None) -> str:
    if hours is None:
        return "—"
    return f"{hours:.1f}" if hours < 10 else f"{hours:.0f}"


def counts_chart(weeks: Sequence[Week], colours: charts.Colours) -> str:
    """What came in and what was settled, week by week."""
    series = [charts.Series(n.label, [len(w.total.counts[n]) for w in weeks]) for n in TREND_COUNTS]
    return charts.bars(_labels(weeks), series, colours)


def rates_chart(weeks: Sequence[Week], colours: charts.Colours) -> str:
    """Three of the shares, week by week."""
    series = [charts.Series(n.label, [w.total.rates[n].share for w in weeks]) for n in TREND_RATES]
    return charts.lines(_labels(weeks), series, colours)


def _labels(weeks: Sequence[Week]) -> list[str]:
    return [f"{w.period.begin.month}/{w.period.begin.day}" for w in weeks]
