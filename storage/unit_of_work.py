"""One transaction of an SQL database, with all repositories in it."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from storage.backlog import BacklogRepository
from storage.conversation_repository import ConversationRepository
from storage.database import Database
from storage.gap_repository import GapRepository
from storage.history import HistoryRepository
from storage.inbox_repository import InboxRepository
from storage.login_repository import LoginRepository
from storage.member_repository import MemberRepository
from storage.note_repository import NoteRepository
from storage.outbox_repository import OutboxRepository
from storage.picture_repository import PictureRepository
from storage.review_repository import ReviewRepository
from storage.sample_repository import SampleRepository
from storage.sealing import Seal
from storage.ticket_repository import TicketRepository
from storage.training_repository import TrainingRepository
from storage.transaction import Transaction


class SqlUnitOfWork:
    """`ports.UnitOfWork` on *database*. The repositories are there between entering and leaving."""

    tickets: TicketRepository
    backlog: BacklogRepository
    history: HistoryRepository
    inbox: InboxRepository
    outbox: OutboxRepository
    members: MemberRepository
    conversations: ConversationRepository
    reviews: ReviewRepository
    pictures: PictureRepository
    gaps: GapRepository
    logins: LoginRepository
    notes: NoteRepository
    samples: SampleRepository
    trainings: TrainingRepository

    def __init__(self, database: Database, *, reads_only: bool = False) -> None:
        """Begin nothing yet; entering does. One that *reads_only* runs beside any writer and cannot be committed."""
        self._database = database
        self._reads_only = reads_only
        self._stack = AsyncExitStack()
        self._transaction: Transaction

    async def commit(self) -> None:
        """Keep everything done so far. Raises `RuntimeError` when it only reads."""
        if self._reads_only:
            raise RuntimeError("a unit of work that only reads was to be committed")
        await self._transaction.commit()
        for repository in (self.tickets, self.conversations, self.members, self.inbox, self.outbox):
            repository.let_go()

    async def __aenter__(self) -> Self:
        """Begin."""
        begun = self._database.reading() if self._reads_only else self._database.writing()
        transaction = self._transaction = await self._stack.enter_async_context(begun)
        self.tickets = TicketRepository(transaction, self._database.tickets)
        self.backlog = BacklogRepository(transaction)
        self.history = HistoryRepository(transaction)
        self.inbox = InboxRepository(transaction)
        self.outbox = OutboxRepository(transaction)
        self.members = MemberRepository(transaction)
        self.conversations = ConversationRepository(transaction)
        self.reviews = ReviewRepository(transaction)
        self.pictures = PictureRepository(transaction)
        self.gaps = GapRepository(transaction)
        self.logins = LoginRepository(transaction)
        self.notes = NoteRepository(transaction)
        self.samples = SampleRepository(transaction)
        self.trainings = TrainingRepository(transaction)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; undo what was not committed."""
        await self._stack.__aexit__(kind, error, trace)


class UnitsOfWork:
    """Makes a new unit of work on *database* whenever it is called."""

    def __init__(self, database: Database) -> None:
        """Work on *database*."""
        self._database = database

    @property
    def seal(self) -> Seal | None:
        """What the database is sealed with; None: it is not."""
        return self._database.seal

    def __call__(self) -> SqlUnitOfWork:
        """One that may write; on SQLite such take turns."""
        return SqlUnitOfWork(self._database)

    def reading(self) -> SqlUnitOfWork:
        """One that only reads: a page never waits for a writer, nor makes one wait."""
        return SqlUnitOfWork(self._database, reads_only=True)
