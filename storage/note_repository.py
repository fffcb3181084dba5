"""Notes beside tickets, and the log of reveals, in an SQL database."""

from typing import Any

from sqlalchemy import select

from bot.domain.logins import Note, Reveal
from bot.domain.messages import Identity
from storage.rows import Stored
from storage.tables import AUDIT, NOTE
from storage.transaction import Transaction


class NoteRepository:
    """`ports.Notes` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def add(self, note: Note) -> None:
        """Keep a note."""
        await self._transaction.run(NOTE.insert().values(text=note.text, **_columns(note)))

    async def of_ticket(self, number: int) -> list[Note]:
        """The notes of one ticket, oldest first."""
        query = select(NOTE).where(NOTE.c.ticket == number).order_by(NOTE.c.id)
        rows = await self._transaction.run(query)
        return [Note(id=row.id, ticket=row.ticket, who=_who(row), at=row.at, text=row.text) for row in rows]

    async def reveal(self, reveal: Reveal) -> None:
        """Keep that somebody looked."""
        await self._transaction.run(AUDIT.insert().values(reason=reveal.reason, **_columns(reveal)))

    async def reveals(self, number: int) -> list[Reveal]:
        """Who looked at the names of one ticket, oldest first."""
        query = select(AUDIT).where(AUDIT.c.ticket == number).order_by(AUDIT.c.id)
        rows = await self._transaction.run(query)
        return [Reveal(id=row.id, ticket=row.ticket, who=_who(row), at=row.at, reason=row.reason) for row in rows]


def _columns(value: Note | Reveal) -> dict[str, Any]:
    return {"ticket": value.ticket, "platform": value.who.platform, "user_id": value.who.user_id, "at": value.at}


def _who(row: Stored) -> Identity:
    return Identity(platform=row.platform, user_id=row.user_id)
