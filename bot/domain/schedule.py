"""What will happen to a ticket by itself, and when: the steps that the clock takes, each at most once a round.

A step is done when the history says so; nothing else remembers it. So a restart, a late clock or a second process
cannot take one twice, and `Ticket.look_at` may be early but never late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.calendar import Span, Unit, WorkingCalendar
from bot.domain.deadlines import Deadlines, Limits, deadlines
from bot.domain.members import Role
from bot.domain.taxonomy import Named, Tier, Urgency
from bot.domain.tickets import Status, Ticket, TicketEvent
from bot.domain.waiting import is_untold


class StepName(Named):
    """What the clock can do; the value is the event that says that it was done."""

    REMIND = "reminded", "提醒楼长确认"
    DESK = "desked", "转到社区"
    CHASE = "chased", "催接单"
    WARN = "warned", "临期提醒"
    ESCALATE = "escalated", "超期上报"
    ASK_PROMISE = "promise_asked", "问承诺"
    ALARM = "alarm_repeated", "再次告警"
    DEBT = "debt", "欠群里一个回话"
    #: Or, while nobody could be told of its ending, put it on the worker's desk (`untold`).
    CLOSE = "closed", "归档"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is due at a time."""

    name: StepName
    at: datetime
    #: Of an escalation: 1 leader, 2 worker, 3 street.
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The times that steps follow."""

    calendar: WorkingCalendar
    limits: Limits = Limits()
    #: The alarm of an emergency that nobody answers is repeated after this.
    alarm: timedelta = timedelta(minutes=5)
    #: A group that has heard nothing of an open ticket for so long is owed a word.
    debt: Span = Span(5, Unit.WORKING_DAYS)


_STEWARDS = frozenset({Role.LEADER.value, Role.PROPERTY.value, Role.WORKER.value, Role.ADMIN.value})


def steps(ticket: Ticket, rules: Rules) -> list[Step]:
    """What is still to come for *ticket*, the next one first."""
    limits = deadlines(ticket.history, rules.calendar, rules.limits)
    begun = _round(ticket.history)
    found = [*_limit_steps(ticket, limits, begun), *_alarm(ticket, rules), *_promise(ticket), *_debt(ticket, rules)]
    if ticket.close_after is not None and not is_untold(ticket):
        found.append(Step(name=StepName.CLOSE, at=ticket.close_after))
    return sorted(found, key=lambda s: s.at)


def next_look(ticket: Ticket, rules: Rules) -> datetime | None:
    """When the clock must look at *ticket* next."""
    return min((s.at for s in steps(ticket, rules)), default=None)


def due_of(ticket: Ticket, rules: Rules) -> datetime | None:
    """The time limit that runs for *ticket* now: to be confirmed, to be accepted, to be settled."""
    limits = deadlines(ticket.history, rules.calendar, rules.limits)
    return limits.desk if ticket.status is Status.PENDING else limits.accept or limits.settle or limits.desk


def _round(history: Iterable[TicketEvent]) -> datetime:
    return max(e.at for e in history if e.name in ("opened", "reopened"))


def _limit_steps(ticket: Ticket, limits: Deadlines, begun: datetime) -> list[Step]:
    """The steps of the time limits that were not taken since *begun*."""
    assigned = max((e.at for e in ticket.events("assigned")), default=begun)
    due = [
        (StepName.REMIND, limits.remind, begun),
        (StepName.DESK, limits.desk, begun),
        (StepName.CHASE, limits.accept, assigned),
        (StepName.WARN, limits.warn, begun),
    ]
    out = [Step(name=name, at=at) for name, at, since in due if at and not _done(ticket, name, since)]
    taken = max((int(str(e.data["level"])) for e in ticket.events(StepName.ESCALATE) if e.at >= begun), default=0)
    levels = list(enumerate(limits.escalations, 1))[taken : taken + 1]
    return out + [Step(name=StepName.ESCALATE, at=at, level=level) for level, at in levels]


def _done(ticket: Ticket, name: StepName, since: datetime) -> bool:
    return any(e.at >= since for e in ticket.events(name))


def _alarm(ticket: Ticket, rules: Rules) -> list[Step]:
    """An emergency that no steward has touched since it was raised is called out again, once."""
    if ticket.urgency is not Urgency.EMERGENCY or not ticket.is_open:
        return []
    raised = max(e.at for e in ticket.history if e.name in ("opened", "raised"))
    answered = any(e.role in _STEWARDS and e.at >= raised for e in ticket.history)
    if answered or _done(ticket, StepName.ALARM, raised):
        return []
    return [Step(name=StepName.ALARM, at=raised + rules.alarm)]


def promise_due(ticket: Ticket) -> tuple[TicketEvent, datetime] | None:
    """The promise that is neither kept nor asked after, and its time."""
    last = next((e for e in reversed(ticket.history) if e.name == "promised"), None)
    if last is None or not ticket.is_open:
        return None
    # 「办理中 明天上午来修」 is a report and a promise of the same moment: only a later word keeps it.
    if any(e.at > last.at for name in ("promise_asked", "progressed") for e in ticket.events(name)):
        return None
    return last, datetime.fromisoformat(str(last.data["due"]))


def _promise(ticket: Ticket) -> list[Step]:
    owed = promise_due(ticket)
    return [Step(name=StepName.ASK_PROMISE, at=owed[1])] if owed else []


def debt_since(ticket: Ticket, rules: Rules) -> datetime | None:
    """Since when the groups of an open ticket are owed a word (or will be); None for one that owes nothing."""
    if not ticket.is_open or ticket.status is Status.REFERRED or ticket.tier is Tier.PRIVATE:
        return None
    return rules.calendar.add(ticket.told_at or ticket.opened_at, rules.debt)


def _debt(ticket: Ticket, rules: Rules) -> list[Step]:
    since = debt_since(ticket, rules)
    told = ticket.told_at or ticket.opened_at
    return [Step(name=StepName.DEBT, at=since)] if since and not _done(ticket, StepName.DEBT, told) else []


def is_overtaken(event: str, said: str, since: datetime, ticket: Ticket) -> bool:
    """Is a sentence of the clock about *event* needless now, that waits *since* the ticket was *said* (a status)?"""
    if event not in set(StepName) - {StepName.CLOSE, StepName.ALARM}:
        return False
    if not ticket.is_open or ticket.status is Status.REFERRED:
        return True
    if event == StepName.DEBT:
        return ticket.told_at is not None and ticket.told_at >= since
    if event in (StepName.REMIND, StepName.CHASE) and ticket.status != said:
        return True
    return any(e.at > since for name in ("assigned", "progressed", "paused") for e in ticket.events(name))
