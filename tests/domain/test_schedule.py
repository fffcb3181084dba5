"""What the clock will do to a ticket: each step once a round, none too late, none that is needless."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import lifecycle
from bot.domain.lifecycle import Doer, record
from bot.domain.responsibility import Line
from bot.domain.schedule import StepName, debt_since, is_overtaken, next_look, promise_due, steps
from bot.domain.taxonomy import Tier, Urgency
from bot.domain.tickets import Status, Ticket
from tests import cast
from tests.cast import DAY, HOUR, doer
from tests.domain.working import RULES, at

BOT = Doer(at=at(10, 10))


def new(**changes: object) -> Ticket:
    """王阿姨's ticket of Tuesday, 9:30."""
    return cast.ticket(**changes)  # type: ignore[arg-type]


def handed(**changes: object) -> Ticket:
    """Confirmed by 李楼长 and given to the property company at ten."""
    confirmed = lifecycle.confirmed(new(**changes), doer("李楼长", at(10, 10)))
    return lifecycle.assigned(confirmed, BOT, "property", Line(body="property"), "1")


def to_come(ticket: Ticket) -> list[tuple[StepName, datetime]]:
    """The steps and their times."""
    return [(s.name, s.at) for s in steps(ticket, RULES)]


def taken(ticket: Ticket, name: StepName, when: datetime, **data: int) -> Ticket:
    """*ticket* after the clock took a step."""
    return record(ticket, Doer(at=when), name.value, **data)


def test_an_unconfirmed_ticket_goes_to_the_leader_then_the_worker() -> None:
    """Reminder, desk, and after five silent days a word is owed; each only once."""
    assert to_come(new()) == [
        (StepName.REMIND, at(10, 11, 30)),
        (StepName.DESK, at(10, 13, 30)),
        (StepName.DEBT, at(16, 17)),
    ]
    reminded = taken(new(), StepName.REMIND, at(10, 11, 30))
    assert StepName.REMIND not in dict(to_come(reminded))
    assert next_look(reminded, RULES) == at(10, 13, 30)


def test_an_assigned_ticket_is_chased_warned_and_escalated() -> None:
    """In the order of their times; a level comes when the one before it was taken."""
    ticket = handed()
    assert [name for name, _ in to_come(ticket)] == [
        StepName.CHASE,
        StepName.WARN,
        StepName.ESCALATE,
        StepName.DEBT,
    ]
    assert [s.level for s in steps(ticket, RULES) if s.name is StepName.ESCALATE] == [1]
    late = taken(ticket, StepName.ESCALATE, at(13, 17), level=1)
    assert [(s.level, s.at) for s in steps(late, RULES) if s.name is StepName.ESCALATE] == [(2, at(14, 17))]


def test_a_new_body_is_chased_anew() -> None:
    """Who was chased has nothing to do with who gets it next."""
    chased = taken(handed(), StepName.CHASE, at(10, 14))
    again = lifecycle.assigned(chased, Doer(at=at(11, 9)), "community", Line(body="community"), "1")
    assert StepName.CHASE not in dict(to_come(chased))
    assert StepName.CHASE in dict(to_come(again))


@pytest.mark.parametrize("who", ["李楼长", "物业小周", "小陈"])
def test_an_alarm_is_repeated_unless_a_steward_answers(who: str) -> None:
    """Five minutes after the alarm, once; anything that a steward does with the ticket is an answer."""
    ticket = new(urgency=Urgency.EMERGENCY)
    assert (StepName.ALARM, cast.NOON + timedelta(minutes=5)) in to_come(ticket)
    assert StepName.ALARM not in dict(to_come(taken(ticket, StepName.ALARM, at(10, 9, 36))))
    assert StepName.ALARM not in dict(to_come(record(ticket, doer(who, at(10, 9, 32)), "accepted")))
    assert StepName.ALARM in dict(to_come(record(ticket, doer("赵大爷", at(10, 9, 32)), "supported")))


