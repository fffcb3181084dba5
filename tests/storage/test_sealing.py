"""What gives people away is sealed: who has the database has not the people."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.backlog import TicketList
from bot.domain.errors import BotError, ConfigError, DeliveryError
from bot.domain.members import Grant, Role
from bot.domain.messages import Identity
from bot.domain.places import Place
from storage.backup import back_up, restore
from storage.database import Database
from storage.keys import KeyFile
from storage.pictures import PictureFolder
from storage.sealing import Seal
from storage.unit_of_work import UnitsOfWork
from tests.cast import NOON, ticket, ticket_message
from tests.storage.test_pictures import encoded

WANG = Identity(platform="onebot", user_id="314159265")
SECRETS = ("314159265", "王阿姨", "13800138000", "漏到我家卫生间", "0501")


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    """Keys apart from the database."""
    return KeyFile(tmp_path / "elsewhere" / "seal.key")


async def lived_in(url: str, keys: KeyFile | None) -> None:
    """A database with one ticket of 王阿姨, and her role."""
    database = await Database.open(url, keys=keys)
    said = ticket_message(text="漏到我家卫生间，电话13800138000", sender=WANG, sender_name="3-2-0501 王阿姨")
    new = replace(
        ticket(number=0, messages=(said,)),
        reporters=(WANG,),
        summary=said.text,
        place=Place(estate="幸福里", building="3号楼", unit="2单元", room="0501"),
    )
    async with UnitsOfWork(database)() as work:
        await work.tickets.add(new)
        await work.members.grant(WANG, "王阿姨", Grant(role=Role.LEADER, estate="幸福里"))
        await work.commit()
    await database.close()


def held(path: Path) -> bytes:
    """Every byte of the database, its journal included."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def test_a_thief_of_the_database_reads_nobody(sqlite_url: str, tmp_path: Path, keys: KeyFile) -> None:
    """Neither the file nor its journal holds a name, a number, a door or a word; who has the key reads and finds all."""
    await lived_in(sqlite_url, keys)
    stolen = held(tmp_path / "loushi.db")
    assert not [secret for secret in SECRETS if secret.encode() in stolen]
    database = await Database.open(sqlite_url, keys=keys)
    async with UnitsOfWork(database)() as work:
        [found] = await work.tickets.of_person(WANG)
        assert "漏到我家卫生间" in found.messages[0].text
        assert (found.messages[0].sender_name, found.place.room) == ("3-2-0501 王阿姨", "0501")
        assert (await work.members.get(WANG)).grants
        for words in ("卫生间", "王阿姨"):
            page = await work.backlog.page(TicketList(text=words), [Grant(role=Role.ADMIN)], NOON)
            assert [row.number for row in page.tickets] == [found.number], words
    await database.close()


async def test_one_that_was_not_sealed_is_sealed_on_opening(sqlite_url: str, tmp_path: Path, keys: KeyFile) -> None:
    """After an upgrade nothing is left in plain text, and nothing is lost."""
    await lived_in(sqlite_url, None)
    assert "王阿姨".encode() in held(tmp_path / "loushi.db")
    await (await Database.open(sqlite_url, keys=keys)).close()
    assert not [secret for secret in SECRETS if secret.encode() in held(tmp_path / "loushi.db")]
    database = await Database.open(sqlite_url, keys=keys)
    async with UnitsOfWork(database)() as work:
        assert len(await work.tickets.of_person(WANG)) == 1
    await database.close()


async def test_without_its_key_it_does_not_open(sqlite_url: str, keys: KeyFile, tmp_path: Path) -> None:
    """The program says which key is missing, and where it looked; it never goes on with another one."""
    await lived_in(sqlite_url, keys)
    name = next(iter(keys.read()))
    for other in (None, KeyFile(tmp_path / "nothing" / "seal.key")):
        with pytest.raises(ConfigError, match=name):
            await Database.open(sqlite_url, keys=other)
    KeyFile(tmp_path / "wrong" / "seal.key").add()
    with pytest.raises(ConfigError, match=name):
        await Database.open(sqlite_url, keys=KeyFile(tmp_path / "wrong" / "seal.key"))


