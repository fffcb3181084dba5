"""Whom the bot can reach and where: people with a role at a place, their private chats, who is called in an emergency.

The bot of its own accord writes in private only to people who wrote to it there: platforms punish accounts that write
to strangers. An answer to somebody's own private matter is the exception (`advising`): it is asked for, and once.
"""

from bot.domain.members import Member, Role
from bot.domain.messages import ConversationKind, ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.tickets import Ticket
from bot.handlers.context import Context


async def in_role(ticket: Ticket, context: Context, *roles: Role) -> list[Member]:
    """Those who hold one of *roles* for the place of *ticket*, on the platform of its home."""
    members = await context.work.members.in_role_at(ticket.home.platform, ticket.place)
    return [m for m in members if holds(m, ticket.place, *roles)]


def holds(member: Member, place: Place, *roles: Role) -> bool:
    """Does *member* hold one of *roles* for *place*?"""
    return any(g.role in roles and g.covers(place) for g in member.grants)


async def private_chat(who: Identity, context: Context) -> ConversationRef | None:
    """The private chat of *who* with the bot; None if there is none in which the bot may write."""
    key = ConversationRef(platform=who.platform, kind=ConversationKind.PRIVATE, id=who.user_id).key
    known = await context.work.conversations.get(key)
    if known is None or (known.silent_until is not None and known.silent_until > context.now):
        return None
    return known.ref


async def private_chats(ticket: Ticket, context: Context, *roles: Role) -> list[ConversationRef]:
    """The private chats of those who hold one of *roles* for the place of *ticket*."""
    found = [await private_chat(m.identity, context) for m in await in_role(ticket, context, *roles)]
    return [chat for chat in found if chat is not None]


async def on_call(ticket: Ticket, context: Context) -> tuple[str, ...]:
    """User ids to mention in an emergency: whose turn it is by the roster, else everybody with a role there."""
    return await on_call_at(ticket.home.platform, ticket.place, context)


async def on_call_at(platform: str, place: Place, context: Context) -> tuple[str, ...]:
    """The same, for a *place* of which there is no ticket."""
    local = context.now.astimezone(context.policy.rules.calendar.zone)
    turns = [d.user_id for d in context.policy.duty if d.platform == platform and d.covers(place) and d.is_on(local)]
    members = await context.work.members.in_role_at(platform, place)
    everybody = [m for m in members if holds(m, place, Role.LEADER, Role.PROPERTY, Role.WORKER)]
    return tuple(dict.fromkeys(turns)) or tuple(m.identity.user_id for m in everybody)
