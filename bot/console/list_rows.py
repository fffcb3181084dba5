"""What a list of tickets shows: its rows, and in words by what it is filtered. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from bot.console.deeds import possible
from bot.console.figures_words import in_plain_words
from bot.console.list_address import OPEN_WORD, without, write
from bot.console.today import Why, waiting_for
from bot.documents.hiding import Roster, cover_for, roster_of
from bot.domain.backlog import Due, Sort, TicketList
from bot.domain.members import Member
from bot.domain.places import Place, place_key, same_place
from bot.domain.policy import Policy
from bot.domain.taxonomy import Urgency
from bot.domain.text import shortened
from bot.domain.tickets import OPEN, Part, Status, Ticket
from bot.domain.waiting import Desk

_MOST_WORDS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ticket of the list."""

    ticket: Ticket
    #: What a form calls it: `t42.7`.
    key: str
    words: str
    #: Whose turn it is.
    waiting: str
    due: datetime | None
    #: Since when its groups are owed a word, if they are.
    debt: datetime | None
    #: May several be decided with it?
    decidable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is on, and the address without it."""

    label: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A list that is often asked for."""

    name: str
    address: str
    here: bool


def lines(
    tickets: Iterable[Ticket], member: Member, members: Sequence[Member], policy: Policy, now: datetime
) -> list[Line]:
    """*tickets* as rows for *member*: nobody is named, no door, no number."""
    roster = roster_of(members)
    return [_line(ticket, member, roster, policy, now) for ticket in tickets]


def _line(ticket: Ticket, member: Member, roster: Roster, policy: Policy, now: datetime) -> Line:
    cover = cover_for([ticket], roster)
    said = [cover.hide(m.text) for m in ticket.messages if m.text and m.part in (Part.REPORT, Part.DETAIL)]
    return Line(
        ticket=ticket,
        key=f"t{ticket.number}.{len(ticket.history)}",
        words=shortened(" ／ ".join(said) or cover.hide(ticket.summary), _MOST_WORDS),
        waiting=waiting_for(ticket, policy),
        due=ticket.due_at,
        debt=ticket.debt_at if ticket.debt_at and ticket.debt_at < now else None,
        decidable=any(deed.key and not any(f.required for f in deed.fields) for deed in possible(ticket, member)),
    )


def chips(wanted: TicketList, policy: Policy, zone: tzinfo) -> list[Chip]:
    """The filters of *wanted*, each with the way to be rid of it."""
    said = _said(wanted, policy, zone)
    return [Chip(label=label, address=write(without(wanted, name), zone)) for name, label in said]


def in_words(wanted: TicketList, policy: Policy, zone: tzinfo) -> str:
    """The filters of *wanted* in one line."""
    return "、".join(label for _, label in _said(wanted, policy, zone)) or "全部工单"


def _said(wanted: TicketList, policy: Policy, zone: tzinfo) -> list[tuple[str, str]]:
    """Field → what it says, for every filter that is on."""
    named = ("tier", wanted.tier), ("category", wanted.category), ("urgency", wanted.urgency), ("due", wanted.due)
    found = [("text", f"“{wanted.text}”")] if wanted.text else []
    found += [("statuses", _statuses(wanted))] if wanted.statuses else []
    found += [("desks", "、".join(sorted(d.label for d in wanted.desks)))] if wanted.desks else []
    found += [(name, value.label) for name, value in named if value is not None]
    found += [(name, value) for name, value in (("estate", wanted.estate), ("building", wanted.building)) if value]
    found += [("body", policy.responsibility.body_name(wanted.body))] if wanted.body else []
    found += [("from", f"{wanted.begin.astimezone(zone):%Y-%m-%d}起")] if wanted.begin else []
    found += [("to", f"{wanted.end.astimezone(zone) - timedelta(days=1):%Y-%m-%d}止")] if wanted.end else []
    found += [("figure", f"图表：{in_plain_words(wanted.figure, policy)}")] if wanted.figure else []
    return [*found, *([("debt", "欠群里回话")] if wanted.debt else [])]


def _statuses(wanted: TicketList) -> str:
    if wanted.statuses >= OPEN:
        return "、".join(["没办完", *sorted(s.label for s in wanted.statuses - OPEN)])
    return "、".join(s.label for s in sorted(wanted.statuses, key=list(type(next(iter(wanted.statuses)))).index))


#: The lists that a morning begins with.
TABS: Mapping[str, TicketList] = {
    "没办完": TicketList(statuses=OPEN, sort=Sort.DUE),
    "紧急": TicketList(statuses=OPEN, urgency=Urgency.EMERGENCY),
    "超期": TicketList(due=Due.OVER, sort=Sort.DUE),
    "欠回话": TicketList(debt=True, sort=Sort.DUE),
    "全部": TicketList(),
}
#: What the page opens with when its address says nothing.
FIRST = TABS["没办完"]


#: Where the rest of a section of 今日 is; messages, posts and gaps are no tickets.
RESTS: Mapping[Why, TicketList] = {
    Why.EMERGENCY: TicketList(statuses=OPEN, urgency=Urgency.EMERGENCY),
    Why.OVERDUE: TicketList(desks=frozenset({Desk.OVERDUE}), sort=Sort.DUE),
    Why.UNCONFIRMED: TicketList(statuses=frozenset({Status.PENDING}), sort=Sort.DUE),
    Why.CONTESTED: TicketList(desks=frozenset({Desk.CONTESTED}), sort=Sort.DUE),
    Why.BOUNCED: TicketList(desks=frozenset({Desk.BOUNCED, Desk.UNASSIGNED, Desk.UNACCEPTED}), sort=Sort.DUE),
    Why.AFTER: TicketList(
        desks=frozenset({Desk.MEDIATION, Desk.DISSATISFIED, Desk.CALL_BACK, Desk.UNTOLD}), sort=Sort.NEWEST
    ),
}


def tabs(wanted: TicketList, zone: tzinfo) -> list[Tab]:
    """The lists that are often asked for, and whether *wanted* is one of them."""
    here = replace(wanted, after=None, before=None)
    return [Tab(name=name, address=write(tab, zone), here=here == tab) for name, tab in TABS.items()]


def buildings(found: Iterable[Place], estate: str) -> list[str]:
    """The buildings of *estate*, or of every one, each once however it is written, as people count."""
    names: dict[str, str] = {}
    for place in found:
        if place.building and (not estate or same_place(place.estate, estate)):
            names.setdefault(place_key(place.building), place.building)
    return [names[key] for key in sorted(names, key=_counted)]


def _counted(key: str) -> tuple[int, str]:
    digits = "".join(c for c in key if c.isdigit())
    return int(digits[:9] or 0), key


def status_of(wanted: TicketList) -> str:
    """What the field 状态 shows: one code, `open`, or nothing for any."""
    if wanted.statuses == OPEN:
        return OPEN_WORD
    return next(iter(wanted.statuses)).value if len(wanted.statuses) == 1 else ""
