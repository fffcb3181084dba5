"""The tickets and their pictures, in memory."""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import TicketNotFound
from bot.domain.messages import ConversationRef, Identity
from bot.domain.places import Place, place_key
from bot.domain.records import Picture, PictureStatus
from bot.domain.taxonomy import Category
from bot.domain.tickets import Status, Ticket
from bot.domain.waiting import desk
from storage.memory.shelf import Shelf
from storage.ticket_rules import HIDDEN, MOST_ENDED, NOT_ENDED, live_until, next_version

_LOOKED_AT = "looked at"
_ON_DESK = "on desk"


def ticket_marks(ticket: Ticket) -> Iterator[Hashable]:
    """What *ticket* is looked up by."""
    yield from (("message", *message.ref) for message in ticket.messages)
    yield from (("person", who.key) for who in (*ticket.reporters, *ticket.supporters))
    yield "status", ticket.status
    yield "merged", ticket.merged_into
    if ticket.look_at is not None:
        yield _LOOKED_AT
    if desk(ticket):
        yield _ON_DESK
    if live_until(ticket) is not None:
        yield "home", ticket.home.key
        yield "estate", place_key(ticket.place.estate)


class MemoryTickets:
    """`ports.Tickets` on a shelf."""

    def __init__(self, shelf: Shelf[int, Ticket]) -> None:
        """Keep the tickets on *shelf*."""
        self._shelf = shelf

    async def look_ahead_ended(self, around: Collection[tuple[Place, ConversationRef]], since: datetime) -> None:
        """Everything is at hand."""

    async def look_ahead_at(self, numbers: Collection[int]) -> None:
        """Everything is at hand."""

    async def look_ahead(self, around: Collection[tuple[Place, ConversationRef]], since: datetime) -> None:
        """Everything is at hand."""

    async def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket; it comes back with its number and version 1."""
        stored = replace(ticket, number=self._shelf.new_id(), version=1)
        self._shelf.put(stored.number, stored)
        return stored

    async def get(self, number: int) -> Ticket:
        """The ticket of that number. Raises `TicketNotFound`."""
        ticket = self._shelf.get(number)
        if ticket is None:
            raise TicketNotFound(f"没有工单#{number}")
        return ticket

    async def save(self, ticket: Ticket) -> Ticket:
        """Store a changed ticket; it comes back with its new version. Raises `StaleTicket`."""
        new = next_version(await self.get(ticket.number), ticket)
        self._shelf.put(new.number, new)
        return new

    async def open_around(self, place: Place, conversation: ConversationRef, since: datetime) -> list[Ticket]:
        """Open tickets and lately ended ones of *conversation* or the estate of *place*, newest activity first."""
        near = self._near(place, conversation)
        alive = [t for t in near if (until := live_until(t)) and until >= since]
        return sorted(alive, key=lambda t: (t.active_at, t.number), reverse=True)

    async def ended_around(
        self, place: Place, conversation: ConversationRef, category: Category, since: datetime
    ) -> list[Ticket]:
        """The last tickets about *category* of *conversation* or the estate of *place* that ended since then."""
        near = [(live_until(t), t) for t in self._near(place, conversation) if t.category is category]
        ended = [(until, t.number, t) for until, t in near if until and since <= until < NOT_ENDED]
        return [t for _, _, t in sorted(ended, key=lambda e: e[:2], reverse=True)][:MOST_ENDED]

    def _near(self, place: Place, conversation: ConversationRef) -> list[Ticket]:
        """Tickets that have no end or a known one, of *conversation* or the estate of *place*."""
        near = self._shelf.find(("home", conversation.key))
        if place.estate:
            near += self._shelf.find(("estate", place_key(place.estate)))
        return list({t.number: t for t in near}.values())

    async def by_message(self, conversation_key: str, message_id: str) -> Ticket | None:
        """The latest ticket that holds this message."""
        found = self._shelf.find(("message", conversation_key, message_id))
        return found[-1] if found else None

    async def of_person(self, who: Identity, limit: int = 10) -> list[Ticket]:
        """Tickets that *who* reported or supports, newest first, merged and withdrawn ones left out."""
        theirs = [t for t in self._shelf.find(("person", who.key)) if t.status not in HIDDEN]
        return sorted(theirs, key=lambda t: (t.opened_at, t.number), reverse=True)[:limit]

    async def merged_into(self, number: int) -> list[Ticket]:
        """The tickets that were folded into *number*."""
        return self._shelf.find(("merged", number)) if number else []

    async def due(self, now: datetime, limit: int = 100) -> list[int]:
        """Numbers of tickets whose `look_at` has come, the longest due first."""
        waiting = self._shelf.find(_LOOKED_AT)
        due = [(t.look_at, t.number) for t in waiting if t.look_at is not None and t.look_at <= now]
        return [number for _, number in sorted(due)[:limit]]

    async def on_desk(self) -> list[Ticket]:
        """Tickets that a worker must look at, by number."""
        return self._shelf.find(_ON_DESK)

    async def listed(self, status: Status | None = None) -> list[Ticket]:
        """All tickets, or those of one status, by number."""
        return self._shelf.find(("status", status)) if status else self._shelf.all()

    async def opened_since(self, at: datetime) -> list[Ticket]:
        """Tickets that were opened then or later, by number."""
        return [t for t in self._shelf.all() if t.opened_at >= at]

    async def buildings(self) -> list[Place]:
        """Every estate and building that a ticket names, each once."""
        found = {Place(estate=t.place.estate, building=t.place.building) for t in self._shelf.all() if t.place.estate}
        return sorted(found, key=lambda p: (p.estate, p.building))


def picture_marks(picture: Picture) -> Iterator[Hashable]:
    """What *picture* is looked up by."""
    yield picture.status
    yield "ticket", picture.ticket
    yield "message", picture.conversation.key, picture.message_id


class MemoryPictures:
    """`ports.Pictures` on a shelf."""

    def __init__(self, shelf: Shelf[int, Picture]) -> None:
        """Keep them on *shelf*."""
        self._shelf = shelf

    async def add(self, picture: Picture) -> None:
        """Note one to fetch."""
        stored = replace(picture, id=self._shelf.new_id())
        self._shelf.put(stored.id, stored)

    async def due(self, now: datetime, limit: int = 10) -> list[Picture]:
        """Those to fetch now, the longest due first."""
        due = [p for p in self._shelf.find(PictureStatus.WAITING) if p.due_at <= now]
        return sorted(due, key=lambda p: (p.due_at, p.id))[:limit]

    async def update(self, picture: Picture) -> None:
        """Store the new state."""
        if self._shelf.get(picture.id):
            self._shelf.put(picture.id, picture)

    async def of_ticket(self, number: int) -> list[Picture]:
        """All of one ticket."""
        return self._shelf.find(("ticket", number))

    async def remove_of_message(self, conversation_key: str, message_id: str) -> list[Picture]:
        """Forget those of a recalled message; they come back, so that their files can go."""
        found = self._shelf.find(("message", conversation_key, message_id))
        for picture in found:
            self._shelf.drop(picture.id)
        return found
