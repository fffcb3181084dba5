"""Which key the database is sealed with. What is in it is sealed by `storage.resealing` as soon as it is opened."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("seal", sa.Column("key_id", sa.String(), primary_key=True))


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM seal")).first():
        raise RuntimeError("nothing older can read what is sealed")
    op.drop_table("seal")
