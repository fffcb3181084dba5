"""The tickets in an SQL database."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, literal_column, or_, select, text, union

from bot.domain.errors import TicketNotFound
from bot.domain.messages import ConversationRef, Identity
from bot.domain.places import Place, place_key
from bot.domain.taxonomy import Category
from bot.domain.tickets import Status, Ticket
from storage import ticket_reading, ticket_writing
from storage.neighbourhood import NOWHERE, Neighbourhood
from storage.tables import TICKET, TICKET_MESSAGE, TICKET_VOICE
from storage.ticket_cache import TicketCache
from storage.ticket_rows import as_stored
from storage.ticket_rules import HIDDEN, MOST_ENDED, NOT_ENDED, next_version
from storage.transaction import Transaction

_LAST_NUMBER = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'ticket'")
_NEXT_NUMBER = text("SELECT nextval(pg_get_serial_sequence('ticket', 'number'))")
#: From one place to the next in the index, for tickets are many and places are few.
_EACH_PLACE = text(
    """
    WITH RECURSIVE named (estate) AS (
        SELECT min(estate) FROM ticket WHERE estate > ''
        UNION ALL
        SELECT (SELECT min(t.estate) FROM ticket t WHERE t.estate > named.estate)
        FROM named WHERE named.estate IS NOT NULL
    ), place (estate, building) AS (
        SELECT named.estate, (SELECT min(t.building) FROM ticket t WHERE t.estate = named.estate)
        FROM named WHERE named.estate IS NOT NULL
        UNION ALL
        SELECT place.estate,
            (SELECT min(t.building) FROM ticket t WHERE t.estate = place.estate AND t.building > place.building)
        FROM place WHERE place.building IS NOT NULL
    )
    SELECT estate, building FROM place WHERE building IS NOT NULL
    """
)


class TicketRepository:
    """`ports.Tickets` within one transaction."""

    def __init__(self, transaction: Transaction, cache: TicketCache | None = None) -> None:
        """Work within *transaction*; what it has in common with others is in *cache*."""
        self._transaction = transaction
        self._cache = cache or TicketCache()
        #: What the database holds, as far as this transaction has seen: a change writes only the difference.
        self._seen: dict[int, Ticket] = {}
        #: Tickets that this transaction changed.
        self._changed: set[int] = set()
        #: What stands around the places that were looked at, and what ended there.
        self._near = NOWHERE
        self._ended = NOWHERE
        self._last_number = 0

    def let_go(self) -> None:
        """Trust nothing seen so far: the transaction stands, others may write."""
        self._cache.keep(self._seen[n] for n in sorted(self._changed) if n in self._seen)
        self._changed.clear()
        self._seen.clear()
        self._near = self._ended = NOWHERE
        self._last_number = 0

    async def look_ahead(self, around: Collection[tuple[Place, ConversationRef]], since: datetime) -> None:
        """Have at hand what will be asked: what stands *around* those places, or ended since then."""
        self._near = await Neighbourhood.read(self._transaction, around, since)
        await self._take(self._near.versions)

    async def look_ahead_ended(self, around: Collection[tuple[Place, ConversationRef]], since: datetime) -> None:
        """Have at hand which tickets *around* those places ended since then."""
        self._ended = await Neighbourhood.read(self._transaction, around, since)

    async def look_ahead_at(self, numbers: Collection[int]) -> None:
        """Have the tickets of *numbers* at hand."""
        await self._load(list(numbers))

    async def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket; it comes back with its number and version 1."""
        stored = as_stored(replace(ticket, number=await self._new_number(), version=1))
        ticket_writing.add(self._transaction, stored)
        self._note(stored)
        return stored

    async def get(self, number: int) -> Ticket:
        """The ticket of that number. Raises `TicketNotFound`."""
        found = await self._load([number])
        if not found:
            raise TicketNotFound(f"没有工单#{number}")
        return found[0]

    def _note(self, stored: Ticket) -> None:
        self._seen[stored.number] = stored
        self._changed.add(stored.number)
        self._near.note(stored)
        self._ended.note(stored)

    async def save(self, ticket: Ticket) -> Ticket:
        """Store a changed ticket; it comes back with its new version. Raises `StaleTicket`."""
        old = self._seen.get(ticket.number) or await self.get(ticket.number)
        new = as_stored(next_version(old, ticket))
        self._seen.pop(ticket.number, None)
        self._changed.add(ticket.number)
        await ticket_writing.change(self._transaction, old, new)
        self._note(new)
        return new

    async def open_around(self, place: Place, conversation: ConversationRef, since: datetime) -> list[Ticket]:
        """Open tickets and lately ended ones of *conversation* or the estate of *place*, newest activity first."""
        if self._near.covers(place, conversation, since):
            near = [n for n in self._near.around(place, conversation) if n.live_until >= since]
            near.sort(key=lambda n: (n.active_at, n.number), reverse=True)
            return await self._load([n.number for n in near])
        alive = TICKET.c.live_until >= since
        query = select(TICKET.c.number).where(or_(*(and_(half, alive) for half in _halves(place, conversation))))
        return await self._chosen(query.order_by(TICKET.c.active_at.desc(), TICKET.c.number.desc()))

    async def ended_around(
        self, place: Place, conversation: ConversationRef, category: Category, since: datetime
    ) -> list[Ticket]:
        """The last tickets about *category* of *conversation* or the estate of *place* that ended since then."""
        if self._ended.covers(place, conversation, since):
            around = self._ended.around(place, conversation)
            mine = [n for n in around if since <= n.live_until < NOT_ENDED and n.category == category.value]
            mine.sort(key=lambda n: (n.live_until, n.number), reverse=True)
            return await self._load([n.number for n in mine[:MOST_ENDED]])
        ended = and_(TICKET.c.live_until >= since, TICKET.c.live_until < NOT_ENDED)
        query = select(TICKET.c.number, TICKET.c.live_until).where(ended, TICKET.c.category == category.value)
        # Two questions, each a range of an index: PostgreSQL would not see that in one with an "or".
        near = union(*(query.where(half) for half in _halves(place, conversation))).subquery()
        latest = select(near.c.number).order_by(near.c.live_until.desc(), near.c.number.desc()).limit(MOST_ENDED)
        return await self._chosen(latest)

    async def by_message(self, conversation_key: str, message_id: str) -> Ticket | None:
        """The latest ticket that holds this message."""
        m = TICKET_MESSAGE.c
        query = select(m.ticket).where(m.conversation_key == conversation_key, m.message_id == message_id)
        found = await self._chosen(query.order_by(m.ticket.desc()).limit(1))
        return found[0] if found else None

    async def of_person(self, who: Identity, limit: int = 10) -> list[Ticket]:
        """Tickets that *who* reported or supports, newest first, merged and withdrawn ones left out."""
        theirs = select(TICKET_VOICE.c.ticket).where(TICKET_VOICE.c.person_key == who.key)
        hidden = [status.value for status in HIDDEN]
        query = select(TICKET.c.number).where(TICKET.c.number.in_(theirs), TICKET.c.status.not_in(hidden))
        return await self._chosen(query.order_by(TICKET.c.opened_at.desc(), TICKET.c.number.desc()).limit(limit))

    async def merged_into(self, number: int) -> list[Ticket]:
        """The tickets that were folded into *number*."""
        query = select(TICKET.c.number).where(TICKET.c.merged_into == number)
        return await self._chosen(query.order_by(TICKET.c.number))

    async def due(self, now: datetime, limit: int = 100) -> list[int]:
        """Numbers of tickets whose `look_at` has come, the longest due first."""
        query = select(TICKET.c.number).where(TICKET.c.look_at <= now)
        return await self._numbers(query.order_by(TICKET.c.look_at, TICKET.c.number).limit(limit))

    async def on_desk(self) -> list[Ticket]:
        """Tickets that a worker must look at, by number."""
        # the condition is spelled as the partial index has it; sorting by number would make SQLite walk the whole table
        query = select(TICKET.c.number).where(TICKET.c.desk > literal_column("''"))
        return await self._load(sorted(await self._numbers(query)))

    async def listed(self, status: Status | None = None) -> list[Ticket]:
        """All tickets, or those of one status, by number."""
        query = select(TICKET.c.number).order_by(TICKET.c.number)
        return await self._chosen(query.where(TICKET.c.status == status.value) if status else query)

    async def opened_since(self, at: datetime) -> list[Ticket]:
        """Tickets that were opened then or later, by number."""
        query = select(TICKET.c.number).where(TICKET.c.opened_at >= at)
        return await self._load(sorted(await self._numbers(query)))

    async def buildings(self) -> list[Place]:
        """Every estate and building that a ticket names, each once."""
        rows = await self._transaction.run(_EACH_PLACE)
        return sorted((Place(estate=r.estate, building=r.building) for r in rows), key=lambda p: (p.estate, p.building))

    async def _new_number(self) -> int:
        """The next number. On SQLite this transaction is the only writer, so it may count by itself."""
        if self._transaction.dialect == "postgresql":
            return int((await self._transaction.run(_NEXT_NUMBER, flush=False)).scalar_one())
        if not self._last_number:
            self._last_number = int((await self._transaction.run(_LAST_NUMBER)).scalar_one())
        self._last_number += 1
        return self._last_number

    async def _chosen(self, query: Select[int]) -> list[Ticket]:
        return await self._load(await self._numbers(query))

    async def _numbers(self, query: Select[int]) -> list[int]:
        return list((await self._transaction.run(query)).scalars())

    async def _load(self, numbers: list[int]) -> list[Ticket]:
        unseen = [n for n in numbers if n not in self._seen]
        if unseen:
            await self._take(await ticket_reading.versions(self._transaction, unseen))
        return [self._seen[n] for n in numbers if n in self._seen]

    async def _take(self, versions: Mapping[int, int]) -> None:
        """See the tickets that the database holds in these *versions*."""
        missing = []
        for number, version in versions.items():
            if number not in self._seen:
                kept = self._cache.get(number, version)
                if kept is not None:
                    self._seen[number] = kept
                else:
                    missing.append(number)
        found = await ticket_reading.load(self._transaction, missing)
        self._seen.update((ticket.number, ticket) for ticket in found)
        self._cache.keep(t for t in found if t.number not in self._changed)


def _halves(place: Place, conversation: ConversationRef) -> list[ColumnElement[bool]]:
    """Raised in *conversation*; in the estate of *place*, if it is known."""
    home: ColumnElement[bool] = TICKET.c.conversation_key == conversation.key
    return [home, TICKET.c.estate_key == place_key(place.estate)] if place.estate else [home]
