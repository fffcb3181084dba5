"""What the libraries raise, said as the project's own errors. No row's content gets into a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.errors import BotError, StaleTicket, Unavailable

#: PostgreSQL: serialization failure, deadlock. Trying again helps.
_LOST_RACE = {"40001", "40P01"}
#: PostgreSQL: connection lost, too many of them or no memory, shut down or starting.
_AWAY = ("08", "53", "57P0")
#: SQLite: how it says that somebody else holds the file.
_LOCKED = ("database is locked", "database table is locked")
#: SQLite: how it says that nothing more can be written, for now.
_FULL = ("database or disk is full", "disk I/O error", "unable to open database file", "readonly database")
#: SQLite: how it says that the file is no good.
_BROKEN = ("file is not a database", "malformed")


def reason(error: BaseException) -> str:
    """One line that says why *error* was raised, without statement and parameters."""
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(origin).splitlines()
    return lines[0] if lines else type(origin).__name__


def is_locked(error: BaseException) -> bool:
    """Does *error* say that another process holds the database?"""
    return any(words in reason(error) for words in _LOCKED)


def is_full(error: BaseException) -> bool:
    """Does *error* say that the disk takes nothing more, or cannot be reached?"""
    return any(words in reason(error) for words in _FULL)


def _is_away(error: BaseException) -> bool:
    """Does *error* say that a database server has gone, or is not there yet?"""
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return error.connection_invalidated or state.startswith(_AWAY)
    return isinstance(error, PoolTimeout | OSError)


def is_broken(error: BaseException) -> bool:
    """Does *error* say that the file is damaged, or no database at all?"""
    return any(words in reason(error) for words in _BROKEN)


def as_bot_error(error: BaseException) -> BotError:
    """The sentence for *error*, met while the program runs."""
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _LOST_RACE:
        return StaleTicket("有人同时在改，请再试一次")
    if is_locked(error):
        return Unavailable("数据库正被另一个程序占用，稍后再试")
    if is_broken(error):
        return BotError(f"数据库文件已损坏，请从备份恢复：{reason(error)}")
    if is_full(error):
        return Unavailable(f"数据库现在写不进去，请看磁盘是不是满了：{reason(error)}")
    if _is_away(error):
        return Unavailable(f"连不上数据库，稍后再试：{reason(error)}")
    if isinstance(error, IntegrityError):
        return BotError("这条记录与数据库中已有的记录冲突，没有保存")
    return BotError(f"数据库出错：{reason(error)}")


@contextmanager
def translated() -> Iterator[None]:
    """Let nothing of the libraries out of this block: `StaleTicket` for a lost race, else `BotError`."""
    try:
        yield
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        raise as_bot_error(error) from error
