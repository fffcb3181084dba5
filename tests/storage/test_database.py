"""Laws of opening, migrating and sharing an SQL database."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import BotError, ConfigError, StaleTicket
from storage import migrations
from storage.addresses import address
from storage.database import Database
from storage.errors import as_bot_error
from storage.tables import METADATA
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import NOW, ticket


@pytest.fixture
def holder(sqlite_url: str) -> Iterator[sqlite3.Connection]:
    """Another program that holds the SQLite file."""
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def _is_compared(name: str | None, kind: str, _parents: object) -> bool:
    """Everything but the virtual table of the search, which no tool can compare."""
    return kind != "table" or not str(name).startswith("ticket_search")


async def test_migrations_make_the_tables(database: Database) -> None:
    """The migrated schema is what the tables say; nothing is left for a next migration."""

    def differences(connection: Connection) -> list[object]:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": _is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, METADATA))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrations_go_back(sqlite_url: str) -> None:
    """Every migration can be undone and done again."""
    database = await Database.open(sqlite_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(migrations.downgrade)
        left = await connection.scalars(text("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))
        assert {name for name in left if not name.startswith("ix_")} == {"alembic_version"}
        await connection.run_sync(migrations.upgrade)
    await database.close()


async def test_opened_by_two_at_once(tmp_path: Path) -> None:
    """Two programs that open a new database at once both find it migrated."""
    url = f"sqlite:///{tmp_path / 'deep' / 'new.db'}"
    for opened in await asyncio.gather(Database.open(url), Database.open(url)):
        async with SqlUnitOfWork(opened) as uow:
            assert await uow.tickets.listed() == []
        await opened.close()


async def test_sqlite_is_durable(sqlite_url: str) -> None:
    """An SQLite database writes ahead, syncs every commit and checks foreign keys."""
    database = await Database.open(sqlite_url, busy_seconds=3)
    async with database.engine.connect() as connection:
        settings = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [(await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in settings]
    assert found == ["wal", 2, 1, 3000]
    await database.close()


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:////tmp/a.db", "sqlite+aiosqlite:////tmp/a.db"),
        ("sqlite+aiosqlite:////tmp/a.db", "sqlite+aiosqlite:////tmp/a.db"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgres://u@h:5/d?sslmode=require", "postgresql+asyncpg://u@h:5/d?ssl=require"),
        ("postgresql+asyncpg://u@/d?host=/run/pg", "postgresql+asyncpg://u@/d?host=%2Frun%2Fpg"),
    ],
)
def test_address(given: str, driver: str) -> None:
    """URLs as people write them become those of the async drivers."""
    assert str(address(given)) == driver


@pytest.mark.parametrize(
    "url", ["", "loushi.db", "mysql://u@h/d", "sqlite://", "sqlite:///:memory:", "sqlite:////proc/x/y.db"]
)
async def test_bad_address(url: str) -> None:
    """A URL that cannot be a database of ours is a `ConfigError` in one line."""
    with pytest.raises(ConfigError) as raised:
        await Database.open(url)
    assert "\n" not in str(raised.value)


async def test_not_a_database(tmp_path: Path) -> None:
    """A file that is something else is a `ConfigError` that names it, and stays as it was."""
    file = tmp_path / "photo.db"
    file.write_bytes(b"\xff\xd8\xff" * 1000)
    with pytest.raises(ConfigError, match=r"photo\.db 不是数据库或已损坏"):
        await Database.open(f"sqlite:///{file}")
    assert file.read_bytes() == b"\xff\xd8\xff" * 1000


async def test_newer_database(sqlite_url: str) -> None:
    """A database of a newer version is a `ConfigError`, not an accident later."""
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(ConfigError, match="更新的版本"):
        await Database.open(sqlite_url)


async def test_unreachable() -> None:
    """A PostgreSQL that does not answer is a `ConfigError` without its password."""
    with pytest.raises(ConfigError, match="打不开数据库") as raised:
        await Database.open("postgresql://loushi:geheim@127.0.0.1:1/loushi")
    assert "geheim" not in str(raised.value)


@pytest.mark.postgres
async def test_unknown_postgres_database(postgres_server: str) -> None:
    """A PostgreSQL without our database is a `ConfigError` that names it."""
    with pytest.raises(ConfigError, match="nosuch"):
        await Database.open(postgres_server.replace("/postgres?", "/nosuch?"))


async def test_held_when_opened(sqlite_url: str, holder: sqlite3.Connection) -> None:
    """A file that another program holds at the start is a `ConfigError`."""
    with pytest.raises(ConfigError, match="占用"):
        await Database.open(sqlite_url, busy_seconds=0.05)


async def test_held_later(sqlite_url: str) -> None:
    """A file that another program holds later is a `BotError`; when it lets go, all is well."""
    database = await Database.open(sqlite_url, busy_seconds=0.05)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BotError, match="占用"):
            await SqlUnitOfWork(database).__aenter__()
        other.execute("ROLLBACK")
    async with SqlUnitOfWork(database) as uow:
        assert await uow.inbox.claim("m1", NOW)
    await database.close()


async def test_writers_take_turns(sqlite_url: str) -> None:
    """A unit of work that waits for another one too long is a `BotError`, not a deadlock."""
    database = await Database.open(sqlite_url, busy_seconds=0.05)
    async with SqlUnitOfWork(database):
        with pytest.raises(BotError, match="忙"):
            await SqlUnitOfWork(database).__aenter__()
    async with SqlUnitOfWork(database) as uow:
        assert await uow.inbox.claim("m1", NOW)
    await database.close()


async def test_many_writers(database: Database) -> None:
    """Thirty units of work at once all get through, and no number is given twice."""

    async def add() -> int:
        async with SqlUnitOfWork(database) as uow:
            number = (await uow.tickets.add(ticket())).number
            await uow.commit()
        return number

    numbers = await asyncio.gather(*(add() for _ in range(30)))
    assert sorted(numbers) == list(range(1, 31))


async def test_numbers_are_never_reused(sqlite_url: str) -> None:
    """The number of a ticket that somebody deleted by hand is not given again."""
    database = await Database.open(sqlite_url)
    for expected in (1, 2):
        async with SqlUnitOfWork(database) as uow:
            assert (await uow.tickets.add(ticket())).number == expected
            await uow.commit()
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
            for table in ("ticket_message", "ticket_voice", "ticket_event", "ticket"):
                other.execute(f"DELETE FROM {table}")
            other.commit()
    await database.close()


async def test_unstorable_characters(database: Database) -> None:
    """What no database can hold (NUL, half a surrogate pair) is left out; the rest of the words is kept."""
    async with SqlUnitOfWork(database) as uow:
        number = (await uow.tickets.add(ticket(summary="漏\0水\ud83d了"))).number
        assert (await uow.tickets.get(number)).summary == "漏水?了"


async def test_naive_times_are_refused(database: Database) -> None:
    """A time without a zone is refused rather than guessed."""
    async with SqlUnitOfWork(database) as uow:
        with pytest.raises(BotError):
            await uow.inbox.claim("m1", NOW.replace(tzinfo=None))


async def test_unstorable_keys(database: Database) -> None:
    """A key that no database can hold is a `BotError`: one bad message is refused, nothing worse."""
    async with SqlUnitOfWork(database) as uow:
        with pytest.raises(BotError):
            await uow.inbox.claim("m\ud83d", NOW)


def test_lost_race_is_stale() -> None:
    """PostgreSQL's deadlocks and serialization failures mean: try again."""

    class DeadlockError(Exception):
        sqlstate = "40P01"

    assert isinstance(as_bot_error(DBAPIError("", None, DeadlockError("deadlock detected"))), StaleTicket)


async def test_errors_show_no_words(database: Database) -> None:
    """An error never repeats what a resident wrote."""
    async with SqlUnitOfWork(database) as uow:
        await uow.tickets.add(ticket(summary="我家在3-2-501", previous=99))
        with pytest.raises(BotError) as raised:
            await uow.commit()
    assert "501" not in str(raised.value)
    assert "501" not in str(raised.value.__cause__)
