"""Binding codes that were just made: shown to who made them for a few minutes, in memory only."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.members import Grant

#: A code is shown this long; then only its hash is left.
SHOWN_FOR = timedelta(minutes=10)
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshCode:
    """A code, and what it is good for."""

    code: str
    grant: Grant
    expires_at: datetime
    #: Hash of the session that made it.
    session: str
    made_at: datetime


@dataclass(slots=True)
class FreshCodes:
    """The codes of the last minutes."""

    _kept: dict[str, FreshCode] = field(default_factory=dict)

    def keep(self, fresh: FreshCode) -> str:
        """Keep *fresh*; what its page is called."""
        name = secrets.token_urlsafe(9)
        self._kept = {n: f for n, f in list(self._kept.items())[-_MOST:] if fresh.made_at - f.made_at < SHOWN_FOR}
        self._kept[name] = fresh
        return name

    def find(self, name: str, session: str, now: datetime) -> FreshCode | None:
        """The code of that page, if *session* made it, and only just."""
        fresh = self._kept.get(name)
        mine = fresh is not None and fresh.session == session and now - fresh.made_at < SHOWN_FOR
        return fresh if mine else None