def test_a_promise_is_asked_after_once() -> None:
    """At its time; not if there was progress since, and the newest promise counts."""
    promised = lifecycle.promised(handed(), doer("物业小周", at(10, 11)), "明天上午来修", at(11, 12))
    later = lifecycle.promised(promised, doer("物业小周", at(11, 9)), "后天来", at(13, 18))
    assert (StepName.ASK_PROMISE, at(11, 12)) in to_come(promised)
    assert (StepName.ASK_PROMISE, at(13, 18)) in to_come(later)
    assert promise_due(taken(promised, StepName.ASK_PROMISE, at(11, 12))) is None
    assert promise_due(lifecycle.progressed(promised, doer("物业小周", at(11, 10)), "来了", "")) is None


def test_a_word_is_owed_five_working_days_after_the_last_one() -> None:
    """Each telling begins it anew; private and ended tickets owe nothing."""
    told = lifecycle.told(handed(), at(12, 9), "k", Status.ASSIGNED)
    assert debt_since(handed(), RULES) == at(16, 17)
    assert debt_since(told, RULES) == at(19, 17)
    assert debt_since(new(tier=Tier.PRIVATE), RULES) is None
    assert debt_since(lifecycle.resolved(told, BOT, "", DAY), RULES) is None


def test_an_ending_that_nobody_heard_comes_to_the_desk_not_to_an_end() -> None:
    """The clock looks when objections are over; found untold, the ticket waits for being told, not for a time."""
    ended = lifecycle.resolved(handed(), Doer(at=at(11, 9)), "", DAY)
    assert to_come(ended) == [(StepName.CLOSE, at(12, 9))]
    untold = record(ended, Doer(at=at(12, 9)), "untold")
    assert to_come(untold) == []
    told = lifecycle.told_by_hand(untold, doer("小陈", at(12, 15)))
    assert to_come(told) == [(StepName.CLOSE, at(13, 15))]


@pytest.mark.parametrize(
    ("name", "change", "needless"),
    [
        (StepName.REMIND, lambda t: lifecycle.confirmed(t, doer("李楼长")), True),
        (StepName.REMIND, lambda t: t, False),
        (StepName.WARN, lambda t: lifecycle.resolved(t, BOT, "", DAY), True),
        (StepName.DEBT, lambda t: lifecycle.told(t, at(10, 12), "k", Status.PENDING), True),
        (StepName.DEBT, lambda t: t, False),
        (StepName.ALARM, lambda t: lifecycle.resolved(t, BOT, "", DAY), False),
    ],
)
def test_what_was_overtaken_is_not_said(name: StepName, change: object, needless: bool) -> None:
    """A question that was answered, and a word about what ended, stay unsaid; an alarm never waits."""
    ticket = change(new())  # type: ignore[operator]
    assert is_overtaken(name, "pending", at(10, 11), ticket) is needless


@given(st.lists(st.sampled_from(["told", "paused", "urged", "promised", "reassigned", "progress"]), max_size=6))
def test_taking_every_step_ends(kinds: list[str]) -> None:
    """Whatever happened, the clock that takes step after step comes to an end, and takes none twice in a round."""
    ticket, now = handed(), at(10, 11)
    for kind in kinds:
        now += HOUR
        ticket = _happened(ticket, kind, now)
    seen: list[tuple[StepName, int]] = []
    while pending := steps(ticket, RULES):
        step = pending[0]
        assert (step.name, step.level) not in seen
        seen.append((step.name, step.level))
        now = max(now, step.at)
        ticket = taken(ticket, step.name, now, level=step.level)
    assert len(seen) <= 8


def _happened(ticket: Ticket, kind: str, now: datetime) -> Ticket:
    zhou = doer("物业小周", now)
    if kind == "told":
        return lifecycle.told(ticket, now, "k", ticket.status)
    if kind == "paused":
        return lifecycle.paused(ticket, zhou, "等配件", now + DAY)
    if kind == "promised":
        return lifecycle.promised(ticket, zhou, "明天来", now + DAY)
    if kind == "reassigned" and ticket.status is Status.ASSIGNED:
        return lifecycle.assigned(ticket, zhou, "community", Line(body="community"), "1")
    return lifecycle.progressed(ticket, zhou, "在看", "") if kind == "progress" else record(ticket, zhou, "urged")
