"""Tables of learning: samples of what was left alone, what was judged of them, and trainings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Utc, Words
from storage.tables.sealed import AtPlace, InConversation, Sealed, SealedCode, SealedJson


class SampleRow(InConversation, AtPlace, table=True):
    """A message that was left alone."""

    __tablename__ = "sample"
    __table_args__ = (
        UniqueConstraint("conversation_key", "message_id", name="uq_sample_message"),
        Index("ix_sample_day", "conversation_key", "day", "lot"),
        Index("ix_sample_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(primary_key=True)
    message_id: str
    sender_platform: str
    sender_id: str = Field(sa_type=SealedCode("user", same=True))
    text: str = Field(sa_type=Sealed("message"))
    at: datetime = Field(sa_type=Utc)
    day: date
    classification: dict[str, Any] = Field(sa_type=JSON)
    lot: int = Field(sa_type=BigInteger)
    answer: dict[str, Any] | None = Field(sa_type=SealedJson("answer"))


class JudgedRow(SQLModel, table=True):
    """That a sample was judged; without its words."""

    __tablename__ = "judged"
    __table_args__ = (Index("ix_judged_at", "at"),)

    sample: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    estate: str = Field(sa_type=Words)
    building: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=Utc)
    issue: bool


class TrainingRow(SQLModel, table=True):
    """A training."""

    __tablename__ = "training"
    __table_args__ = (
        Index(
            "uq_training_running",
            "status",
            unique=True,
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(primary_key=True)
    status: str
    platform: str
    user_id: str = Field(sa_type=SealedCode("user", same=True))
    at: datetime = Field(sa_type=Utc)
    beat_at: datetime = Field(sa_type=Utc)
    done: float
    lines: int
    held_out: int
    figures: dict[str, Any] = Field(sa_type=JSON)
    objections: list[str] = Field(sa_type=JSON)
    history: list[dict[str, Any]] = Field(sa_type=JSON)
    error: str = Field(sa_type=Words)
