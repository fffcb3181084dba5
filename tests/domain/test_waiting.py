"""Whom a ticket waits for, and why it is on the worker's desk."""

from collections.abc import Callable

import pytest

from bot.domain import lifecycle
from bot.domain.lifecycle import Doer, record
from bot.domain.taxonomy import Tier, Urgency
from bot.domain.tickets import Status, Ticket
from bot.domain.waiting import Desk, desk, waits_for
from tests.cast import DAY, HOUR, NOON, doer, ticket

BOT = Doer(at=NOON + HOUR)
XIAOZHOU, CHEN = doer("物业小周", NOON + HOUR), doer("小陈", NOON + HOUR)


def _handed() -> Ticket:
    return lifecycle.assigned(lifecycle.confirmed(ticket(), doer("李楼长")), BOT, "property")


def _declined() -> Ticket:
    return lifecycle.declined(_handed(), XIAOZHOU, "是市政的", "")


def _ended() -> Ticket:
    return lifecycle.resolved(_handed(), XIAOZHOU, "", DAY)


#: What happened, and why it is on the desk after that.
TABLE: dict[str, tuple[Callable[[], Ticket], tuple[Desk, ...]]] = {
    "新的，等楼长": (ticket, ()),
    "没人确认": (lambda: record(ticket(), BOT, "desked"), (Desk.UNCONFIRMED,)),
    "确认了，就不是没人确认": (lambda: lifecycle.confirmed(record(ticket(), BOT, "desked"), CHEN), (Desk.UNASSIGNED,)),
    "派了单": (_handed, ()),
    "没人接单": (lambda: record(_handed(), BOT, "chased"), (Desk.UNACCEPTED,)),
    "接了单": (lambda: lifecycle.accepted(record(_handed(), BOT, "chased"), XIAOZHOU, ""), ()),
    "被退回": (_declined, (Desk.BOUNCED,)),
    "楼长知道超期了": (lambda: record(_handed(), BOT, "escalated", level=1), ()),
    "超期到了社区": (lambda: record(_handed(), BOT, "escalated", level=2), (Desk.OVERDUE,)),
    "层级有异议": (lambda: lifecycle.contested(_handed(), doer("王阿姨"), Tier.BIG), (Desk.CONTESTED,)),
    "请求调解": (lambda: lifecycle.mediation_asked(_handed(), doer("王阿姨")), (Desk.MEDIATION,)),
    "紧急没人管": (lambda: ticket(urgency=Urgency.EMERGENCY), (Desk.EMERGENCY,)),
    "紧急有人接": (lambda: lifecycle.accepted(ticket(urgency=Urgency.EMERGENCY), XIAOZHOU, "property"), ()),
    "结果没能告知": (lambda: record(_ended(), BOT, "untold"), (Desk.UNTOLD,)),
    "后来告知了": (lambda: lifecycle.told_by_hand(record(_ended(), BOT, "untold"), CHEN), ()),
    "又没解决": (lambda: lifecycle.reopened(record(_ended(), BOT, "untold"), CHEN, ""), ()),
    "评了一分": (lambda: lifecycle.rated(_ended(), doer("王阿姨"), 1), (Desk.DISSATISFIED,)),
    "待回访": (lambda: record(_ended(), BOT, "call_back_due"), (Desk.CALL_BACK,)),
}


@pytest.mark.parametrize("what", TABLE)
def test_why_a_worker_must_look(what: str) -> None:
    """The desk holds what only a worker can move on, with the reason, and nothing else."""
    make, reasons = TABLE[what]
    assert desk(make()) == reasons


@pytest.mark.parametrize(
    ("make", "who"),
    [
        (ticket, "leader"),
        (lambda: record(ticket(), BOT, "desked"), "worker"),
        (_handed, "property"),
        (_declined, "worker"),
        (_ended, "group"),
        (lambda: ticket(Status.WITHDRAWN), ""),
    ],
)
def test_somebody_has_the_next_move(make: Callable[[], Ticket], who: str) -> None:
    """Leader, worker, body or group; nobody only where nothing is left to do."""
    assert waits_for(make()) == who


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.CLOSED, Status.MERGED, Status.WITHDRAWN)])
def test_no_open_ticket_waits_for_nobody(status: Status) -> None:
    """Every status in which something is to come has an owner."""
    assert waits_for(ticket(status))
