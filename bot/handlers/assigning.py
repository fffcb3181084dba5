"""Who acts, and what they report: assign, decline, accept, progress, resolve.

The first to accept stays responsible, and the time limits run from the first assignment, however often it is handed on.
"""

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import AcceptTicket, AssignTicket, DeclineTicket, ReportProgress, ResolveTicket
from bot.domain.lifecycle import Doer
from bot.domain.members import Action, Role
from bot.domain.taxonomy import Tier
from bot.domain.text import masked
from bot.domain.tickets import ENDING, Status, Ticket
from bot.domain.waiting import BOUNCES, bounces
from bot.handlers.context import Context, doer
from bot.handlers.intake import keep_photos
from bot.handlers.posting import tell_news


def routed(ticket: Ticket, context: Context, body: str = "") -> Ticket:
    """*ticket*, handed by the bot to *body* (by default the one that the responsibility list names)."""
    line = context.policy.line(ticket)
    version = context.policy.responsibility.version
    return lifecycle.assigned(ticket, Doer(at=context.now), body or line.body, line, version)


async def assign_ticket(command: AssignTicket, context: Context) -> Ticket:
    """Hand it to a responsible body."""
    ticket = await context.work.tickets.get(command.number)
    line, version = context.policy.line(ticket), context.policy.responsibility.version
    by, reason = doer(command.by, Action.ASSIGN, ticket), masked(command.reason)
    ticket = lifecycle.assigned(ticket, by, command.body, line, version, reason)
    ticket = await context.keep(ticket)
    await tell_news(ticket, command.by, wording.assigned(ticket, context.policy.responsibility), context)
    return ticket


async def decline_ticket(command: DeclineTicket, context: Context) -> Ticket:
    """Not theirs: the first time it goes to the body they propose; else, and the second time, a worker decides."""
    ticket = await context.work.tickets.get(command.number)
    was, reason, responsibility = ticket.body, masked(command.reason), context.policy.responsibility
    proposal = command.proposal if command.proposal in responsibility.bodies and command.proposal != was else ""
    ticket = lifecycle.declined(ticket, doer(command.by, Action.DECLINE, ticket), reason, proposal)
    if proposal and bounces(ticket) < BOUNCES:
        ticket = routed(ticket, context, proposal)
    ticket = await context.keep(ticket)
    await tell_news(ticket, command.by, wording.declined(ticket, was, reason, responsibility), context)
    return ticket


def _own_body(ticket: Ticket, by: Doer, context: Context) -> str:
    """The body for which *by* acts: a property company for itself, or for what stands in for it there."""
    return context.policy.stands_for("property" if by.role == Role.PROPERTY else "community", ticket.place)


def _taken_on(ticket: Ticket, by: Doer, context: Context) -> Ticket:
    """*ticket*, some body's before *by* works on it: what has ended begins anew, what is nobody's is assigned.

    A worker acts for whichever body the list names; who takes it on for a property company makes it theirs.
    """
    if ticket.tier is Tier.PRIVATE:
        return ticket
    if ticket.status in (*ENDING, Status.CLOSED):
        ticket = lifecycle.reopened(ticket, by, "")
    own, line = _own_body(ticket, by, context), context.policy.line(ticket)
    body = own if by.role == Role.PROPERTY or bounces(ticket) else ticket.body or line.body
    if ticket.body == body or (ticket.body and ticket.status is Status.IN_PROGRESS):
        return ticket
    return lifecycle.assigned(ticket, by, body, line, context.policy.responsibility.version)


async def accept_ticket(command: AcceptTicket, context: Context) -> Ticket:
    """Take it on."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.ACCEPT, ticket)
    taken = _taken_on(ticket, by, context)
    again = taken.status is Status.IN_PROGRESS and ticket.status is not Status.IN_PROGRESS
    ticket = await context.keep(taken if again else lifecycle.accepted(taken, by, _own_body(ticket, by, context)))
    await tell_news(ticket, command.by, wording.accepted(ticket, context.policy.responsibility), context)
    return ticket


async def report_progress(command: ReportProgress, context: Context) -> Ticket:
    """Note what was done, and tell the group."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.PROGRESS, ticket)
    own = _own_body(ticket, by, context)
    ticket = lifecycle.progressed(_taken_on(ticket, by, context), by, masked(command.note), own)
    ticket = await context.keep(await keep_photos(ticket, command.photos, context))
    await tell_news(ticket, command.by, wording.progressed(ticket, command.note), context, shown=command.photos)
    return ticket


async def resolve_ticket(command: ResolveTicket, context: Context) -> Ticket:
    """It is done; the group may object."""
    ticket = await context.work.tickets.get(command.number)
    by, objections = doer(command.by, Action.RESOLVE, ticket), context.policy.objections
    ready = _taken_on(ticket, by, context) if ticket.is_open else ticket
    ticket = lifecycle.resolved(ready, by, masked(command.note), objections)
    ticket = await context.keep(await keep_photos(ticket, command.photos, context))
    text = wording.resolved(ticket, command.note, objections)
    await tell_news(ticket, command.by, text, context, shown=command.photos)
    return ticket
