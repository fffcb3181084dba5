"""One open transaction: runs statements, keeps new rows back until somebody could miss them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Table, Update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import translated
from storage.sealing import Seal, seal_of
from storage.tables import METADATA
from storage.unique_insert import insert_unless_taken

Row = Mapping[str, Any]

#: Rows go in after those that their foreign keys name; what tickets are found by goes last.
_ORDER = {table: n for n, table in enumerate(METADATA.sorted_tables)}


class Transaction:
    """A connection with statements that raise only `BotError`."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work on *connection*, whose transaction has begun."""
        self._connection = connection
        self._later: dict[Table, list[Row]] = {}
        self._changes: dict[Update, list[Row]] = {}
        self._changing: set[tuple[object, object]] = set()

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._connection.dialect.name

    @property
    def is_sole_writer(self) -> bool:
        """Does nobody else change anything until this one ends? SQLite lets in one writer at a time."""
        return self.dialect == "sqlite"

    @property
    def seal(self) -> Seal | None:
        """What the database is sealed with."""
        return seal_of(self._connection.dialect)

    def later(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert *rows* of *table* before the next statement that could see them: many rows, one round trip."""
        if rows:
            self._later.setdefault(table, []).extend(rows)

    async def change_later(self, statement: Update, row: Row) -> None:
        """Execute *statement*, which changes one row, the one whose key is `of` in *row*, before it could be missed.

        Many rows, one round trip; of two changes of one row, the second one waits for the first.
        """
        changing = (statement.table, row["of"])
        if changing in self._changing:
            await self.flush()
        self._changing.add(changing)
        self._changes.setdefault(statement, []).append(row)

    @property
    def has_changes(self) -> bool:
        """Is a change kept back?"""
        return bool(self._changes)

    async def flush(self) -> None:
        """Insert and change what was kept back."""
        waiting, self._later = self._later, {}
        changes, self._changes = self._changes, {}
        self._changing.clear()
        with translated():
            for table in sorted(waiting, key=lambda t: _ORDER.get(t, len(_ORDER))):
                await self._connection.execute(table.insert(), waiting[table])
            for statement, rows in changes.items():
                await self._connection.execute(statement, rows)

    async def run(self, statement: Executable, *, flush: bool = True) -> CursorResult[Any]:
        """Execute *statement*. With *flush* off, it must neither see nor refer to what is kept back."""
        if flush and (self._later or self._changes):
            await self.flush()
        with translated():
            return await self._connection.execute(statement)

    async def run_many(self, statement: Executable, rows: Sequence[Row]) -> None:
        """Execute *statement* once for each of *rows*. It must neither see nor refer to what is kept back."""
        if rows:
            with translated():
                await self._connection.execute(statement, rows)

    async def insert_new(self, table: Table, row: Row) -> bool:
        """Insert *row* unless one of its unique keys is taken; was it? *table* must refer to no ticket."""
        with translated():
            return await insert_unless_taken(self._connection, table, row)

    async def commit(self) -> None:
        """Keep everything."""
        await self.flush()
        with translated():
            await self._connection.commit()
