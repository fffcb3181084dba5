"""Who gets into the console: logins, sessions, links; and what is written down there: notes and reveals.

Of passwords, tokens and links only a hash is ever kept.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import Identity

#: The platform of people who have a password for the console.
CONSOLE = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A password for the console. What its owner may do is what the member `console/name` may."""

    #: What they type; also their user id.
    name: str
    password_hash: str
    changed_at: datetime

    @property
    def identity(self) -> Identity:
        """The member whose roles count."""
        return Identity(platform=CONSOLE, user_id=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that somebody is logged in with."""

    token_hash: str
    who: Identity
    began_at: datetime
    seen_at: datetime
    #: Over then, used or not.
    ends_at: datetime
    address: str = ""
    browser: str = ""

    @property
    def id(self) -> str:
        """What a list may call it; it opens nothing."""
        return self.token_hash[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLink:
    """A one-time way in for a member, sent to them in private."""

    token_hash: str
    who: Identity
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a worker wrote beside a ticket, for workers."""

    id: int = 0
    ticket: int
    who: Identity
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody looked at the account of a member."""

    id: int = 0
    of: Identity
    who: Identity
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Somebody looked at who reported a ticket."""

    id: int = 0
    ticket: int
    who: Identity
    at: datetime
    reason: str = ""
