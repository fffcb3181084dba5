"""What leaders and workers decide about a ticket: confirm, reject, reclassify, merge, split."""

from dataclasses import replace

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import (
    Actor,
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
from bot.domain.tickets import Status, Ticket
from bot.handlers.advising import advise
from bot.handlers.assigning import routed
from bot.handlers.contesting import decided
from bot.handlers.context import Context, doer
from bot.handlers.posting import answer, tell_news


async def confirm_ticket(command: ConfirmTicket, context: Context) -> Ticket:
    """It is so; whom the responsibility list names gets it at once. A private matter gets its advice."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.confirmed(ticket, doer(command.by, Action.CONFIRM, ticket), context.policy.objections)
    if ticket.status is Status.CONFIRMED:
        ticket = routed(ticket, context)
    ticket = await context.keep(ticket)
    line, responsibility = context.policy.line(ticket), context.policy.responsibility
    if ticket.tier is Tier.PRIVATE:
        await _referred(ticket, command.by, wording.advised_in_private(ticket), context)
    else:
        await tell_news(ticket, command.by, wording.confirmed(ticket, line, responsibility), context)
    return ticket


async def _referred(ticket: Ticket, by: Actor, text: str, context: Context) -> None:
    """The reporter of a matter that turned out to be private gets the advice; who said so is answered *text*."""
    await advise(ticket, context)
    await answer(by, text, context, about=ticket)


def rerouted(ticket: Ticket, context: Context) -> Ticket:
    """*ticket* after its labels changed: with its new line, and with the body of that line unless one has accepted."""
    line = context.policy.line(ticket)
    changed = lifecycle.lined(ticket, line, context.policy.responsibility.version)
    declined = {str(e.data.get("body", "")) for e in ticket.events("declined")}
    if ticket.status is Status.CONFIRMED:
        return changed if line.body in declined else routed(changed, context)
    if ticket.status is Status.IN_PROGRESS and ticket.tier is not Tier.PRIVATE and not ticket.events("assigned"):
        # It was private when somebody took it on: nobody was given a time limit.
        return routed(replace(changed, body=""), context, ticket.body)
    waiting = ticket.status is Status.ASSIGNED and not ticket.events("accepted")
    return routed(changed, context) if waiting and ticket.list_line != line.key else changed


async def reject_ticket(command: RejectTicket, context: Context) -> Ticket:
    """It is no issue."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.REJECT, ticket)
    ticket = lifecycle.rejected(ticket, by, masked(command.reason), context.policy.objections)
    ticket = await context.keep(ticket)
    await tell_news(ticket, command.by, wording.rejected(ticket, command.reason), context)
    return ticket


async def retier_ticket(command: RetierTicket, context: Context) -> Ticket:
    """Say whose business it is."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.RECLASSIFY, ticket)
    changed = lifecycle.retiered(ticket, by, command.tier, context.policy.objections)
    ticket = await context.keep(decided(ticket, rerouted(changed, context), by))
    text = wording.retiered(ticket, context.policy.line(ticket), context.policy.responsibility)
    if ticket.status is Status.REFERRED:
        await _referred(ticket, command.by, text, context)
    else:
        await tell_news(ticket, command.by, text, context)
    return ticket


async def recategorise_ticket(command: RecategoriseTicket, context: Context) -> Ticket:
    """Say what it is about."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.recategorised(ticket, doer(command.by, Action.RECLASSIFY, ticket), command.category)
    ticket = rerouted(ticket, context)
    ticket = await context.keep(ticket)
    text = wording.recategorised(ticket, context.policy.line(ticket), context.policy.responsibility)
    await tell_news(ticket, command.by, text, context)
    return ticket


async def merge_ticket(command: MergeTicket, context: Context) -> Ticket:
    """Two tickets are one matter."""
    ticket = await context.work.tickets.get(command.number)
    into = await context.work.tickets.get(command.into)
    ticket = lifecycle.merged(ticket, doer(command.by, Action.MERGE, ticket), into)
    ticket = await context.keep(ticket)
    await tell_news(ticket, command.by, wording.merged(ticket, into), context)
    return ticket


async def split_ticket(command: SplitTicket, context: Context) -> Ticket:
    """They were two after all."""
    ticket = await context.work.tickets.get(command.number)
    was_in = ticket.merged_into
    ticket = lifecycle.split(ticket, doer(command.by, Action.SPLIT, ticket))
    ticket = await context.keep(ticket)
    await tell_news(ticket, command.by, wording.split(ticket, was_in), context)
    return ticket
