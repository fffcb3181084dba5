"""Samples of what was left alone, kept for seven days; what was judged of them; trainings and their figures."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("conversation", sa.Column("sampled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("platform", "kind", "conversation_id", "account", "conversation_key")
        ),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("estate", "building", "unit", "room", "spot")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("message_id", "sender_platform", "sender_id")),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("classification", sa.JSON(), nullable=False),
        sa.Column("lot", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.UniqueConstraint("conversation_key", "message_id", name="uq_sample_message"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sample_day", "sample", ["conversation_key", "day", "lot"])
    op.create_index("ix_sample_at", "sample", ["at"])
    op.create_table(
        "judged",
        sa.Column("sample", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("estate", "building")),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("issue", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_judged_at", "judged", ["at"])
    op.create_table(
        "training",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("status", "platform", "user_id")),
        *(sa.Column(name, _TIME, nullable=False) for name in ("at", "beat_at")),
        sa.Column("done", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("lines", "held_out")),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("figures", "objections", "history")),
        sa.Column("error", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    running = sa.text("status = 'running'")
    op.create_index(
        "uq_training_running", "training", ["status"], unique=True, sqlite_where=running, postgresql_where=running
    )
    op.create_index("ix_ticket_opened_at", "ticket", ["opened_at"])


def downgrade() -> None:
    op.drop_index("ix_ticket_opened_at", "ticket")
    for table in ("training", "judged", "sample"):
        op.drop_table(table)
    op.drop_column("conversation", "sampled")
