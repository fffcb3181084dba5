"""The closed loop: when the clock looks at a ticket, which line of the list it follows, what waits for a worker."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CODES = ("list_line", "list_version", "desk", "waits_for")
_CLOSING = sa.text("close_after IS NOT NULL")
_LOOKED_AT = sa.text("look_at IS NOT NULL")
_ON_DESK = sa.text("desk > ''")


def upgrade() -> None:
    op.add_column("ticket", sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    for name in _CODES:
        op.add_column("ticket", sa.Column(name, sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("outbox", sa.Column("instead", sa.JSON(), nullable=True))
    # The first look at what is open or ending works out by itself when the next one is.
    op.execute(
        "UPDATE ticket SET look_at = coalesce(close_after, opened_at)"
        " WHERE status NOT IN ('closed', 'merged', 'withdrawn')"
    )
    op.drop_index("ix_ticket_close_after", "ticket")
    op.create_index("ix_ticket_look_at", "ticket", ["look_at"], sqlite_where=_LOOKED_AT, postgresql_where=_LOOKED_AT)
    op.create_index("ix_ticket_desk", "ticket", ["desk", "number"], sqlite_where=_ON_DESK, postgresql_where=_ON_DESK)


def downgrade() -> None:
    op.drop_index("ix_ticket_desk", "ticket")
    op.drop_index("ix_ticket_look_at", "ticket")
    op.create_index(
        "ix_ticket_close_after", "ticket", ["close_after"], sqlite_where=_CLOSING, postgresql_where=_CLOSING
    )
    op.drop_column("outbox", "instead")
    for name in ("look_at", *_CODES):
        op.drop_column("ticket", name)
