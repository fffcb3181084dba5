"""The conversations in an SQL database."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.domain.groups import NoticeGiven
from bot.domain.records import Conversation
from storage.group_rules import rules_json, rules_of
from storage.rows import Stored, portions, ref_columns, ref_of
from storage.tables import CONVERSATION, NOTICE
from storage.transaction import Transaction

_MOVE = (
    update(CONVERSATION)
    .where(CONVERSATION.c.conversation_key == bindparam("of"))
    .values(watermark_at=bindparam("at"), watermark_id=bindparam("message"))
)


class ConversationRepository:
    """`ports.Conversations` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction
        self._at_hand: dict[str, Conversation | None] = {}

    def let_go(self) -> None:
        """Trust nothing read so far."""
        self._at_hand.clear()

    async def look_ahead(self, keys: Collection[str]) -> None:
        """Have the conversations of *keys* at hand."""
        for some in portions(keys):
            query = select(CONVERSATION).where(CONVERSATION.c.conversation_key.in_(some))
            rows = await self._transaction.run(query, flush=False)
            found = {row.conversation_key: _conversation(row) for row in rows}
            self._at_hand |= {key: found.get(key) for key in some}

    async def get(self, key: str) -> Conversation | None:
        """The conversation, if it is known."""
        if key in self._at_hand:
            return self._at_hand[key]
        query = select(CONVERSATION).where(CONVERSATION.c.conversation_key == key)
        row = (await self._transaction.run(query, flush=False)).first()
        return _conversation(row) if row else None

    async def save(self, conversation: Conversation) -> None:
        """Store a new or changed conversation."""
        self._at_hand.pop(conversation.ref.key, None)
        row = _columns(conversation)
        known = update(CONVERSATION).where(CONVERSATION.c.conversation_key == conversation.ref.key).values(row)
        if (await self._transaction.run(known, flush=False)).rowcount:
            return
        if not await self._transaction.insert_new(CONVERSATION, row):
            await self._transaction.run(known, flush=False)

    async def move_watermarks(self, marks: Mapping[str, tuple[datetime, str]]) -> None:
        """Note up to which message, by time and id, each conversation was worked through; unknown ones stay so."""
        self.let_go()
        rows = [{"of": key, "at": at, "message": message_id} for key, (at, message_id) in marks.items()]
        await self._transaction.run_many(_MOVE, rows)

    async def listed(self) -> list[Conversation]:
        """All of them, by key."""
        rows = await self._transaction.run(select(CONVERSATION), flush=False)
        # sorted here: a database sorts by its locale
        return sorted((_conversation(row) for row in rows), key=lambda c: c.ref.key)

    async def note_notice(self, given: NoticeGiven) -> None:
        """Keep that a group was told; the same version twice is once."""
        row = {"conversation_key": given.conversation_key, "version": given.version, "at": given.at, "text": given.text}
        await self._transaction.insert_new(NOTICE, row)

    async def notices(self) -> list[NoticeGiven]:
        """What every group was told, oldest first."""
        query = select(NOTICE).order_by(NOTICE.c.at, NOTICE.c.conversation_key)
        rows = await self._transaction.run(query, flush=False)
        return [NoticeGiven(conversation_key=r.conversation_key, version=r.version, at=r.at, text=r.text) for r in rows]


def _columns(conversation: Conversation) -> dict[str, Any]:
    """The row of *conversation*."""
    return {
        **ref_columns(conversation.ref),
        "name": conversation.name,
        "estate": conversation.estate,
        "building": conversation.building,
        "enabled": conversation.enabled,
        "sampled": conversation.sampled,
        "silent_until": conversation.silent_until,
        "first_seen": conversation.first_seen,
        "watermark_at": conversation.watermark_at,
        "watermark_id": conversation.watermark_id,
        "rules": rules_json(conversation.rules),
    }


def _conversation(row: Stored) -> Conversation:
    """The conversation of *row*."""
    return Conversation(
        ref=ref_of(row),
        name=row.name,
        estate=row.estate,
        building=row.building,
        enabled=row.enabled,
        sampled=row.sampled,
        silent_until=row.silent_until,
        first_seen=row.first_seen,
        watermark_at=row.watermark_at,
        watermark_id=row.watermark_id,
        rules=rules_of(row.rules),
    )
