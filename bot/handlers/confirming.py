"""What leaders and workers decide about a ticket: confirm, reject, reclassify, merge, split."""

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import (
    ConfirmTicket,
    MergeTicket,
    RecategoriseTicket,
    RejectTicket,
    RetierTicket,
    SplitTicket,
)
from bot.domain.members import Action
from bot.domain.taxonomy import Tier
from bot.domain.text import masked
from bot.domain.tickets import Ticket
from bot.handlers.context import Context, doer
from bot.handlers.posting import tell_news


async def confirm_ticket(command: ConfirmTicket, context: Context) -> Ticket:
    """It is so."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.confirmed(ticket, doer(command.by, Action.CONFIRM, ticket), context.policy.objections)
    ticket = await context.work.tickets.save(ticket)
    responsibility = context.policy.responsibility
    private = ticket.tier is Tier.PRIVATE
    text = wording.advised(ticket, responsibility) if private else wording.confirmed(ticket, responsibility)
    await tell_news(ticket, command.by, text, context)
    return ticket


async def reject_ticket(command: RejectTicket, context: Context) -> Ticket:
    """It is no issue."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.REJECT, ticket)
    ticket = lifecycle.rejected(ticket, by, masked(command.reason), context.policy.objections)
    ticket = await context.work.tickets.save(ticket)
    await tell_news(ticket, command.by, wording.rejected(ticket, command.reason), context)
    return ticket


async def retier_ticket(command: RetierTicket, context: Context) -> Ticket:
    """Say whose business it is."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.RECLASSIFY, ticket)
    ticket = lifecycle.retiered(ticket, by, command.tier, context.policy.objections)
    ticket = await context.work.tickets.save(ticket)
    await tell_news(ticket, command.by, wording.retiered(ticket, context.policy.responsibility), context)
    return ticket


async def recategorise_ticket(command: RecategoriseTicket, context: Context) -> Ticket:
    """Say what it is about."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.recategorised(ticket, doer(command.by, Action.RECLASSIFY, ticket), command.category)
    ticket = await context.work.tickets.save(ticket)
    await tell_news(ticket, command.by, wording.recategorised(ticket, context.policy.responsibility), context)
    return ticket


async def merge_ticket(command: MergeTicket, context: Context) -> Ticket:
    """Two tickets are one matter."""
    ticket = await context.work.tickets.get(command.number)
    into = await context.work.tickets.get(command.into)
    ticket = lifecycle.merged(ticket, doer(command.by, Action.MERGE, ticket), into)
    ticket = await context.work.tickets.save(ticket)
    await tell_news(ticket, command.by, wording.merged(ticket, into), context)
    return ticket


async def split_ticket(command: SplitTicket, context: Context) -> Ticket:
    """They were two after all."""
    ticket = await context.work.tickets.get(command.number)
    was_in = ticket.merged_into
    ticket = lifecycle.split(ticket, doer(command.by, Action.SPLIT, ticket))
    ticket = await context.work.tickets.save(ticket)
    await tell_news(ticket, command.by, wording.split(ticket, was_in), context)
    return ticket
