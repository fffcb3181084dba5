"""Trainings in an SQL database. A unique index lets only one of them run."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.domain.learning import Training, TrainingStatus, TrainingStep
from bot.domain.messages import Identity
from storage.rows import Stored, person_of
from storage.tables import TRAINING
from storage.transaction import Transaction


class TrainingRepository:
    """`ports.Trainings` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def begin(self, training: Training) -> Training | None:
        """Keep a new one; None, and nothing kept, while another runs."""
        if not await self._transaction.insert_new(TRAINING, _columns(training)):
            return None
        return (await self.listed(1))[0]

    async def get(self, number: int) -> Training | None:
        """The training of that number."""
        row = (await self._transaction.run(select(TRAINING).where(TRAINING.c.id == number))).one_or_none()
        return _training(row) if row else None

    async def save(self, training: Training, was: TrainingStatus) -> bool:
        """Store the new state of one that *was* in that status; False, and nothing stored, if it no longer is."""
        it = (TRAINING.c.id == training.id, TRAINING.c.status == was.value)
        return (await self._transaction.run(update(TRAINING).where(*it).values(_columns(training)))).rowcount == 1

    async def listed(self, limit: int = 20) -> list[Training]:
        """The newest first."""
        query = select(TRAINING).order_by(TRAINING.c.id.desc()).limit(limit)
        return [_training(row) for row in await self._transaction.run(query)]


def _columns(training: Training) -> dict[str, Any]:
    """The row of *training*, without its id."""
    return {
        "status": training.status.value,
        "platform": training.by.platform,
        "user_id": training.by.user_id,
        "at": training.at,
        "beat_at": training.beat_at,
        "done": training.done,
        "lines": training.lines,
        "held_out": training.held_out,
        "figures": dict(training.figures),
        "objections": list(training.objections),
        "history": [_step_json(step) for step in training.history],
        "error": training.error,
    }


def _step_json(step: TrainingStep) -> dict[str, Any]:
    by = {"platform": step.by.platform, "user_id": step.by.user_id} if step.by else {}
    return {"status": step.status.value, "at": step.at.isoformat(), **by}


def _training(row: Stored) -> Training:
    """The training of *row*."""
    return Training(
        id=row.id,
        status=TrainingStatus(row.status),
        by=Identity(platform=row.platform, user_id=row.user_id),
        at=row.at,
        beat_at=row.beat_at,
        done=row.done,
        lines=row.lines,
        held_out=row.held_out,
        figures=row.figures,
        objections=tuple(row.objections),
        error=row.error,
        history=tuple(
            TrainingStep(
                status=TrainingStatus(step["status"]),
                at=datetime.fromisoformat(step["at"]),
                by=person_of(step.get("platform"), step.get("user_id")),
            )
            for step in row.history
        ),
    )
