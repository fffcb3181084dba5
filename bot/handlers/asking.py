"""Questions to the bot: where a ticket stands, one's own tickets, help, and the bot's question back."""

from dataclasses import replace

from bot import wording
from bot.domain.commands import Actor, AskWhich, ListOwnTickets, LookUpTicket, ShowHelp
from bot.domain.errors import TicketNotFound
from bot.domain.messages import ConversationKind, ConversationRef
from bot.domain.places import same_place
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Ticket
from bot.handlers.context import Context, relations
from bot.handlers.posting import answer


async def look_up_ticket(command: LookUpTicket, context: Context) -> Ticket:
    """Where it stands, for neighbours; a private matter only for those it concerns. Raises `TicketNotFound`."""
    ticket = await context.work.tickets.get(command.number)
    if not await _may_see(ticket, command.by, context):
        raise TicketNotFound(f"没有工单{ticket.code}")
    family = [ticket, *await context.work.tickets.merged_into(ticket.number)]
    households = len({who for t in family for who in (*t.reporters, *t.supporters)})
    text = wording.status(ticket, households, context.policy.responsibility)
    await answer(command.by, text, context, about=ticket)
    return ticket


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
    private = ConversationRef(
        platform=where.platform,
        kind=ConversationKind.PRIVATE,
        id=by.member.identity.user_id,
        account=where.account,
    )
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
