"""What is stored of tickets and of messages that may become some."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.backlog import Page, TicketList
from bot.domain.logins import Note, Reveal
from bot.domain.members import Grant
from bot.domain.messages import ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.records import Picture, Review
from bot.domain.taxonomy import Category
from bot.domain.tickets import Status, Ticket


class Tickets(Protocol):
    """The tickets, as whole values."""

    async def look_ahead(self, around: Collection[tuple[Place, ConversationRef]], since: datetime) -> None:
        """Have at hand what stands *around* those places and conversations, or ended since then."""
        ...

    async def look_ahead_ended(self, around: Collection[tuple[Place, ConversationRef]], since: datetime) -> None:
        """Have at hand which tickets *around* those places and conversations ended since then."""
        ...

    async def look_ahead_at(self, numbers: Collection[int]) -> None:
        """Have the tickets of *numbers* at hand."""
        ...

    async def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket; it comes back with its number and version 1."""
        ...

    async def get(self, number: int) -> Ticket:
        """The ticket of that number. Raises `TicketNotFound`."""
        ...

    async def save(self, ticket: Ticket) -> Ticket:
        """Store a changed ticket; it comes back with its new version. Raises `StaleTicket`."""
        ...

    async def open_around(self, place: Place, conversation: ConversationRef, since: datetime) -> list[Ticket]:
        """Open tickets (`tickets.OPEN`), and ones resolved or closed since then, raised in *conversation* or in the
        same estate; newest activity first."""
        ...

    async def ended_around(
        self, place: Place, conversation: ConversationRef, category: Category, since: datetime
    ) -> list[Ticket]:
        """Tickets about *category* that were resolved or closed since then, raised in *conversation* or in the same
        estate; the one that ended last comes first, and of many only the last twenty come."""
        ...

    async def by_message(self, conversation_key: str, message_id: str) -> Ticket | None:
        """The latest ticket that holds this message."""
        ...

    async def of_person(self, who: Identity, limit: int = 10) -> list[Ticket]:
        """Tickets that *who* reported or supports, newest first, merged and withdrawn ones left out."""
        ...

    async def merged_into(self, number: int) -> list[Ticket]:
        """The tickets that were folded into *number*."""
        ...

    async def due(self, now: datetime, limit: int = 100) -> list[int]:
        """Numbers of tickets whose `look_at` has come, the longest due first."""
        ...

    async def on_desk(self) -> list[Ticket]:
        """Tickets that a worker must look at (`waiting.desk` is not empty), by number."""
        ...

    async def listed(self, status: Status | None = None) -> list[Ticket]:
        """All tickets, or those of one status, by number."""
        ...

    async def opened_since(self, at: datetime) -> list[Ticket]:
        """Tickets that were opened then or later, by number."""
        ...

    async def buildings(self) -> list[Place]:
        """Every estate and building that a ticket names, each once, nothing else of its place."""
        ...


class Backlog(Protocol):
    """Lists of tickets for people: of many, a page at a time. What is out of their scope is not there.

    *within* is what somebody may see (`Grant.reaches`). Names and doors are only searched for who serves a community.
    """

    async def page(self, wanted: TicketList, within: Sequence[Grant], now: datetime) -> Page:
        """One page of what is *wanted*."""
        ...

    async def count(self, wanted: TicketList, within: Sequence[Grant], now: datetime, most: int) -> int:
        """How many there are, pages and all; never more than *most*, which then means: so many or more."""
        ...


class History(Protocol):
    """What figures are made of."""

    async def counting(self, within: Sequence[Grant], since: datetime, *, after: int, limit: int) -> list[Ticket]:
        """The next tickets beyond number *after* that somebody may see (`Grant.reaches`) and that could count for
        figures from *since* on (`overview.counts_since`), by number."""
        ...

    async def mark(self) -> tuple[int, int]:
        """Another one after each stored change of a ticket: how many there are, and how many changes there were."""
        ...


class Reviews(Protocol):
    """Messages that wait for a worker."""

    async def add(self, review: Review) -> None:
        """Keep one."""
        ...

    async def get(self, number: int) -> Review:
        """The review of that number that waits. Raises `ReviewNotFound`."""
        ...

    async def save(self, review: Review) -> None:
        """Store what was decided of one."""
        ...

    async def listed(self) -> list[Review]:
        """All that wait, oldest first."""
        ...

    async def dismissed(self) -> list[Review]:
        """Those that a person dismissed and that have not expired, oldest first."""
        ...

    async def remove(self, conversation_key: str, message_id: str) -> None:
        """Forget one: it was decided, or taken back."""
        ...

    async def forget(self, now: datetime) -> int:
        """Forget all that have expired; how many."""
        ...


class Pictures(Protocol):
    """Pictures to fetch, and pictures kept."""

    async def add(self, picture: Picture) -> None:
        """Note one to fetch."""
        ...

    async def due(self, now: datetime, limit: int = 10) -> list[Picture]:
        """Those to fetch now."""
        ...

    async def update(self, picture: Picture) -> None:
        """Store the new state."""
        ...

    async def of_ticket(self, number: int) -> list[Picture]:
        """All of one ticket."""
        ...

    async def remove_of_message(self, conversation_key: str, message_id: str) -> list[Picture]:
        """Forget those of a recalled message; they come back, so that their files can go."""
        ...


class Notes(Protocol):
    """What workers write beside tickets, and when they looked at names."""

    async def add(self, note: Note) -> None:
        """Keep a note."""
        ...

    async def of_ticket(self, number: int) -> list[Note]:
        """The notes of one ticket, oldest first."""
        ...

    async def reveal(self, reveal: Reveal) -> None:
        """Keep that somebody looked."""
        ...

    async def reveals(self, number: int) -> list[Reveal]:
        """Who looked at the names of one ticket, oldest first."""
        ...
