"""How long things took, in working hours: what the resident waited, pauses included."""

from datetime import datetime

from bot.domain.figures.course import Course
from bot.domain.figures.names import TimeName
from bot.domain.figures.rounds import rounds_of
from bot.domain.figures.verdicts import Measure
from bot.domain.tickets import Status


def hours(course: Course, measure: Measure) -> dict[TimeName, float]:
    """What the ticket of *course* took for the steps that were done in the period."""
    spans = {
        TimeName.CONFIRM: (course.opened, _first(course, "confirmed", course.opened)),
        TimeName.ACCEPT: _accepted(course),
        TimeName.SETTLE: _settled(course),
    }
    between = measure.rules.calendar.between
    return {
        name: between(begin, end).total_seconds() / 3600
        for name, (begin, end) in spans.items()
        if end is not None and measure.covers(end)
    }


def _first(course: Course, name: str, after: datetime) -> datetime | None:
    return next((e.at for e in course.ticket.history if e.name == name and e.at >= after), None)


def _accepted(course: Course) -> tuple[datetime, datetime | None]:
    """From the first assignment to the first acceptance."""
    assigned = _first(course, "assigned", course.opened)
    return (assigned, _first(course, "accepted", assigned)) if assigned else (course.opened, None)


def _settled(course: Course) -> tuple[datetime, datetime | None]:
    """From the beginning of the last round to its settlement; private matters are nobody's to settle."""
    if course.ending is None or course.outcome is not Status.RESOLVED or course.is_private:
        return course.opened, None
    return rounds_of(course)[-1].begin, course.ending.at
