"""Stretches of time in which messages may have been missed, in an SQL database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from bot.domain.channels import Beat
from bot.domain.records import Gap
from storage.rows import Stored
from storage.tables import GAP, HEARTBEAT
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

    async def fill(self, numbers: Sequence[int], how: str) -> None:
        """Note of those gaps how it became known what was said meanwhile."""
        for number in numbers:
            row = (await self._transaction.run(select(GAP).where(GAP.c.id == number), flush=False)).first()
            if row is not None and "filled" not in row.details:
                details = {**row.details, "filled": how}
                await self._transaction.run(update(GAP).where(GAP.c.id == number).values(details=details), flush=False)

    async def beat(self, beat: Beat) -> None:
        """Note that an account is at work."""
        row = {"platform": beat.platform, "account": beat.account, "at": beat.at}
        mine = (HEARTBEAT.c.platform == beat.platform, HEARTBEAT.c.account == beat.account)
        if not await self._transaction.insert_new(HEARTBEAT, row):
            await self._transaction.run(update(HEARTBEAT).where(*mine).values(at=beat.at), flush=False)

    async def beats(self) -> list[Beat]:
        """When each account was last at work, by platform and account."""
        rows = await self._transaction.run(select(HEARTBEAT), flush=False)
        found = [Beat(platform=row.platform, account=row.account, at=row.at) for row in rows]
        return sorted(found, key=lambda b: (b.platform, b.account))


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
