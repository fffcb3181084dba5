"""Posts in an SQL database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, literal_column, select, update

from bot.domain.messages import ConversationKind, ConversationRef
from bot.domain.records import About, Instead, Post, PostStatus, Priority
from storage.rows import Stored, ref_columns, ref_of
from storage.tables import OUTBOX
from storage.transaction import Transaction


class OutboxRepository:
    """`ports.Outbox` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def add(self, post: Post) -> bool:
        """Store *post*; False, and nothing stored, if its key is known."""
        return await self._transaction.insert_new(OUTBOX, _columns(post))

    async def claim_due(self, now: datetime, limit: int = 50) -> list[Post]:
        """Waiting posts whose time has come, most pressing first, then oldest, no riders. They stay as they are.

        On PostgreSQL nobody else gets them until this transaction ends.
        """
        o = OUTBOX.c
        due = (o.status == PostStatus.WAITING.value, o.due_at <= now, o.priority < Priority.RIDER.value)
        query = select(OUTBOX).where(*due)
        query = query.order_by(o.priority, o.created_at, o.id).limit(limit)
        return await self._posts(query.with_for_update(skip_locked=True))

    async def riders(self, conversation_key: str) -> list[Post]:
        """The riders that wait in one conversation, oldest first."""
        o = OUTBOX.c
        # what waits was never sent: with that the index of a conversation's posts leads straight to them
        waiting = (o.conversation_key == conversation_key, o.sent_at.is_(None), o.status == PostStatus.WAITING.value)
        query = select(OUTBOX).where(*waiting, o.priority == Priority.RIDER.value)
        return await self._posts(query.order_by(o.created_at, o.id).with_for_update(skip_locked=True))

    async def update(self, post: Post) -> None:
        """Store the new state of *post*."""
        await self._transaction.run(update(OUTBOX).where(OUTBOX.c.id == post.id).values(_columns(post)), flush=False)

    async def in_status(self, status: PostStatus) -> list[Post]:
        """All posts of one status, oldest first."""
        query = select(OUTBOX).where(OUTBOX.c.status == status.value)
        return await self._posts(query.order_by(OUTBOX.c.created_at, OUTBOX.c.id))

    async def by_receipt(self, conversation_key: str, message_id: str) -> list[Post]:
        """The posts that the platform's message *message_id* carried."""
        if not message_id:
            return []
        o = OUTBOX.c
        # the third condition is what lets the databases use the partial index
        mine = (o.conversation_key == conversation_key, o.receipt == message_id, o.receipt != literal_column("''"))
        return await self._posts(select(OUTBOX).where(*mine).order_by(o.id))

    async def last_sent(self, conversation_key: str) -> datetime | None:
        """When the bot last posted there."""
        query = select(func.max(OUTBOX.c.sent_at)).where(OUTBOX.c.conversation_key == conversation_key)
        latest: datetime | None = (await self._transaction.run(query, flush=False)).scalar_one()
        return latest

    async def sent_since(self, conversation_key: str, since: datetime) -> int:
        """How many messages of news went out there since then (posts merged into one count once)."""
        o = OUTBOX.c
        carrier = case((o.merged_into == 0, o.id), else_=o.merged_into)
        query = select(func.count(carrier.distinct())).where(
            o.conversation_key == conversation_key,
            o.sent_at >= since,
            o.status == PostStatus.SENT.value,
            o.priority == Priority.NEWS.value,
        )
        return int((await self._transaction.run(query, flush=False)).scalar_one())

    async def _posts(self, query: Select[Any]) -> list[Post]:
        return [_post(row) for row in await self._transaction.run(query, flush=False)]


def _columns(post: Post) -> dict[str, Any]:
    """The row of *post*, without its id."""
    return {
        **ref_columns(post.conversation),
        "key": post.key,
        "text": post.text,
        "priority": post.priority.value,
        "about": [{"number": a.number, "status": a.status} for a in post.about],
        "reply_to": post.reply_to,
        "mentions": list(post.mentions),
        "created_at": post.created_at,
        "due_at": post.due_at,
        "status": post.status.value,
        "attempts": post.attempts,
        "sent_at": post.sent_at,
        "receipt": post.receipt,
        "error": post.error,
        "merged_into": post.merged_into,
        "instead": {**ref_columns(post.instead.conversation), "text": post.instead.text} if post.instead else None,
    }


def _post(row: Stored) -> Post:
    """The post of *row*."""
    return Post(
        id=row.id,
        key=row.key,
        conversation=ref_of(row),
        text=row.text,
        priority=Priority(row.priority),
        about=tuple(About(number=a["number"], status=a["status"]) for a in row.about),
        reply_to=row.reply_to,
        mentions=tuple(row.mentions),
        created_at=row.created_at,
        due_at=row.due_at,
        status=PostStatus(row.status),
        attempts=row.attempts,
        sent_at=row.sent_at,
        receipt=row.receipt,
        error=row.error,
        merged_into=row.merged_into,
        instead=_instead(row.instead) if row.instead else None,
    )


def _instead(data: dict[str, Any]) -> Instead:
    """What the column `instead` holds."""
    ref = ConversationRef(
        platform=data["platform"],
        kind=ConversationKind(data["kind"]),
        id=data["conversation_id"],
        account=data["account"],
    )
    return Instead(conversation=ref, text=data["text"])
