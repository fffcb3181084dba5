"""What both kinds of storage, SQL and memory, hold to be true of lists of tickets: who finds what, in which order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.backlog import Due, Key, Page, Sort, TicketList
from bot.domain.members import Grant, Role
from bot.domain.places import same_place
from bot.domain.searching import found_in, numbers, only_codes
from bot.domain.taxonomy import Urgency
from bot.domain.text import masked
from bot.domain.tickets import Ticket
from bot.domain.waiting import desk
from storage.ticket_rules import NOT_ENDED

#: A time limit that never comes, in orders and comparisons.
NEVER = NOT_ENDED
#: What ends within this is due soon.
SOON = timedelta(hours=24)
#: The smaller, the more pressing.
PRESSING = {Urgency.EMERGENCY: 0, Urgency.URGENT: 1, Urgency.NORMAL: 2}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COMMUNITY = frozenset({Role.WORKER, Role.ADMIN})


def micros(at: datetime | None) -> int:
    """*at* as a number that sorts by time; None comes last."""
    return ((at or NEVER) - _EPOCH) // timedelta(microseconds=1)


def moment(number: int) -> datetime:
    """What `micros` made a number of; what is out of every calendar is as late, or as early, as can be."""
    return _EPOCH + timedelta(microseconds=min(max(number, 0), micros(NEVER)))


def place_in(ticket: Ticket, sort: Sort) -> Key:
    """Where *ticket* stands in the order of *sort*."""
    if sort is Sort.NEWEST:
        return (-ticket.number,)
    due = (micros(ticket.due_at), ticket.number)
    return due if sort is Sort.DUE else (PRESSING[ticket.urgency], *due)


def page_of(found: Sequence[Ticket], wanted: TicketList) -> Page:
    """The page that *found* makes: as many as *wanted*, and one more if there are more beyond them.

    *found* is in order; for a page before a place it is in the opposite order, beginning at that place.
    """
    shown, more = list(found[: wanted.limit]), len(found) > wanted.limit
    if wanted.before is not None:
        shown.reverse()
    if not shown:
        return Page()
    first, last = place_in(shown[0], wanted.sort), place_in(shown[-1], wanted.sort)
    if wanted.before is not None:
        return Page(tickets=tuple(shown), next=last, previous=first if more else None)
    return Page(tickets=tuple(shown), next=last if more else None, previous=first if wanted.after is not None else None)


def finds_names(within: Iterable[Grant]) -> bool:
    """May names and doors be searched, which pages show only with a reason? Only for the community's own people."""
    return all(g.role in _COMMUNITY for g in within)


def said(ticket: Ticket) -> str:
    """The words by which anybody finds *ticket* who may see it: those that its page shows them."""
    place = ticket.place
    where = f"{place.estate} {place.building}{place.unit} {place.spot}"
    return masked("\n".join([ticket.summary, where, *(m.text for m in ticket.messages)]))


def apart(ticket: Ticket) -> str:
    """The words by which only the community finds *ticket*: names, the door, and what is masked elsewhere."""
    texts = [ticket.summary, *(m.text for m in ticket.messages)]
    hidden = [text for text in texts if masked(text) != text]
    return "\n".join([ticket.place.room, *dict.fromkeys(m.sender_name for m in ticket.messages), *hidden])


def fits(ticket: Ticket, wanted: TicketList, within: Sequence[Grant], now: datetime) -> bool:
    """Is *ticket* in the list that is *wanted*, for who may see what is *within*?"""
    return (
        any(g.reaches(ticket.place) for g in within)
        and _is(ticket, wanted)
        and _stands(ticket, wanted, now)
        and (not wanted.text or _says(ticket, wanted.text, within))
    )


def _is(ticket: Ticket, wanted: TicketList) -> bool:
    exact = ((wanted.tier, ticket.tier), (wanted.category, ticket.category), (wanted.urgency, ticket.urgency))
    places = ((wanted.estate, ticket.place.estate), (wanted.building, ticket.place.building))
    return (
        all(asked is None or asked is given for asked, given in exact)
        and all(not asked or same_place(asked, given) for asked, given in places)
        and wanted.body in ("", ticket.body)
        and (wanted.among is None or ticket.number in wanted.among)
    )


def _stands(ticket: Ticket, wanted: TicketList, now: datetime) -> bool:
    due = ticket.due_at or NEVER
    limits = {None: True, Due.OVER: due < now, Due.SOON: now <= due < now + SOON}
    return (
        (not wanted.statuses or ticket.status in wanted.statuses)
        and (not wanted.desks or not wanted.desks.isdisjoint(desk(ticket)))
        and (wanted.begin is None or ticket.opened_at >= wanted.begin)
        and (wanted.end is None or ticket.opened_at < wanted.end)
        and limits[wanted.due]
        and (not wanted.debt or (ticket.debt_at is not None and ticket.debt_at < now))
    )


def _says(ticket: Ticket, text: str, within: Sequence[Grant]) -> bool:
    if ticket.number in numbers(text):
        return True
    texts = (said(ticket), apart(ticket)) if finds_names(within) else (said(ticket),)
    return not only_codes(text) and found_in(text, *texts)
