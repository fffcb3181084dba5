"""The list (清单) of a place: what was new, done and is still open within a week, without names."""

from dataclasses import dataclass
from datetime import timedelta

from bot import wording
from bot.domain.commands import Actor, ListOwnTickets, ShowList
from bot.domain.messages import ConversationRef
from bot.domain.records import About, Conversation
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Status, Ticket
from bot.handlers.asking import list_own_tickets
from bot.handlers.context import Context
from bot.handlers.posting import answer

WEEK = timedelta(days=7)
#: A group is shown its list once in each such stretch of time.
PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the list of a group says, and which tickets it names: the group was told of those."""

    text: str
    about: tuple[About, ...]


async def show_list(command: ShowList, context: Context) -> None:
    """The list of the group, once an hour; in a private chat, of the place of somebody's role, else their own."""
    where = command.by.conversation
    if where is None:
        return
    known = await context.work.conversations.get(where.key) if where.is_group else _of_role(command.by, where, context)
    if known is None:
        await list_own_tickets(ListOwnTickets(by=command.by), context)
        return
    listing = await listed(known, context) or Listing(text=wording.week(0, 0, ()), about=())
    if not where.is_group:
        await answer(command.by, listing.text, context)
        return
    hour = int(command.by.at.timestamp() // PAUSE.total_seconds())
    await answer(command.by, listing.text, context, named=listing.about, key=f"list/{where.key}/{hour}")


def _of_role(by: Actor, where: ConversationRef, context: Context) -> Conversation | None:
    """The private chat *where* as if it were the group of the first place where *by* has a role."""
    if not by.member.grants:
        return None
    grant = by.member.grants[0]
    return Conversation(ref=where, estate=grant.estate, building=grant.building, first_seen=context.now)


async def listed(known: Conversation, context: Context) -> Listing | None:
    """The list of the group *known*; None if there is nothing to say."""
    since = context.now - WEEK
    near = await context.work.tickets.open_around(known.place, known.ref, since)
    public = [t for t in near if t.tier is not Tier.PRIVATE and _belongs(t, known)]
    new = [t for t in public if t.opened_at >= since]
    done = [t for t in public if not t.is_open]
    still = sorted((t for t in public if t.is_open and t.status is not Status.REFERRED), key=lambda t: t.number)
    if not new and not done and not still:
        return None
    named = still[: wording.LISTED]
    about = tuple(About(number=t.number, status=t.status.value) for t in named)
    return Listing(text=wording.week(len(new), len(done), still), about=about)


def _belongs(ticket: Ticket, known: Conversation) -> bool:
    """Is *ticket* a matter of the group *known*: raised there, or of its building or the whole estate?"""
    if any(c.key == known.ref.key for c in ticket.conversations):
        return True
    return ticket.place.agrees_with(known.place)
