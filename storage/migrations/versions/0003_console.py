"""The console: logins, sessions, links, failed tries; notes beside tickets and the log of reveals."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def _person() -> tuple[sa.Column[str], sa.Column[str]]:
    return (sa.Column("platform", sa.String(), nullable=False), sa.Column("user_id", sa.String(), nullable=False))


def upgrade() -> None:
    op.create_table(
        "login",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), primary_key=True),
        *_person(),
        *(sa.Column(name, _TIME, nullable=False) for name in ("began_at", "seen_at", "ends_at")),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
    )
    op.create_index("ix_session_person", "session", ["platform", "user_id"])
    op.create_index("ix_session_ends_at", "session", ["ends_at"])
    op.create_table(
        "login_link",
        sa.Column("token_hash", sa.String(), primary_key=True),
        *_person(),
        sa.Column("expires_at", _TIME, nullable=False),
    )
    op.create_index("ix_login_link_expires_at", "login_link", ["expires_at"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attempt_key", "attempt", ["key", "at"])
    for table, words in (("note", "text"), ("audit", "reason")):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("ticket", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=False),
            *_person(),
            sa.Column("at", _TIME, nullable=False),
            sa.Column(words, sa.Text(), nullable=False),
            sqlite_autoincrement=True,
        )
        op.create_index(f"ix_{table}_ticket", table, ["ticket"])


def downgrade() -> None:
    for table in ("audit", "note", "attempt", "login_link", "session", "login"):
        op.drop_table(table)
