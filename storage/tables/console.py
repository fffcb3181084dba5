"""Tables of the console: who gets in, and what is written down there."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.tables.columns import Utc, Words
from storage.tables.sealed import Sealed, SealedCode


class LoginRow(SQLModel, table=True):
    """A name and the hash of a password."""

    __tablename__ = "login"

    name: str = Field(primary_key=True)
    password_hash: str
    changed_at: datetime = Field(sa_type=Utc)


class SessionRow(SQLModel, table=True):
    """A browser that somebody is logged in with."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_person", "platform", "user_id"), Index("ix_session_ends_at", "ends_at"))

    token_hash: str = Field(primary_key=True)
    platform: str
    user_id: str = Field(sa_type=SealedCode("user", same=True))
    began_at: datetime = Field(sa_type=Utc)
    seen_at: datetime = Field(sa_type=Utc)
    ends_at: datetime = Field(sa_type=Utc)
    address: str
    browser: str = Field(sa_type=Words)


class LoginLinkRow(SQLModel, table=True):
    """A one-time way in; gone once it was used."""

    __tablename__ = "login_link"
    __table_args__ = (Index("ix_login_link_expires_at", "expires_at"),)

    token_hash: str = Field(primary_key=True)
    platform: str
    user_id: str = Field(sa_type=SealedCode("user", same=True))
    expires_at: datetime = Field(sa_type=Utc)


class AttemptRow(SQLModel, table=True):
    """A failed try to get in, by name or by address."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key", "key", "at"), {"sqlite_autoincrement": True})

    id: int = Field(primary_key=True)
    key: str = Field(sa_type=Sealed("attempt", same=True))
    at: datetime = Field(sa_type=Utc)


class NoteRow(SQLModel, table=True):
    """What a worker wrote beside a ticket."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_ticket", "ticket"), {"sqlite_autoincrement": True})

    id: int = Field(primary_key=True)
    ticket: int = Field(foreign_key="ticket.number")
    platform: str
    user_id: str = Field(sa_type=SealedCode("user", same=True))
    at: datetime = Field(sa_type=Utc)
    text: str = Field(sa_type=Sealed("note"))


class LookRow(SQLModel, table=True):
    """Somebody looked at the account of a member."""

    __tablename__ = "look"
    __table_args__ = (Index("ix_look_at", "at"), {"sqlite_autoincrement": True})

    id: int = Field(primary_key=True)
    of_platform: str
    of_id: str = Field(sa_type=SealedCode("user", same=True))
    platform: str
    user_id: str = Field(sa_type=SealedCode("user", same=True))
    at: datetime = Field(sa_type=Utc)
    reason: str = Field(sa_type=Sealed("reason"))


class AuditRow(SQLModel, table=True):
    """Somebody looked at who reported a ticket."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_ticket", "ticket"), {"sqlite_autoincrement": True})

    id: int = Field(primary_key=True)
    ticket: int = Field(foreign_key="ticket.number")
    platform: str
    user_id: str = Field(sa_type=SealedCode("user", same=True))
    at: datetime = Field(sa_type=Utc)
    reason: str = Field(sa_type=Sealed("reason"))
