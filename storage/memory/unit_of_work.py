"""A database in memory, and transactions on it. They take turns; what one did not commit it takes back."""

import asyncio
from collections.abc import Hashable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

from bot.domain.channels import Beat
from bot.domain.errors import Unavailable
from bot.domain.groups import NoticeGiven
from bot.domain.learning import Judged, Sample, Training
from bot.domain.logins import Login, LoginLink, Look, Note, Reveal, Session
from bot.domain.members import Member
from bot.domain.records import Conversation, Gap, Invitation, Picture, Post, Review
from bot.domain.tickets import Ticket
from storage.memory.backlog import MemoryBacklog
from storage.memory.console import MemoryLogins, MemoryNotes, note_marks
from storage.memory.history import MemoryHistory
from storage.memory.learning import MemorySamples, MemoryTrainings, sample_marks
from storage.memory.people import MemoryConversations, MemoryMembers, Tries
from storage.memory.shelf import Journal, Shelf
from storage.memory.tickets import MemoryPictures, MemoryTickets, picture_marks, ticket_marks
from storage.memory.traffic import (
    MemoryGaps,
    MemoryInbox,
    MemoryOutbox,
    MemoryReviews,
    gap_marks,
    post_marks,
    review_marks,
)


def _unmarked(_value: object) -> Iterable[Hashable]:
    return ()


class MemoryDatabase:
    """All shelves, and whose turn it is. Values are frozen, so nothing is ever copied."""

    def __init__(self, *, busy_seconds: float = 10.0) -> None:
        """Begin empty. A unit of work waits at most *busy_seconds* for the one before."""
        self.journal = journal = Journal()
        self._turn = asyncio.Semaphore(1)
        self._busy_seconds = busy_seconds
        tickets = Shelf[int, Ticket](journal, ticket_marks)
        self.tickets, self.backlog = MemoryTickets(tickets), MemoryBacklog(tickets)
        self.history = MemoryHistory(tickets)
        self.inbox = MemoryInbox(Shelf[str, datetime](journal, _unmarked))
        self.outbox = MemoryOutbox(Shelf[int, Post](journal, post_marks))
        self.members = MemoryMembers(
            Shelf[str, Member](journal, _unmarked),
            Shelf[str, Invitation](journal, _unmarked),
            Shelf[str, Tries](journal, _unmarked),
            Shelf[int, Look](journal, _unmarked),
        )
        self.conversations = MemoryConversations(
            Shelf[str, Conversation](journal, _unmarked), Shelf[str, NoticeGiven](journal, _unmarked)
        )
        self.reviews = MemoryReviews(Shelf[int, Review](journal, review_marks))
        self.pictures = MemoryPictures(Shelf[int, Picture](journal, picture_marks))
        self.gaps = MemoryGaps(Shelf[int, Gap](journal, gap_marks), Shelf[str, Beat](journal, _unmarked))
        self.logins = MemoryLogins(
            Shelf[str, Login](journal, _unmarked),
            Shelf[str, Session](journal, _unmarked),
            Shelf[str, LoginLink](journal, _unmarked),
            Shelf[str, Tries](journal, _unmarked),
        )
        self.samples = MemorySamples(Shelf[int, Sample](journal, sample_marks), Shelf[int, Judged](journal, _unmarked))
        self.trainings = MemoryTrainings(Shelf[int, Training](journal, _unmarked))
        self.notes = MemoryNotes(Shelf[int, Note](journal, note_marks), Shelf[int, Reveal](journal, note_marks))

    async def begin(self) -> None:
        """Wait for this unit of work's turn. Raises `Unavailable`."""
        try:
            async with asyncio.timeout(self._busy_seconds):
                await self._turn.acquire()
        except TimeoutError as error:
            raise Unavailable("数据库一直忙，稍后再试") from error

    def end(self) -> None:
        """Undo what was not kept, and let the next one begin."""
        self.journal.undo()
        self._turn.release()


class MemoryUnitOfWork:
    """`ports.UnitOfWork` on a `MemoryDatabase`."""

    def __init__(self, database: MemoryDatabase) -> None:
        """Begin nothing yet; entering does."""
        self._database = database
        self.tickets = database.tickets
        self.backlog = database.backlog
        self.history = database.history
        self.inbox = database.inbox
        self.outbox = database.outbox
        self.members = database.members
        self.conversations = database.conversations
        self.reviews = database.reviews
        self.pictures = database.pictures
        self.gaps = database.gaps
        self.logins = database.logins
        self.notes = database.notes
        self.samples = database.samples
        self.trainings = database.trainings

    async def commit(self) -> None:
        """Keep everything done so far."""
        self._database.journal.keep()

    async def __aenter__(self) -> Self:
        """Begin."""
        await self._database.begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; undo what was not committed."""
        self._database.end()
