"""What each group decides for itself, the notice it was given; who wants nothing kept; accounts last at work."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("conversation", sa.Column("rules", sa.JSON(), nullable=True))
    op.add_column("member", sa.Column("opted_out_at", _TIME, nullable=True))
    op.create_table(
        "notice",
        sa.Column("conversation_key", sa.String(), primary_key=True),
        sa.Column("version", sa.String(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_table(
        "heartbeat",
        sa.Column("platform", sa.String(), primary_key=True),
        sa.Column("account", sa.String(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("of_platform", "of_id", "platform", "user_id")),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_look_at", "look", ["at"])


def downgrade() -> None:
    for table in ("look", "heartbeat", "notice"):
        op.drop_table(table)
    op.drop_column("member", "opted_out_at")
    op.drop_column("conversation", "rules")
