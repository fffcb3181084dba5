"""One-time links into the console, for members who have no password: a leader asks in private and gets one."""

import hashlib
import secrets
from datetime import timedelta

from bot.domain.logins import LoginLink
from bot.domain.members import Member, Role
from bot.handlers.context import Context

#: A link works this long, once.
LINK_FOR = timedelta(minutes=10)
_IN = (Role.LEADER, Role.WORKER, Role.ADMIN)


def link_hash(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(f"loushi-link:{token}".encode()).hexdigest()


async def login_link(member: Member, base_url: str, context: Context) -> str:
    """A one-time address below *base_url* that lets *member* in; empty if they have no role that may."""
    if not base_url or not member.has_role(*_IN):
        return ""
    token = secrets.token_urlsafe(24)
    expires = context.now + LINK_FOR
    link = LoginLink(token_hash=link_hash(token), who=member.identity, expires_at=expires)
    await context.work.logins.add_link(link)
    return f"{base_url.rstrip('/')}/console/enter/{token}"
