"""Logins, sessions, notes and reveals, in memory."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.logins import Login, LoginLink, Note, Reveal, Session
from bot.domain.messages import Identity
from storage.memory.people import Tries
from storage.memory.shelf import Shelf


def note_marks(note: Note | Reveal) -> Iterable[Hashable]:
    """Notes and reveals are looked up by ticket."""
    return (note.ticket,)


class MemoryLogins:
    """`ports.Logins` on shelves."""

    def __init__(
        self,
        logins: Shelf[str, Login],
        sessions: Shelf[str, Session],
        links: Shelf[str, LoginLink],
        failures: Shelf[str, Tries],
    ) -> None:
        """Keep logins, sessions, links and failed tries on a shelf each."""
        self._logins = logins
        self._sessions = sessions
        self._links = links
        self._failures = failures

    async def get(self, name: str) -> Login | None:
        """The login of that name."""
        return self._logins.get(name)

    async def save(self, login: Login) -> None:
        """Store a new login, or a new password of one."""
        self._logins.put(login.name, login)

    async def listed(self) -> list[Login]:
        """All of them, by name."""
        return self._logins.all()

    async def remove(self, name: str) -> None:
        """Take a login away; none there is fine."""
        self._logins.drop(name)

    async def begin(self, session: Session) -> None:
        """Keep a new session, or the new state of one."""
        self._sessions.put(session.token_hash, session)

    async def session(self, token_hash: str) -> Session | None:
        """The session with that hash, over or not."""
        return self._sessions.get(token_hash)

    async def sessions(self, who: Identity | None = None) -> list[Session]:
        """The sessions of *who*, or everybody's, the one last seen first."""
        mine = [s for s in self._sessions.all() if who in (None, s.who)]
        return sorted(mine, key=lambda s: (-s.seen_at.timestamp(), s.token_hash))

    async def end(self, token_hash: str) -> None:
        """End a session; none there is fine."""
        self._sessions.drop(token_hash)

    async def add_link(self, link: LoginLink) -> None:
        """Keep a link."""
        self._links.put(link.token_hash, link)

    async def link(self, token_hash: str) -> LoginLink | None:
        """The link with that hash, if it was not used."""
        return self._links.get(token_hash)

    async def use_link(self, token_hash: str) -> bool:
        """Use a link up; False if somebody was faster."""
        known = self._links.get(token_hash) is not None
        self._links.drop(token_hash)
        return known

    async def note_failure(self, key: str, at: datetime) -> None:
        """Count a failed try by *key*: a name or an address."""
        self._failures.put(key, (*(self._failures.get(key) or ()), at))

    async def failures_since(self, key: str, since: datetime) -> int:
        """How many failed since then."""
        return sum(at >= since for at in self._failures.get(key) or ())

    async def forget(self, now: datetime, failures_before: datetime) -> None:
        """Forget sessions and links that are over, and failures from before then."""
        for session in self._sessions.all():
            if session.ends_at <= now:
                self._sessions.drop(session.token_hash)
        for link in self._links.all():
            if link.expires_at <= now:
                self._links.drop(link.token_hash)
        for key, tries in self._failures.items():
            left = tuple(at for at in tries if at >= failures_before)
            if left:
                self._failures.put(key, left)
            else:
                self._failures.drop(key)


class MemoryNotes:
    """`ports.Notes` on shelves."""

    def __init__(self, notes: Shelf[int, Note], reveals: Shelf[int, Reveal]) -> None:
        """Keep notes and reveals on a shelf each."""
        self._notes = notes
        self._reveals = reveals

    async def add(self, note: Note) -> None:
        """Keep a note."""
        kept = replace(note, id=self._notes.new_id())
        self._notes.put(kept.id, kept)

    async def of_ticket(self, number: int) -> list[Note]:
        """The notes of one ticket, oldest first."""
        return self._notes.find(number)

    async def reveal(self, reveal: Reveal) -> None:
        """Keep that somebody looked."""
        kept = replace(reveal, id=self._reveals.new_id())
        self._reveals.put(kept.id, kept)

    async def reveals(self, number: int) -> list[Reveal]:
        """Who looked at the names of one ticket, oldest first."""
        return self._reveals.find(number)
