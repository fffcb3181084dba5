"""What of a ticket the public may see, and in which words: no names, no doors, nothing that anybody said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status, Ticket

_STANDING = frozenset({Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS})
_SETTLED = frozenset({Status.RESOLVED, Status.CLOSED})
#: How a ticket can end; only one that was resolved is shown.
_ENDS = frozenset({"resolved", "rejected", "referred", "withdrawn", "merged"})
#: In danger these are about one person's health or family.
_PERSONAL = frozenset({Category.HOUSEHOLD, Category.SERVICES})
#: Event → what the public reads of it; everything else is left out.
_STEPS = {
    "opened": "居民反映",
    "confirmed": "楼长或社区确认",
    "assigned": "交给{body}",
    "accepted": "开始办理",
    "progressed": "有进展",
    "resolved": "办结",
    "reopened": "居民说还没解决，继续办理",
    "closed": "没有异议，归档",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a matter."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A ticket as the public sees it."""

    number: int
    title: str
    status: str
    is_settled: bool
    households: int
    raised_at: datetime
    #: 已3天, 2天办结.
    took: str
    steps: tuple[Step, ...]


def is_public(ticket: Ticket) -> bool:
    """May everybody know that there is such a matter?"""
    if ticket.tier is Tier.PRIVATE or (ticket.urgency is Urgency.EMERGENCY and ticket.category in _PERSONAL):
        return False
    if ticket.status in _STANDING:
        return True
    ended = [e.name for e in ticket.history if e.name in _ENDS]
    return ticket.status in _SETTLED and ended[-1:] == ["resolved"]


def matter(ticket: Ticket, bodies: Mapping[str, str], now: datetime) -> Matter:
    """*ticket* for the public; *bodies* says what a responsible body is called, *now* is local."""
    settled = ticket.status in _SETTLED
    ended = ticket.resolved_at if settled else None
    days = ((ended or now).astimezone(now.tzinfo).date() - ticket.opened_at.astimezone(now.tzinfo).date()).days
    return Matter(
        number=ticket.number,
        title=f"{ticket.place.building or '小区里'} {ticket.category.label}",
        status="已办结" if settled else "办理中",
        is_settled=settled,
        households=ticket.households,
        raised_at=ticket.opened_at.astimezone(now.tzinfo),
        took=_took(days, settled=settled),
        steps=tuple(_steps(ticket, bodies, now)),
    )


def _took(days: int, *, settled: bool) -> str:
    if settled:
        return f"{days}天办结" if days else "当天办结"
    return f"已{days}天" if days else "今天"


def _steps(ticket: Ticket, bodies: Mapping[str, str], now: datetime) -> list[Step]:
    steps: list[Step] = []
    for event in ticket.history:
        if event.name not in _STEPS:
            continue
        body = bodies.get(str(event.data.get("body", "")), "责任单位")
        words = _STEPS[event.name].format(body=body)
        if not steps or steps[-1].words != words:
            steps.append(Step(at=event.at.astimezone(now.tzinfo), words=words))
    return steps
