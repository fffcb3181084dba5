"""Database URLs as people write them, turned into what the async drivers take."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.domain.errors import ConfigError

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def address(url: str) -> URL:
    """The URL for the async driver. Raises `ConfigError`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigError("数据库地址写法不对，应像 sqlite:///data/loushi.db 或 postgresql://用户@主机/库名") from error
    if parsed.drivername not in _DRIVERS:
        raise ConfigError(f"不支持数据库 {parsed.drivername}，请用 sqlite:///… 或 postgresql://…")
    parsed = parsed.set(drivername=_DRIVERS[parsed.drivername])
    return _on_disk(parsed) if parsed.get_backend_name() == "sqlite" else _with_ssl(parsed)


def _on_disk(url: URL) -> URL:
    """Make the folder of an SQLite file. A database in memory would be another one for each connection."""
    if not url.database or url.database == ":memory:":
        raise ConfigError("SQLite 数据库要写文件路径，如 sqlite:///data/loushi.db")
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"不能建立数据库目录 {folder}：{error.strerror}，请检查路径和权限") from error
    return url


def _with_ssl(url: URL) -> URL:
    """Rename libpq's `sslmode`, which asyncpg calls `ssl`."""
    query = dict(url.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return url.set(query=query)
