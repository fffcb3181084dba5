"""Stretches of time in which messages may have been missed, in an SQL database."""

from datetime import datetime

from sqlalchemy import select, update

from bot.domain.records import Gap
from storage.rows import Stored
from storage.tables import GAP
from storage.transaction import Transaction


class GapRepository:
    """`ports.Gaps` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def begin(self, gap: Gap) -> None:
        """Note that one begins, unless one of the same account lasts already."""
        lasting = select(GAP.c.id).where(
            GAP.c.platform == gap.platform, GAP.c.account == gap.account, GAP.c.ended_at.is_(None)
        )
        if (await self._transaction.run(lasting, flush=False)).first():
            return
        row = {
            "platform": gap.platform,
            "account": gap.account,
            "began_at": gap.begin,
            "ended_at": gap.end,
            "reason": gap.reason,
            "details": dict(gap.details),
        }
        await self._transaction.insert_new(GAP, row)

    async def end(self, platform: str, account: str, at: datetime) -> None:
        """Note that it is over."""
        lasting = (GAP.c.platform == platform, GAP.c.account == account, GAP.c.ended_at.is_(None))
        await self._transaction.run(update(GAP).where(*lasting).values(ended_at=at), flush=False)

    async def listed(self) -> list[Gap]:
        """All, newest first."""
        query = select(GAP).order_by(GAP.c.began_at.desc(), GAP.c.id.desc())
        return [_gap(row) for row in await self._transaction.run(query, flush=False)]


def _gap(row: Stored) -> Gap:
    """The gap of *row*."""
    return Gap(
        id=row.id,
        platform=row.platform,
        account=row.account,
        begin=row.began_at,
        end=row.ended_at,
        reason=row.reason,
        details=row.details,
    )
