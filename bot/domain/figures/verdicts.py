"""What one ticket is to each rate of a period. Nobody is counted twice: it counts in the period in which it is decided.

So a limit that is over counts at once, whatever is done later, and nothing that happens after a period changes it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.deadlines import deadlines, settle_due
from bot.domain.figures.course import Course
from bot.domain.figures.names import RateName, Reason, Verdict
from bot.domain.figures.rounds import Round, over_at, rounds_of
from bot.domain.lifecycle import is_paused
from bot.domain.members import Role
from bot.domain.schedule import Rules
from bot.domain.taxonomy import Urgency
from bot.domain.tickets import Status, TicketEvent
from bot.domain.waiting import BAD

_STEWARDS = frozenset({Role.LEADER.value, Role.PROPERTY.value, Role.WORKER.value, Role.ADMIN.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a ticket is measured by: the part of the period that is over, and the rules."""

    begin: datetime
    #: What happens from then on is not known.
    end: datetime
    rules: Rules
    #: The same matter within this time after closing is the old one come back.
    recurs_within: timedelta

    def covers(self, at: datetime | None) -> bool:
        """Is *at* in the period?"""
        return at is not None and self.begin <= at < self.end


def verdicts(course: Course, measure: Measure) -> dict[RateName, Verdict]:
    """What the ticket of *course* is to the rates; a rate that it does not concern in this period is missing."""
    found = {name: decide(course, measure) for name, decide in _VERDICTS.items()}
    return {name: verdict for name, verdict in found.items() if verdict is not None}


def _responded(course: Course, measure: Measure) -> Verdict | None:
    """Did a person with a role touch it in time?"""
    if course.is_private and course.ticket.urgency is not Urgency.EMERGENCY:
        return Reason.PRIVATE if measure.covers(course.opened) else None
    touch = next((e.at for e in course.ticket.history if e.role in _STEWARDS and e.at >= course.opened), None)
    gone = course.ending.at if course.ending and course.outcome in (Status.WITHDRAWN, Status.MERGED) else None
    if gone and course.outcome is Status.MERGED:
        return Reason.MERGED if measure.covers(gone) else None
    due = _answer_due(course, measure.rules)
    decided = min(at for at in (due, touch, gone) if at)
    if not measure.covers(decided):
        return Reason.WITHIN if decided >= measure.end else None
    if decided == gone and touch is None:
        return Reason.WITHDRAWN
    return touch is not None and touch <= due


def _answer_due(course: Course, rules: Rules) -> datetime:
    """Until when somebody must have looked at it."""
    due = rules.calendar.add(course.opened, rules.limits.desk)
    if course.ticket.urgency is not Urgency.EMERGENCY:
        return due
    raised = [e.at for e in course.events("raised") if e.data.get("urgency") == Urgency.EMERGENCY]
    return min(due, (raised[0] if raised else course.opened) + rules.alarm)


def _settled(course: Course, measure: Measure) -> Verdict | None:
    """Is it settled? What is open and beyond its limit is not, in every period until it is."""
    if course.ending is not None and not measure.covers(course.ending.at):
        return None
    if course.is_private:
        return Reason.PRIVATE
    if course.ending is not None:
        return _ended(course.ending)
    due = _due(course, measure.rules)
    if due is None:
        return Reason.UNLIMITED
    return False if due < measure.end else _waiting(course, measure)


def _due(course: Course, rules: Rules) -> datetime | None:
    """Until when an open ticket must be settled; before it is assigned, until when it must be confirmed."""
    due = settle_due(course.ticket.history, rules.calendar)
    return due or deadlines(course.ticket.history, rules.calendar, rules.limits).desk


def _ended(ending: TicketEvent) -> Verdict:
    """What an *ending* is to a rate of what was settled."""
    if ending.name == "rejected" and not ending.data.get("reason"):
        return Reason.UNREASONED
    return True if ending.name == "resolved" else Reason(_ENDED[ending.name])


