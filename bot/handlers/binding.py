"""Binding roles by one-time codes. A code works once, for a day; five wrong tries lock a sender out for an hour."""

import hashlib
import secrets
from datetime import timedelta

from bot import wording
from bot.domain.commands import BindRole
from bot.domain.members import Grant, Role
from bot.domain.records import Invitation
from bot.handlers.context import Context
from bot.handlers.posting import answer

_DIGITS = 6


def code_hash(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(f"loushi-invitation:{code}".encode()).hexdigest()


async def invite(role: Role, estate: str, building: str, context: Context, *, lasts: timedelta | None = None) -> str:
    """Keep a new invitation that *lasts* as long (by default as the policy says); its code is shown this once."""
    code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
    while await context.work.members.invitation(code_hash(code)) is not None:
        code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
    expires = context.now + (lasts or context.policy.invitation_for)
    invitation = Invitation(code_hash=code_hash(code), role=role, estate=estate, building=building, expires_at=expires)
    await context.work.members.add_invitation(invitation)
    return code


async def bind_role(command: BindRole, context: Context) -> None:
    """Give the role of an invitation to whoever knows its code."""
    await answer(command.by, await _bind(command, context), context)


async def _bind(command: BindRole, context: Context) -> str:
    members, who, policy = context.work.members, command.by.member, context.policy
    wrong = await members.wrong_codes_since(who.identity, context.now - policy.lockout)
    if wrong >= policy.wrong_codes:
        return wording.LOCKED_OUT
    invitation = await members.invitation(code_hash(command.code))
    usable = invitation is not None and invitation.used_at is None and context.now < invitation.expires_at
    if invitation is None or not usable:
        await members.note_wrong_code(who.identity, context.now)
        return wording.WRONG_CODE
    if not await members.use_invitation(invitation.code_hash, who.identity, context.now):
        return wording.WRONG_CODE
    grant = Grant(role=invitation.role, estate=invitation.estate, building=invitation.building)
    await members.grant(who.identity, who.name, grant)
    return wording.bound(grant.role, f"{grant.estate}{grant.building}")
