"""A small past for the demo, so that its figures show something. All of it is invented, and says so (演示)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

from bot.adapters.web import people
from bot.domain.lifecycle import (
    Doer,
    accepted,
    assigned,
    closed,
    confirmed,
    opened,
    rated,
    referred,
    rejected,
    reopened,
    resolved,
    told,
)
from bot.domain.members import Role
from bot.domain.messages import ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.policy import Policy
from bot.domain.taxonomy import Category, Kind, Tier, Urgency
from bot.domain.tickets import Part, Status, Ticket, TicketMessage

#: Where it was said: no group that anybody can speak in.
HOME = ConversationRef(platform=people.PLATFORM, id="past")
_MARK = "（演示）"
_DAYS = 12 * 7 - 4
_RECURS = 45
_OBJECTIONS = timedelta(hours=24)
_LI = people.PEOPLE["li"].identity
_ZHOU = people.PEOPLE["zhou"].identity
_CHEN = people.PEOPLE["chen"].identity


@dataclass(frozen=True, slots=True)
class _Matter:
    category: Category
    tier: Tier
    building: str
    spot: str
    words: str
    #: How often it comes up.
    weight: int


_MATTERS = (
    _Matter(Category.LEAK, Tier.SMALL, "3号楼", "2单元楼道", "2单元楼道顶上又滴水了，地上滑得很", 7),
    _Matter(Category.ELEVATOR, Tier.SMALL, "5号楼", "", "电梯又停在半路不走了，老人上不了楼", 8),
    _Matter(Category.PARKING, Tier.SMALL, "", "地下车库", "地下车库通道又停满了车，进不去也出不来", 6),
    _Matter(Category.SANITATION, Tier.SMALL, "8号楼", "", "楼道里垃圾堆了几天没人清", 5),
    _Matter(Category.NOISE, Tier.SMALL, "3号楼", "", "楼上装修，中午也不停", 4),
    _Matter(Category.FACILITIES, Tier.SMALL, "5号楼", "", "单元门的门禁坏了，谁都能进", 4),
    _Matter(Category.FACILITIES, Tier.BIG, "", "东门", "东门的路灯全不亮，晚上看不见", 3),
    _Matter(Category.FIRE, Tier.BIG, "8号楼", "", "消防通道被杂物堵了", 3),
    _Matter(Category.HOUSEHOLD, Tier.PRIVATE, "3号楼", "", "家里两口子吵架，邻居劝不住", 3),
)


def past(policy: Policy, now: datetime) -> Iterator[Ticket]:
    """Tickets of the twelve weeks before *now*, all of them over, oldest first; the same ones each time."""
    random = Random(12)  # noqa: S311 (nothing secret)
    for day in range(_DAYS, 3, -1):
        at = datetime.combine(now.date() - timedelta(days=day), time(9), tzinfo=now.tzinfo)
        if at.weekday() < 5:
            # A little more of it in the last weeks.
            for _ in range(random.choice((0, 1, 1, 2) if day < 30 else (0, 0, 1, 1, 2))):
                # Nothing that is told in the demo's own group shall be an old matter come back.
                known = [m for m in _MATTERS if day > _RECURS or m.building not in ("", people.BUILDING)]
                matter = random.choices(known, [m.weight for m in known])[0]
                yield _lived(matter, at + timedelta(minutes=random.randrange(480)), policy, random, now)


def _lived(matter: _Matter, at: datetime, policy: Policy, random: Random, now: datetime) -> Ticket:
    """One ticket from its first word to its filing."""
    who = Identity(platform=people.PLATFORM, user_id=f"past-{random.randrange(40)}")
    ticket = opened(_raised(matter, at, who), Doer(by=who, role=Role.RESIDENT, at=at))
    seen = at + timedelta(minutes=random.choice((6, 15, 40, 90, 200, 380, 1500)))
    if matter.tier is Tier.PRIVATE:
        return _filed(referred(ticket, Doer(at=at + timedelta(minutes=2)), _OBJECTIONS))
    if random.random() < 0.08:
        return _filed(rejected(ticket, _steward(matter, seen), random.choice(("", "已经报备过的施工")), _OBJECTIONS))
    return _settled(ticket, _steward(matter, seen), who, policy, random, now)


def _raised(matter: _Matter, at: datetime, who: Identity) -> Ticket:
    text = f"{matter.building}{matter.words}{_MARK}"
    said = TicketMessage(
        conversation=HOME,
        message_id=f"past-{at.isoformat()}-{who.user_id}",
        sender=who,
        sender_name="演示住户",
        at=at,
        text=text,
        part=Part.REPORT,
    )
    return Ticket(
        kind=Kind.COMPLAINT,
        category=matter.category,
        tier=matter.tier,
        urgency=Urgency.NORMAL,
        confidence=0.9,
        place=Place(estate=people.ESTATE, building=matter.building, spot=matter.spot),
        home=HOME,
        summary=text,
        messages=(said,),
        reporters=(who,),
        opened_at=at,
        active_at=at,
    )


def _steward(matter: _Matter, at: datetime) -> Doer:
    """The leader of the demo's building; elsewhere the worker."""
    if matter.building == people.BUILDING:
        return Doer(by=_LI, role=Role.LEADER, at=at)
    return Doer(by=_CHEN, role=Role.WORKER, at=at)


def _settled(ticket: Ticket, steward: Doer, who: Identity, policy: Policy, random: Random, now: datetime) -> Ticket:
    line = policy.line(ticket)
    ready = assigned(confirmed(ticket, steward), Doer(at=steward.at), line.body, line, policy.responsibility.version)
    hours = min(random.choice((5, 20, 26, 50, 70, 120, 230)), (now - steward.at) / timedelta(hours=1) - 40)
    taken = accepted(ready, _property(steward.at + timedelta(hours=min(hours / 3, 20))), line.body)
    done = resolved(taken, _property(steward.at + timedelta(hours=hours)), f"处理好了{_MARK}", _OBJECTIONS)
    done = told(done, done.history[-1].at, "past", Status.RESOLVED)
    if random.random() < 0.12 and hours < (now - steward.at) / timedelta(hours=1) - 80:
        done = _again(done, who)
    if random.random() < 0.4:
        done = rated(done, _resident(who, done.history[-1].at + timedelta(hours=2)), random.choice((5, 5, 4, 4, 2)))
    return _filed(done)


def _again(done: Ticket, who: Identity) -> Ticket:
    """It was not solved, and is solved a day later."""
    at = done.history[-1].at
    back = reopened(done, _resident(who, at + timedelta(hours=6)), f"还是老样子{_MARK}")
    done = resolved(back, _property(at + timedelta(hours=30)), f"重新处理好了{_MARK}", _OBJECTIONS)
    return told(done, done.history[-1].at, "past", Status.RESOLVED)


def _property(at: datetime) -> Doer:
    return Doer(by=_ZHOU, role=Role.PROPERTY, at=at)


def _resident(who: Identity, at: datetime) -> Doer:
    return Doer(by=who, role=Role.RESIDENT, at=at)


def _filed(ticket: Ticket) -> Ticket:
    """*ticket*, whose ending was told at once, closed when nobody objected."""
    at = ticket.history[-1].at
    known = ticket if any(e.name == "told" for e in ticket.history) else told(ticket, at, "past", ticket.status)
    return replace(closed(known, max(known.close_after or at, at) + timedelta(minutes=1)), look_at=None)
