"""Column types of what gives a person away. Sealed as they go in, opened as they come out.

The seal is that of the database (`use_seal`); one that has none keeps plain text, as the tests' databases do.
"""

import json
from typing import Any

from sqlalchemy import JSON, Dialect, String, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from storage.sealing import seal_of
from storage.tables.columns import Words, storable


class Sealed(TypeDecorator[str]):
    """A text of a person. With *same*, the same text is kept the same way, so that it can be looked up.

    An empty one stays empty: that nothing is there is no secret.
    """

    impl: Any = Text
    cache_ok = True

    def __init__(self, label: str, *, same: bool = False) -> None:
        """Columns that are compared with each other share a *label*."""
        super().__init__()
        self.label = label
        self.same = same

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal *value*."""
        if not value:
            return value
        value, seal = self._clean(value), seal_of(dialect)
        if seal is None or not self._is_secret(value):
            return value
        return seal.same(self.label, value) if self.same else seal.once(self.label, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open *value*."""
        seal = seal_of(dialect)
        return value if not value or seal is None else seal.open(self.label, value)

    def _clean(self, value: str) -> str:
        return storable(value)

    def _is_secret(self, _value: str) -> bool:
        return True


class SealedCode(Sealed):
    """The same for an id, which is never changed on its way in."""

    impl: Any = String
    cache_ok = True

    def _clean(self, value: str) -> str:
        if "\0" in value:
            raise ValueError("an id with a NUL in it cannot be stored")
        return value


class SealedKey(SealedCode):
    """A key that names a person only where it names a private chat; a group's key is none of anybody's secrets."""

    cache_ok = True

    def __init__(self, label: str) -> None:
        """It is there to be looked up."""
        super().__init__(label, same=True)

    def _is_secret(self, value: str) -> bool:
        return "/private/" in value


class SealedJson(TypeDecorator[Any]):
    """Data with people in it; an empty one stays as it is."""

    impl = JSON
    cache_ok = True

    def __init__(self, label: str) -> None:
        """Seal as *label*."""
        super().__init__()
        self.label = label

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Seal *value*."""
        seal = seal_of(dialect)
        return value if not value or seal is None else seal.once(self.label, json.dumps(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Open *value*."""
        seal = seal_of(dialect)
        if seal is None or not isinstance(value, str):
            return value
        return json.loads(seal.open(self.label, value))


class InConversation(SQLModel):
    """Columns of a `ConversationRef`, and its key for looking up. A private chat is named by who it is with."""

    platform: str
    kind: str
    conversation_id: str = Field(sa_type=SealedCode("conversation", same=True))
    account: str
    conversation_key: str = Field(sa_type=SealedKey("conversation_key"))


class AtPlace(SQLModel):
    """Columns of a `Place`. A door tells who lives behind it."""

    estate: str = Field(sa_type=Words)
    building: str = Field(sa_type=Words)
    unit: str = Field(sa_type=Words)
    room: str = Field(sa_type=Sealed("room"))
    spot: str = Field(sa_type=Words)


class SealRow(SQLModel, table=True):
    """The key that this database is sealed with; no row: it is not."""

    __tablename__ = "seal"

    key_id: str = Field(primary_key=True)
