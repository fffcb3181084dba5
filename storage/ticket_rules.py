"""What both kinds of storage, SQL and memory, hold to be true of a stored ticket."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.errors import StaleTicket
from bot.domain.tickets import OPEN, Status, Ticket

#: `live_until` of what nobody has ended yet; a year earlier than the last one, which PostgreSQL takes for infinity.
NOT_ENDED = datetime(9998, 12, 31, tzinfo=UTC)
#: `Tickets.ended_around` gives at most so many.
MOST_ENDED = 20
#: Tickets that `Tickets.of_person` leaves out.
HIDDEN = frozenset({Status.MERGED, Status.WITHDRAWN})


def live_until(ticket: Ticket) -> datetime | None:
    """When *ticket* ended, for asking "ended since?"; None if no new message can belong to it any more."""
    if ticket.status in OPEN:
        return NOT_ENDED
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        return None
    return max((at for at in (ticket.resolved_at, ticket.closed_at) if at), default=None)


def next_version(stored: Ticket, ticket: Ticket) -> Ticket:
    """What *ticket* becomes when it is stored over *stored*: one version on, the stored history only grown.

    Raises `StaleTicket` when *ticket* was not made from *stored*.
    """
    if ticket.version != stored.version:
        raise stale(ticket)
    history = stored.history + ticket.history[len(stored.history) :]
    return replace(ticket, version=stored.version + 1, history=history)


def stale(ticket: Ticket) -> StaleTicket:
    """The error for a *ticket* that somebody else changed."""
    return StaleTicket(f"{ticket.code}刚被别人改过，请再试一次")
