"""The table of statuses, and every step over it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain import lifecycle
from bot.domain.errors import InvalidTransition
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import OPEN, TRANSITIONS, Status, Ticket
from tests.cast import HOUR, NOON, doer, identity, ticket

#: From each status, what may follow: a copy, so that nobody changes the law by accident.
ALLOWED = {
    "pending": "confirmed assigned in_progress resolved rejected merged referred withdrawn",
    "confirmed": "assigned in_progress resolved rejected merged referred withdrawn",
    "assigned": "assigned confirmed in_progress resolved rejected merged referred withdrawn",
    "in_progress": "assigned resolved rejected merged referred withdrawn",
    "resolved": "closed in_progress",
    "closed": "in_progress",
    "rejected": "confirmed closed in_progress",
    "merged": "pending confirmed assigned in_progress",
    "referred": "closed confirmed in_progress",
    "withdrawn": "",
}
LEADER, WORKER, WANG = doer("李楼长"), doer("小陈"), doer("王阿姨")
OTHER = ticket(number=12)
OBJECTIONS = timedelta(hours=24)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("to", Status)
def test_only_the_table_lets_a_status_change(before: Status, to: Status) -> None:
    """A ticket moves where the table allows it, with one line of history, and nowhere else."""
    stands, name = ticket(before), "split" if before is Status.MERGED else "moved"
    if to.value in ALLOWED[before.value].split():
        moved = lifecycle.move(stands, to, LEADER, name)
        assert moved.status is to
        assert moved.history[:-1] == stands.history
        assert moved.history[-1].data["before"] == before.value
    else:
        with pytest.raises(InvalidTransition, match="#1现在是"):
            lifecycle.move(stands, to, LEADER, name)


def test_the_table_is_the_law() -> None:
    """The table of the domain is the one that is written here."""
    assert {s.value: {t.value for t in to} for s, to in TRANSITIONS.items()} == {
        s: set(to.split()) for s, to in ALLOWED.items()
    }


def _expected(names: str, to: Status) -> dict[Status, Status]:
    return {Status(n): to for n in names.split()}


Step = Callable[[Ticket], Ticket]
#: What is done → from which statuses it works, and where it leads.
STEPS: dict[str, tuple[Step, dict[Status, Status]]] = {
    "confirmed": (
        lambda t: lifecycle.confirmed(t, LEADER),
        _expected("pending rejected referred", Status.CONFIRMED),
    ),
    "rejected": (
        lambda t: lifecycle.rejected(t, LEADER, "是自家的", OBJECTIONS),
        _expected("pending confirmed assigned in_progress", Status.REJECTED),
    ),
    "referred": (
        lambda t: lifecycle.referred(t, LEADER, OBJECTIONS),
        _expected("pending confirmed assigned in_progress", Status.REFERRED),
    ),
    "assigned": (
        lambda t: lifecycle.assigned(t, LEADER, "property"),
        _expected("pending confirmed assigned in_progress", Status.ASSIGNED),
    ),
    "accepted": (
        lambda t: lifecycle.accepted(t, WORKER, "property"),
        _expected("pending confirmed assigned resolved closed rejected referred", Status.IN_PROGRESS),
    ),
    "progressed": (
        lambda t: lifecycle.progressed(t, WORKER, "师傅在路上", "property"),
        _expected("pending confirmed assigned in_progress resolved closed rejected referred", Status.IN_PROGRESS),
    ),
    "resolved": (
        lambda t: lifecycle.resolved(t, WORKER, "换了管", OBJECTIONS),
        _expected("pending confirmed assigned in_progress", Status.RESOLVED),
    ),
    "reopened": (
        lambda t: lifecycle.reopened(t, WANG, "还漏"),
        _expected("resolved closed rejected referred", Status.IN_PROGRESS),
    ),
    "withdrawn": (
        lambda t: lifecycle.withdrawn(t, WANG),
        _expected("pending confirmed assigned in_progress", Status.WITHDRAWN),
    ),
    "merged": (
        lambda t: lifecycle.merged(t, LEADER, OTHER),
        _expected("pending confirmed assigned in_progress", Status.MERGED),
    ),
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("before", Status)
def test_each_step_works_from_its_statuses_only(name: str, before: Status) -> None:
    """What is done to a ticket leads to one status from a few, is written down, and is refused from all others."""
    step, expected = STEPS[name]
    stands = ticket(before)
    if before not in expected:
        with pytest.raises(InvalidTransition):
            step(stands)
        return
    after = step(stands)
    assert after.status is expected[before]
    assert after.history[: len(stands.history)] == stands.history
    assert name in {e.name for e in after.history[len(stands.history) :]}


def test_a_pending_ticket_that_is_assigned_is_thereby_confirmed() -> None:
    """转 物业 on a pending ticket leaves both lines in its history."""
    after = lifecycle.assigned(ticket(), LEADER, "property")
    assert [e.name for e in after.history] == ["opened", "confirmed", "assigned"]
    assert after.body == "property"


def test_the_first_to_accept_stays_responsible() -> None:
    """Accepting sets the responsible body only where there is none yet."""
    assert lifecycle.accepted(ticket(Status.CONFIRMED), WORKER, "property").body == "property"
    assert lifecycle.accepted(ticket(Status.ASSIGNED, body="community"), WORKER, "property").body == "community"


def test_the_first_note_also_accepts() -> None:
    """办理中 without 接单 takes the ticket on; the next note only adds a line."""
    first = lifecycle.progressed(ticket(Status.ASSIGNED, body="property"), WORKER, "来看过", "property")
    second = lifecycle.progressed(first, WORKER, "在修", "property")
    assert [e.name for e in second.history] == ["opened", "accepted", "progressed", "progressed"]


def test_resolving_starts_the_time_for_objections_and_reopening_ends_it() -> None:
    """A resolved ticket knows when it may close; a reopened one does not end by itself."""
    done = lifecycle.resolved(ticket(Status.IN_PROGRESS), WORKER, "换了管", OBJECTIONS)
    assert (done.resolved_at, done.close_after) == (NOON, NOON + OBJECTIONS)
    again = lifecycle.reopened(done, WANG, "还漏")
    assert (again.resolved_at, again.closed_at, again.close_after) == (None, None, None)


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("before", Status)
def test_a_tier_says_what_follows(tier: Tier, before: Status) -> None:
    """改私事 refers what is still open; 改小事 or 改大事 takes a referred matter back; else only the tier changes."""
    after = lifecycle.retiered(ticket(before), LEADER, tier, OBJECTIONS)
    expected = before
    if tier is Tier.PRIVATE and before in OPEN - {Status.REFERRED}:
        expected = Status.REFERRED
    elif tier is not Tier.PRIVATE and before is Status.REFERRED:
        expected = Status.CONFIRMED
    assert (after.tier, after.status) == (tier, expected)
    assert (after.close_after is not None) is (expected is Status.REFERRED and before is not Status.REFERRED)


def test_confirming_a_private_matter_refers_it() -> None:
    """A private matter is not anybody else's to act on: 确认 shows the way, and leaves time for objections."""
    after = lifecycle.confirmed(ticket(tier=Tier.PRIVATE), LEADER, OBJECTIONS)
    assert (after.status, after.close_after) == (Status.REFERRED, NOON + OBJECTIONS)


