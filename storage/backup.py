"""A copy of everything in one file, made while the program runs, and the way back.

The database is copied as one moment knew it (SQLite's own online backup); every picture that it names goes with it.
The file appears whole or not at all, and only its owner may read it.
"""

import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.errors import BotError, ConfigError
from storage.addresses import address
from storage.pictures import is_name

DATABASE, PICTURES, ABOUT = "loushi.db", "pictures", "about.json"
#: The form of the file. A program reads its own form and earlier ones.
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds."""

    made_at: str
    tickets: int
    pictures: int
    #: Pictures that the database names and the folder did not have.
    missing: int = 0


def back_up(url: str, pictures: Path, file: Path, now: datetime) -> Backup:
    """Copy the SQLite database *url* and its *pictures* into *file*. Raises `ConfigError`, `BotError`."""
    source = database_file(url)
    if not source.is_file():
        raise ConfigError(f"没有数据库 {source}，没有可备份的")
    if file.exists():
        raise ConfigError(f"{file} 已经在了，请换一个名字")
    part = file.with_name(file.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=file.absolute().parent) as folder, _written(part) as archive:
            copy = Path(folder) / DATABASE
            tickets, named = _copy(source, copy)
            archive.write(copy, DATABASE)
            kept = [name for name in named if _add(archive, pictures / name, f"{PICTURES}/{name}")]
            made = Backup(made_at=now.isoformat(), tickets=tickets, pictures=len(kept), missing=len(named) - len(kept))
            about = {"format": FORMAT, "made_at": made.made_at, "tickets": tickets, "pictures": len(kept)}
            archive.writestr(ABOUT, json.dumps(about))
        part.replace(file)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise BotError(f"备份没有成功：{error}") from error
    return made


def restore(file: Path, url: str, pictures: Path, *, instead: bool = False) -> Backup:
    """Put what *file* holds where the program looks for it. Raises `ConfigError`, and then nothing has changed.

    A database that is there already stays, unless *instead*; then it is laid aside, never deleted.
    """
    target = database_file(url)
    if target.exists() and not instead:
        raise ConfigError(f"{target} 已经在了。要用备份代替它，请加 --instead（原来的会改名留着）")
    _check_unused(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            zipfile.ZipFile(file) as archive,
            tempfile.TemporaryDirectory(dir=target.parent) as folder,
        ):
            about = _about(archive)
            archive.extract(DATABASE, folder)
            _check(Path(folder) / DATABASE)
            count = _restore_pictures(archive, pictures)
            _lay_aside(target)
            (Path(folder) / DATABASE).replace(target)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, sqlite3.Error) as error:
        raise ConfigError(f"{file} 不是完好的备份：{error}") from error
    return Backup(made_at=str(about["made_at"]), tickets=int(about["tickets"]), pictures=count)


def database_file(url: str) -> Path:
    """The file of the SQLite database *url*. Raises `ConfigError` for another kind of database."""
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database is None:
        raise ConfigError("数据库是 PostgreSQL：请用 pg_dump 和 pg_restore，照片文件夹另外复制")
    return Path(parsed.database)


@contextmanager
def _written(part: Path) -> Iterator[zipfile.ZipFile]:
    """An archive that is on the disk when this block ends."""
    with part.open("xb") as stream:
        part.chmod(0o600)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            yield archive
        stream.flush()
        os.fsync(stream.fileno())


def _copy(source: Path, copy: Path) -> tuple[int, list[str]]:
    """Copy the database in one moment, beside any writer; how many tickets, and which pictures, are in the copy."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as live,
        closing(sqlite3.connect(copy)) as made,
    ):
        live.backup(made)
        tickets = int(made.execute("SELECT count(*) FROM ticket").fetchone()[0])
        named = made.execute("SELECT DISTINCT file FROM picture WHERE file != '' ORDER BY file").fetchall()
    return tickets, [name for (name,) in named if is_name(name)]


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> bool:
    """Put a picture in as it is; it may have been taken back meanwhile."""
    try:
        archive.write(path, name, zipfile.ZIP_STORED)
    except FileNotFoundError:
        return False
    return True


def _about(archive: zipfile.ZipFile) -> dict[str, Any]:
    about = json.loads(archive.read(ABOUT))
    if about["format"] > FORMAT:
        raise ValueError("由更新的版本做的，请升级楼事通")
    return dict(about)


def _check(database: Path) -> None:
    """Raise `ValueError` unless every page of *database* is sound."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
            raise ValueError("里面的数据库已损坏")


def _check_unused(target: Path) -> None:
    """Raise `ConfigError` if a program has the database open: its changes would go to the file laid aside."""
    if not target.exists():
        return
    try:
        with closing(sqlite3.connect(target, timeout=0.2)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise ConfigError("楼事通还在运行，请先停下再恢复") from error


def _restore_pictures(archive: zipfile.ZipFile, pictures: Path) -> int:
    """Write the pictures; those that are there have the same names only if they are the same."""
    names = [n.removeprefix(f"{PICTURES}/") for n in archive.namelist() if n.startswith(f"{PICTURES}/")]
    for name in names:
        if not is_name(name):
            raise ValueError(f"不是照片的名字：{name}")
        path = pictures / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with archive.open(f"{PICTURES}/{name}") as source, path.with_suffix(".part").open("wb") as out:
            shutil.copyfileobj(source, out)
        path.with_suffix(".part").replace(path)
    return len(names)


def _lay_aside(target: Path) -> None:
    """Rename a database that is there, with what belongs to it."""
    number = 1
    while target.with_name(f"{target.name}.old{number}").exists():
        number += 1
    for tail in ("", "-wal", "-shm"):
        path = target.with_name(target.name + tail)
        if path.exists():
            path.rename(target.with_name(f"{target.name}.old{number}{tail}"))
