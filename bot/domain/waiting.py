"""Whom a ticket waits for: its owner, and why a worker must look at it. No open ticket waits for nobody."""

from bot.domain.lifecycle import ending_told, is_contested, since_ending
from bot.domain.members import Role
from bot.domain.taxonomy import Named, Urgency
from bot.domain.tickets import ENDING, Status, Ticket

#: After so many bodies have declined, a worker decides.
BOUNCES = 2


class Desk(Named):
    """Why a ticket is on the worker's desk, most pressing first."""

    EMERGENCY = "emergency", "紧急"
    UNCONFIRMED = "unconfirmed", "没人确认"
    UNASSIGNED = "unassigned", "没有承办单位"
    BOUNCED = "bounced", "被退回"
    CONTESTED = "contested", "层级有异议"
    OVERDUE = "overdue", "超期"
    UNACCEPTED = "unaccepted", "没人接单"
    MEDIATION = "mediation", "请求调解"
    DISSATISFIED = "dissatisfied", "评价不满意"
    CALL_BACK = "call_back", "待回访"
    UNTOLD = "untold", "结果没能告知"


#: Stars up to this many are a bad rating.
BAD = 2


def waits_for(ticket: Ticket) -> str:
    """Role or body that has the next move: `leader`, `worker`, a body's code, `group` while it may object; or ""."""
    if ticket.status is Status.PENDING:
        return Role.WORKER.value if ticket.events("desked") else Role.LEADER.value
    if ticket.status in (Status.ASSIGNED, Status.IN_PROGRESS):
        return ticket.body or Role.WORKER.value
    if ticket.status is Status.CONFIRMED:
        return Role.WORKER.value
    return "group" if ticket.status in ENDING else ""


def desk(ticket: Ticket) -> tuple[Desk, ...]:
    """Why a worker must look at *ticket*; empty: they need not."""
    reasons = {
        Desk.EMERGENCY: ticket.urgency is Urgency.EMERGENCY and ticket.is_open and not _touched(ticket),
        Desk.UNCONFIRMED: ticket.status is Status.PENDING and _since_round(ticket, "desked"),
        Desk.UNASSIGNED: _nobodys(ticket) and bounces(ticket) == 0,
        Desk.BOUNCED: ticket.status is Status.CONFIRMED and bounces(ticket) > 0,
        Desk.CONTESTED: is_contested(ticket),
        Desk.OVERDUE: _working(ticket) and _level(ticket) > 1,
        Desk.UNACCEPTED: ticket.status is Status.ASSIGNED and _since_assigned(ticket, "chased"),
        Desk.MEDIATION: _pending(ticket, "mediation_asked"),
        Desk.DISSATISFIED: _unanswered_rating(ticket),
        Desk.CALL_BACK: _pending(ticket, "call_back_due"),
        Desk.UNTOLD: ticket.status in ENDING and is_untold(ticket),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def bounces(ticket: Ticket) -> int:
    """How many bodies have declined it in this round."""
    begun = _round(ticket)
    return sum(e.name == "declined" for e in ticket.history[begun:])


def _round(ticket: Ticket) -> int:
    """Where in the history the present round begins."""
    return max((n for n, e in enumerate(ticket.history) if e.name in ("opened", "reopened")), default=0)


def _since_round(ticket: Ticket, name: str) -> bool:
    return any(e.name == name for e in ticket.history[_round(ticket) :])


def _since_assigned(ticket: Ticket, name: str) -> bool:
    last = max((n for n, e in enumerate(ticket.history) if e.name == "assigned"), default=0)
    return any(e.name == name for e in ticket.history[last:])


def _nobodys(ticket: Ticket) -> bool:
    """Is it to be worked on, and no body's? So is a private matter whose reporter said that it was not settled."""
    return ticket.status is Status.CONFIRMED or (ticket.status is Status.IN_PROGRESS and not ticket.body)


def _touched(ticket: Ticket) -> bool:
    """Has anybody but residents done something with it?"""
    return any(e.role and e.role != Role.RESIDENT for e in ticket.history)


def _working(ticket: Ticket) -> bool:
    return ticket.status in (Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS)


def _level(ticket: Ticket) -> int:
    return max(
        (int(str(e.data["level"])) for e in ticket.history[_round(ticket) :] if e.name == "escalated"), default=0
    )


def _pending(ticket: Ticket, name: str) -> bool:
    """Was *name* asked for and not answered by a call back since?"""
    names = [e.name for e in ticket.history if e.name in (name, "called_back")]
    return bool(names) and names[-1] == name


def _unanswered_rating(ticket: Ticket) -> bool:
    """Is there a bad rating that nobody has called back about?"""
    marks = [e for e in ticket.history if e.name in ("rated", "called_back", "reopened")]
    last = marks[-1] if marks else None
    return last is not None and last.name == "rated" and int(str(last.data["stars"])) <= BAD


def is_untold(ticket: Ticket) -> bool:
    """Did the clock find that nobody could be told of the present ending, and is that still so?"""
    return any(e.name == "untold" for e in since_ending(ticket)) and not ending_told(ticket)
