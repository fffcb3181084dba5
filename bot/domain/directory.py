"""The vetted directory: whom residents can ask with a private matter. Public numbers only, checked by the community."""

from dataclasses import dataclass

from bot.domain.taxonomy import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A service, and what to know before calling it."""

    name: str
    phone: str = ""
    #: When, what it costs, what to ask first.
    note: str = ""
    categories: frozenset[Category]
