"""Inserting a row unless it is there already: asked for every message, hence made once and run in few steps."""

import sqlite3
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Insert, Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

_Arguments = Callable[[Mapping[str, Any]], list[Any]]


async def insert_unless_taken(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert *row* unless one of its unique keys is taken; was it? The keys of *row* must always be the same."""
    if connection.dialect.name == "postgresql":
        return (await connection.execute(_statement(table, "postgresql"), row)).rowcount == 1
    return await _insert_in_one_step(connection, table, row)


async def _insert_in_one_step(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert on SQLite, in one hop to its thread. SQLAlchemy takes three, which halves what a batch can do."""
    sql, arguments = _compiled(table, connection.dialect, tuple(row))
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    try:
        return bool(await driver.execute_fetchall(sql, arguments(row)))
    except (sqlite3.Error, ValueError) as error:
        raise DBAPIError(sql, None, error, hide_parameters=True) from error


@cache
def _statement(table: Table, dialect: str) -> Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).inline().on_conflict_do_nothing()


@cache
def _compiled(table: Table, dialect: Dialect, names: tuple[str, ...]) -> tuple[str, _Arguments]:
    """SQLite's words for it, and what makes a row to their arguments."""
    statement: ClauseElement = _statement(table, "sqlite").returning(literal_column("1"))
    sql = str(statement.compile(dialect=dialect, column_keys=list(names)))
    ordered = [column for column in table.columns if column.name in names]
    processors = [(column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in ordered]

    def arguments(row: Mapping[str, Any]) -> list[Any]:
        return [process(row[name]) if process else row[name] for name, process in processors]

    return sql, arguments
