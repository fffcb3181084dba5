"""An upgrade from every earlier version of the schema keeps every row, and what it held."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from storage import migrations
from storage.database import Database

REVISIONS = [s.revision for s in ScriptDirectory(str(Path(migrations.__file__).parent)).walk_revisions()][::-1]
MOMENT = "2026-03-01 12:00:00.000000"
#: What a column of each kind can hold.
VALUES = {"INTEGER": 1, "BIGINT": 1, "FLOAT": 0.5, "BOOLEAN": 1, "DATE": "2026-03-01", "DATETIME": MOMENT, "JSON": "{}"}
Rows = dict[str, list[dict[str, object]]]


def fill(connection: sqlite3.Connection) -> None:
    """Put one row into every table, however it looks in this version."""
    for table in tables(connection):
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        values = [VALUES.get(kind.split("(")[0], name) for _, name, kind, *_ in columns]
        marks = ", ".join("?" for _ in values)
        connection.execute(f"INSERT INTO {table} ({', '.join(c[1] for c in columns)}) VALUES ({marks})", values)
    connection.commit()


def tables(connection: sqlite3.Connection) -> list[str]:
    """The project's tables."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    # the search index is made of the tickets, and looks after itself
    return sorted(n for (n,) in found if n != "alembic_version" and not n.startswith("ticket_search"))


def rows(file: Path) -> Rows:
    """Every row of every table."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        return {t: [dict(r) for r in connection.execute(f"SELECT * FROM {t}")] for t in tables(connection)}


def at_revision(file: Path, revision: str) -> None:
    """A database as that version of the program left it."""
    engine = create_engine(f"sqlite:///{file}")

    def back(connection: Connection) -> None:
        migrations.upgrade(connection)
        migrations.downgrade(connection, revision)

    with engine.begin() as connection:
        back(connection)
    engine.dispose()


def test_the_newest_is_the_last() -> None:
    """What a start without Alembic takes for the newest state is the head of Alembic's chain."""
    assert migrations.newest() == REVISIONS[-1]


@pytest.mark.parametrize("revision", REVISIONS[:-1])
async def test_upgrade_keeps_all_rows(tmp_path: Path, revision: str) -> None:
    """From this version to the newest: the same rows, with the same values wherever the column is still there."""
    file = tmp_path / "loushi.db"
    at_revision(file, revision)
    with closing(sqlite3.connect(file)) as connection:
        fill(connection)
    before = rows(file)
    assert len(before) > 5
    await (await Database.open(f"sqlite:///{file}")).close()
    after = rows(file)
    for table, old in before.items():
        assert len(after[table]) == len(old), table
        for one, other in zip(old, after[table], strict=True):
            changed = {n for n in one if n in other and one[n] != other[n]}
            assert changed <= {"look_at"}, (table, changed)
