"""What the tickets of some conversations and estates are, read in two statements for a whole batch of messages.

Follows what the transaction itself changes, so that an answer from here is the one that the database would give.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import select

from bot.domain.messages import ConversationRef
from bot.domain.places import Place, place_key
from bot.domain.tickets import Ticket
from storage.rows import portions
from storage.tables import TICKET
from storage.ticket_rules import live_until
from storage.transaction import Transaction

_C = TICKET.c
_COLUMNS = (_C.number, _C.version, _C.conversation_key, _C.estate_key, _C.category, _C.live_until, _C.active_at)


@dataclass(frozen=True, slots=True)
class Near:
    """A ticket as it is chosen by."""

    number: int
    home: str
    estate: str
    category: str
    live_until: datetime
    active_at: datetime


class Neighbourhood:
    """The tickets of the homes and estates that were looked at, ended ones back to *since*."""

    def __init__(self, homes: Collection[str], estates: Collection[str], since: datetime) -> None:
        """Nothing is known of them yet; `read` asks."""
        self.versions: dict[int, int] = {}
        self._homes, self._estates, self._since = frozenset(homes), frozenset(estates), since
        self._near: dict[int, Near] = {}
        self._of_home: defaultdict[str, set[int]] = defaultdict(set)
        self._of_estate: defaultdict[str, set[int]] = defaultdict(set)

    @classmethod
    async def read(
        cls, transaction: Transaction, around: Collection[tuple[Place, ConversationRef]], since: datetime
    ) -> Self:
        """What the database holds *around* those places."""
        estates = {place_key(place.estate) for place, _ in around if place.estate}
        made = cls({where.key for _, where in around}, estates, since)
        for column, keys in ((_C.conversation_key, made._homes), (_C.estate_key, made._estates)):
            for some in portions(sorted(keys)):
                query = select(*_COLUMNS).where(column.in_(some), _C.live_until >= since)
                for row in await transaction.run(query):
                    made.versions[row.number] = row.version
                    made._put(
                        Near(
                            row.number,
                            row.conversation_key,
                            row.estate_key,
                            row.category,
                            row.live_until,
                            row.active_at,
                        )
                    )
        return made

    def covers(self, place: Place, where: ConversationRef, since: datetime) -> bool:
        """Is everything known about *where* and the estate of *place*, back to *since*?"""
        known = not place.estate or place_key(place.estate) in self._estates
        return known and where.key in self._homes and since >= self._since

    def around(self, place: Place, where: ConversationRef) -> Iterable[Near]:
        """The tickets of *where* and of the estate of *place*."""
        numbers = self._of_home[where.key]
        if place.estate:
            numbers = numbers | self._of_estate[place_key(place.estate)]
        return [self._near[n] for n in numbers]

    def note(self, ticket: Ticket) -> None:
        """The transaction stored *ticket*."""
        if not self._homes:
            return
        self._drop(ticket.number)
        until = live_until(ticket)
        if until is not None:
            estate = place_key(ticket.place.estate)
            self._put(Near(ticket.number, ticket.home.key, estate, ticket.category.value, until, ticket.active_at))

    def _put(self, near: Near) -> None:
        self._near[near.number] = near
        self._of_home[near.home].add(near.number)
        self._of_estate[near.estate].add(near.number)

    def _drop(self, number: int) -> None:
        near = self._near.pop(number, None)
        if near is not None:
            self._of_home[near.home].discard(number)
            self._of_estate[near.estate].discard(number)


#: Nothing was looked at.
NOWHERE = Neighbourhood((), (), datetime.max.replace(tzinfo=UTC))
