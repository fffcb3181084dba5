"""The read side: pages of tickets as a worker asks for them, and counts. Never waits for a writer."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select

from bot.domain.places import place_key
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Status, Ticket, codes_in
from storage import ticket_reading
from storage.database import Database
from storage.tables import TICKET, TICKET_MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketList:
    """What a worker wants to see. Everything left out does not matter."""

    statuses: frozenset[Status] = frozenset()
    tier: Tier | None = None
    category: Category | None = None
    #: However it is written: 3号楼 and 三幢 are the same.
    building: str = ""
    #: Part of the summary or of a message, or a code (`#42`).
    text: str = ""
    #: Only numbers below this one: the `next` of the page before. 0: from the newest.
    before: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Tickets, newest first."""

    tickets: tuple[Ticket, ...]
    #: The `before` of the next page; 0: this is the last one.
    next: int = 0


class Backlog:
    """Lists of tickets of *database*."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database

    async def page(self, wanted: TicketList) -> Page:
        """One page of the tickets that *wanted* describes."""
        async with self._database.reading() as transaction:
            numbers = list((await transaction.run(_query(wanted))).scalars())
            shown = numbers[: wanted.limit]
            tickets = await ticket_reading.load(transaction, shown)
        return Page(tickets=tuple(tickets), next=shown[-1] if len(numbers) > wanted.limit else 0)

    async def counts(self) -> dict[Status, int]:
        """How many tickets stand where; statuses without any are left out."""
        query = select(TICKET.c.status, func.count().label("tickets")).group_by(TICKET.c.status)
        async with self._database.reading() as transaction:
            return {Status(row.status): row.tickets for row in await transaction.run(query)}


def _query(wanted: TicketList) -> Select[int]:
    """The numbers on the page, and one more if there is a next page."""
    query = select(TICKET.c.number).where(*_conditions(wanted))
    return query.order_by(TICKET.c.number.desc()).limit(wanted.limit + 1)


def _conditions(wanted: TicketList) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.statuses:
        conditions.append(TICKET.c.status.in_(sorted(status.value for status in wanted.statuses)))
    if wanted.tier:
        conditions.append(TICKET.c.tier == wanted.tier.value)
    if wanted.category:
        conditions.append(TICKET.c.category == wanted.category.value)
    if wanted.building:
        conditions.append(TICKET.c.building_key == place_key(wanted.building))
    if wanted.text:
        conditions.append(_says(wanted.text))
    if wanted.before:
        conditions.append(TICKET.c.number < wanted.before)
    return conditions


def _says(text: str) -> ColumnElement[bool]:
    """Does a ticket say *text* somewhere, or is it the code of that ticket?"""
    spoken = select(TICKET_MESSAGE.c.ticket).where(TICKET_MESSAGE.c.text.icontains(text, autoescape=True))
    return or_(
        TICKET.c.number.in_(codes_in(text)),
        TICKET.c.summary.icontains(text, autoescape=True),
        TICKET.c.number.in_(spoken),
    )
