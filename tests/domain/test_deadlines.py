"""Time limits from histories in plain words; and that the order in which a history is read does not matter."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deadlines import Deadlines, deadlines, pauses
from bot.domain.tickets import TicketEvent
from tests.domain.working import CALENDAR, LIMITS, at, event, handed

OPENED = event("opened", at(10, 9))
CONFIRMED = event("confirmed", at(10, 10))
HANDED = handed(at(10, 10))


def due(*history: TicketEvent) -> Deadlines:
    """What is due after *history*."""
    return deadlines(history, CALENDAR, LIMITS)


def test_while_nobody_confirms_the_leader_then_the_worker() -> None:
    """Two working hours, then four; nothing else runs."""
    assert due(OPENED) == Deadlines(remind=at(10, 11), desk=at(10, 13))


def test_the_clock_starts_at_the_assignment() -> None:
    """Accepting takes nothing from the time to settle; it only ends the wait for accepting."""
    waiting, accepted = due(OPENED, CONFIRMED, HANDED), due(OPENED, CONFIRMED, HANDED, event("accepted", at(12, 9)))
    assert (waiting.accept, waiting.warn, waiting.settle) == (at(10, 14), at(12, 17), at(13, 17))
    assert (accepted.accept, accepted.settle) == (None, at(13, 17))


def test_handing_on_does_not_start_it_again() -> None:
    """Who gets it second has their own time to accept; the resident waits from the first assignment."""
    second = handed(at(11, 10), body="community")
    passed_on = due(OPENED, CONFIRMED, HANDED, event("declined", at(11, 9)), second)
    assert (passed_on.accept, passed_on.settle) == (at(11, 14), at(13, 17))


def test_while_nobody_has_it_the_limit_goes_on() -> None:
    """After a refusal the ticket waits for a worker, and its limit does not wait."""
    declined = due(OPENED, CONFIRMED, HANDED, event("declined", at(11, 9)))
    assert (declined.accept, declined.settle) == (None, at(13, 17))


def test_leader_worker_street() -> None:
    """From the limit on, a level each working day; the worked Saturday is one."""
    assert due(OPENED, CONFIRMED, HANDED).escalations == (at(13, 17), at(14, 17), at(16, 17))


@pytest.mark.parametrize("end", ["resolved", "rejected", "referred", "merged", "withdrawn", "closed"])
def test_what_has_ended_is_due_for_nothing(end: str) -> None:
    """After an ending nothing runs."""
    assert due(OPENED, CONFIRMED, HANDED, event(end, at(11, 9))) == Deadlines()


def test_a_reopened_ticket_begins_anew() -> None:
    """Its time counts from the reopening; what was assigned before gives the span."""
    again = due(OPENED, CONFIRMED, HANDED, event("resolved", at(11, 9)), event("reopened", at(12, 9)))
    assert (again.settle, again.warn) == (at(16, 17), at(14, 17))


def test_a_split_ticket_runs_as_before() -> None:
    """A merge and its undoing change no limit."""
    merged, split = event("merged", at(11, 9)), event("split", at(11, 10), restored="assigned")
    assert due(OPENED, CONFIRMED, HANDED, merged, split) == due(OPENED, CONFIRMED, HANDED)


PAUSES = [
    ("一个工作日的暂停，往后一个工作日", [(11, 9, 12, 9)], at(14, 17)),
    ("两个暂停加起来", [(11, 9, 12, 9), (12, 10, 13, 10)], at(16, 17)),
    ("重叠的不算两遍", [(11, 9, 13, 9), (12, 9, 13, 9)], at(16, 17)),
    ("周日暂停不耽误工作日", [(15, 9, 15, 20)], at(13, 17)),
    ("到期以后的暂停没有用", [(17, 9, 19, 9)], at(13, 17)),
]


@pytest.mark.parametrize(("spans", "settle"), [row[1:] for row in PAUSES], ids=[row[0] for row in PAUSES])
def test_a_pause_puts_the_limit_off(spans: list[tuple[int, int, int, int]], settle: datetime) -> None:
    """Only time in which a pause with a last day lasts is added, in the unit of the span, and none twice."""
    held = [event("paused", at(a, h), reason="等配件", until=at(b, k).isoformat()) for a, h, b, k in spans]
    assert due(OPENED, CONFIRMED, HANDED, *held).settle == settle


def test_a_pause_counts_for_accepting_too() -> None:
    """Nobody is chased while the clock stands still."""
    held = event("paused", at(10, 11), reason="断网", until=at(11, 9).isoformat())
    assert due(OPENED, CONFIRMED, HANDED, held).accept == at(11, 12)


def test_resuming_ends_a_pause_early() -> None:
    """From then on time runs."""
    held = event("paused", at(11, 9), reason="等配件", until=at(13, 9).isoformat())
    assert pauses([held, event("resumed", at(12, 9))]) == [(at(11, 9), at(12, 9))]


def test_an_emergency_runs_by_the_clock() -> None:
    """Hours pass at night too."""
    pressing = due(OPENED, CONFIRMED, handed(at(10, 23), accept="1h", settle="4h"))
    assert (pressing.accept, pressing.warn, pressing.settle) == (at(11, 0), at(11, 2), at(11, 3))


def test_without_spans_nothing_is_due() -> None:
    """Tickets of before the list had limits have none."""
    assert due(OPENED, event("assigned", at(10, 10), body="property")) == Deadlines()


NAMES = ["confirmed", "assigned", "declined", "accepted", "progressed", "paused", "resumed", "resolved", "reopened"]
HISTORIES = st.lists(st.tuples(st.sampled_from([*NAMES, "told", "rated"]), st.integers(1, 6000)), max_size=12)


def _line(name: str, minutes: int) -> TicketEvent:
    when = at(10, 9) + timedelta(minutes=minutes)
    if name == "assigned":
        return handed(when)
    if name == "paused":
        return event(name, when, reason="等配件", until=(when + timedelta(hours=minutes % 50 + 1)).isoformat())
    return event(name, when)


@given(HISTORIES, st.integers(0, 999))
def test_the_order_of_reading_does_not_matter(lines: list[tuple[str, int]], mix: int) -> None:
    """A shuffled, replayed history gives the same limits."""
    history = [OPENED, *(_line(*line) for line in lines)]
    shuffled = Random(mix).sample(history, len(history))
    assert due(*shuffled) == due(*history)


@given(HISTORIES, st.integers(1, 6000))
def test_what_does_not_move_a_ticket_moves_no_limit(lines: list[tuple[str, int]], minutes: int) -> None:
    """Talk, telling and rating change no due time."""
    history = [OPENED, *(_line(*line) for line in lines)]
    talk = [event(name, at(10, 9) + timedelta(minutes=minutes)) for name in ("told", "rated", "supported", "urged")]
    assert due(*history, *talk) == due(*history)


@given(HISTORIES, st.integers(1, 6000), st.integers(1, 100))
def test_a_pause_never_brings_a_limit_forward(lines: list[tuple[str, int]], minutes: int, hours: int) -> None:
    """With one more pause everything is due at the same time or later."""
    history = [OPENED, *(_line(*line) for line in lines if line[0] not in ("paused", "resumed"))]
    when = at(10, 9) + timedelta(minutes=minutes)
    held = event("paused", when, reason="等配件", until=(when + timedelta(hours=hours)).isoformat())
    before, after = due(*history), due(*history, held)
    for a, b in ((before.accept, after.accept), (before.warn, after.warn), (before.settle, after.settle)):
        assert (a is None) == (b is None) or (b is None and after.settle is not None)
        assert a is None or b is None or a <= b
