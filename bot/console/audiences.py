"""One ticket as each audience sees it: the group, the leader, the property company, the public. One function each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import wording
from bot.console.today import due_of
from bot.documents.course import Teller
from bot.documents.hiding import Cover, cover_for
from bot.domain.members import Member, Role
from bot.domain.policy import Policy
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Part, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A ticket, those folded into it, and what is needed to tell of them."""

    ticket: Ticket
    family: Sequence[Ticket]
    members: Sequence[Member]
    policy: Policy
    #: Local.
    now: datetime

    @property
    def cover(self) -> Cover:
        """What hides its people."""
        return cover_for([self.ticket, *self.family], self.members)

    @property
    def teller(self) -> Teller:
        """What puts its history into sentences."""
        zone = self.policy.rules.calendar.zone
        return Teller(cover=self.cover, responsibility=self.policy.responsibility, zone=zone)

    @property
    def households(self) -> int:
        """How many different people raised it or joined in."""
        tickets = (self.ticket, *self.family)
        return len({who for t in tickets for who in (*t.reporters, *t.supporters)})


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What an audience reads."""

    title: str
    lines: tuple[str, ...]


def as_group(matter: Matter) -> View:
    """What the bot answers in the group. Private matters are not told there."""
    ticket = matter.ticket
    if ticket.tier is Tier.PRIVATE:
        return View(title="群里看不到", lines=("私事只和反映人在私聊里说。",))
    due = due_of(ticket, matter.policy)
    text = wording.status(ticket, matter.households, matter.policy.responsibility, matter.now, due)
    return View(title="在群里问「查」，楼事通这样答", lines=(text,))


def as_leader(matter: Matter) -> View:
    """The words without names, and every step."""
    return View(title=wording.subject(matter.ticket), lines=(*_words(matter), *_course(matter)))


def as_property(matter: Matter) -> View:
    """What there is to do, where, by when and on what grounds. Of the people only that they are so many."""
    if matter.ticket.tier is Tier.PRIVATE and matter.ticket.body != Role.PROPERTY:
        return View(title="物业看不到", lines=("私事不交给物业，除非派给了物业。",))
    line = matter.policy.line(matter.ticket)
    due = due_of(matter.ticket, matter.policy)
    limit = f"，最晚 {matter.teller.time(due)}" if due else ""
    facts = (
        f"{matter.ticket.urgency.label} · {matter.households}户反映{limit}",
        f"依据：{line.basis}" if line.basis else "",
        *(f"{n}. {step}" for n, step in enumerate(line.steps, 1)),
    )
    return View(title=wording.subject(matter.ticket), lines=(*_words(matter), *(f for f in facts if f)))


def as_public(matter: Matter) -> View:
    """What was raised and where it stands; no words, no names, no doors."""
    ticket = matter.ticket
    if ticket.tier is Tier.PRIVATE:
        return View(title="不公示", lines=("私事不公示。",))
    days = ((ticket.resolved_at or matter.now) - ticket.opened_at).days
    took = f"{days}天办结" if ticket.resolved_at else f"已{days}天"
    return View(title=wording.subject(ticket), lines=(f"{ticket.status.label} · {matter.households}户反映 · {took}",))


AUDIENCES: dict[str, tuple[str, Callable[[Matter], View]]] = {
    "group": ("群里", as_group),
    "leader": ("楼长", as_leader),
    "property": ("物业", as_property),
    "public": ("公示", as_public),
}


def _words(matter: Matter) -> Iterable[str]:
    cover = matter.cover
    said = (m for m in matter.ticket.messages if m.text and m.part is not Part.PROGRESS)
    return [f"{cover.who(m.sender, '')}：{cover.hide(m.text)}" for m in said]


def _course(matter: Matter) -> Iterable[str]:
    teller = matter.teller
    told = ((e, teller.sentence(e)) for e in matter.ticket.history)
    return [f"{teller.time(e.at)}　{matter.cover.who(e.by, e.role)}　{sentence}" for e, sentence in told if sentence]
