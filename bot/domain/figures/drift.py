"""How well the bot understands, week by week: what was looked at and overturned, and what was left alone rightly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.learning import OTHER_REASON, Judged
from bot.domain.members import Role
from bot.domain.tickets import Ticket, TicketEvent

WEEKS = 8
_WEEK = timedelta(weeks=1)
_STEWARDS = frozenset({Role.LEADER.value, Role.WORKER.value, Role.ADMIN.value})
#: What shows that somebody looked at what the bot had understood.
_LOOKED = frozenset({"confirmed", "rejected", "referred", "retiered", "recategorised", "reviewed", "tier_upheld"})
_CHANGED = frozenset({"retiered", "recategorised"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week's tickets (by when they were opened) and samples (by when they were said)."""

    begin: datetime
    opened: int = 0
    #: A leader or worker decided about it.
    reviewed: int = 0
    #: They changed tier or category, or said that it was no issue.
    overturned: int = 0
    #: The mean of what the bot was sure of; None: no tickets.
    confidence: float | None = None
    #: Samples that people looked at, and those that were rightly left alone.
    judged: int = 0
    right: int = 0


def first_week(now: datetime, weeks: int = WEEKS) -> datetime:
    """When the first of the last *weeks* weeks began; the zone of *now* is the local one."""
    monday = now.date() - timedelta(days=now.weekday())
    return datetime.combine(monday, time(), tzinfo=now.tzinfo) - (weeks - 1) * _WEEK


def drift(tickets: Sequence[Ticket], judged: Sequence[Judged], now: datetime) -> list[Week]:
    """The last eight weeks, the oldest first, the present one last."""
    begins = [first_week(now) + n * _WEEK for n in range(WEEKS)]
    return [_week(begin, tickets, judged) for begin in begins]


def _week(begin: datetime, tickets: Iterable[Ticket], judged: Iterable[Judged]) -> Week:
    opened = [t for t in tickets if begin <= t.opened_at < begin + _WEEK]
    seen = [j for j in judged if begin <= j.at < begin + _WEEK]
    looked = [t for t in opened if any(_by_steward(e) and e.name in _LOOKED for e in t.history)]
    return Week(
        begin=begin,
        opened=len(opened),
        reviewed=len(looked),
        overturned=sum(any(_overturns(e) for e in t.history) for t in looked),
        confidence=sum(t.confidence for t in opened) / len(opened) if opened else None,
        judged=len(seen),
        right=sum(not j.issue for j in seen),
    )


def _by_steward(event: TicketEvent) -> bool:
    return event.role in _STEWARDS


def _overturns(event: TicketEvent) -> bool:
    if not _by_steward(event):
        return False
    no_issue = event.name == "rejected" and not OTHER_REASON.search(str(event.data.get("reason", "")))
    return no_issue or event.name in _CHANGED