def test_a_category_is_corrected_in_any_status() -> None:
    """改类 changes the category, remembers the one before, and leaves the status."""
    after = lifecycle.recategorised(ticket(Status.ASSIGNED), LEADER, Category.PARKING)
    assert (after.category, after.status) == (Category.PARKING, Status.ASSIGNED)
    assert after.history[-1].data == {"before": "leak", "category": "parking"}


@pytest.mark.parametrize(
    ("was", "said", "becomes"),
    [
        (Urgency.NORMAL, Urgency.URGENT, Urgency.URGENT),
        (Urgency.NORMAL, Urgency.EMERGENCY, Urgency.EMERGENCY),
        (Urgency.URGENT, Urgency.NORMAL, Urgency.URGENT),
        (Urgency.EMERGENCY, Urgency.URGENT, Urgency.EMERGENCY),
        (Urgency.URGENT, Urgency.URGENT, Urgency.URGENT),
    ],
)
def test_a_matter_only_becomes_more_pressing(was: Urgency, said: Urgency, becomes: Urgency) -> None:
    """Later messages raise the urgency of a ticket and never lower it."""
    after = lifecycle.raised(ticket(urgency=was), said, WANG)
    assert after.urgency is becomes
    assert bool(after.events("raised")) is (was is not becomes)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("stars", [0, 1, 5, 6])
def test_stars_are_for_finished_work(before: Status, stars: int) -> None:
    """1 to 5 stars, by somebody, on what is resolved, closed or referred."""
    if before in (Status.RESOLVED, Status.CLOSED, Status.REFERRED) and 1 <= stars <= 5:
        assert lifecycle.rated(ticket(before), WANG, stars).ratings == {identity("王阿姨").key: stars}
    else:
        with pytest.raises(InvalidTransition):
            lifecycle.rated(ticket(before), WANG, stars)


def test_each_person_has_one_rating() -> None:
    """A second rating of the same person replaces the first; the bot itself has none."""
    once = lifecycle.rated(ticket(Status.RESOLVED), WANG, 1)
    both = lifecycle.rated(lifecycle.rated(once, WANG, 5), doer("赵大爷"), 3)
    assert both.ratings == {identity("王阿姨").key: 5, identity("赵大爷").key: 3}
    with pytest.raises(InvalidTransition):
        lifecycle.rated(both, lifecycle.Doer(at=NOON + HOUR), 5)


@pytest.mark.parametrize("before", Status)
def test_only_what_is_open_can_be_urged(before: Status) -> None:
    """催 adds a line to an open ticket and is refused for any other."""
    if before in OPEN:
        assert lifecycle.urged(ticket(before), WANG).history[-1].name == "urged"
    else:
        with pytest.raises(InvalidTransition, match=before.label):
            lifecycle.urged(ticket(before), WANG)


def test_the_bot_corrects_its_own_guess_only() -> None:
    """The category follows what is said until somebody confirms the ticket or says what it is about."""
    pending = ticket(Status.PENDING)
    at = NOON + HOUR
    changed = lifecycle.understood(pending, Category.ELEVATOR, at)
    assert (changed.category, changed.history[-1].by) == (Category.ELEVATOR, None)
    assert lifecycle.understood(pending, None, at) == pending
    named = lifecycle.recategorised(pending, LEADER, Category.NOISE)
    assert lifecycle.understood(named, Category.ELEVATOR, at) == named
    confirmed = lifecycle.confirmed(pending, LEADER)
    assert lifecycle.understood(confirmed, Category.ELEVATOR, at) == confirmed
