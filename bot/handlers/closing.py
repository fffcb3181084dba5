"""The end of a ticket, or not yet: rate, reopen, withdraw, urge, call back."""

import zlib

from bot import wording
from bot.domain import lifecycle
from bot.domain.commands import CallBack, RateTicket, ReopenTicket, UrgeTicket, WithdrawTicket
from bot.domain.lifecycle import Doer
from bot.domain.members import Action
from bot.domain.taxonomy import Tier
from bot.domain.text import masked
from bot.domain.tickets import ENDING, Status, Ticket
from bot.handlers.assigning import routed
from bot.handlers.context import Context, doer
from bot.handlers.posting import answer, tell_news


async def rate_ticket(command: RateTicket, context: Context) -> Ticket:
    """Stars for the work, by somebody it concerns."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.rated(ticket, doer(command.by, Action.RATE, ticket), command.stars)
    ticket = await context.keep(ticket)
    await answer(command.by, wording.rated(ticket, command.stars), context, about=ticket)
    return ticket


async def reopen_ticket(command: ReopenTicket, context: Context) -> Ticket:
    """It was not solved."""
    ticket = await context.work.tickets.get(command.number)
    by = doer(command.by, Action.REOPEN, ticket)
    ticket = await context.keep(again(ticket, by, masked(command.reason), context))
    await tell_news(ticket, command.by, wording.reopened(ticket), context)
    return ticket


def again(ticket: Ticket, by: Doer, reason: str, context: Context) -> Ticket:
    """*ticket* on again: with who had it, else with who should; a private one is the worker's to look at."""
    ticket = lifecycle.reopened(ticket, by, reason)
    return ticket if ticket.body or ticket.tier is Tier.PRIVATE else routed(ticket, context)


async def call_back(command: CallBack, context: Context) -> Ticket:
    """Note what people said when they were asked again; who is not satisfied has their matter reopened."""
    ticket = await context.work.tickets.get(command.number)
    by, note = doer(command.by, Action.CALL_BACK, ticket), masked(command.note)
    ticket = lifecycle.called_back(ticket, by, satisfied=command.satisfied, note=note)
    reopens = not command.satisfied and ticket.status in (*ENDING, Status.CLOSED)
    ticket = await context.keep(again(ticket, by, note, context) if reopens else ticket)
    if reopens:
        await tell_news(ticket, command.by, wording.reopened(ticket), context)
    else:
        await answer(command.by, wording.called_back(ticket), context, about=ticket)
    return ticket


async def urge_ticket(command: UrgeTicket, context: Context) -> Ticket:
    """Somebody asks again."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.urged(ticket, doer(command.by, Action.URGE, ticket))
    ticket = await context.keep(ticket)
    await answer(command.by, wording.urged(ticket, context.policy.responsibility), context, about=ticket)
    return ticket


async def withdraw_ticket(command: WithdrawTicket, context: Context) -> Ticket:
    """Its reporter takes it back."""
    ticket = await context.work.tickets.get(command.number)
    ticket = lifecycle.withdrawn(ticket, doer(command.by, Action.WITHDRAW, ticket))
    ticket = await context.keep(ticket)
    await tell_news(ticket, command.by, wording.withdrawn(ticket), context)
    return ticket


def call_back_chosen(ticket: Ticket, context: Context) -> Ticket:
    """*ticket*, just closed, put on the desk to be called back if it is one of the share; always the same ones.

    Only work that was done is asked about. A bad rating is on the desk anyway (`waiting.Desk.DISSATISFIED`).
    """
    if ticket.resolved_at is None or zlib.crc32(ticket.code.encode()) / 2**32 >= context.policy.call_back_share:
        return ticket
    return lifecycle.record(ticket, Doer(at=context.now), "call_back_due")
