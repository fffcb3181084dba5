"""The database: opened by URL, brought to the newest schema, handing out transactions.

One writer at a time on SQLite: in this process they queue, other processes wait for the file.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.errors import ConfigError, Unavailable
from storage import migrations
from storage.addresses import address
from storage.errors import is_broken, is_locked, reason, translated
from storage.keys import KeyFile
from storage.resealing import reseal, settle
from storage.sealing import Seal
from storage.ticket_cache import TicketCache
from storage.transaction import Transaction

#: Between two tries to migrate a database that somebody else is migrating.
_RETRY_SECONDS = 0.05
#: Set on the engine of writers: they take SQLite's write lock when they begin, for taking it later can deadlock.
_IMMEDIATE = "loushi_immediate"


class Database:
    """An opened database. Make one with `await Database.open(url)`; end it with `await close()`."""

    def __init__(self, url: str, *, busy_seconds: float = 10.0, keys: KeyFile | None = None) -> None:
        """Connect to nothing yet; `open` does."""
        self._url = address(url)
        self._busy_seconds = busy_seconds
        self._keys = keys
        #: What it is sealed with; None: it is not.
        self.seal: Seal | None = None
        self.engine = _engine(self._url, busy_seconds)
        #: What all transactions of this process have read lately.
        self.tickets = TicketCache()
        self._writers = self.engine.execution_options(**{_IMMEDIATE: True})
        self._turn = asyncio.Semaphore(1 if self.is_sqlite else 1_000_000)

    @property
    def is_sqlite(self) -> bool:
        """Is it a file?"""
        return self._url.get_backend_name() == "sqlite"

    @classmethod
    async def open(cls, url: str, *, busy_seconds: float = 10.0, keys: KeyFile | None = None) -> Self:
        """Connect to *url* and migrate; with *keys*, what gives people away is sealed. Raises `ConfigError`.

        Waits at most *busy_seconds* for other writers.
        """
        database = cls(url, busy_seconds=busy_seconds, keys=keys)
        try:
            await database._migrate_patiently()
        except (SQLAlchemyError, OSError, migrations.UnknownSchemaError) as error:
            await database.close()
            raise database._unusable(error) from error
        except ConfigError:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Transaction]:
        """A transaction that may write; what it did not commit is undone. Raises `Unavailable` after long waiting."""
        await self._wait_for_turn()
        try:
            async with self._connected(self._writers) as transaction:
                yield transaction
        finally:
            self._turn.release()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A transaction that only reads, beside any writer."""
        async with self._connected(self.engine) as transaction:
            yield transaction

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[Transaction]:
        with translated():
            connection = await engine.connect()
        try:
            with translated():
                await connection.begin()
            yield Transaction(connection)
        finally:
            with translated():
                await connection.close()

    async def rotate(self) -> int:
        """Seal everything with a new key, in one transaction; how many rows. Nothing else may be at work meanwhile."""
        if self._keys is None:
            raise ConfigError("这个数据库没有封存")
        name, known = list(self._keys.add())[-1], self._keys.read()
        async with self._writers.begin() as connection:
            rows = await connection.run_sync(reseal, Seal(known, name))
            self.seal = await connection.run_sync(settle, self._keys)
        return rows

    async def _wait_for_turn(self) -> None:
        try:
            async with asyncio.timeout(self._busy_seconds):
                await self._turn.acquire()
        except TimeoutError as error:
            raise Unavailable("数据库一直忙，稍后再试") from error

    async def _migrate_patiently(self) -> None:
        """Migrate; while another program is at it, try again for `busy_seconds`.

        SQLite's own waiting does not cover a change to write-ahead logging, which the first opener of a new file makes.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._busy_seconds
        while True:
            try:
                return await self._migrate()
            except SQLAlchemyError as error:
                if not is_locked(error) or loop.time() >= deadline:
                    raise
            await asyncio.sleep(_RETRY_SECONDS)

    async def _migrate(self) -> None:
        async with self._writers.begin() as connection:
            await connection.run_sync(migrations.upgrade)
            self.seal = await connection.run_sync(settle, self._keys)

    def _unusable(self, error: Exception) -> ConfigError:
        """Say what is wrong with this database, and what would be right."""
        where = self._url.render_as_string(hide_password=True)
        if isinstance(error, migrations.UnknownSchemaError):
            return ConfigError(f"数据库 {where} 由更新的版本建立，请升级楼事通：{error}")
        if is_locked(error):
            return ConfigError(f"数据库 {where} 正被另一个程序占用，请先停止它")
        if is_broken(error):
            return ConfigError(f"{where} 不是数据库或已损坏，请从备份恢复，或换一个路径：{reason(error)}")
        return ConfigError(f"打不开数据库 {where}：{reason(error)}；请检查地址、权限和数据库是否在运行")


def _engine(url: URL, busy_seconds: float) -> AsyncEngine:
    """An engine whose errors never show a row's content."""
    if url.get_backend_name() == "sqlite":
        # the connection used last is used next: it has at hand what it read, and the others need no memory
        engine = create_async_engine(
            url, hide_parameters=True, pool_use_lifo=True, connect_args={"timeout": busy_seconds}
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    timeouts = {"timeout": busy_seconds, "command_timeout": 6 * busy_seconds}
    return create_async_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=10, connect_args=timeouts)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Make a fresh connection durable and strict, and leave beginning of transactions to `_begin_sqlite`."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-8000"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a writer or as a reader; Python's own way begins only before the first change."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_IMMEDIATE) else "BEGIN")
