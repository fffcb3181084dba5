"""Words as the full-text indexes of both databases keep them: pairs of characters, in order.

漏水了 is kept as 漏水 水了 了: two characters that follow each other are one token, and the last one stands alone. So a
part of the text is a phrase of tokens, one character is the beginning of a token, and no phrase reaches across a gap.
"""

from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.searching import stretches, terms
from storage.sealing import Seal, seal_of

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
        tokens = self._tokens(value or "", dialect)
        if dialect.name == "postgresql":
            return " ".join(f"'{token}':{n}" for n, token in enumerate(tokens, 1))
        return " ".join(tokens)

    def _tokens(self, text: str, _dialect: Dialect) -> list[str]:
        return grams(text)


class HiddenGrams(Grams):
    """The same, made unreadable for who has not the key: names and doors are among them."""

    cache_ok = True

    def _tokens(self, text: str, dialect: Dialect) -> list[str]:
        seal = seal_of(dialect)
        return grams(text) if seal is None else [seal.token(token) for token in grams(text)]


def fts5_query(asked: str, *, names: bool, seal: Seal | None) -> str:
    """What SQLite's index is asked for *asked*; without *names* only what anybody may find."""
    parts = []
    for term in terms(asked):
        part = f"said : {_fts5_term(term, None)}"
        parts.append(f"({part} OR apart : {_fts5_term(term, seal)})" if names else part)
    return " AND ".join(parts) or '""'


def _fts5_term(term: str, seal: Seal | None) -> str:
    if len(term) == 1:
        return f'"{_beginning(term, seal)}" *'
    return f'"{" ".join(_tokens(term, seal))}"'


def tsqueries(asked: str, seal: Seal | None) -> list[str]:
    """What PostgreSQL's index is asked for *asked*, term by term, in the column that *seal* hides or none does."""
    return [
        f"'{_beginning(t, seal)}':*" if len(t) == 1 else " <-> ".join(f"'{token}'" for token in _tokens(t, seal))
        for t in terms(asked)
    ]


def _beginning(character: str, seal: Seal | None) -> str:
    return character if seal is None else seal.beginning(character)


def _tokens(term: str, seal: Seal | None) -> list[str]:
    return _pairs(term) if seal is None else [seal.token(pair) for pair in _pairs(term)]


def _pairs(term: str) -> list[str]:
    return [term[n : n + 2] for n in range(len(term) - 1)]
