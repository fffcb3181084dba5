"""The schema's history, and the way to its newest state.

Alembic is loaded only where something has to be done: a start with a database that is up to date goes without it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

#: Any number will do, as long as nothing else in the database locks the same one.
_LOCK = 0x6C6F757368
_VERSIONS = Path(__file__).parent / "versions"


class UnknownSchemaError(Exception):
    """The database is in a state that this program does not know: a newer one made it."""


def newest() -> str:
    """The newest state: migrations are numbered in the order in which they follow each other."""
    return max(path.name[:4] for path in _VERSIONS.glob("[0-9]*.py"))


def upgrade(connection: Connection) -> None:
    """Bring the schema to its newest state within the transaction of *connection*; two at once take turns.

    Raises `UnknownSchemaError`.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if _state(connection) == newest():
        return
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(_config(connection), "head")
    except CommandError as error:
        raise UnknownSchemaError(str(error)) from error


def downgrade(connection: Connection, to: str = "base") -> None:
    """Take the schema back *to* an earlier state, within the transaction of *connection*. Data is lost."""
    from alembic import command

    command.downgrade(_config(connection), to)


def _state(connection: Connection) -> str:
    """The state that the schema is in; empty for a new database."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT max(version_num) FROM alembic_version")).scalar_one() or "")


def _config(connection: Connection) -> "Config":
    """Alembic's settings: this package is all that it needs."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
