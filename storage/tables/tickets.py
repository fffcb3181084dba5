"""Tables of the tickets and of what hangs on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Utc, Words
from storage.tables.sealed import AtPlace, InConversation, Sealed, SealedCode, SealedJson

#: Rows of an earlier schema have none.
_EMPTY = {"server_default": text("''")}

#: The orders of the backlog. Behind what sorts stands what is filtered by, so that a filter that finds little goes
#: through an index of small entries, not through the tickets.
ORDERS = {"number": ("number",), "due": ("due_at", "number"), "pressing": ("pressing", "due_at", "number")}
_SIFTED = (
    *("status", "tier", "category", "urgency", "body", "estate_key", "building_key", "building"),
    *("opened_at", "debt_at", "desk"),
)


class TicketRow(InConversation, AtPlace, table=True):
    """One ticket; its conversation columns are those of `home`."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_home", "conversation_key", "live_until"),
        Index("ix_ticket_opened_at", "opened_at"),
        Index("ix_ticket_estate", "estate_key", "live_until"),
        Index("ix_ticket_place", "estate", "building"),
        Index("ix_ticket_building", "building_key", "number"),
        Index(
            "ix_ticket_look_at",
            "look_at",
            sqlite_where=text("look_at IS NOT NULL"),
            postgresql_where=text("look_at IS NOT NULL"),
        ),
        Index("ix_ticket_desk", "desk", "number", sqlite_where=text("desk > ''"), postgresql_where=text("desk > ''")),
        Index(
            "ix_ticket_merged_into",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        *(Index(f"ix_ticket_by_{name}", *columns, *_SIFTED) for name, columns in ORDERS.items()),
        {"sqlite_autoincrement": True},  # a number is never used again
    )

    number: int = Field(primary_key=True)
    status: str
    category: str
    #: The ticket's kind; `kind` is its conversation's.
    issue_kind: str
    tier: str
    urgency: str
    confidence: float
    #: Estate and building as `places.place_key` spells them, for looking up.
    estate_key: str = Field(sa_type=Words)
    building_key: str = Field(sa_type=Words)
    summary: str = Field(sa_type=Sealed("summary"))
    evidence: list[dict[str, Any]] = Field(sa_type=JSON)
    body: str
    opened_at: datetime = Field(sa_type=Utc)
    active_at: datetime = Field(sa_type=Utc)
    told_at: datetime | None = Field(sa_type=Utc)
    resolved_at: datetime | None = Field(sa_type=Utc)
    closed_at: datetime | None = Field(sa_type=Utc)
    close_after: datetime | None = Field(sa_type=Utc)
    look_at: datetime | None = Field(sa_type=Utc)
    #: `backlog_rules.NEVER` where nothing runs; empty only in rows of an earlier schema that nobody looked at since.
    due_at: datetime | None = Field(sa_type=Utc)
    debt_at: datetime | None = Field(sa_type=Utc)
    #: `urgency` as a number to sort by: the smaller, the more pressing.
    pressing: int | None
    list_line: str = Field(sa_column_kwargs=_EMPTY)
    list_version: str = Field(sa_column_kwargs=_EMPTY)
    #: `waiting.desk` as codes with spaces between, and `waiting.waits_for`: for looking up, never read back.
    desk: str = Field(sa_column_kwargs=_EMPTY)
    waits_for: str = Field(sa_column_kwargs=_EMPTY)
    ratings: dict[str, int] = Field(sa_type=SealedJson("ratings"))
    merged_into: int | None = Field(foreign_key="ticket.number")
    previous: int | None = Field(foreign_key="ticket.number")
    version: int
    #: Until when new messages can belong to it (`ticket_rows.live_until`); empty: they cannot.
    live_until: datetime | None = Field(sa_type=Utc)


class TicketMessageRow(InConversation, table=True):
    """One message of a ticket."""

    __tablename__ = "ticket_message"
    __table_args__ = (
        Index("ix_ticket_message_message", "conversation_key", "message_id", "ticket"),
        {"sqlite_with_rowid": False},
    )

    ticket: int = Field(primary_key=True, foreign_key="ticket.number")
    position: int = Field(primary_key=True)
    message_id: str
    sender_platform: str
    sender_id: str = Field(sa_type=SealedCode("user", same=True))
    sender_name: str = Field(sa_type=Sealed("name"))
    at: datetime = Field(sa_type=Utc)
    text: str = Field(sa_type=Sealed("message"))
    part: str
    attachments: list[dict[str, Any]] = Field(sa_type=SealedJson("attachments"))
    recalled: bool


class TicketVoiceRow(SQLModel, table=True):
    """Somebody who reported a ticket or supports it."""

    __tablename__ = "ticket_voice"
    __table_args__ = (
        Index("ix_ticket_voice_person", "person_key", "ticket"),
        {"sqlite_with_rowid": False},
    )

    ticket: int = Field(primary_key=True, foreign_key="ticket.number")
    #: `reporter` or `supporter`.
    relation: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    platform: str
    user_id: str = Field(sa_type=SealedCode("user", same=True))
    person_key: str = Field(sa_type=SealedCode("person", same=True))


class TicketEventRow(SQLModel, table=True):
    """One line of a ticket's history."""

    __tablename__ = "ticket_event"
    __table_args__ = ({"sqlite_with_rowid": False},)

    ticket: int = Field(primary_key=True, foreign_key="ticket.number")
    position: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)
    name: str
    by_platform: str | None
    by_id: str | None = Field(sa_type=SealedCode("user", same=True))
    role: str
    data: dict[str, Any] = Field(sa_type=JSON)


class PictureRow(InConversation, table=True):
    """A picture of a ticket."""

    __tablename__ = "picture"
    __table_args__ = (
        Index("ix_picture_due", "status", "due_at"),
        Index("ix_picture_ticket", "ticket"),
        Index("ix_picture_message", "conversation_key", "message_id"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(primary_key=True)
    ticket: int = Field(foreign_key="ticket.number")
    message_id: str
    attachment_kind: str
    source: str = Field(sa_type=Sealed("source"))
    name: str = Field(sa_type=Sealed("file_name"))
    status: str
    attempts: int
    due_at: datetime = Field(sa_type=Utc)
    file: str
