"""Who acts, and what they report: assign, accept, progress, resolve."""

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import AcceptTicket, AssignTicket, ReportProgress, ResolveTicket
from bot.domain.members import Action
from bot.domain.text import masked
from bot.domain.tickets import Ticket
from bot.handlers.context import Context, doer
from bot.handlers.intake import keep_pictures
from bot.handlers.posting import tell_news


def _body(ticket: Ticket, context: Context) -> str:
    """The body that the responsibility list names for *ticket*."""
    return ticket.body or context.policy.responsibility.line(ticket.category, ticket.tier).body


async def assign_ticket(command: AssignTicket, context: Context) -> Ticket:
    """Hand it to a responsible body."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.assigned(ticket, doer(command.by, Action.ASSIGN, ticket), command.body)
    ticket = await context.work.tickets.save(ticket)
    await tell_news(ticket, command.by, wording.assigned(ticket, context.policy.responsibility), context)
    return ticket


async def accept_ticket(command: AcceptTicket, context: Context) -> Ticket:
    """Take it on."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.accepted(ticket, doer(command.by, Action.ACCEPT, ticket), _body(ticket, context))
    ticket = await context.work.tickets.save(ticket)
    await tell_news(ticket, command.by, wording.accepted(ticket, context.policy.responsibility), context)
    return ticket


async def report_progress(command: ReportProgress, context: Context) -> Ticket:
    """Note what was done, and tell the group."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.PROGRESS, ticket)
    ticket = lifecycle.progressed(ticket, by, masked(command.note), _body(ticket, context))
    ticket = await context.work.tickets.save(await keep_pictures(ticket, command.message, context))
    await tell_news(ticket, command.by, wording.progressed(ticket, command.note), context)
    return ticket


async def resolve_ticket(command: ResolveTicket, context: Context) -> Ticket:
    """It is done; the group may object."""
    ticket = await context.work.tickets.get(command.number)
    by, objections = doer(command.by, Action.RESOLVE, ticket), context.policy.objections
    ticket = lifecycle.resolved(ticket, by, masked(command.note), objections)
    ticket = await context.work.tickets.save(await keep_pictures(ticket, command.message, context))
    await tell_news(ticket, command.by, wording.resolved(ticket, command.note, objections), context)
    return ticket
