"""The worker's review list in an SQL database."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bot.domain.errors import ReviewNotFound
from bot.domain.messages import Identity
from bot.domain.records import Review
from storage.rows import Stored, classification_json, classification_of, place_columns, place_of, ref_columns, ref_of
from storage.tables import REVIEW
from storage.transaction import Transaction


class ReviewRepository:
    """`ports.Reviews` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def add(self, review: Review) -> None:
        """Keep one; the same message twice is once."""
        await self._transaction.insert_new(REVIEW, _columns(review))

    async def get(self, number: int) -> Review:
        """The review of that number that waits. Raises `ReviewNotFound`."""
        row = (await self._transaction.run(select(REVIEW).where(REVIEW.c.id == number), flush=False)).one_or_none()
        review = _review(row) if row else None
        if review is None or review.is_dismissed:
            raise ReviewNotFound(f"待看的消息里没有 {number} 号")
        return review

    async def save(self, review: Review) -> None:
        """Store what was decided of one."""
        await self._transaction.run(
            update(REVIEW).where(REVIEW.c.id == review.id).values(_columns(review)), flush=False
        )

    async def listed(self) -> list[Review]:
        """All that wait, oldest first."""
        return [r for r in await self._all() if not r.is_dismissed]

    async def dismissed(self) -> list[Review]:
        """Those that a person dismissed and that have not expired, oldest first."""
        return [r for r in await self._all() if r.is_dismissed]

    async def _all(self) -> list[Review]:
        query = select(REVIEW).order_by(REVIEW.c.at, REVIEW.c.id)
        return [_review(row) for row in await self._transaction.run(query, flush=False)]

    async def remove(self, conversation_key: str, message_id: str) -> None:
        """Forget one: it was decided, or taken back."""
        it = (REVIEW.c.conversation_key == conversation_key, REVIEW.c.message_id == message_id)
        await self._transaction.run(delete(REVIEW).where(*it), flush=False)

    async def forget(self, now: datetime) -> int:
        """Forget all that have expired; how many."""
        return (await self._transaction.run(delete(REVIEW).where(REVIEW.c.expires_at <= now))).rowcount


def _columns(review: Review) -> dict[str, Any]:
    """The row of *review*, without its id."""
    return {
        **ref_columns(review.conversation),
        **place_columns(review.place),
        "message_id": review.message_id,
        "sender_platform": review.sender.platform,
        "sender_id": review.sender.user_id,
        "sender_name": review.sender_name,
        "text": review.text,
        "at": review.at,
        "classification": classification_json(review.classification),
        "expires_at": review.expires_at,
    }


def _review(row: Stored) -> Review:
    """The review of *row*."""
    return Review(
        id=row.id,
        conversation=ref_of(row),
        message_id=row.message_id,
        sender=Identity(platform=row.sender_platform, user_id=row.sender_id),
        sender_name=row.sender_name,
        text=row.text,
        at=row.at,
        place=place_of(row),
        classification=classification_of(row.classification),
        expires_at=row.expires_at,
    )
