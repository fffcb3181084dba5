"""Looking for tickets: what the backlog sorts and searches by."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.domain.text import masked
from storage.tables.search import TICKET_SEARCH

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NEVER = "9998-12-31 00:00:00"
_ORDERS = {"number": ("number",), "due": ("due_at", "number"), "pressing": ("pressing", "due_at", "number")}
_SIFTED = (
    *("status", "tier", "category", "urgency", "body", "estate_key", "building_key", "building"),
    *("opened_at", "debt_at", "desk"),
)
#: Tickets whose words are read and indexed at once.
_AT_ONCE = 500


def upgrade() -> None:
    op.add_column("ticket", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("debt_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("pressing", sa.Integer(), nullable=True))
    _fill()
    # SQLite would take a status for a rare thing, and read half the tickets one by one in the order of this index.
    op.drop_index("ix_ticket_status", "ticket")
    op.create_index("ix_ticket_place", "ticket", ["estate", "building"])
    for name, columns in _ORDERS.items():
        op.create_index(f"ix_ticket_by_{name}", "ticket", [*columns, *_SIFTED])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE ticket_search (rowid INTEGER PRIMARY KEY REFERENCES ticket (number) ON DELETE CASCADE,"
            " said TSVECTOR NOT NULL, apart TSVECTOR NOT NULL)"
        )
    else:
        op.execute("CREATE VIRTUAL TABLE ticket_search USING fts5(said, apart, tokenize = 'ascii')")
        op.execute(
            "CREATE TRIGGER ticket_search_gone AFTER DELETE ON ticket"
            " BEGIN DELETE FROM ticket_search WHERE rowid = old.number; END"
        )
    _index()
    if op.get_bind().dialect.name == "postgresql":
        for name in ("said", "apart"):
            op.execute(f"CREATE INDEX ix_ticket_search_{name} ON ticket_search USING gin ({name})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ticket_search_gone")
    op.drop_table("ticket_search")
    for name in _ORDERS:
        op.drop_index(f"ix_ticket_by_{name}", "ticket")
    op.drop_index("ix_ticket_place", "ticket")
    op.create_index("ix_ticket_status", "ticket", ["status", "number"])
    for name in ("pressing", "debt_at", "due_at"):
        op.drop_column("ticket", name)


def _fill() -> None:
    """What is known without the calendar. The clock looks at what is open at once, and works out the rest."""
    never = f"'{_NEVER}+00'" if op.get_bind().dialect.name == "postgresql" else f"'{_NEVER}.000000'"
    op.execute(_KNOWN.replace(":never", never))
    op.execute(
        "UPDATE ticket SET look_at = opened_at"
        " WHERE look_at IS NOT NULL AND status IN ('pending', 'confirmed', 'assigned', 'in_progress', 'referred')"
    )


def _index() -> None:
    """Make every ticket that is there findable."""
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(sa.text(_TICKETS), {"after": last, "some": _AT_ONCE}).all():
        last, first = rows[-1].number, rows[0].number
        messages: dict[int, list[Any]] = {}
        for message in connection.execute(sa.text(_MESSAGES), {"first": first, "last": last}):
            messages.setdefault(message.ticket, []).append(message)
        connection.execute(TICKET_SEARCH.insert(), [_words(row, messages.get(row.number, ())) for row in rows])


_KNOWN = (
    "UPDATE ticket SET due_at = :never, debt_at = :never,"
    " pressing = CASE urgency WHEN 'emergency' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END"
)
_TICKETS = (
    "SELECT number, summary, estate, building, unit, room, spot FROM ticket"
    " WHERE number > :after ORDER BY number LIMIT :some"
)
_MESSAGES = (
    "SELECT ticket, sender_name, text FROM ticket_message"
    " WHERE ticket BETWEEN :first AND :last ORDER BY ticket, position"
)


def _words(row: Any, messages: Sequence[Any]) -> dict[str, Any]:
    """What anybody finds the ticket by, and what only the community does."""
    texts = [row.summary, *(m.text for m in messages)]
    where = f"{row.estate} {row.building}{row.unit} {row.spot}"
    hidden = (text for text in texts if masked(text) != text)
    return {
        "rowid": row.number,
        "said": masked("\n".join([texts[0], where, *texts[1:]])),
        "apart": "\n".join([row.room, *_once(m.sender_name for m in messages), *hidden]),
    }


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
