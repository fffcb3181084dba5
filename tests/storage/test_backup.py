"""A backup made while others write is of one moment, whole, and comes back as it was."""

import asyncio
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import ConfigError
from bot.domain.messages import Attachment, AttachmentKind
from bot.domain.records import Picture, PictureStatus
from storage.backup import back_up, restore
from storage.database import Database
from storage.unit_of_work import UnitsOfWork
from tests.storage.samples import GROUP, NOW, ticket

NAME = f"ab/ab{'0' * 30}.jpg"


class Place:
    """A folder with a database and pictures."""

    def __init__(self, folder: Path) -> None:
        self.file, self.pictures = folder / "loushi.db", folder / "pictures"
        self.url = f"sqlite:///{self.file}"

    def keep_picture(self, name: str) -> None:
        """A picture's file."""
        (self.pictures / name).parent.mkdir(parents=True, exist_ok=True)
        (self.pictures / name).write_bytes(b"jpeg " + name.encode())

    def tickets_of_messages(self) -> list[int]:
        """The ticket of each message."""
        with closing(sqlite3.connect(self.file)) as connection:
            return [n for (n,) in connection.execute("SELECT ticket FROM ticket_message")]

    def rows(self) -> dict[str, list[object]]:
        """Everything that the database holds."""
        with closing(sqlite3.connect(self.file)) as connection:
            names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {n: connection.execute(f"SELECT * FROM {n}").fetchall() for n in names}


async def lived_in(place: Place, tickets: int = 3) -> None:
    """Some tickets, one with a picture, one with a picture whose file has gone; a file that no row names."""
    database = await Database.open(place.url)
    async with UnitsOfWork(database)() as work:
        for _ in range(tickets):
            number = (await work.tickets.add(ticket())).number
        for n, file in enumerate((NAME, NAME.replace("ab", "cd"))):
            attachment = Attachment(kind=AttachmentKind.IMAGE, source="https://example.org/a.jpg")
            await work.pictures.add(
                Picture(
                    ticket=number,
                    conversation=GROUP,
                    message_id=f"p{n}",
                    attachment=attachment,
                    status=PictureStatus.KEPT,
                    due_at=NOW,
                    file=file,
                )
            )
        await work.commit()
    await database.close()
    place.keep_picture(NAME)
    place.keep_picture(f"ef/ef{'0' * 30}.jpg")


async def test_there_and_back(tmp_path: Path) -> None:
    """What comes back is every row and every picture that a row names, and nothing else."""
    old, new, file = Place(tmp_path / "old"), Place(tmp_path / "new"), tmp_path / "b.zip"
    await lived_in(old)
    made = back_up(old.url, old.pictures, file, NOW)
    assert (made.tickets, made.pictures, made.missing) == (3, 1, 1)
    assert file.stat().st_mode & 0o077 == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.zip", "old"]
    assert restore(file, new.url, new.pictures).tickets == 3
    assert new.rows() == old.rows()
    assert [p.name for p in new.pictures.rglob("*.jpg")] == [Path(NAME).name]
    assert (new.pictures / NAME).read_bytes() == (old.pictures / NAME).read_bytes()


async def test_made_while_others_write(tmp_path: Path) -> None:
    """Neither side waits for the other, and every ticket of the copy has all its parts."""
    place = Place(tmp_path / "live")
    database = await Database.open(place.url)

    async def write() -> None:
        while True:
            async with UnitsOfWork(database)() as work:
                await work.tickets.add(ticket())
                await work.commit()

    writing = asyncio.create_task(write())
    for n in range(5):
        await asyncio.sleep(0.05)
        file = tmp_path / f"{n}.zip"
        await asyncio.to_thread(back_up, place.url, place.pictures, file, NOW + timedelta(seconds=n))
        copy = Place(tmp_path / f"copy{n}")
        tickets = restore(file, copy.url, copy.pictures).tickets
        rows = copy.rows()
        assert set(copy.tickets_of_messages()) == set(range(1, tickets + 1))
        assert tickets == len(rows["ticket"]) > 0
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await database.close()


async def test_a_database_that_is_there_stays(tmp_path: Path) -> None:
    """Without --instead nothing is touched; with it the old one is laid aside; while it is open, neither."""
    place, file = Place(tmp_path / "old"), tmp_path / "b.zip"
    await lived_in(place)
    back_up(place.url, place.pictures, file, NOW)
    before = place.rows()
    with pytest.raises(ConfigError, match="--instead"):
        restore(file, place.url, place.pictures)
    database = await Database.open(place.url)
    async with database.engine.connect():
        with pytest.raises(ConfigError, match="还在运行"):
            restore(file, place.url, place.pictures, instead=True)
    await database.close()
    assert place.rows() == before
    restore(file, place.url, place.pictures, instead=True)
    assert place.rows() == before
    assert place.file.with_name("loushi.db.old1").is_file()


async def test_no_backup_is_overwritten(tmp_path: Path) -> None:
    """An existing file is never written over, and a missing database is an error."""
    place, file = Place(tmp_path / "old"), tmp_path / "b.zip"
    with pytest.raises(ConfigError, match="没有数据库"):
        back_up(place.url, place.pictures, file, NOW)
    await lived_in(place)
    file.write_text("dear")
    with pytest.raises(ConfigError, match="已经在了"):
        back_up(place.url, place.pictures, file, NOW)
    assert file.read_text() == "dear"


@pytest.mark.parametrize("harm", ["cut", "other", "newer", "evil", "torn"])
async def test_a_broken_file_changes_nothing(tmp_path: Path, harm: str) -> None:
    """A file that was cut short, is no backup, is of a newer program, or names other files: refused, nothing is written."""
    old, new, file = Place(tmp_path / "old"), Place(tmp_path / "new"), tmp_path / "b.zip"
    await lived_in(old)
    back_up(old.url, old.pictures, file, NOW)
    whole = file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        about, database = archive.read("about.json"), archive.read("loushi.db")
    if harm == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif harm == "other":
        file.write_text("not a backup")
    else:
        changed = {"newer": json.dumps({**json.loads(about), "format": 99}).encode()}.get(harm, about)
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("about.json", changed)
            archive.writestr("loushi.db", database[: len(database) // 2] if harm == "torn" else database)
            if harm == "evil":
                archive.writestr("pictures/../../evil.jpg", b"")
    with pytest.raises(ConfigError, match="不是完好的备份"):
        restore(file, new.url, new.pictures)
    assert not new.file.exists()
    assert not (tmp_path / "evil.jpg").exists()


def test_postgres_has_its_own_tools(tmp_path: Path) -> None:
    """For PostgreSQL the operator is told what to use."""
    with pytest.raises(ConfigError, match="pg_dump"):
        back_up("postgresql://u@h/d", tmp_path, tmp_path / "b.zip", NOW)
