"""Everything that the page of figures shows, worked out at once; and for each figure the tickets behind it.

A pure function of tickets, period and moment: the same question about the same moment has the same answer later.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.figures.clusters import Cluster, Similarity, clusters
from bot.domain.figures.drift import first_week
from bot.domain.figures.names import Axis, CountName, RateName, Reason, TimeName
from bot.domain.figures.period import Period
from bot.domain.figures.report import Figures, Group, Report, report, total
from bot.domain.members import Role
from bot.domain.messages import Identity
from bot.domain.places import building_key
from bot.domain.policy import Policy
from bot.domain.taxonomy import Category
from bot.domain.tickets import Status, Ticket

WEEKS = 12
_WEEK = timedelta(weeks=1)
#: A ticket that ended counts for nothing once it has been quiet for so long, or for as long as matters come back.
_QUIET = timedelta(days=31)
#: With these nothing is awaited any more.
OVER = frozenset({Status.CLOSED, Status.MERGED, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """Which figure: `count-received`, `rate-settled-missed`, `time-confirm`, `cluster-7`, `cluster-7-before`, `heat`
    (of a building and a category), `pending` (of a building), `leader` (of one), `imported`.

    The parts of a rate are `met`, `missed`, `all` (both), and the codes of the reasons to be left out.
    """

    of: str
    #: Of which group: one tier, category, building or body.
    axis: str = ""
    code: str = ""
    #: Of one week: its Monday.
    week: str = ""
    #: Of the heat table: the category.
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of the trend."""

    period: Period
    total: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The figures of a period, and what stands beside them."""

    report: Report
    #: The period that growth is measured against: as long, just before, and as far as this one is over.
    before: Period
    #: Was anything recorded by then? If not, there is nothing to measure growth against.
    known_before: bool
    #: The last twelve weeks up to the end of the period, oldest first.
    weeks: tuple[Week, ...]
    clusters: tuple[Cluster, ...]
    #: Building code → category → tickets received.
    heat: Mapping[str, Mapping[Category, tuple[int, ...]]]
    #: Building code → tickets that waited to be confirmed at the end of the period.
    pending: Mapping[str, tuple[int, ...]]
    #: Leader → tickets for which they did something in the period.
    handled: Mapping[Identity, tuple[int, ...]]
    #: Opened in the period and left out of everything: nobody wrote down their course while it happened.
    imported: tuple[int, ...]


def overview(
    tickets: Iterable[Ticket],
    period: Period,
    now: datetime,
    policy: Policy,
    similarity: Similarity,
    imported_from: Collection[str] = (),
) -> Overview:
    """All figures of *period* as known at *now*. Tickets from the platforms *imported_from* are only counted."""
    mine, left = _told(tickets, imported_from)
    made = _report(mine, period, now, policy)
    earlier = before(period, made.until)
    until = Period(begin=period.begin, end=made.until)
    return Overview(
        report=made,
        before=earlier,
        known_before=any(t.opened_at < period.begin for t in mine),
        weeks=tuple(_week(mine, week, made.until, policy) for week in weeks(made.until)),
        clusters=tuple(clusters(mine, period, earlier, until, similarity)),
        heat=_heat(made),
        pending=_pending(made),
        handled=_handled(mine, until),
        imported=tuple(sorted(t.number for t in left if period.begin <= t.opened_at < made.until)),
    )


def _told(tickets: Iterable[Ticket], imported_from: Collection[str]) -> tuple[list[Ticket], list[Ticket]]:
    """Those of *tickets* whose history was written while it happened, and the others."""
    mine: list[Ticket] = []
    left: list[Ticket] = []
    for ticket in tickets:
        lived = ticket.home.platform not in imported_from and any(e.name == "opened" for e in ticket.history)
        (mine if lived else left).append(ticket)
    return mine, left


def before(period: Period, until: datetime) -> Period:
    """The stretch that *period*, as far as it was over at *until*, is compared with."""
    shift = timedelta(days=(period.end - period.begin).days)
    return Period(begin=period.begin - shift, end=max(until - shift, period.begin - shift))


def weeks(until: datetime) -> list[Period]:
    """The last twelve weeks before *until*, whose zone is the local one."""
    first = first_week(until - timedelta(seconds=1), WEEKS)
    return [Period(begin=first + n * _WEEK, end=first + (n + 1) * _WEEK) for n in range(WEEKS)]


def since(period: Period, now: datetime, policy: Policy) -> datetime:
    """What was over by then, and quiet since, counts for nothing that `overview` makes."""
    until = min(period.end, now)
    first = min(period.begin, before(period, until).begin, weeks(until)[0].begin)
    return first - quiet(policy)


def quiet(policy: Policy) -> timedelta:
    """How long a ticket that is over still counts."""
    return max(_QUIET, policy.recurs_within + timedelta(days=1))


def counts_since(ticket: Ticket, at: datetime) -> bool:
    """Could *ticket* count for a period that begins `quiet` after *at*? What says that one came back always may."""
    return ticket.status not in OVER or bool(ticket.previous) or any(e.at >= at for e in ticket.history)


def _report(tickets: Sequence[Ticket], period: Period, now: datetime, policy: Policy) -> Report:
    return report(_counting(tickets, period, policy), period, now, policy)


def _week(tickets: Sequence[Ticket], week: Period, now: datetime, policy: Policy) -> Week:
    return Week(period=week, total=total(_counting(tickets, week, policy), week, now, policy))


def _counting(tickets: Sequence[Ticket], period: Period, policy: Policy) -> list[Ticket]:
    """Those of *tickets* that could count for *period*."""
    early = period.begin - quiet(policy)
    return [t for t in tickets if counts_since(t, early)]


def _pending(made: Report) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for one in made.tickets:
        if CountName.OPEN in one.counts and one.ticket.status is Status.PENDING:
            found.setdefault(building_key(one.ticket.place), []).append(one.ticket.number)
    return {code: tuple(numbers) for code, numbers in found.items()}


def _handled(tickets: Iterable[Ticket], period: Period) -> dict[Identity, tuple[int, ...]]:
    """What each leader did something for in *period*."""
    found: dict[Identity, dict[int, None]] = {}
    for ticket in tickets:
        for event in ticket.history:
            if event.by and event.role == Role.LEADER and period.begin <= event.at < period.end:
                found.setdefault(event.by, {})[ticket.number] = None
    return {who: tuple(sorted(numbers)) for who, numbers in found.items()}


def _heat(made: Report) -> dict[str, dict[Category, tuple[int, ...]]]:
    by_category = {Category(g.code): set(_received(g)) for g in made.groups[Axis.CATEGORY]}
    return {
        building.code: {
            category: cell
            for category, numbers in by_category.items()
            if (cell := tuple(n for n in _received(building) if n in numbers))
        }
        for building in made.groups[Axis.BUILDING]
        if _received(building)
    }


def _received(group: Group) -> tuple[int, ...]:
    return group.figures.counts[CountName.RECEIVED]


def behind(made: Overview, ref: Ref) -> tuple[int, ...]:
    """The tickets behind a figure; none behind one that is not there."""
    kind, _, rest = ref.of.partition("-")
    if kind == "imported":
        return made.imported
    if kind == "pending":
        return made.pending.get(ref.code, ())
    if kind == "leader":
        return next((numbers for who, numbers in made.handled.items() if who.key == ref.code), ())
    if kind == "cluster":
        return _of_cluster(made, rest)
    if kind == "heat":
        row = made.heat.get(ref.code, {})
        return tuple(sorted(n for category, cell in row.items() if ref.category in ("", category) for n in cell))
    figures = figures_of(made, ref)
    return _of_figures(figures, kind, rest) if figures else ()


def figures_of(made: Overview, ref: Ref) -> Figures | None:
    """The figures that *ref* is one of: of a week, of a group, or of the whole; None if there are none such."""
    if ref.week:
        return next((w.total for w in made.weeks if w.period.begin.date().isoformat() == ref.week), None)
    if not ref.axis:
        return made.report.total
    groups = made.report.groups[Axis(ref.axis)] if ref.axis in set(Axis) else ()
    return next((g.figures for g in groups if g.code == ref.code), None)


def _of_figures(figures: Figures, kind: str, rest: str) -> tuple[int, ...]:
    name, _, part = rest.partition("-")
    if kind == "count" and name in set(CountName):
        return figures.counts[CountName(name)]
    if kind == "time" and name in set(TimeName):
        hours = figures.times[TimeName(name)].hours
        return tuple(sorted(hours, key=lambda n: (-hours[n], n)))
    if kind != "rate" or name not in set(RateName):
        return ()
    rate = figures.rates[RateName(name)]
    parts = {"met": rate.met, "missed": rate.missed, "all": tuple(sorted((*rate.met, *rate.missed)))}
    return parts.get(part) or (rate.left_out.get(Reason(part), ()) if part in set(Reason) else ())


def _of_cluster(made: Overview, rest: str) -> tuple[int, ...]:
    number, _, part = rest.partition("-")
    cluster = next((c for c in made.clusters if str(c.number) == number), None)
    if cluster is None or part not in ("", "before"):
        return ()
    return tuple(t.number for t in (cluster.before if part else cluster.tickets))
