"""The schema's history, and the way to its newest state."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

#: Any number will do, as long as nothing else in the database locks the same one.
_LOCK = 0x6C6F757368


def upgrade(connection: Connection) -> None:
    """Bring the schema to its newest state within the transaction of *connection*; two at once take turns."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    command.upgrade(_config(connection), "head")


def downgrade(connection: Connection, to: str = "base") -> None:
    """Take the schema back *to* an earlier state, within the transaction of *connection*. Data is lost."""
    command.downgrade(_config(connection), to)


def _config(connection: Connection) -> Config:
    """Alembic's settings: this package is all that it needs."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
