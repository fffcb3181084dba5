"""Which messages were worked through, in an SQL database."""

from datetime import datetime

from sqlalchemy import delete

from storage.tables import INBOX
from storage.transaction import Transaction


class InboxRepository:
    """`ports.Inbox` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def claim(self, key: str, at: datetime) -> bool:
        """True for the first one who asks for *key*, False for everybody after."""
        return await self._transaction.insert_new(INBOX, {"key": key, "at": at})

    async def forget(self, before: datetime) -> int:
        """Forget keys claimed before then; how many."""
        return (await self._transaction.run(delete(INBOX).where(INBOX.c.at < before))).rowcount
