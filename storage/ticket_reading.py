"""Loading whole tickets: four statements for some hundred of them, never one statement for each."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Table, select

from bot.domain.tickets import Ticket
from storage.rows import Stored, portions
from storage.tables import TICKET, TICKET_EVENT, TICKET_MESSAGE, TICKET_VOICE
from storage.ticket_rows import ticket_of
from storage.transaction import Transaction


async def versions(transaction: Transaction, numbers: Sequence[int]) -> dict[int, int]:
    """The versions in which the database holds the tickets of *numbers*; unknown ones are left out."""
    found: dict[int, int] = {}
    for some in portions(numbers):
        query = select(TICKET.c.number, TICKET.c.version).where(TICKET.c.number.in_(some))
        found |= {row.number: row.version for row in await transaction.run(query)}
    return found


#: What hangs on a ticket, in the order in which `ticket_of` takes it.
PARTS = (TICKET_MESSAGE, TICKET_VOICE, TICKET_EVENT)


async def load(transaction: Transaction, numbers: Sequence[int]) -> list[Ticket]:
    """The tickets of *numbers*, in that order; unknown numbers are left out."""
    found: dict[int, Ticket] = {}
    for some in portions(numbers):
        found |= await _load_some(transaction, some)
    return [found[number] for number in numbers if number in found]


async def _load_some(transaction: Transaction, numbers: Sequence[int]) -> dict[int, Ticket]:
    """The tickets of a few *numbers*."""
    rows = (await transaction.run(select(TICKET).where(TICKET.c.number.in_(numbers)))).all()
    if not rows:
        return {}
    messages = await _parts(transaction, TICKET_MESSAGE, numbers)
    voices = await _parts(transaction, TICKET_VOICE, numbers)
    events = await _parts(transaction, TICKET_EVENT, numbers)
    return {r.number: ticket_of(r, messages[r.number], voices[r.number], events[r.number]) for r in rows}


async def _parts(transaction: Transaction, table: Table, numbers: Sequence[int]) -> dict[int, list[Stored]]:
    """The rows of *table* that hang on the tickets, by ticket and in order."""
    query = select(table).where(table.c.ticket.in_(numbers)).order_by(table.c.ticket, table.c.position)
    parts: dict[int, list[Stored]] = defaultdict(list)
    for row in await transaction.run(query):
        parts[row.ticket].append(row)
    return parts
