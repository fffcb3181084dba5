"""One transaction, with everything stored in it."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from bot.ports.learning import Samples, Trainings
from bot.ports.people import Logins, Members
from bot.ports.tickets import Backlog, History, Notes, Pictures, Reviews, Tickets
from bot.ports.traffic import Conversations, Gaps, Inbox, Outbox


class UnitOfWork(Protocol):
    """One transaction. Leaving it without `commit` undoes everything."""

    @property
    def tickets(self) -> Tickets:
        """The tickets."""
        ...

    @property
    def backlog(self) -> Backlog:
        """The tickets as lists for people."""
        ...

    @property
    def history(self) -> History:
        """The tickets as figures count them."""
        ...

    @property
    def inbox(self) -> Inbox:
        """Messages worked through."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The posts."""
        ...

    @property
    def members(self) -> Members:
        """The people."""
        ...

    @property
    def conversations(self) -> Conversations:
        """The groups."""
        ...

    @property
    def reviews(self) -> Reviews:
        """The worker's review list."""
        ...

    @property
    def pictures(self) -> Pictures:
        """The pictures."""
        ...

    @property
    def gaps(self) -> Gaps:
        """The gaps."""
        ...

    @property
    def logins(self) -> Logins:
        """Who gets into the console."""
        ...

    @property
    def samples(self) -> Samples:
        """Messages that were left alone, drawn to be looked at."""
        ...

    @property
    def trainings(self) -> Trainings:
        """The trainings."""
        ...

    @property
    def notes(self) -> Notes:
        """What is written beside tickets."""
        ...

    async def commit(self) -> None:
        """Keep everything done so far."""
        ...

    async def __aenter__(self) -> Self:
        """Begin."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; undo what was not committed."""
        ...


UnitOfWorkFactory = Callable[[], UnitOfWork]
