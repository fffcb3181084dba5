"""Tickets told in plain words, for the tests of figures: `收到 9.09 楼长确认 9.10 派单 9.10 办结 10.15`.

Times are day and hour in March 2026 (see `tests.domain.working`); `4.3.09` is the third of April.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.figures.names import RateName, Reason, Verdict
from bot.domain.figures.period import Period
from bot.domain.figures.report import Report, report
from bot.domain.policy import Policy
from bot.domain.responsibility import Body, ResponsibilityList
from bot.domain.taxonomy import Tier, Urgency
from bot.domain.tickets import Ticket, TicketEvent
from tests.cast import ZONE, doer, identity, ticket
from tests.domain.working import RULES

POLICY = Policy(
    responsibility=ResponsibilityList(
        version="1", bodies={"property": Body(code="property", name="物业公司")}, defaults={}, lines={}
    ),
    rules=RULES,
)
LATER = datetime(2026, 7, 1, tzinfo=ZONE)
MARCH = Period.of("2026-03", LATER)
APRIL = Period.of("2026-04", LATER)

#: Word → event, who does it, facts.
WORDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "收到": ("opened", "王阿姨", {}),
    "楼长确认": ("confirmed", "李楼长", {}),
    "派单": ("assigned", "", {"body": "property", "accept": "4wh", "settle": "3wd"}),
    "转街道": ("assigned", "小陈", {"body": "street", "accept": "1wd", "settle": "20wd"}),
    "接单": ("accepted", "物业小周", {"body": "property"}),
    "退回": ("declined", "物业小周", {"reason": "不是我们的"}),
    "办结": ("resolved", "物业小周", {}),
    "没解决": ("reopened", "王阿姨", {}),
    "误报": ("rejected", "李楼长", {}),
    "误报并说明": ("rejected", "李楼长", {"reason": "是装修，已报备"}),
    "合并": ("merged", "李楼长", {"before": "pending"}),
    "撤回": ("withdrawn", "王阿姨", {}),
    "转介": ("referred", "", {}),
    "告知": ("told", "", {}),
    "归档": ("closed", "", {}),
    "催办": ("urged", "王阿姨", {}),
    "升为紧急": ("raised", "王阿姨", {"urgency": "emergency"}),
    "改大事": ("retiered", "李楼长", {"before": "small", "tier": "big"}),
    "暂停到25日": (
        "paused",
        "物业小周",
        {"reason": "等配件", "until": datetime(2026, 3, 25, 9, tzinfo=ZONE).isoformat()},
    ),
    "暂停到5月": (
        "paused",
        "物业小周",
        {"reason": "等审批", "until": datetime(2026, 5, 6, 9, tzinfo=ZONE).isoformat()},
    ),
    "王阿姨评5": ("rated", "王阿姨", {"stars": 5}),
    "王阿姨评1": ("rated", "王阿姨", {"stars": 1}),
    "赵大爷评1": ("rated", "赵大爷", {"stars": 1}),
    "赵大爷评4": ("rated", "赵大爷", {"stars": 4}),
    "回访满意": ("called_back", "小陈", {"satisfied": "yes"}),
    "回访不满意": ("called_back", "小陈", {"satisfied": "no"}),
    "请调解": ("mediation_asked", "王阿姨", {}),
}


def when(text: str) -> datetime:
    """`9.09` is the ninth of March at nine, `4.3.09` the third of April, `9.09:30` half past."""
    *days, clock = text.split(".")
    month, day = (int(days[0]), int(days[1])) if len(days) > 1 else (3, int(days[0]))
    hour, _, minute = clock.partition(":")
    return datetime(2026, month, day, int(hour), int(minute or 0), tzinfo=ZONE)


def history(story: str) -> tuple[TicketEvent, ...]:
    """The events of *story*."""
    words = story.split()
    return tuple(_event(word, when(at)) for word, at in zip(words[::2], words[1::2], strict=True))


def _event(word: str, at: datetime) -> TicketEvent:
    name, who, data = WORDS[word]
    done = doer(who, at) if who else None
    return TicketEvent(at=at, name=name, by=done.by if done else None, role=done.role if done else "", data=data)


def told(story: str, number: int = 1, **changes: Any) -> Ticket:
    """The ticket of *story*; 私事 and 紧急 at its front say what it is. Its status column says nothing: events count."""
    front, _, rest = story.partition("收到")
    events = history(f"收到{rest}")
    marks: dict[str, Any] = {"tier": Tier.PRIVATE} if "私事" in front else {}
    if "紧急" in front or "升为紧急" in story:
        marks["urgency"] = Urgency.EMERGENCY
    known = replace(ticket(), number=number, history=events, opened_at=events[0].at, reporters=(identity("王阿姨"),))
    return replace(known, **{**marks, **changes})


def figures(*tickets: Ticket, period: Period = MARCH, now: datetime = LATER) -> Report:
    """The report about *tickets*."""
    return report(tickets, period, now, POLICY)


def verdict(name: RateName, *tickets: Ticket, period: Period = MARCH, now: datetime = LATER) -> Verdict | None:
    """What ticket #1 among *tickets* is to the rate *name*."""
    rate = figures(*tickets, period=period, now=now).total.rates[name]
    found: list[Verdict] = [True] * (1 in rate.met) + [False] * (1 in rate.missed)
    found += [reason for reason in Reason if 1 in rate.left_out.get(reason, ())]
    assert len(found) <= 1
    return found[0] if found else None


DAY = timedelta(days=1)
