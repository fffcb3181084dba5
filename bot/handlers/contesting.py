"""Whose business it really is: a tier is contested, and a worker decides."""

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import ContestTier, UpholdTier
from bot.domain.errors import InvalidTransition
from bot.domain.lifecycle import Doer
from bot.domain.members import Action, Role
from bot.domain.text import masked
from bot.domain.tickets import Ticket
from bot.handlers.context import Context, doer
from bot.handlers.posting import answer, tell_news


async def contest_tier(command: ContestTier, context: Context) -> Ticket:
    """Put the objection on the worker's desk; only who objects is answered."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.CONTEST, ticket)
    ticket = await context.keep(lifecycle.contested(ticket, by, command.tier))
    await answer(command.by, wording.contested(ticket, command.tier), context, about=ticket)
    return ticket


async def uphold_tier(command: UpholdTier, context: Context) -> Ticket:
    """The tier stays as it is."""
    ticket = await context.work.tickets.get(command.number)
    by, reason = doer(command.by, Action.UPHOLD, ticket), masked(command.reason)
    ticket = await context.keep(lifecycle.upheld(ticket, by, reason, context.policy.objections))
    await tell_news(ticket, command.by, wording.upheld(ticket, reason), context)
    return ticket


def decided(before: Ticket, ticket: Ticket, by: Doer) -> Ticket:
    """*ticket*, whose tier *by* has just changed from that of *before*; a rightly contested one proposes a new line.

    Raises `InvalidTransition`: what neighbours contest, the community decides and not the leader.
    """
    contested = lifecycle.contested_as(before)
    if contested is None:
        return ticket
    if by.role == Role.LEADER:
        raise InvalidTransition(f"{ticket.code}有人对层级提出了异议，由社区来定")
    return lifecycle.list_proposed(ticket, by, before) if ticket.tier is contested else ticket
