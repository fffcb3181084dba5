"""Storing whole tickets: new ones with all their parts, changed ones with what differs."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Table, Update, bindparam, delete, update

from bot.domain.tickets import Ticket
from storage.tables import TICKET, TICKET_EVENT, TICKET_MESSAGE, TICKET_SEARCH, TICKET_VOICE
from storage.ticket_rows import event_columns, message_columns, search_columns, ticket_columns, voices_columns
from storage.ticket_rules import stale
from storage.transaction import Row, Transaction


def add(transaction: Transaction, ticket: Ticket) -> None:
    """Store a new *ticket* that has its number already."""
    transaction.later(TICKET, [ticket_columns(ticket)])
    transaction.later(TICKET_MESSAGE, _messages(ticket))
    transaction.later(TICKET_VOICE, voices_columns(ticket))
    transaction.later(TICKET_EVENT, _events(ticket))
    transaction.later(TICKET_SEARCH, [search_columns(ticket)])


async def change(transaction: Transaction, old: Ticket, new: Ticket) -> None:
    """Store *new* over *old*, which is what the database holds if nobody was faster. Raises `StaleTicket`."""
    before, after = ticket_columns(old), ticket_columns(new)
    changed = {name: value for name, value in after.items() if value != before[name]}
    if transaction.is_sole_writer:
        # Its version was read in this very transaction, so nobody can have been faster; the changes go together.
        await transaction.change_later(_change(tuple(changed)), {**changed, "of": old.number})
    else:
        mine = (TICKET.c.number == old.number, TICKET.c.version == old.version)
        if (await transaction.run(update(TICKET).where(*mine).values(changed))).rowcount != 1:
            raise stale(old)
    if new.messages != old.messages:
        await _rewrite(transaction, TICKET_MESSAGE, _messages(old), _messages(new))
    if (new.reporters, new.supporters) != (old.reporters, old.supporters):
        await _rewrite(transaction, TICKET_VOICE, voices_columns(old), voices_columns(new))
    if (new.messages, new.summary, new.place) != (old.messages, old.summary, old.place):
        await transaction.run(delete(TICKET_SEARCH).where(TICKET_SEARCH.c.rowid == new.number))
        transaction.later(TICKET_SEARCH, [search_columns(new)])
    transaction.later(TICKET_EVENT, _events(new)[len(old.history) :])


@cache
def _change(names: tuple[str, ...]) -> Update:
    """The statement that changes these columns of one ticket."""
    return update(TICKET).where(TICKET.c.number == bindparam("of")).values({name: bindparam(name) for name in names})


async def _rewrite(transaction: Transaction, table: Table, old: Sequence[Row], new: Sequence[Row]) -> None:
    """Make *old* rows to *new* ones by taking out and putting in what differs; mostly that is a new last one."""
    before = {_key(table, row): row for row in old}
    after = {_key(table, row): row for row in new}
    for key, row in before.items():
        if after.get(key) != row:
            same = zip(table.primary_key, key, strict=True)
            await transaction.run(delete(table).where(*(column == value for column, value in same)))
    transaction.later(table, [row for key, row in after.items() if before.get(key) != row])


def _key(table: Table, row: Row) -> tuple[object, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _messages(ticket: Ticket) -> list[Row]:
    return [message_columns(ticket.number, n, message) for n, message in enumerate(ticket.messages)]


def _events(ticket: Ticket) -> list[Row]:
    return [event_columns(ticket.number, n, event) for n, event in enumerate(ticket.history)]
