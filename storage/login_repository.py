"""Logins, sessions, links and failed tries in an SQL database. Of secrets only hashes come here."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.domain.logins import Login, LoginLink, Session
from bot.domain.messages import Identity
from storage.rows import Stored
from storage.tables import ATTEMPT, LOGIN, LOGIN_LINK, SESSION
from storage.transaction import Transaction


class LoginRepository:
    """`ports.Logins` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def get(self, name: str) -> Login | None:
        """The login of that name."""
        row = (await self._run(select(LOGIN).where(LOGIN.c.name == name))).first()
        return _login(row) if row else None

    async def save(self, login: Login) -> None:
        """Store a new login, or a new password of one."""
        row = {"name": login.name, "password_hash": login.password_hash, "changed_at": login.changed_at}
        if not await self._transaction.insert_new(LOGIN, row):
            await self._run(update(LOGIN).where(LOGIN.c.name == login.name).values(row))

    async def listed(self) -> list[Login]:
        """All of them, by name."""
        return sorted((_login(row) for row in await self._run(select(LOGIN))), key=lambda login: login.name)

    async def remove(self, name: str) -> None:
        """Take a login away; none there is fine."""
        await self._run(delete(LOGIN).where(LOGIN.c.name == name))

    async def begin(self, session: Session) -> None:
        """Keep a new session, or the new state of one."""
        row = _session_columns(session)
        if not await self._transaction.insert_new(SESSION, row):
            await self._run(update(SESSION).where(SESSION.c.token_hash == session.token_hash).values(row))

    async def session(self, token_hash: str) -> Session | None:
        """The session with that hash, over or not."""
        row = (await self._run(select(SESSION).where(SESSION.c.token_hash == token_hash))).first()
        return _session(row) if row else None

    async def sessions(self, who: Identity | None = None) -> list[Session]:
        """The sessions of *who*, or everybody's, the one last seen first."""
        query = select(SESSION).order_by(SESSION.c.seen_at.desc(), SESSION.c.token_hash)
        if who is not None:
            query = query.where(SESSION.c.platform == who.platform, SESSION.c.user_id == who.user_id)
        return [_session(row) for row in await self._run(query)]

    async def end(self, token_hash: str) -> None:
        """End a session; none there is fine."""
        await self._run(delete(SESSION).where(SESSION.c.token_hash == token_hash))

    async def add_link(self, link: LoginLink) -> None:
        """Keep a link."""
        who = {"platform": link.who.platform, "user_id": link.who.user_id}
        await self._run(LOGIN_LINK.insert().values(token_hash=link.token_hash, expires_at=link.expires_at, **who))

    async def link(self, token_hash: str) -> LoginLink | None:
        """The link with that hash, if it was not used."""
        row = (await self._run(select(LOGIN_LINK).where(LOGIN_LINK.c.token_hash == token_hash))).first()
        return LoginLink(token_hash=row.token_hash, who=_who(row), expires_at=row.expires_at) if row else None

    async def use_link(self, token_hash: str) -> bool:
        """Use a link up; False if somebody was faster."""
        used = await self._run(delete(LOGIN_LINK).where(LOGIN_LINK.c.token_hash == token_hash))
        return bool(used.rowcount == 1)

    async def note_failure(self, key: str, at: datetime) -> None:
        """Count a failed try by *key*: a name or an address."""
        await self._run(ATTEMPT.insert().values(key=key, at=at))

    async def failures_since(self, key: str, since: datetime) -> int:
        """How many failed since then."""
        tries = (ATTEMPT.c.key == key, ATTEMPT.c.at >= since)
        return int((await self._run(select(func.count()).select_from(ATTEMPT).where(*tries))).scalar_one())

    async def forget(self, now: datetime, failures_before: datetime) -> None:
        """Forget sessions and links that are over, and failures from before then."""
        await self._run(delete(SESSION).where(SESSION.c.ends_at <= now))
        await self._run(delete(LOGIN_LINK).where(LOGIN_LINK.c.expires_at <= now))
        await self._run(delete(ATTEMPT).where(ATTEMPT.c.at < failures_before))

    async def _run(self, statement: Any) -> Any:
        return await self._transaction.run(statement, flush=False)


def _login(row: Stored) -> Login:
    return Login(name=row.name, password_hash=row.password_hash, changed_at=row.changed_at)


def _who(row: Stored) -> Identity:
    return Identity(platform=row.platform, user_id=row.user_id)


def _session(row: Stored) -> Session:
    """The session of *row*."""
    return Session(
        token_hash=row.token_hash,
        who=_who(row),
        began_at=row.began_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        address=row.address,
        browser=row.browser,
    )


def _session_columns(session: Session) -> dict[str, Any]:
    """The row of *session*."""
    return {
        "token_hash": session.token_hash,
        "platform": session.who.platform,
        "user_id": session.who.user_id,
        "began_at": session.began_at,
        "seen_at": session.seen_at,
        "ends_at": session.ends_at,
        "address": session.address,
        "browser": session.browser,
    }
