"""The first schema. Written out once; what the tables become later is in later files."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "conversation",
    "member",
    "member_grant",
    "invitation",
    "wrong_code",
    "ticket",
    "ticket_message",
    "ticket_voice",
    "ticket_event",
    "picture",
    "inbox",
    "outbox",
    "review",
    "gap",
)


def upgrade() -> None:
    _create_conversation()
    _create_member()
    _create_member_grant()
    _create_invitation()
    _create_wrong_code()
    _create_ticket()
    _create_ticket_message()
    _create_ticket_voice()
    _create_ticket_event()
    _create_picture()
    _create_inbox()
    _create_outbox()
    _create_review()
    _create_gap()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _code(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _conversation() -> list[sa.Column[str]]:
    return [_code(name) for name in ("platform", "kind", "conversation_id", "account", "conversation_key")]


def _place() -> list[sa.Column[str]]:
    return [_words(name) for name in ("estate", "building", "unit", "room", "spot")]


def _create_conversation() -> None:
    op.create_table(
        "conversation",
        _code("platform"),
        _code("kind"),
        _code("conversation_id"),
        _code("account"),
        sa.Column("conversation_key", sa.String(), primary_key=True),
        _words("name"),
        _words("estate"),
        _words("building"),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        _moment("silent_until", nullable=True),
        _moment("first_seen"),
        _moment("watermark_at", nullable=True),
        _code("watermark_id"),
    )


def _create_member() -> None:
    op.create_table(
        "member",
        sa.Column("key", sa.String(), primary_key=True),
        _code("platform"),
        _code("user_id"),
        _words("name"),
    )
    op.create_index("ix_member_platform", "member", ["platform"])


def _create_member_grant() -> None:
    op.create_table(
        "member_grant",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_key", sa.String(), sa.ForeignKey("member.key"), nullable=False),
        _code("role"),
        _words("estate"),
        _words("building"),
        sa.UniqueConstraint("member_key", "role", "estate", "building", name="uq_member_grant"),
        sqlite_autoincrement=True,
    )


def _create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("code_hash", sa.String(), primary_key=True),
        _code("role"),
        _words("estate"),
        _words("building"),
        _moment("expires_at"),
        _code("used_by_platform", nullable=True),
        _code("used_by_id", nullable=True),
        _moment("used_at", nullable=True),
    )


def _create_wrong_code() -> None:
    op.create_table(
        "wrong_code",
        sa.Column("id", sa.Integer(), primary_key=True),
        _code("person_key"),
        _moment("at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_wrong_code_person", "wrong_code", ["person_key", "at"])


def _create_ticket() -> None:
    op.create_table(
        "ticket",
        *_place(),
        *_conversation(),
        sa.Column("number", sa.Integer(), primary_key=True),
        _code("status"),
        _code("category"),
        _code("issue_kind"),
        _code("tier"),
        _code("urgency"),
        sa.Column("confidence", sa.Float(), nullable=False),
        _words("estate_key"),
        _words("building_key"),
        _words("summary"),
        sa.Column("evidence", sa.JSON(), nullable=False),
        _code("body"),
        _moment("opened_at"),
        _moment("active_at"),
        _moment("told_at", nullable=True),
        _moment("resolved_at", nullable=True),
        _moment("closed_at", nullable=True),
        _moment("close_after", nullable=True),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("merged_into", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=True),
        sa.Column("previous", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("live_until", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_building", "ticket", ["building_key", "number"])
    op.create_index("ix_ticket_close_after", "ticket", ["close_after"], **_where("close_after IS NOT NULL"))
    op.create_index("ix_ticket_estate", "ticket", ["estate_key", "live_until"])
    op.create_index("ix_ticket_home", "ticket", ["conversation_key", "live_until"])
    op.create_index("ix_ticket_merged_into", "ticket", ["merged_into"], **_where("merged_into IS NOT NULL"))
    op.create_index("ix_ticket_status", "ticket", ["status", "number"])


def _create_ticket_message() -> None:
    op.create_table(
        "ticket_message",
        *_conversation(),
        sa.Column("ticket", sa.Integer(), sa.ForeignKey("ticket.number"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        _code("message_id"),
        _code("sender_platform"),
        _code("sender_id"),
        _words("sender_name"),
        _moment("at"),
        _words("text"),
        _code("part"),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("recalled", sa.Boolean(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ticket_message_message", "ticket_message", ["conversation_key", "message_id", "ticket"])


def _create_ticket_voice() -> None:
    op.create_table(
        "ticket_voice",
        sa.Column("ticket", sa.Integer(), sa.ForeignKey("ticket.number"), primary_key=True),
        sa.Column("relation", sa.String(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        _code("platform"),
        _code("user_id"),
        _code("person_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ticket_voice_person", "ticket_voice", ["person_key", "ticket"])


def _create_ticket_event() -> None:
    op.create_table(
        "ticket_event",
        sa.Column("ticket", sa.Integer(), sa.ForeignKey("ticket.number"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        _moment("at"),
        _code("name"),
        _code("by_platform", nullable=True),
        _code("by_id", nullable=True),
        _code("role"),
        sa.Column("data", sa.JSON(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_picture() -> None:
    op.create_table(
        "picture",
        *_conversation(),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ticket", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=False),
        _code("message_id"),
        _code("attachment_kind"),
        _words("source"),
        _words("name"),
        _code("status"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("due_at"),
        _code("file"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_picture_due", "picture", ["status", "due_at"])
    op.create_index("ix_picture_message", "picture", ["conversation_key", "message_id"])
    op.create_index("ix_picture_ticket", "picture", ["ticket"])


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(), primary_key=True),
        _moment("at"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inbox_at", "inbox", ["at"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        *_conversation(),
        sa.Column("id", sa.Integer(), primary_key=True),
        _code("key"),
        _words("text"),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        _code("reply_to"),
        sa.Column("mentions", sa.JSON(), nullable=False),
        _moment("created_at"),
        _moment("due_at"),
        _code("status"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("sent_at", nullable=True),
        _code("receipt"),
        _words("error"),
        sa.Column("merged_into", sa.Integer(), nullable=False),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_due", "outbox", ["status", "due_at"])
    op.create_index("ix_outbox_receipt", "outbox", ["conversation_key", "receipt"], **_where("receipt != ''"))
    op.create_index("ix_outbox_sent", "outbox", ["conversation_key", "sent_at"])


def _create_review() -> None:
    op.create_table(
        "review",
        *_place(),
        *_conversation(),
        sa.Column("id", sa.Integer(), primary_key=True),
        _code("message_id"),
        _code("sender_platform"),
        _code("sender_id"),
        _words("sender_name"),
        _words("text"),
        _moment("at"),
        sa.Column("classification", sa.JSON(), nullable=False),
        _moment("expires_at"),
        sa.UniqueConstraint("conversation_key", "message_id", name="uq_review_message"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_review_expires_at", "review", ["expires_at"])


def _create_gap() -> None:
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer(), primary_key=True),
        _code("platform"),
        _code("account"),
        _moment("began_at"),
        _moment("ended_at", nullable=True),
        _words("reason"),
        sa.Column("details", sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_gap_lasting", "gap", ["platform", "account"], unique=True, **_where("ended_at IS NULL"))
