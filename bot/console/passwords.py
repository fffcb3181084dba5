"""Passwords: hashed with argon2id, checked off the event loop, and not at all after too many wrong ones."""

import asyncio
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.domain.logins import Login
from bot.ports import UnitOfWorkFactory

#: Wrong tries within `LOCKOUT`, by one name and from one address, before nothing is tried any more.
TRIES_BY_NAME = 5
TRIES_BY_ADDRESS = 20
LOCKOUT = timedelta(minutes=15)
SHORTEST = 10

_HASHER = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)


@cache
def _nobodys() -> str:
    """Checked when nobody has the name, so that a wrong name takes as long as a wrong password."""
    return _HASHER.hash(secrets.token_urlsafe())


def hashed(password: str) -> str:
    """What is kept of *password*."""
    return _HASHER.hash(password)


def new_password() -> str:
    """A random one that can be read out: four groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


async def check(name: str, password: str, address: str, now: datetime, begin: UnitOfWorkFactory) -> Login | str:
    """The login of *name* if *password* is theirs, else why not, in a sentence. Failures are counted."""
    keys = (f"name:{name[:100]}", f"address:{address}")
    async with begin() as work:
        tries = [await work.logins.failures_since(key, now - LOCKOUT) for key in keys]
        login = await work.logins.get(name)
    if tries[0] >= TRIES_BY_NAME or tries[1] >= TRIES_BY_ADDRESS:
        return f"错的次数太多了，请{LOCKOUT.seconds // 60}分钟后再试"
    if await asyncio.to_thread(_matches, login.password_hash if login else _nobodys(), password) and login:
        return login
    async with begin() as work:
        for key in keys:
            await work.logins.note_failure(key, now)
        await work.commit()
    return "用户名或密码不对"


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password[:1000])
    except (Argon2Error, InvalidHashError):
        return False
