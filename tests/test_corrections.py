"""What counts as a correction: only what a person with a role decided, and only the labels they decided about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.corrections import Correction, corrections_of
from bot.domain import lifecycle
from bot.domain.lifecycle import Doer
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Part, Status, Ticket
from tests.cast import NOON, doer, ticket, ticket_message
from tests.storage.samples import review

DAY = timedelta(days=1)
LEADER, WORKER, PROPERTY, RESIDENT = doer("李楼长"), doer("小陈"), doer("物业小周"), doer("王阿姨")
BOT = Doer(at=NOON)
Step = Callable[[Ticket], Ticket]


def reported(**changes: object) -> Ticket:
    """王阿姨's ticket, whose first words made it one."""
    return replace(ticket(), opened_at=NOON + timedelta(minutes=1), **changes)


def learned(*steps: Step, **changes: object) -> tuple[object, ...]:
    """Whether the first words are an issue, and the labels that are sure, after *steps*; () if nothing was decided."""
    now = reported(**changes)
    for step in steps:
        now = step(now)
    return tuple((c.issue, c.category, c.tier, c.urgency) for c in corrections_of([now], ()))


def confirm(by: Doer = LEADER) -> Step:
    return lambda t: lifecycle.confirmed(t, by, DAY)


def reject(reason: str = "", by: Doer = LEADER) -> Step:
    return lambda t: lifecycle.rejected(t, by, reason, DAY)


def retier(tier: Tier, by: Doer = LEADER) -> Step:
    return lambda t: lifecycle.retiered(t, by, tier, DAY)


def recategorise(category: Category) -> Step:
    return lambda t: lifecycle.recategorised(t, LEADER, category)


LEAK, SMALL = Category.LEAK, Tier.SMALL


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], ()),
        ([confirm()], ((True, LEAK, SMALL, None),)),
        ([confirm(WORKER)], ((True, LEAK, SMALL, None),)),
        ([lambda t: lifecycle.assigned(t, LEADER, "property")], ((True, LEAK, SMALL, None),)),
        ([lambda t: lifecycle.assigned(t, BOT, "property")], ()),
        ([lambda t: lifecycle.accepted(t, PROPERTY, "property")], ((True, None, None, None),)),
        ([recategorise(Category.DRAINAGE)], ((True, Category.DRAINAGE, None, None),)),
        ([retier(Tier.BIG)], ((True, None, Tier.BIG, None),)),
        ([retier(Tier.BIG), recategorise(Category.FIRE)], ((True, Category.FIRE, Tier.BIG, None),)),
        ([retier(Tier.PRIVATE)], ((True, None, Tier.PRIVATE, None),)),
        ([retier(Tier.PRIVATE), retier(Tier.SMALL)], ((True, None, SMALL, None),)),
        ([confirm(), recategorise(Category.FIRE)], ((True, Category.FIRE, SMALL, None),)),
        ([reject()], ((False, None, None, None),)),
        ([reject("是装修试水")], ((False, None, None, None),)),
        ([confirm(), reject()], ((False, None, None, None),)),
        ([reject(), confirm()], ((True, LEAK, SMALL, None),)),
        ([lambda t: lifecycle.withdrawn(t, RESIDENT)], ()),
        ([reject(), lambda t: lifecycle.reopened(t, RESIDENT, "")], ()),
        ([reject(), lambda t: lifecycle.reopened(t, WORKER, "")], ((True, None, None, None),)),
        ([lambda t: lifecycle.merged(t, LEADER, replace(ticket(), number=12))], ((True, None, None, None),)),
    ],
)
def test_what_a_decision_teaches(steps: list[Step], expected: tuple[object, ...]) -> None:
    """Confirming says that category and tier are right; changing one label speaks of that one; the last word counts."""
    assert learned(*steps) == expected


@pytest.mark.parametrize("reason", ["和12号重复", "已有工单", "昨天报过了", "已经修好", "不归我们管", "测试一下"])
def test_a_rejection_for_another_reason_teaches_nothing(reason: str) -> None:
    """A doubled, settled or foreign matter is rejected too, and its words are an issue all the same."""
    assert learned(reject(reason)) == ()


def test_a_private_matter_that_the_bot_referred_was_not_decided() -> None:
    """The bot's own referral corrects nothing; a leader's confirmation of a private matter does."""
    private = {"tier": Tier.PRIVATE}
    assert learned(lambda t: lifecycle.referred(t, BOT, DAY), **private) == ()
    assert learned(confirm(), **private) == ((True, LEAK, Tier.PRIVATE, None),)


def test_an_urgency_is_learned_only_where_somebody_said_it() -> None:
    """Confirming says nothing about urgency; a review that names it does, unless it rose since."""

    def reviewed(t: Ticket) -> Ticket:
        return lifecycle.record(t, WORKER, "reviewed", decided=["category", "urgency"], tier="big")

    assert learned(reviewed, confirm()) == ((True, LEAK, SMALL, Urgency.NORMAL),)
    assert learned(reviewed) == ((True, LEAK, None, Urgency.NORMAL),)
    rise: Step = lambda t: lifecycle.raised(t, Urgency.EMERGENCY, RESIDENT)  # noqa: E731
    assert learned(reviewed, rise) == ((True, LEAK, None, None),)


def test_what_belongs_to_the_matter_teaches_its_category_only() -> None:
    """「我家也是」 is no issue alone; progress reports, and words taken back or never written, teach nothing."""
    more = [
        ticket_message("赵大爷", "我家门口也是", 2, part=Part.SUPPORT),
        ticket_message("物业小周", "在修了", 3, part=Part.PROGRESS),
        ticket_message("王阿姨", "", 4, part=Part.DETAIL),
        ticket_message("王阿姨", "", 5, part=Part.DETAIL, recalled=True),
    ]
    now = lifecycle.confirmed(reported(messages=(ticket_message(), *more)), LEADER)
    said = {c.text: (c.issue, c.category, c.tier) for c in corrections_of([now], ())}
    assert said == {"3单元漏水了": (True, LEAK, SMALL), "我家门口也是": (None, LEAK, None)}


def test_a_first_message_that_was_taken_back_teaches_nothing() -> None:
    """Recalled words are gone, for learning too; no other message takes their place as the issue."""
    kept = ticket_message("赵大爷", "我家门口也是", 2, part=Part.SUPPORT)
    now = lifecycle.confirmed(reported(messages=(ticket_message(recalled=True, text=""), kept)), LEADER)
    assert [(c.text, c.issue) for c in corrections_of([now], ())] == [("我家门口也是", None)]


def test_a_dismissed_message_is_no_issue() -> None:
    """What a person dismissed from the review list is a lesson as long as it is kept."""
    (only,) = corrections_of([], [replace(review(), id=7).dismissed()])
    assert (only.source, only.issue, only.category, only.text) == ("review/7", False, None, "楼下又开始了")
    assert isinstance(only, Correction)


def test_the_states_that_nobody_decided_teach_nothing() -> None:
    """A ticket that lies about in any status without a word from a person with a role is no lesson."""
    assert corrections_of([replace(ticket(status), number=n) for n, status in enumerate(Status)], ()) == []
