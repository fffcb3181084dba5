"""Lists of tickets, in memory."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.backlog import Page, TicketList
from bot.domain.members import Grant
from bot.domain.tickets import Ticket
from storage.backlog_rules import fits, page_of, place_in
from storage.memory.shelf import Shelf


class MemoryBacklog:
    """`ports.Backlog` on the shelf of the tickets."""

    def __init__(self, shelf: Shelf[int, Ticket]) -> None:
        """Read from *shelf*."""
        self._shelf = shelf

    async def page(self, wanted: TicketList, within: Sequence[Grant], now: datetime) -> Page:
        """One page of what is *wanted*."""
        found = sorted(self._fitting(wanted, within, now), key=lambda t: place_in(t, wanted.sort))
        if wanted.after is not None:
            found = [t for t in found if place_in(t, wanted.sort) > wanted.after]
        if wanted.before is not None:
            found = [t for t in reversed(found) if place_in(t, wanted.sort) < wanted.before]
        return page_of(found[: wanted.limit + 1], wanted)

    async def count(self, wanted: TicketList, within: Sequence[Grant], now: datetime, most: int) -> int:
        """How many there are, up to *most*."""
        return min(len(self._fitting(wanted, within, now)), most)

    def _fitting(self, wanted: TicketList, within: Sequence[Grant], now: datetime) -> list[Ticket]:
        return [t for t in self._shelf.all() if fits(t, wanted, within, now)]
