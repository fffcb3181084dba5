"""Posts in an SQL database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal_column, or_, select, update

from bot.domain.messages import ConversationKind, ConversationRef
from bot.domain.records import SET_BACK, About, Instead, Post, PostStatus, Priority
from storage.rows import Stored, portions, ref_columns, ref_of
from storage.tables import OUTBOX
from storage.transaction import Transaction

#: The post that carried another one, or itself.
_CARRIER = case((OUTBOX.c.merged_into == 0, OUTBOX.c.id), else_=OUTBOX.c.merged_into)
_CHANGE = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("of"))
    .values({c.name: bindparam(c.name) for c in OUTBOX.columns if c.name != "id"})
)


class OutboxRepository:
    """`ports.Outbox` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction
        #: What was looked up, by conversation: the time of the last post, the news since then, the riders.
        self._last: dict[str, datetime | None] = {}
        self._news: dict[tuple[str, datetime], int] = {}
        self._riders: dict[str, list[Post]] = {}

    def let_go(self) -> None:
        """Trust nothing read so far."""
        self._last.clear()
        self._news.clear()
        self._riders.clear()

    def _drop(self, conversation_key: str) -> None:
        """Something changes there."""
        self._last.pop(conversation_key, None)
        self._riders.pop(conversation_key, None)
        self._news = {key: count for key, count in self._news.items() if key[0] != conversation_key}

    async def look_ahead(self, conversation_keys: Collection[str], since: datetime) -> None:
        """Have at hand for these conversations: their last posts, how much news there was since then, their riders."""
        key = OUTBOX.c.conversation_key
        for some in portions(conversation_keys):
            last = select(key, func.max(OUTBOX.c.sent_at)).where(key.in_(some)).group_by(key)
            times = dict((await self._run(last)).all())
            news = select(key, func.count(_CARRIER.distinct())).where(key.in_(some), *_news_since(since))
            counts = dict((await self._run(news.group_by(key))).all())
            riders: dict[str, list[Post]] = {of: [] for of in some}
            for post in await self._posts(_riders(key.in_(some))):
                riders[post.conversation.key].append(post)
            self._riders |= riders
            self._last |= {of: times.get(of) for of in some}
            self._news |= {(of, since): counts.get(of, 0) for of in some}

    async def add(self, post: Post) -> bool:
        """Store *post*; False, and nothing stored, if its key is known."""
        self._riders.pop(post.conversation.key, None)
        return await self._transaction.insert_new(OUTBOX, _columns(post))

    async def claim_due(self, now: datetime, limit: int = 50) -> list[Post]:
        """Waiting posts whose time has come, most pressing first, then oldest, no riders. They stay as they are.

        On PostgreSQL nobody else gets them until this transaction ends.
        """
        o = OUTBOX.c
        # what was written in the future was written before the clock was set back: it does not wait for that hour
        come = or_(o.due_at <= now, o.created_at > now + SET_BACK)
        due = (o.status == PostStatus.WAITING.value, come, o.priority < Priority.RIDER.value)
        query = select(OUTBOX).where(*due)
        query = query.order_by(o.priority, o.created_at, o.id).limit(limit)
        return await self._posts(query.with_for_update(skip_locked=True))

    async def riders(self, conversation_key: str) -> list[Post]:
        """The riders that wait in one conversation, oldest first."""
        if conversation_key in self._riders:
            return self._riders[conversation_key]
        return await self._posts(_riders(OUTBOX.c.conversation_key == conversation_key))

    async def update(self, post: Post) -> None:
        """Store the new state of *post*."""
        self._drop(post.conversation.key)
        await self._transaction.change_later(_CHANGE, {**_columns(post), "of": post.id})

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
        if conversation_key in self._last:
            return self._last[conversation_key]
        query = select(func.max(OUTBOX.c.sent_at)).where(OUTBOX.c.conversation_key == conversation_key)
        latest: datetime | None = (await self._run(query)).scalar_one()
        return latest

    async def sent_since(self, conversation_key: str, since: datetime) -> int:
        """How many messages of news went out there since then (posts merged into one count once)."""
        if (conversation_key, since) in self._news:
            return self._news[conversation_key, since]
        mine = OUTBOX.c.conversation_key == conversation_key
        query = select(func.count(_CARRIER.distinct())).where(mine, *_news_since(since))
        return int((await self._run(query)).scalar_one())

    async def _posts(self, query: Select[Any]) -> list[Post]:
        return [_post(row) for row in await self._run(query)]

    async def _run(self, query: Select[Any]) -> Any:
        return await self._transaction.run(query, flush=self._transaction.has_changes)


def _news_since(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """What counts as news that went out since then."""
    o = OUTBOX.c
    return (o.sent_at >= since, o.status == PostStatus.SENT.value, o.priority == Priority.NEWS.value)


def _riders(where: ColumnElement[bool]) -> Select[Any]:
    """The riders that wait there, oldest first."""
    o = OUTBOX.c
    # what waits was never sent: with that the index of a conversation's posts leads straight to them
    waiting = (where, o.sent_at.is_(None), o.status == PostStatus.WAITING.value)
    query = select(OUTBOX).where(*waiting, o.priority == Priority.RIDER.value)
    return query.order_by(o.created_at, o.id).with_for_update(skip_locked=True)


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
        "proof": "\n".join(post.proof),
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
        proof=tuple((row.proof or "").splitlines()),
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
