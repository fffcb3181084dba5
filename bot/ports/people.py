"""What is stored of people: members, and who gets into the console."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.logins import Login, LoginLink, Look, Session
from bot.domain.members import Grant, Member
from bot.domain.messages import Identity
from bot.domain.places import Place
from bot.domain.records import Invitation


class Members(Protocol):
    """People, their roles, and the codes that bind them."""

    async def look_ahead(self, identities: Collection[Identity]) -> None:
        """Have the members that *identities* are at hand."""
        ...

    async def get(self, identity: Identity) -> Member:
        """The member; somebody unknown is a member without roles."""
        ...

    async def grant(self, identity: Identity, name: str, grant: Grant) -> None:
        """Give a role; twice the same is once."""
        ...

    async def revoke(self, identity: Identity, grant: Grant) -> None:
        """Take a role back."""
        ...

    async def in_role_at(self, platform: str, place: Place) -> list[Member]:
        """Members of *platform* with a role whose scope covers *place*."""
        ...

    async def listed(self) -> list[Member]:
        """Everybody with a role."""
        ...

    async def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        ...

    async def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation with that hash."""
        ...

    async def use_invitation(self, code_hash: str, by: Identity, at: datetime) -> bool:
        """Mark it as used; False if somebody was faster."""
        ...

    async def note_wrong_code(self, identity: Identity, at: datetime) -> None:
        """Count a wrong try."""
        ...

    async def wrong_codes_since(self, identity: Identity, since: datetime) -> int:
        """How many wrong tries since then."""
        ...

    async def open_invitations(self, now: datetime) -> list[Invitation]:
        """Those that can still be used, the one that ends first first."""
        ...

    async def withdraw_invitation(self, code_hash: str) -> None:
        """Make one useless; none there is fine."""
        ...

    async def opt(self, identity: Identity, out_at: datetime | None) -> None:
        """Somebody wants nothing taken down from then on, or (None) no longer minds."""
        ...

    async def opted_out(self) -> int:
        """How many people want nothing taken down."""
        ...

    async def note_look(self, look: Look) -> None:
        """Keep that somebody looked at a member's number."""
        ...

    async def looks(self) -> list[Look]:
        """Who looked at whose number, oldest first."""
        ...


class Logins(Protocol):
    """Who gets into the console, and how often somebody failed to."""

    async def get(self, name: str) -> Login | None:
        """The login of that name."""
        ...

    async def save(self, login: Login) -> None:
        """Store a new login, or a new password of one."""
        ...

    async def listed(self) -> list[Login]:
        """All of them, by name."""
        ...

    async def remove(self, name: str) -> None:
        """Take a login away; none there is fine."""
        ...

    async def begin(self, session: Session) -> None:
        """Keep a new session, or the new state of one."""
        ...

    async def session(self, token_hash: str) -> Session | None:
        """The session with that hash, over or not."""
        ...

    async def sessions(self, who: Identity | None = None) -> list[Session]:
        """The sessions of *who*, or everybody's, the one last seen first."""
        ...

    async def end(self, token_hash: str) -> None:
        """End a session; none there is fine."""
        ...

    async def add_link(self, link: LoginLink) -> None:
        """Keep a link."""
        ...

    async def link(self, token_hash: str) -> LoginLink | None:
        """The link with that hash, if it was not used."""
        ...

    async def use_link(self, token_hash: str) -> bool:
        """Use a link up; False if somebody was faster."""
        ...

    async def note_failure(self, key: str, at: datetime) -> None:
        """Count a failed try by *key*: a name or an address."""
        ...

    async def failures_since(self, key: str, since: datetime) -> int:
        """How many failed since then."""
        ...

    async def forget(self, now: datetime, failures_before: datetime) -> None:
        """Forget sessions and links that are over, and failures from before then."""
        ...
