"""The end of a ticket, or not yet: rate, reopen, withdraw, urge, close."""

from dataclasses import replace
from datetime import timedelta

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import CloseDueTicket, RateTicket, ReopenTicket, UrgeTicket, WithdrawTicket
from bot.domain.members import Action
from bot.domain.text import masked
from bot.domain.tickets import Ticket
from bot.handlers.context import Context, doer
from bot.handlers.posting import answer, tell_news

#: An ending that nobody could be told yet is looked at again after this long.
AGAIN = timedelta(hours=1)


async def rate_ticket(command: RateTicket, context: Context) -> Ticket:
    """Stars for the work, by somebody it concerns."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.rated(ticket, doer(command.by, Action.RATE, ticket), command.stars)
    ticket = await context.work.tickets.save(ticket)
    await answer(command.by, wording.rated(ticket, command.stars), context, about=ticket)
    return ticket


async def reopen_ticket(command: ReopenTicket, context: Context) -> Ticket:
    """It was not solved."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.REOPEN, ticket)
    ticket = await context.work.tickets.save(lifecycle.reopened(ticket, by, masked(command.reason)))
    await tell_news(ticket, command.by, wording.reopened(ticket), context)
    return ticket


async def urge_ticket(command: UrgeTicket, context: Context) -> Ticket:
    """Somebody asks again."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.urged(ticket, doer(command.by, Action.URGE, ticket))
    ticket = await context.work.tickets.save(ticket)
    await answer(command.by, wording.urged(ticket, context.policy.responsibility), context, about=ticket)
    return ticket


async def withdraw_ticket(command: WithdrawTicket, context: Context) -> Ticket:
    """Its reporter takes it back."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.withdrawn(ticket, doer(command.by, Action.WITHDRAW, ticket))
    ticket = await context.work.tickets.save(ticket)
    await tell_news(ticket, command.by, wording.withdrawn(ticket), context)
    return ticket


async def close_due_ticket(command: CloseDueTicket, context: Context) -> Ticket | None:
    """Close a ticket whose ending was told and whose time for objections is over; else look again later."""
    ticket = await context.work.tickets.get(command.number)
    if not lifecycle.may_close(ticket, command.at):
        if ticket.close_after is not None and ticket.close_after <= command.at:
            await context.work.tickets.save(replace(ticket, close_after=command.at + AGAIN))
        return None
    return await context.work.tickets.save(lifecycle.closed(ticket, command.at))
