"""What is known of pictures, in an SQL database. Their files are in `pictures`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update

from bot.domain.messages import Attachment, AttachmentKind
from bot.domain.records import Picture, PictureStatus
from storage.rows import Stored, ref_columns, ref_of
from storage.tables import PICTURE
from storage.transaction import Transaction


class PictureRepository:
    """`ports.Pictures` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def add(self, picture: Picture) -> None:
        """Note one to fetch."""
        self._transaction.later(PICTURE, [_columns(picture)])

    async def due(self, now: datetime, limit: int = 10) -> list[Picture]:
        """Those to fetch now, the longest due first. On PostgreSQL nobody else gets them until this one ends."""
        p = PICTURE.c
        query = select(PICTURE).where(p.status == PictureStatus.WAITING.value, p.due_at <= now)
        return await self._pictures(query.order_by(p.due_at, p.id).limit(limit).with_for_update(skip_locked=True))

    async def update(self, picture: Picture) -> None:
        """Store the new state."""
        await self._transaction.run(update(PICTURE).where(PICTURE.c.id == picture.id).values(_columns(picture)))

    async def of_ticket(self, number: int) -> list[Picture]:
        """All of one ticket."""
        return await self._pictures(select(PICTURE).where(PICTURE.c.ticket == number).order_by(PICTURE.c.id))

    async def remove_of_message(self, conversation_key: str, message_id: str) -> list[Picture]:
        """Forget those of a recalled message; they come back, so that their files can go."""
        mine = (PICTURE.c.conversation_key == conversation_key, PICTURE.c.message_id == message_id)
        found = await self._pictures(select(PICTURE).where(*mine).order_by(PICTURE.c.id))
        if found:
            await self._transaction.run(delete(PICTURE).where(*mine))
        return found

    async def _pictures(self, query: Select[Any]) -> list[Picture]:
        return [_picture(row) for row in await self._transaction.run(query)]


def _columns(picture: Picture) -> dict[str, Any]:
    """The row of *picture*, without its id."""
    return {
        **ref_columns(picture.conversation),
        "ticket": picture.ticket,
        "message_id": picture.message_id,
        "attachment_kind": picture.attachment.kind.value,
        "source": picture.attachment.source,
        "name": picture.attachment.name,
        "status": picture.status.value,
        "attempts": picture.attempts,
        "due_at": picture.due_at,
        "file": picture.file,
    }


def _picture(row: Stored) -> Picture:
    """The picture of *row*."""
    return Picture(
        id=row.id,
        ticket=row.ticket,
        conversation=ref_of(row),
        message_id=row.message_id,
        attachment=Attachment(kind=AttachmentKind(row.attachment_kind), source=row.source, name=row.name),
        status=PictureStatus(row.status),
        attempts=row.attempts,
        due_at=row.due_at,
        file=row.file,
    )
