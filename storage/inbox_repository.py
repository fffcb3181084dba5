"""Which messages were worked through, in an SQL database."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from storage.rows import portions
from storage.tables import INBOX
from storage.transaction import Transaction


class InboxRepository:
    """`ports.Inbox` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction
        #: Keys that were looked up, and whether they are claimed.
        self._at_hand: dict[str, bool] = {}

    def let_go(self) -> None:
        """Trust nothing read so far."""
        self._at_hand.clear()

    async def look_ahead(self, keys: Collection[str]) -> None:
        """Have at hand whether *keys* are claimed. Only a sole writer can rely on that until it commits."""
        if self._transaction.is_sole_writer:
            for some in portions(keys):
                claimed = await self._transaction.run(select(INBOX.c.key).where(INBOX.c.key.in_(some)))
                self._at_hand |= dict.fromkeys(some, False) | dict.fromkeys(claimed.scalars(), True)

    async def claim(self, key: str, at: datetime) -> bool:
        """True for the first one who asks for *key*, False for everybody after."""
        claimed = self._at_hand.get(key)
        if claimed is not None:
            self._at_hand[key] = True
            self._transaction.later(INBOX, [] if claimed else [{"key": key, "at": at}])
            return not claimed
        return await self._transaction.insert_new(INBOX, {"key": key, "at": at})

    async def forget(self, before: datetime) -> int:
        """Forget keys claimed before then; how many."""
        return (await self._transaction.run(delete(INBOX).where(INBOX.c.at < before))).rowcount
