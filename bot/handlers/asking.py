"""Questions: where a ticket stands (asked of the bot or in passing), one's own tickets, help, which one is meant."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import wording
from bot.domain.commands import Actor, AnswerInquiry, AskWhich, ListOwnTickets, LookUpTicket, ShowHelp
from bot.domain.deadlines import deadlines
from bot.domain.errors import TicketNotFound
from bot.domain.places import same_place
from bot.domain.taxonomy import Tier, Urgency
from bot.domain.tickets import Status, Ticket
from bot.handlers.context import Context, relations
from bot.handlers.posting import answer, chat_of

#: The same ticket is not told of again in a group, whoever asks, before this is over.
TOLD_FOR = timedelta(minutes=30)
#: A question that was heard this late (after an outage) is nobody's any more.
TOO_LATE = timedelta(minutes=10)


async def look_up_ticket(command: LookUpTicket, context: Context) -> Ticket:
    """Where it stands, for neighbours; a private matter only for those it concerns. Raises `TicketNotFound`."""
    ticket = await context.work.tickets.get(command.number)
    if not await _may_see(ticket, command.by, context):
        raise TicketNotFound(f"没有工单{ticket.code}")
    family = [ticket, *await context.work.tickets.merged_into(ticket.number)]
    households = len({who for t in family for who in (*t.reporters, *t.supporters)})
    now = context.now.astimezone(context.policy.rules.calendar.zone)
    text = wording.status(ticket, households, context.policy.responsibility, now, _due(ticket, context))
    await answer(command.by, text, context, about=ticket)
    return ticket


async def answer_inquiry(command: AnswerInquiry, context: Context) -> Ticket | None:
    """Tell, once in a while, how a matter stands that somebody asked about in passing. None: it is better not told."""
    ticket, by = await context.work.tickets.get(command.number), command.by
    if by.conversation is None or not await _may_be_told(ticket, by, context):
        return None
    about = f"inquiry/{by.conversation.key}/{ticket.number}/"
    if any(str(e.data.get("post", "")).startswith(about) and by.at - e.at < TOLD_FOR for e in ticket.history):
        return None
    # The history knows of an answer once it has gone out; until then the key keeps a second one away.
    key = f"{about}{by.at.timestamp() // TOLD_FOR.total_seconds():.0f}"
    await answer(by, _told(ticket, by, context), context, about=ticket, key=key)
    return ticket


def _told(ticket: Ticket, by: Actor, context: Context) -> str:
    """The sentence, with times as the clocks of the estate show them."""
    local, policy = by.at.astimezone(context.policy.rules.calendar.zone), context.policy
    if not ticket.is_open:
        return wording.settled(ticket, local)
    body = policy.responsibility.body_name(ticket.body or policy.line(ticket).body)
    return wording.standing(ticket, body, local)


async def _may_be_told(ticket: Ticket, by: Actor, context: Context) -> bool:
    """May everybody here read it, and is there more to tell than the bot's own alarm or record, just under way?"""
    told = ticket.resolved_at is not None or (ticket.is_open and ticket.status is not Status.REFERRED)
    waits = ticket.status is Status.PENDING
    alarmed = waits and ticket.urgency is Urgency.EMERGENCY
    recorded = waits and by.at - ticket.opened_at <= context.policy.acknowledge_after
    late = context.now - by.at > TOO_LATE
    if not told or alarmed or recorded or late:
        return False
    return ticket.tier is not Tier.PRIVATE and await _may_see(ticket, by, context)


def _due(ticket: Ticket, context: Context) -> datetime | None:
    """When it should be settled; a private matter is nobody's to settle by then."""
    rules = context.policy.rules
    limits = deadlines(ticket.history, rules.calendar, rules.limits)
    return None if ticket.tier is Tier.PRIVATE else limits.settle


async def _may_see(ticket: Ticket, by: Actor, context: Context) -> bool:
    """Is it theirs, within their role, or, unless private, of the estate whose group they ask in?"""
    if await relations(ticket, by, context) or any(g.covers(ticket.place) for g in by.member.grants):
        return True
    here = by.conversation
    if ticket.tier is Tier.PRIVATE or here is None:
        return False
    known = await context.work.conversations.get(here.key)
    same_estate = known is not None and bool(known.estate) and same_place(known.estate, ticket.place.estate)
    return same_estate or any(c.key == here.key for c in ticket.conversations)


async def list_own_tickets(command: ListOwnTickets, context: Context) -> None:
    """One's own tickets, in private: what somebody reported is nobody else's business."""
    tickets = await context.work.tickets.of_person(command.by.member.identity)
    there = privately(command.by)
    # A message of the group cannot be quoted in the private chat.
    await answer(there, wording.own_list(tickets), context, quoting=there is command.by)


def privately(by: Actor) -> Actor:
    """*by*, to be answered in their private chat with the bot."""
    where = by.conversation
    if where is None or not where.is_group:
        return by
    private = chat_of(by.member.identity, where)
    return replace(by, conversation=private)


async def show_help(command: ShowHelp, context: Context) -> None:
    """What can be said."""
    text = wording.categories() if command.topic == "categories" else wording.HELP
    who, day = command.by.member.identity.key, command.by.at.date()
    await answer(command.by, text, context, key=f"hello/{who}/{day}" if command.topic == "hello" else "")


async def ask_which(command: AskWhich, context: Context) -> None:
    """Ask which ticket is meant."""
    tickets = [await context.work.tickets.get(n) for n in command.numbers[:5]]
    await answer(command.by, wording.ask_which(command.action, tickets), context)
