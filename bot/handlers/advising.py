"""Private matters: the way to settle them goes to the reporter's own chat, and so does a request for mediation."""

from datetime import timedelta

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import RequestMediation
from bot.domain.members import Action
from bot.domain.records import Instead
from bot.domain.tickets import Ticket
from bot.handlers.asking import privately
from bot.handlers.context import Context, doer
from bot.handlers.posting import answer, is_discreet, tell


async def advise(ticket: Ticket, context: Context, delay: timedelta = timedelta()) -> None:
    """Tell the reporter of a private *ticket* what to do and whom to ask, in private; else in the group, more shortly.

    A dangerous one was announced in the group, so it is advised there.
    """
    line, entries = context.policy.line(ticket), context.policy.entries(ticket.category)
    text, short = wording.advised(ticket, line, entries), wording.advised(ticket, line)
    instead = Instead(conversation=ticket.home, text=short) if is_discreet(ticket) else None
    await tell(ticket, text if instead else short, context, delay=delay, instead=instead)


async def request_mediation(command: RequestMediation, context: Context) -> Ticket:
    """Put it on the worker's desk, once, and say so to whoever asked, in private. No group hears of it."""
    ticket = await context.work.tickets.get(command.number)
    if ticket.merged_into:
        ticket = await context.work.tickets.get(ticket.merged_into)
    if not lifecycle.awaits_mediation(ticket):
        ticket = await context.keep(lifecycle.mediation_asked(ticket, doer(command.by, Action.MEDIATE, ticket)))
    there = privately(command.by)
    await answer(there, wording.mediation_asked(ticket), context, quoting=there is command.by)
    return ticket
