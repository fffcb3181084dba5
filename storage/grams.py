"""Words as the full-text indexes of both databases keep them: pairs of characters, in order.

漏水了 is kept as 漏水 水了 了: two characters that follow each other are one token, and the last one stands alone. So a
part of the text is a phrase of tokens, one character is the beginning of a token, and no phrase reaches across a gap.
"""

from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.searching import stretches, terms

#: PostgreSQL counts no further; of a ticket with more words the last ones are not found.
_MOST = 16_000


def grams(text: str) -> list[str]:
    """The tokens of *text*."""
    return [part[n : n + 2] for part in stretches(text) for n in range(len(part))][:_MOST]


class Grams(TypeDecorator[str]):
    """The tokens of a text, for looking up; never read back."""

    impl = Text()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has a type of its own for this."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str:
        """The tokens of *value*, as the database takes them. They hold letters and digits only: nothing to escape."""
        tokens = grams(value or "")
        if dialect.name == "postgresql":
            return " ".join(f"'{token}':{n}" for n, token in enumerate(tokens, 1))
        return " ".join(tokens)


def fts5_query(asked: str, *, names: bool) -> str:
    """What SQLite's index is asked for *asked*; without *names* only what anybody may find."""
    parts = [f'"{t}" *' if len(t) == 1 else f'"{" ".join(_pairs(t))}"' for t in terms(asked)]
    wanted = " AND ".join(parts) or '""'
    return wanted if names else f"said : ({wanted})"


def tsqueries(asked: str) -> list[str]:
    """What PostgreSQL's index is asked for *asked*, term by term."""
    return [f"'{t}':*" if len(t) == 1 else " <-> ".join(f"'{pair}'" for pair in _pairs(t)) for t in terms(asked)]


def _pairs(term: str) -> list[str]:
    return [term[n : n + 2] for n in range(len(term) - 1)]
