"""One-time links into the console, for members who have no password: a leader asks in private and gets one."""

import hashlib
import secrets
from datetime import timedelta

from bot import wording
from bot.domain.commands import AskToEnter
from bot.domain.logins import LoginLink
from bot.domain.members import Member, Role
from bot.handlers.asking import privately
from bot.handlers.context import Context
from bot.handlers.posting import answer

#: A link works this long, once.
LINK_FOR = timedelta(minutes=10)
_IN = (Role.LEADER, Role.WORKER, Role.ADMIN)


def link_hash(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(f"loushi-link:{token}".encode()).hexdigest()


async def ask_to_enter(command: AskToEnter, context: Context) -> None:
    """Send a link to the private chat of whoever may have one. In a group nobody else gets an answer."""
    by, url = command.by, context.policy.console_url
    link = await login_link(by.member, url, context)
    if link:
        there = privately(by)
        await answer(there, wording.way_in(link), context, quoting=there is by)
    elif by.conversation is not None and not by.conversation.is_group:
        may = by.member.has_role(*_IN)
        await answer(by, wording.NO_ADDRESS if may else wording.NO_ENTRY, context)


async def login_link(member: Member, base_url: str, context: Context) -> str:
    """A one-time address below *base_url* that lets *member* in; empty if they have no role that may."""
    if not base_url or not member.has_role(*_IN):
        return ""
    token = secrets.token_urlsafe(24)
    expires = context.now + LINK_FOR
    link = LoginLink(token_hash=link_hash(token), who=member.identity, expires_at=expires)
    await context.work.logins.add_link(link)
    return f"{base_url.rstrip('/')}/console/enter/{token}"
