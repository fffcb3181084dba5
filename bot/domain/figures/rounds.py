"""The rounds of a ticket: from being opened or reopened to an ending; and when the limit of one was over."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.domain.calendar import WorkingCalendar
from bot.domain.deadlines import settle_due
from bot.domain.figures.course import Course, ending
from bot.domain.tickets import Status, TicketEvent

#: What sets or moves a limit.
_TURNS = frozenset({"reopened", "assigned", "paused", "resumed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One way through the work."""

    #: Where in the history it begins, and where the next one does.
    first: int
    stop: int
    begin: datetime
    ending: TicketEvent | None
    closed: datetime | None
    #: When it turned out not to be settled, and the next round began.
    reopened: datetime | None


def rounds_of(course: Course) -> list[Round]:
    """The rounds of a ticket, oldest first."""
    history = course.ticket.history
    starts = [n for n, e in enumerate(history) if e.name in ("opened", "reopened")]
    return [_round(course, first, stop) for first, stop in pairwise([*starts, len(history)])]


def _round(course: Course, first: int, stop: int) -> Round:
    history = course.ticket.history
    events, last = history[first:stop], stop == len(history)
    return Round(
        first=first,
        stop=stop,
        begin=history[first].at,
        ending=course.ending if last else ending(events, Status.CLOSED),
        closed=next((e.at for e in events if e.name == "closed"), None),
        reopened=None if last else history[stop].at,
    )


def over_at(
    history: tuple[TicketEvent, ...], one: Round, finish: datetime, calendar: WorkingCalendar
) -> tuple[bool, datetime | None]:
    """Does *one* round have a limit, and when was it over before *finish*; None: it was kept so far.

    Every limit counts that was in force at its own end: to hand a ticket on later does not undo that it was late.
    """
    turns = [n for n in range(one.first, one.stop) if history[n].name in _TURNS]
    ends = [*(history[n].at for n in turns[1:]), finish]
    limited = False
    for turn, until in zip(turns, ends, strict=False):
        due = settle_due(history[: turn + 1], calendar)
        limited = limited or due is not None
        if due is not None and due < min(until, finish):
            return True, due
    return limited, None
