"""Tickets that were read lately: what the database still holds in the same version is not read again.

Whatever changes a ticket or anything that hangs on it gives it a new version; that is what makes this safe, also beside
other processes. Nothing that a transaction wrote gets in here before that transaction stands.
"""

from collections import OrderedDict
from collections.abc import Iterable

from bot.domain.tickets import Ticket

#: Some kilobytes each.
_MOST = 2000


class TicketCache:
    """The tickets used last."""

    def __init__(self, most: int = _MOST) -> None:
        """Hold *most* of them."""
        self._most = most
        self._tickets: OrderedDict[int, Ticket] = OrderedDict()

    def get(self, number: int, version: int) -> Ticket | None:
        """The ticket, if it is at hand in that version."""
        ticket = self._tickets.get(number)
        if ticket is None or ticket.version != version:
            return None
        self._tickets.move_to_end(number)
        return ticket

    def keep(self, tickets: Iterable[Ticket]) -> None:
        """Hold what the database holds for good."""
        for ticket in tickets:
            self._tickets[ticket.number] = ticket
            self._tickets.move_to_end(ticket.number)
        while len(self._tickets) > self._most:
            self._tickets.popitem(last=False)
