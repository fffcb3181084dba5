"""The tickets as figures count them, from an SQL database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select

from bot.domain.figures.overview import OVER
from bot.domain.members import Grant
from bot.domain.tickets import Ticket
from storage import ticket_reading
from storage.backlog import scope
from storage.tables import TICKET, TICKET_EVENT
from storage.transaction import Transaction

_T, _E = TICKET.c, TICKET_EVENT.c


class HistoryRepository:
    """`ports.History` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def counting(self, within: Sequence[Grant], since: datetime, *, after: int, limit: int) -> list[Ticket]:
        """The next tickets beyond number *after* that may be seen and could count from *since* on, by number."""
        moved = exists().where(_E.ticket == _T.number, _E.at >= since)
        over = sorted(status.value for status in OVER)
        counts = or_(_T.status.not_in(over), _T.previous.is_not(None), moved)
        query = select(_T.number).where(_T.number > after, counts, *scope(within)).order_by(_T.number).limit(limit)
        return await ticket_reading.load(self._transaction, list((await self._transaction.run(query)).scalars()))

    async def mark(self) -> tuple[int, int]:
        """How many tickets there are, and how many changes there were."""
        query = select(func.count().label("tickets"), func.coalesce(func.sum(_T.version), 0).label("changes"))
        found = (await self._transaction.run(query.select_from(TICKET))).one()
        return int(found.tickets), int(found.changes)
