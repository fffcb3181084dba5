"""Sessions: begun at login under a new secret, found by its hash, ended by time, by hand or with the last role."""

import hashlib
import ipaddress
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web

from bot.console.parts import ROOT, Console, Visitor, console_of
from bot.console.passwords import LOCKOUT
from bot.domain.logins import CONSOLE, Session
from bot.domain.messages import Identity

COOKIE = "loushi_session"
#: Before anybody is known: what a login form belongs to.
DOOR_COOKIE = "loushi_door"
#: A session ends after so long, and when it was not used for so long.
LIFE = timedelta(days=7)
IDLE = timedelta(hours=12)
#: Being seen is written down at most this often.
_SEEN_EVERY = timedelta(minutes=5)


def hashed(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(f"loushi-session:{token}".encode()).hexdigest()


def is_loopback(host: str) -> bool:
    """Does *host* (as in a Host header) name this machine to itself?"""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def address_of(request: web.Request, console: Console) -> str:
    """Where *request* comes from."""
    forwarded = request.headers.get("X-Forwarded-For", "") if console.behind_proxy else ""
    return (forwarded.rsplit(",", 1)[-1].strip() or request.remote or "")[:64]


async def begin(request: web.Request, console: Console, who: Identity) -> str:
    """Begin a session of *who*, in place of the one that the browser had; its secret."""
    token, now = secrets.token_urlsafe(32), console.now()
    session = Session(
        token_hash=hashed(token),
        who=who,
        began_at=now,
        seen_at=now,
        ends_at=now + LIFE,
        address=address_of(request, console),
        browser=request.headers.get("User-Agent", "")[:200],
    )
    async with console.work() as work:
        await work.logins.forget(now, now - LOCKOUT)
        if old := request.cookies.get(COOKIE):
            await work.logins.end(hashed(old))
        await work.logins.begin(session)
        await work.commit()
    return token


async def find(request: web.Request, console: Console) -> Visitor | None:
    """Who sends *request*: their session lasts, they still have a login (or came by a link), and still a role."""
    token, now = request.cookies.get(COOKIE, ""), console.now()
    if not token:
        return None
    async with console.reading() as work:
        session = await work.logins.session(hashed(token))
        if session is None or now >= min(session.ends_at, session.seen_at + IDLE):
            return None
        if session.who.platform == CONSOLE and await work.logins.get(session.who.user_id) is None:
            return None
        visitor = Visitor(member=await work.members.get(session.who), session=session, token=token)
    if now - session.seen_at >= _SEEN_EVERY:
        await _seen(session, now, console)
    return visitor if visitor.scope else None


async def _seen(session: Session, now: datetime, console: Console) -> None:
    """Note that the session is in use, unless it was ended meanwhile."""
    async with console.work() as work:
        if await work.logins.session(session.token_hash) is not None:
            await work.logins.begin(replace(session, seen_at=now))
            await work.commit()


def set_cookie(response: web.StreamResponse, request: web.Request, name: str, value: str) -> None:
    """Give the browser the cookie *name*, for the console alone; an empty *value* takes it away."""
    secure = console_secure(request)
    age = None if value else 0
    response.set_cookie(name, value, path=ROOT, httponly=True, samesite="Lax", secure=secure, max_age=age)


def console_secure(request: web.Request) -> bool:
    """Must cookies go over TLS only?"""
    return console_of(request).cookie_secure and not is_loopback(request.host)
