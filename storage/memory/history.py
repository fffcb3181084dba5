"""The tickets as figures count them, in memory."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.figures.overview import counts_since
from bot.domain.members import Grant
from bot.domain.tickets import Ticket
from storage.memory.shelf import Shelf


class MemoryHistory:
    """`ports.History` on the shelf of the tickets."""

    def __init__(self, shelf: Shelf[int, Ticket]) -> None:
        """Read from *shelf*."""
        self._shelf = shelf

    async def counting(self, within: Sequence[Grant], since: datetime, *, after: int, limit: int) -> list[Ticket]:
        """The next tickets beyond number *after* that may be seen and could count from *since* on, by number."""
        seen = (t for t in self._shelf.all() if t.number > after and any(g.reaches(t.place) for g in within))
        return sorted((t for t in seen if counts_since(t, since)), key=lambda t: t.number)[:limit]

    async def mark(self) -> tuple[int, int]:
        """How many tickets there are, and how many changes there were."""
        found = self._shelf.all()
        return len(found), sum(t.version for t in found)
