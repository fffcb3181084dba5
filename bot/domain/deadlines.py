"""Time limits of a ticket: a pure function of its history and the calendar.

The order of the history does not matter, only its times do; so replaying or reordering it gives the same limits. The
clock starts at the assignment, not at the acceptance, and handing a ticket on does not start it again: the resident
waits from the first assignment. It stands still only while a pause with a reason and a last day lasts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import Span, Unit, WorkingCalendar
from bot.domain.tickets import Status, TicketEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long things may take, besides what the responsibility list says."""

    #: An unconfirmed ticket: its leader is reminded, then it is put on the worker's desk.
    remind: Span = Span(2, Unit.WORKING_HOURS)
    desk: Span = Span(4, Unit.WORKING_HOURS)
    #: After the limit is over, the next level hears of it each time this has passed again.
    escalate: Span = Span(1, Unit.WORKING_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """When what is due. None: nothing of that kind is running."""

    #: While nobody confirmed: remind the leader; put it on the worker's desk.
    remind: datetime | None = None
    desk: datetime | None = None
    #: While assigned and not accepted.
    accept: datetime | None = None
    #: Until it is settled: a warning, then the limit.
    warn: datetime | None = None
    settle: datetime | None = None
    #: When leader, worker and street hear that the limit is over; the first is the limit itself.
    escalations: tuple[datetime, ...] = ()


#: What an event makes of a ticket; later ones win, and at the same moment those further down the table.
_PHASES: dict[str, Status] = {
    "opened": Status.PENDING,
    "reopened": Status.IN_PROGRESS,
    "confirmed": Status.CONFIRMED,
    "declined": Status.CONFIRMED,
    "assigned": Status.ASSIGNED,
    "accepted": Status.IN_PROGRESS,
    "progressed": Status.IN_PROGRESS,
    "resolved": Status.RESOLVED,
    "referred": Status.REFERRED,
    "rejected": Status.REJECTED,
    "merged": Status.MERGED,
    "withdrawn": Status.WITHDRAWN,
    "closed": Status.CLOSED,
}
_RANKS = {name: rank for rank, name in enumerate(_PHASES)}
_LEVELS = 3
#: While a ticket with an assignment is so, the time to settle it runs.
_RUNNING = frozenset({Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS})


def deadlines(history: Iterable[TicketEvent], calendar: WorkingCalendar, limits: Limits) -> Deadlines:
    """What is due when, for a ticket with *history*; nothing for one that has ended."""
    events = in_order(history)
    phase, begun = _phase(events), _round_begins(events)
    if phase is Status.PENDING:
        return Deadlines(remind=calendar.add(begun, limits.remind), desk=calendar.add(begun, limits.desk))
    assigned = [e for e in events if e.name == "assigned"]
    if phase is Status.CONFIRMED and not assigned:
        since = max((e.at for e in events if _PHASES.get(e.name) is Status.CONFIRMED), default=begun)
        return Deadlines(desk=calendar.add(since, limits.desk))
    if not assigned or phase not in _RUNNING:
        return Deadlines()
    return _running(events, assigned, phase, begun, calendar, limits)


def _running(
    events: list[TicketEvent],
    assigned: list[TicketEvent],
    phase: Status,
    begun: datetime,
    calendar: WorkingCalendar,
    limits: Limits,
) -> Deadlines:
    """The limits of a ticket that somebody is or was made responsible for, in the round that began at *begun*."""
    newest, first = assigned[-1], _clock_starts(assigned, begun)
    settle = _span(newest, "settle")
    due = _settle_due(events, assigned, begun, calendar)
    warn = (
        _paused(calendar.add(first, settle.nearly), first, settle.unit, events, calendar)
        if (settle and settle.nearly)
        else None
    )
    accept = _span(newest, "accept") if phase is Status.ASSIGNED else None
    steps = [due] if due else []
    while steps and len(steps) < _LEVELS:
        steps.append(calendar.add(steps[-1], limits.escalate))
    return Deadlines(
        accept=_paused(calendar.add(newest.at, accept), newest.at, accept.unit, events, calendar) if accept else None,
        warn=warn if warn and due and warn < due else None,
        settle=due,
        escalations=tuple(steps),
    )


def settle_due(history: Iterable[TicketEvent], calendar: WorkingCalendar) -> datetime | None:
    """The `settle` of `deadlines` alone."""
    events = in_order(history)
    assigned = [e for e in events if e.name == "assigned"]
    if not assigned or _phase(events) not in _RUNNING:
        return None
    return _settle_due(events, assigned, _round_begins(events), calendar)


def _settle_due(
    events: list[TicketEvent], assigned: list[TicketEvent], begun: datetime, calendar: WorkingCalendar
) -> datetime | None:
    settle, first = _span(assigned[-1], "settle"), _clock_starts(assigned, begun)
    return _paused(calendar.add(first, settle), first, settle.unit, events, calendar) if settle else None


def _clock_starts(assigned: list[TicketEvent], begun: datetime) -> datetime:
    """At the first assignment of the round that began at *begun*, or when it began with somebody already assigned."""
    return next((e.at for e in assigned if e.at >= begun), begun)


def standing(history: Iterable[TicketEvent]) -> Status:
    """Where a ticket with *history* stands, told by its events alone."""
    return _phase(in_order(history))


def in_order(history: Iterable[TicketEvent]) -> list[TicketEvent]:
    """*history* by time; of the same moment, what leads comes before what follows from it."""
    return sorted(history, key=lambda e: (e.at, _RANKS.get(e.name, -1)))


def _phase(events: list[TicketEvent]) -> Status:
    """Where the ticket stands after *events*; a split ticket is what it was before it was merged."""
    phase = Status.PENDING
    for event in events:
        if event.name == "split":
            phase = Status(str(event.data.get("restored") or Status.PENDING))
        phase = _PHASES.get(event.name, phase)
    return phase


def _round_begins(events: list[TicketEvent]) -> datetime:
    """A reopened ticket starts anew; the assignments before that do not count."""
    return max((e.at for e in events if e.name in ("opened", "reopened")), default=events[0].at)


def _span(event: TicketEvent, name: str) -> Span | None:
    text = str(event.data.get(name, ""))
    return Span.of(text) if text else None


def pauses(history: Iterable[TicketEvent]) -> list[tuple[datetime, datetime]]:
    """The stretches of time in which the clock stood or will stand still, none overlapping."""
    events = sorted(history, key=lambda e: e.at)
    resumed = [e.at for e in events if e.name == "resumed"]
    out: list[tuple[datetime, datetime]] = []
    for event in (e for e in events if e.name == "paused"):
        until = datetime.fromisoformat(str(event.data["until"]))
        end = min([until, *(at for at in resumed if at >= event.at)])
        begin = max([event.at, *(last for _, last in out)])
        if begin < end:
            out.append((begin, end))
    return out


def _paused(
    due: datetime, first: datetime, unit: Unit, events: list[TicketEvent], calendar: WorkingCalendar
) -> datetime:
    """*due*, put off by the pauses that fall between *first* and it, measured in *unit*."""
    for paused, end in pauses(events):
        begin = max(paused, first)
        if begin >= min(end, due):
            continue
        if unit is Unit.HOURS:
            due += end - begin
        elif unit is Unit.WORKING_HOURS:
            due = calendar.later(due, calendar.between(begin, end))
        elif days := calendar.workdays_between(begin, end):
            due = calendar.add(due, Span(days, unit))
    return due
