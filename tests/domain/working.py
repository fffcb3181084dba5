"""A calendar with a holiday and a worked weekend, and histories, for the tests of times."""

from datetime import date, datetime

from bot.domain.calendar import WorkingCalendar
from bot.domain.deadlines import Limits
from bot.domain.schedule import Rules
from bot.domain.tickets import TicketEvent
from tests.cast import ZONE

#: March 2026: the 9th is a Monday; Wednesday 18th is a holiday, for which Saturday 14th is worked (调休).
CALENDAR = WorkingCalendar(
    zone=ZONE, holidays=frozenset({date(2026, 3, 18)}), worked=frozenset({date(2026, 3, 14)}), years=frozenset({2026})
)
LIMITS = Limits()
RULES = Rules(calendar=CALENDAR)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A time in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


def event(name: str, when: datetime, role: str = "", **data: str) -> TicketEvent:
    """A line of a history."""
    return TicketEvent(at=when, name=name, role=role, data=data)


def handed(when: datetime, accept: str = "4wh", settle: str = "3wd", body: str = "property") -> TicketEvent:
    """An assignment with the limits of its line."""
    return event("assigned", when, body=body, accept=accept, settle=settle)
