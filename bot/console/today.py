"""What waits for a visitor, in order: by why it waits, then by when it is due. A pure function of what is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.deeds import Deed, possible
from bot.console.parts import Visitor
from bot.console.reasons import reasons
from bot.documents.hiding import Roster, cover_for, roster_of
from bot.domain import schedule
from bot.domain.members import Member, Role
from bot.domain.policy import Policy
from bot.domain.records import Gap, Post, Review
from bot.domain.taxonomy import Named, Urgency
from bot.domain.text import masked, shortened
from bot.domain.tickets import Part, Status, Ticket
from bot.domain.waiting import Desk, desk, waits_for

#: So many rows of a section are shown; the next ones come as these are done.
_ROWS = 60
#: A gap that ended, and of which nobody knows what was said, is shown for so many seconds after.
_GAP_SHOWN = 3 * 24 * 3600


class Why(Named):
    """The sections of the page, most pressing first."""

    EMERGENCY = "emergency", "紧急"
    OVERDUE = "overdue", "超期"
    UNCONFIRMED = "unconfirmed", "等确认"
    REVIEW = "review", "拿不准的消息"
    CONTESTED = "contested", "层级有异议"
    BOUNCED = "bounced", "没有人办"
    AFTER = "after", "要回访、要告知"
    POST = "post", "要人贴到群里的话"
    GAP = "gap", "可能漏听的时段"


_SECTION = {
    Desk.EMERGENCY: Why.EMERGENCY,
    Desk.OVERDUE: Why.OVERDUE,
    Desk.UNCONFIRMED: Why.UNCONFIRMED,
    Desk.CONTESTED: Why.CONTESTED,
    Desk.BOUNCED: Why.BOUNCED,
    Desk.UNASSIGNED: Why.BOUNCED,
    Desk.UNACCEPTED: Why.BOUNCED,
    Desk.MEDIATION: Why.AFTER,
    Desk.DISSATISFIED: Why.AFTER,
    Desk.CALL_BACK: Why.AFTER,
    Desk.UNTOLD: Why.AFTER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row that can be decided."""

    #: `t42.7` or `r5`.
    key: str
    why: Why
    ticket: Ticket | None = None
    review: Review | None = None
    words: str
    place: str
    #: Why it is here, in words.
    reasons: tuple[str, ...] = ()
    due: datetime | None = None
    at: datetime
    deeds: tuple[Deed, ...] = ()
    #: What the bot rests on, in words.
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its rows."""

    why: Why
    items: tuple[Item, ...] = ()
    posts: tuple[Post, ...] = ()
    gaps: tuple[Gap, ...] = ()
    #: How many more items wait than are shown.
    more: int = 0

    @property
    def count(self) -> int:
        """How many wait here."""
        return len(self.items) + len(self.posts) + len(self.gaps) + self.more


def sections(
    visitor: Visitor,
    tickets: Iterable[Ticket],
    reviews: Iterable[Review],
    posts: Sequence[Post],
    gaps: Iterable[Gap],
    members: Sequence[Member],
    policy: Policy,
    now: datetime,
) -> list[Section]:
    """The page. Everything given is in the visitor's scope; a ticket stands once, where it presses most."""
    roster = roster_of(members)
    rows = [row for t in tickets if (row := _row(t, visitor, roster, policy))]
    rows += [_held(r, policy) for r in reviews]
    open_gaps = [g for g in gaps if not g.is_filled]
    lasting = [g for g in open_gaps if g.end is None or (now - g.end).total_seconds() < _GAP_SHOWN]
    found = [_section(why, _ordered(r for r in rows if r.why is why)) for why in Why]
    found += [Section(why=Why.POST, posts=tuple(posts)), Section(why=Why.GAP, gaps=tuple(lasting))]
    return [s for s in found if s.count]


def _section(why: Why, items: tuple[Item, ...]) -> Section:
    return Section(why=why, items=items[:_ROWS], more=max(len(items) - _ROWS, 0))


def _ordered(rows: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(rows, key=lambda r: (r.due is None, r.due or r.at, r.at)))


def _row(ticket: Ticket, visitor: Visitor, roster: Roster, policy: Policy) -> Item | None:
    """*ticket* as a row, if it waits for the visitor."""
    mine = desk(ticket) if visitor.scope.serves(ticket.place) else ()
    wanted = [_SECTION[reason] for reason in mine]
    if not wanted and ticket.urgency is Urgency.EMERGENCY and ticket.status is Status.PENDING:
        wanted = [Why.EMERGENCY]
    if not wanted and ticket.status is Status.PENDING:
        wanted = [Why.UNCONFIRMED]
    if not wanted:
        return None
    why = min(wanted, key=list(Why).index)
    cover = cover_for([ticket], roster)
    said = [cover.hide(m.text) for m in ticket.messages if m.text and m.part in (Part.REPORT, Part.DETAIL)]
    return Item(
        key=f"t{ticket.number}.{len(ticket.history)}",
        why=why,
        ticket=ticket,
        words=shortened(" ／ ".join(said) or cover.hide(ticket.summary), 140),
        place=ticket.place.public,
        reasons=tuple(r.label for r in mine),
        due=None if why is Why.EMERGENCY else due_of(ticket, policy),
        at=ticket.opened_at,
        deeds=tuple(d for d in possible(ticket, visitor.member) if d.key),
        evidence=tuple(e.words for e in reasons(ticket.evidence)[:3]),
    )


def due_of(ticket: Ticket, policy: Policy) -> datetime | None:
    """The time limit that runs for *ticket* now: to be confirmed, to be accepted, to be settled."""
    return schedule.due_of(ticket, policy.rules)


def _held(review: Review, policy: Policy) -> Item:
    """A message that may be an issue, as a row."""
    seen = review.classification
    return Item(
        key=f"r{review.id}",
        why=Why.REVIEW,
        review=review,
        words=shortened(masked(review.text), 140),
        place=review.place.public,
        due=review.expires_at,
        at=review.at,
        evidence=tuple(e.words for e in reasons(seen.evidence)[:3]),
    )


def waiting_for(ticket: Ticket, policy: Policy) -> str:
    """Whose turn it is, in words."""
    who = waits_for(ticket)
    if who == "group":
        return "等群里有没有异议"
    if who in set(Role):
        return f"等{Role(who).label}"
    return f"等{policy.responsibility.body_name(who)}" if who else ""