_ENDED = {"rejected": "rejected", "merged": "merged", "withdrawn": "withdrawn", "referred": "private"}


def _waiting(course: Course, measure: Measure) -> Reason:
    return Reason.PAUSED if is_paused(course.ticket, measure.end) else Reason.WITHIN


def _satisfied(course: Course, measure: Measure) -> Verdict | None:
    """What people said in the period: their last stars, on average; only if nobody gave any, what a call back heard."""
    stars = {e.by: int(str(e.data["stars"])) for e in course.events("rated") if measure.covers(e.at)}
    if stars:
        return sum(stars.values()) / len(stars) >= BAD + 1
    if course.events("rated"):
        return None
    calls = [e for e in course.events("called_back") if course.events("resolved", "referred")]
    if calls and measure.covers(calls[-1].at):
        return calls[-1].data.get("satisfied") == "yes"
    ended = course.ending is not None and course.outcome in (Status.RESOLVED, Status.REFERRED)
    return Reason.UNRATED if ended and not calls and course.ending and measure.covers(course.ending.at) else None


def _held(course: Course, measure: Measure) -> Verdict | None:
    """Is it still settled? Decided when the matter comes back, or when it has not for so long after closing."""
    if course.is_private:
        return Reason.PRIVATE if course.ending and measure.covers(course.ending.at) else None
    found = [_stood(course, r, measure) for r in rounds_of(course) if r.ending and r.ending.name == "resolved"]
    return _worst([verdict for verdict in found if verdict is not None])


def _stood(course: Course, one: Round, measure: Measure) -> Verdict | None:
    """Did the settlement of *one* round stand?"""
    settled = one.ending.at if one.ending else one.begin
    until = one.closed + measure.recurs_within if one.closed else None
    back = [at for at in (one.reopened, *course.returns) if at and at >= settled and (until is None or at <= until)]
    decided = min(back, default=until)
    if decided is None or decided >= measure.end:
        return Reason.EARLY
    return not back if measure.covers(decided) else None


def _on_time(course: Course, measure: Measure) -> Verdict | None:
    """Was it settled within its limit? Decided when it is settled or when the limit is over, whichever is first."""
    if course.is_private:
        return Reason.PRIVATE if course.ending and measure.covers(course.ending.at) else None
    found = [_kept(course, one, measure) for one in rounds_of(course)]
    return _worst([verdict for verdict in found if verdict is not None])


def _kept(course: Course, one: Round, measure: Measure) -> Verdict | None:
    """Was the limit of *one* round kept?"""
    finish = one.ending.at if one.ending else measure.end
    if finish < measure.begin:
        return None
    limited, over = over_at(course.ticket.history, one, finish, measure.rules.calendar)
    if over is not None:
        return False if measure.covers(over) else None
    if one.ending is None:
        return _waiting(course, measure) if limited else None
    verdict = _ended(one.ending)
    return Reason.UNLIMITED if verdict is True and not limited else verdict


def _worst(found: list[Verdict]) -> Verdict | None:
    """One verdict of several rounds: a failure in any of them, else a success, else the last reason."""
    plain = [verdict for verdict in found if isinstance(verdict, bool)]
    if plain:
        return all(plain)
    return found[-1] if found else None


def _reopened(course: Course, measure: Measure) -> Verdict | None:
    """Did people say that it was not settled? Of all that ended in the period or were reopened in it."""
    if any(measure.covers(e.at) for e in course.events("reopened")):
        return True
    ended = any(measure.covers(e.at) for e in course.events("resolved", "rejected", "referred"))
    return False if ended else None


_VERDICTS: dict[RateName, Callable[[Course, Measure], Verdict | None]] = {
    RateName.RESPONDED: _responded,
    RateName.SETTLED: _settled,
    RateName.SATISFIED: _satisfied,
    RateName.HELD: _held,
    RateName.ON_TIME: _on_time,
    RateName.REOPENED: _reopened,
}