async def test_a_new_key(sqlite_url: str, tmp_path: Path, keys: KeyFile) -> None:
    """After `rotate` the old key alone opens nothing."""
    await lived_in(sqlite_url, keys)
    first = keys.path.read_bytes()
    database = await Database.open(sqlite_url, keys=keys)
    assert await database.rotate() > 0
    async with UnitsOfWork(database)() as work:
        assert len(await work.tickets.of_person(WANG)) == 1
    await database.close()
    keys.path.write_bytes(first)
    with pytest.raises(ConfigError):
        await Database.open(sqlite_url, keys=keys)


async def test_a_backup_needs_the_key_too(sqlite_url: str, tmp_path: Path, keys: KeyFile) -> None:
    """The key is not in a backup; with it, what comes back is whole."""
    await lived_in(sqlite_url, keys)
    file, again = tmp_path / "backup.zip", tmp_path / "again"
    back_up(sqlite_url, tmp_path / "pictures", file, NOON)
    assert keys.path.read_bytes().strip() not in file.read_bytes()
    restore(file, f"sqlite:///{again / 'loushi.db'}", again / "pictures")
    database = await Database.open(f"sqlite:///{again / 'loushi.db'}", keys=keys)
    async with UnitsOfWork(database)() as work:
        assert len(await work.tickets.of_person(WANG)) == 1
    await database.close()


def test_the_key_file_is_its_owners(keys: KeyFile) -> None:
    """It is made once, readable by nobody else; one that others can read is refused, and so is a damaged one."""
    name, _ = keys.newest()
    assert keys.newest()[0] == name
    assert keys.path.stat().st_mode & 0o777 == 0o600
    keys.path.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        keys.read()
    keys.path.chmod(0o600)
    keys.path.write_bytes(b"not a key\n")
    with pytest.raises(ConfigError, match="坏了"):
        keys.read()


def test_what_was_sealed_opens_only_as_what_it_was(keys: KeyFile) -> None:
    """A sealed text moved to another column, cut short or changed does not open."""
    name, _ = keys.newest()
    seal = Seal(keys.read(), name)
    for sealed in (seal.once("name", "王阿姨"), seal.same("name", "王阿姨")):
        assert seal.open("name", sealed) == "王阿姨"
        for label, text in (
            ("room", sealed),
            ("name", sealed[:-2]),
            ("name", sealed[:-9] + ("A" if sealed[-9] != "A" else "B") + sealed[-8:]),
        ):
            with pytest.raises(BotError, match="打不开"):
                seal.open(label, text)
    assert seal.same("name", "王阿姨") == seal.same("name", "王阿姨")
    assert seal.once("name", "王阿姨") != seal.once("name", "王阿姨")


async def test_pictures_are_sealed(tmp_path: Path, keys: KeyFile) -> None:
    """A picture's file is none without the key; those kept before are sealed once, and stay the same pictures."""
    from PIL import Image

    photo, early = encoded(Image.new("RGB", (8, 8), "red"), "PNG"), PictureFolder(tmp_path / "pictures")
    old = await early.keep(photo)
    plain = await early.load(old)
    name, _ = keys.newest()
    folder = PictureFolder(tmp_path / "pictures", Seal(keys.read(), name))
    new = await folder.keep(photo)
    assert (await folder.seal_all(), await folder.seal_all()) == (1, 0)
    for file in (old, new):
        path = folder.path_of(file)
        assert path is not None
        assert b"JFIF" not in path.read_bytes()
        assert await folder.load(file) == plain
        with pytest.raises(DeliveryError):
            await early.load(file)
    first, second = (folder.path_of(file) for file in (old, new))
    assert first is not None
    assert second is not None
    first.replace(second)
    with pytest.raises(DeliveryError, match="打不开"):
        await folder.load(new)
