"""Tables of what comes in, goes out, waits for a worker or may have been missed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Utc, Words
from storage.tables.sealed import AtPlace, InConversation, Sealed, SealedCode, SealedJson, SealedKey


class InboxRow(SQLModel, table=True):
    """The key of a message that was worked through."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_at", "at"), {"sqlite_with_rowid": False})

    key: str = Field(primary_key=True, sa_type=SealedKey("message_key"))
    at: datetime = Field(sa_type=Utc)


class OutboxRow(InConversation, table=True):
    """A post."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key", name="uq_outbox_key"),
        Index("ix_outbox_due", "status", "due_at"),
        Index("ix_outbox_sent", "conversation_key", "sent_at"),
        Index(
            "ix_outbox_receipt",
            "conversation_key",
            "receipt",
            sqlite_where=text("receipt != ''"),
            postgresql_where=text("receipt != ''"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(primary_key=True)
    key: str = Field(sa_type=SealedCode("post_key", same=True))
    text: str = Field(sa_type=Words)
    priority: int
    about: list[dict[str, Any]] = Field(sa_type=JSON)
    reply_to: str
    mentions: list[str] = Field(sa_type=SealedJson("mentions"))
    created_at: datetime = Field(sa_type=Utc)
    due_at: datetime = Field(sa_type=Utc)
    status: str
    attempts: int
    sent_at: datetime | None = Field(sa_type=Utc)
    receipt: str
    error: str = Field(sa_type=Words)
    #: Zero: it went alone.
    merged_into: int
    instead: dict[str, Any] | None = Field(sa_type=SealedJson("instead"))
    #: None in rows older than the column.
    proof: str | None


class ReviewRow(InConversation, AtPlace, table=True):
    """A message that waits for a worker."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("conversation_key", "message_id", name="uq_review_message"),
        Index("ix_review_expires_at", "expires_at"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(primary_key=True)
    message_id: str
    sender_platform: str
    sender_id: str = Field(sa_type=SealedCode("user", same=True))
    sender_name: str = Field(sa_type=Sealed("name"))
    text: str = Field(sa_type=Sealed("message"))
    at: datetime = Field(sa_type=Utc)
    classification: dict[str, Any] = Field(sa_type=JSON)
    expires_at: datetime = Field(sa_type=Utc)


class GapRow(SQLModel, table=True):
    """A stretch of time in which messages may have been missed."""

    __tablename__ = "gap"
    __table_args__ = (
        Index(
            "uq_gap_lasting",
            "platform",
            "account",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(primary_key=True)
    platform: str
    account: str
    began_at: datetime = Field(sa_type=Utc)
    ended_at: datetime | None = Field(sa_type=Utc)
    reason: str = Field(sa_type=Words)
    details: dict[str, str] = Field(sa_type=JSON)


class HeartbeatRow(SQLModel, table=True):
    """When the program last had an account at work."""

    __tablename__ = "heartbeat"

    platform: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)
