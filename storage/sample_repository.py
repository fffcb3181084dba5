"""Samples of what was left alone, in an SQL database."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bot.domain.errors import ReviewNotFound
from bot.domain.learning import KEPT, Answer, Judged, Sample
from bot.domain.messages import Identity
from bot.domain.places import Place
from bot.domain.taxonomy import Category
from storage.rows import Stored, classification_json, classification_of, place_columns, place_of, ref_columns, ref_of
from storage.tables import JUDGED, SAMPLE
from storage.transaction import Transaction


class SampleRepository:
    """`ports.Samples` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def offer(self, sample: Sample, most: int) -> bool:
        """Keep *sample* if it is among the *most* lowest lots of its group and day; the one it displaces goes."""
        s = SAMPLE.c
        same = (s.conversation_key == sample.conversation.key, s.day == sample.day)
        lots = list((await self._transaction.run(select(s.lot).where(*same).order_by(s.lot))).scalars())
        full = len(lots) >= most
        if most < 1 or (full and sample.lot >= lots[most - 1]):
            return False
        if not await self._transaction.insert_new(SAMPLE, _columns(sample)):
            return False
        if full:
            await self._transaction.run(delete(SAMPLE).where(*same, s.lot >= lots[most - 1]))
        return True

    async def get(self, number: int) -> Sample:
        """The sample of that number. Raises `ReviewNotFound`."""
        row = (await self._transaction.run(select(SAMPLE).where(SAMPLE.c.id == number))).one_or_none()
        if row is None:
            raise ReviewNotFound(f"没有抽到的消息 {number}")
        return _sample(row)

    async def save(self, sample: Sample) -> None:
        """Store what was answered of one, or that the answer was taken back."""
        await self._transaction.run(
            update(SAMPLE).where(SAMPLE.c.id == sample.id).values(answer=_answer_json(sample.answer))
        )
        await self._transaction.run(delete(JUDGED).where(JUDGED.c.sample == sample.id))
        if sample.answer is not None:
            place = {"estate": sample.place.estate, "building": sample.place.building}
            row = {"sample": sample.id, "at": sample.at, "issue": sample.answer.issue, **place}
            await self._transaction.run(JUDGED.insert().values(row))

    async def listed(self) -> list[Sample]:
        """All of them, oldest first."""
        query = select(SAMPLE).order_by(SAMPLE.c.at, SAMPLE.c.id)
        return [_sample(row) for row in await self._transaction.run(query)]

    async def remove(self, conversation_key: str, message_id: str) -> None:
        """Forget one: it was taken back, or is part of a matter after all."""
        it = (SAMPLE.c.conversation_key == conversation_key, SAMPLE.c.message_id == message_id)
        await self._transaction.run(delete(SAMPLE).where(*it), flush=False)

    async def remove_all_of(self, conversation_key: str) -> int:
        """Forget all of a group; how many."""
        gone = delete(SAMPLE).where(SAMPLE.c.conversation_key == conversation_key)
        return (await self._transaction.run(gone)).rowcount

    async def remove_all_by(self, who: Identity) -> int:
        """Forget all that somebody said; how many."""
        theirs = (SAMPLE.c.sender_platform == who.platform, SAMPLE.c.sender_id == who.user_id)
        return (await self._transaction.run(delete(SAMPLE).where(*theirs))).rowcount

    async def forget(self, now: datetime) -> int:
        """Forget all that have expired; how many."""
        return (await self._transaction.run(delete(SAMPLE).where(SAMPLE.c.at <= now - KEPT))).rowcount

    async def judged(self, since: datetime) -> list[Judged]:
        """What was judged of messages said since then, oldest first; the words may be gone."""
        query = select(JUDGED).where(JUDGED.c.at >= since).order_by(JUDGED.c.at, JUDGED.c.sample)
        return [
            Judged(sample=row.sample, place=Place(estate=row.estate, building=row.building), at=row.at, issue=row.issue)
            for row in await self._transaction.run(query)
        ]


def _columns(sample: Sample) -> dict[str, Any]:
    """The row of *sample*, without its id."""
    return {
        **ref_columns(sample.conversation),
        **place_columns(sample.place),
        "message_id": sample.message_id,
        "sender_platform": sample.sender.platform,
        "sender_id": sample.sender.user_id,
        "text": sample.text,
        "at": sample.at,
        "day": sample.day,
        "classification": classification_json(sample.classification),
        "lot": sample.lot,
        "answer": _answer_json(sample.answer),
    }


def _answer_json(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "issue": answer.issue,
        "category": answer.category and answer.category.value,
        "platform": answer.by.platform,
        "user_id": answer.by.user_id,
        "at": answer.at.isoformat(),
    }


def _answer(data: dict[str, Any]) -> Answer:
    return Answer(
        issue=data["issue"],
        category=Category(data["category"]) if data["category"] else None,
        by=Identity(platform=data["platform"], user_id=data["user_id"]),
        at=datetime.fromisoformat(data["at"]),
    )


def _sample(row: Stored) -> Sample:
    """The sample of *row*."""
    return Sample(
        id=row.id,
        conversation=ref_of(row),
        message_id=row.message_id,
        sender=Identity(platform=row.sender_platform, user_id=row.sender_id),
        text=row.text,
        at=row.at,
        day=row.day,
        place=place_of(row),
        classification=classification_of(row.classification),
        lot=row.lot,
        answer=_answer(row.answer) if row.answer else None,
    )
