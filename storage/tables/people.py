"""Tables of the people, their roles and codes, and the conversations they meet in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from storage.tables.columns import Utc, Words
from storage.tables.sealed import InConversation, Sealed, SealedCode, SealedKey


class ConversationRow(InConversation, table=True):
    """A conversation that the bot has met."""

    __tablename__ = "conversation"

    conversation_key: str = Field(primary_key=True, sa_type=SealedKey("conversation_key"))
    name: str = Field(sa_type=Sealed("group_name"))
    estate: str = Field(sa_type=Words)
    building: str = Field(sa_type=Words)
    enabled: bool
    sampled: bool = Field(sa_column_kwargs={"server_default": false()})
    silent_until: datetime | None = Field(sa_type=Utc)
    first_seen: datetime = Field(sa_type=Utc)
    watermark_at: datetime | None = Field(sa_type=Utc)
    watermark_id: str
    #: Empty: as the program's settings say.
    rules: dict[str, Any] | None = Field(sa_type=JSON)


class NoticeRow(SQLModel, table=True):
    """A group was told what the bot reads and keeps."""

    __tablename__ = "notice"

    conversation_key: str = Field(primary_key=True, sa_type=SealedKey("conversation_key"))
    version: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)
    text: str = Field(sa_type=Words)


class MemberRow(SQLModel, table=True):
    """A person as one platform knows them."""

    __tablename__ = "member"
    __table_args__ = (Index("ix_member_platform", "platform"),)

    key: str = Field(primary_key=True, sa_type=SealedCode("person", same=True))
    platform: str
    user_id: str = Field(sa_type=SealedCode("user", same=True))
    name: str = Field(sa_type=Sealed("name"))
    #: Wants nothing taken down since then.
    opted_out_at: datetime | None = Field(sa_type=Utc)


class MemberGrantRow(SQLModel, table=True):
    """A role of a member."""

    __tablename__ = "member_grant"
    __table_args__ = (
        UniqueConstraint("member_key", "role", "estate", "building", name="uq_member_grant"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(primary_key=True)
    member_key: str = Field(foreign_key="member.key", sa_type=SealedCode("person", same=True))
    role: str
    estate: str = Field(sa_type=Words)
    building: str = Field(sa_type=Words)


class InvitationRow(SQLModel, table=True):
    """A one-time code, as a hash."""

    __tablename__ = "invitation"

    code_hash: str = Field(primary_key=True)
    role: str
    estate: str = Field(sa_type=Words)
    building: str = Field(sa_type=Words)
    expires_at: datetime = Field(sa_type=Utc)
    used_by_platform: str | None
    used_by_id: str | None = Field(sa_type=SealedCode("user", same=True))
    used_at: datetime | None = Field(sa_type=Utc)


class WrongCodeRow(SQLModel, table=True):
    """A wrong try at a code, by anybody."""

    __tablename__ = "wrong_code"
    __table_args__ = (Index("ix_wrong_code_person", "person_key", "at"), {"sqlite_autoincrement": True})

    id: int = Field(primary_key=True)
    person_key: str = Field(sa_type=SealedCode("person", same=True))
    at: datetime = Field(sa_type=Utc)
