"""Trains from the console: one training at a time, in a process apart, and a model at work only by somebody's decision.

Every step stands in the store, so a page that is opened again, or by somebody else, shows the same. Whoever breaks off,
be it the training or the program, leaves the model that stands as it was.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.apart import Work, train_apart
from bot.at_work import AtWork
from bot.clocks import RealClock
from bot.corrections import Correction, corrections_of, names_of
from bot.domain.errors import BotError, InvalidTransition
from bot.domain.learning import Lesson, Training, TrainingStatus
from bot.domain.messages import Identity
from bot.domain.places import Place
from bot.models import Models
from bot.ports import Changes, Clock, Standing, UnitOfWork, UnitOfWorkFactory

log = structlog.get_logger(__name__)

#: A training that gives no sign of life for so long is dead.
DEAD_AFTER = timedelta(seconds=90)
#: Its sign of life is written down so often, in seconds.
_BEAT = 2.0
#: Decisions about tickets that are older are not counted as waiting; they are learned all the same.
COUNTED = timedelta(weeks=8)
#: So old may the count be: a page that watches a training asks again and again.
RECOUNTED = timedelta(seconds=20)


Trainer = Callable[[Work, Callable[[float], None]], Awaitable[dict[str, Any]]]


class Learner:
    """Implements `ports.Learning`."""

    def __init__(
        self,
        *,
        work: UnitOfWorkFactory,
        reading: UnitOfWorkFactory,
        models: Models,
        at_work: AtWork,
        clock: Clock,
        changes: Changes,
        trainer: Trainer = train_apart,
    ) -> None:
        """*models* holds what stands, and *at_work* is told when another model does."""
        self._work, self._reading = work, reading
        self._models, self._at_work = models, at_work
        self._clock, self._changes = clock, changes
        self._trainer = trainer
        self._task: asyncio.Task[None] | None = None
        self._counted: tuple[datetime, list[tuple[Correction, Place]]] | None = None
        self._marks = models.marks()

    def standing(self) -> Standing:
        """The model at work."""
        return self._models.facts()

    async def waiting(self, sees: Callable[[Place], bool]) -> Mapping[Lesson, int]:
        """How many decisions of each kind, about places that somebody *sees*, the model at work has not learned."""
        now = self._clock.now()
        if self._counted is None or now - self._counted[0] > RECOUNTED:
            self._counted = now, await self._count(now - COUNTED)
        until = self.standing().decided_until
        found = [c for c, place in self._counted[1] if until is None or c.at > until if sees(place)]
        return Counter(c.lesson for c in found)

    async def _count(self, since: datetime) -> list[tuple[Correction, Place]]:
        """What was decided about messages that were a matter alone, or none, and where."""
        async with self._reading() as work:
            tickets = await work.tickets.opened_since(since)
            dismissed, samples = await work.reviews.dismissed(), await work.samples.listed()
        places = {f"ticket/{t.number}": t.place for t in tickets}
        places |= {f"review/{r.id}": r.place for r in dismissed} | {f"sample/{s.id}": s.place for s in samples}
        found = await asyncio.to_thread(corrections_of, tickets, dismissed, samples)
        return [(c, places[c.source]) for c in found if c.issue is not None]

    # What people do

    async def begin(self, by: Identity) -> Training:
        """Begin a training in the background. Raises `BotError`: one runs, or there is nothing to learn."""
        await self.sweep()
        corrections, names = await self._decisions()
        if not corrections:
            raise BotError("还没有可以学的判定：先确认、改类、判误报几张工单，或者判几条拿不准的消息")
        now = self._clock.now()
        new = Training(by=by, at=now, beat_at=now, lines=sum(c.issue is not None for c in corrections))
        async with self._work() as work:
            training = await work.trainings.begin(new.became(TrainingStatus.RUNNING, now, by))
            if training is None:
                raise InvalidTransition("已经有一次训练在进行，等它做完")
            for old in await work.trainings.listed():
                if old.status is TrainingStatus.READY:
                    await work.trainings.save(old.became(TrainingStatus.DECLINED, now, by), old.status)
            await work.commit()
            keep = {t.id for t in await work.trainings.listed(200) if t.status is TrainingStatus.ADOPTED}
        self._models.make_room({max(keep)} if keep else set())
        self._task = asyncio.create_task(self._train(training, corrections, names))
        self._changes.notify()
        return training

    async def adopt(self, number: int, by: Identity) -> Training:
        """Put the model of training *number* to work. Raises `BotError`."""
        classifier = await asyncio.to_thread(self._models.load, self._models.fresh(number))
        async with self._work() as work:
            training = await self._decided(number, TrainingStatus.READY, TrainingStatus.ADOPTED, by, work)
            self._models.put_to_work(number)
            await work.commit()
        self._use(classifier)
        return training

    async def decline(self, number: int, by: Identity) -> Training:
        """Leave the model at work where it is. Raises `BotError`."""
        async with self._work() as work:
            training = await self._decided(number, TrainingStatus.READY, TrainingStatus.DECLINED, by, work)
            await work.commit()
        self._changes.notify()
        return training

    async def take_back(self, number: int, by: Identity) -> Training:
        """Put the model to work that stood before that of training *number*. Raises `BotError`."""
        classifier = await asyncio.to_thread(self._models.load, self._models.before(number))
        async with self._work() as work:
            training = await self._decided(number, TrainingStatus.ADOPTED, TrainingStatus.TAKEN_BACK, by, work)
            self._models.take_back(number)
            await work.commit()
        self._use(classifier)
        return training

    async def _decided(
        self, number: int, was: TrainingStatus, to: TrainingStatus, by: Identity, work: UnitOfWork
    ) -> Training:
        """The training *number*, come from *was* to *to*; whoever comes second is told what the first did."""
        training = await work.trainings.get(number)
        if training is None:
            raise InvalidTransition("没有这一次训练")
        new = training.became(to, self._clock.now(), by)
        if training.status is not was or not await work.trainings.save(new, was):
            raise InvalidTransition(await _overtaken(training, work))
        return new

    def _use(self, classifier: Any) -> None:
        self._marks = self._models.marks()
        self._at_work.use(classifier)
        self._changes.notify()

    # What goes on by itself

    async def run(self, every_seconds: float = 5.0) -> None:
        """Look after what died, and take up the model that another process put to work; until cancelled."""
        while True:
            try:
                await self.sweep()
                await self.catch_up()
            except Exception:
                log.exception("learning_round_failed")
            await self._clock.sleep(every_seconds)

    async def stop(self) -> None:
        """End the training that runs here, if one does."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def sweep(self) -> None:
        """Note of a training without a sign of life that it died."""
        now = self._clock.now()
        async with self._reading() as work:
            running = [t for t in await work.trainings.listed(1) if t.status is TrainingStatus.RUNNING]
        for dead in (t for t in running if now - t.beat_at > DEAD_AFTER):
            await self._end(dead, error="训练中途停了，现在的模型没有动；可以再试一次")

    async def catch_up(self) -> None:
        """Take up the model that stands, if another process or the command line has put it there."""
        marks = self._models.marks()
        if marks == self._marks:
            return
        # noted first: a model that is of no use here is tried, and complained of, once
        self._marks = marks
        classifier = await asyncio.to_thread(self._models.load, self._models.standing)
        log.info("model_taken_up", trained_at=str(marks[1]))
        self._at_work.use(classifier)

    async def _decisions(self) -> tuple[list[Correction], set[str]]:
        """All that people have decided, and what people are called."""
        async with self._reading() as work:
            tickets, dismissed = await work.tickets.listed(), await work.reviews.dismissed()
            samples, members = await work.samples.listed(), await work.members.listed()
        corrections = await asyncio.to_thread(corrections_of, tickets, dismissed, samples)
        return corrections, names_of(corrections, members)

    async def _train(self, training: Training, corrections: Sequence[Correction], names: set[str]) -> None:
        """Train, with a sign of life now and then; the end is noted, whatever it is."""
        done = [0.0]
        work = Work(
            corrections=corrections,
            names=names,
            standing=self._models.standing,
            fresh=self._models.fresh(training.id),
            now=training.at,
            data=self._models.data,
        )
        trial = asyncio.ensure_future(self._trainer(work, done.append))
        try:
            while not (await asyncio.wait({trial}, timeout=_BEAT))[0]:
                await self._beat(training, done[-1])
            made = trial.result()
        except asyncio.CancelledError:
            trial.cancel()
            await asyncio.gather(trial, return_exceptions=True)
            await self._end(training, error="程序停了，训练没有做完；可以再试一次")
            raise
        except BotError as error:
            await self._end(training, error=str(error))
        except Exception:
            log.exception("training_failed", training=training.id)
            await self._end(training, error="训练出了错，现在的模型没有动；日志里有原因")
        else:
            made["objections"] = tuple(made["objections"])
            await self._end(training, **made)

    async def _beat(self, training: Training, done: float) -> None:
        """Note how far it is. A store that is busy is no reason to stop."""
        beat = replace(training, done=done, beat_at=self._clock.now())
        with suppress(BotError):
            async with self._work() as work:
                await work.trainings.save(beat, TrainingStatus.RUNNING)
                await work.commit()
            self._changes.notify()

    async def _end(self, training: Training, **what: Any) -> None:
        status = TrainingStatus.FAILED if what.get("error") else TrainingStatus.READY
        ended = replace(training, done=1.0, **what).became(status, self._clock.now())
        async with self._work() as work:
            await work.trainings.save(ended, TrainingStatus.RUNNING)
            await work.commit()
        log.info("training_ended", training=training.id, status=status.value, objections=len(ended.objections))
        self._changes.notify()


def learner_of(
    data_dir: Path, at_work: AtWork, work: UnitOfWorkFactory, reading: UnitOfWorkFactory, changes: Changes
) -> Learner:
    """The learner of a program whose models are in *data_dir*."""
    models = Models(standing=data_dir / "model", folder=data_dir / "models")
    return Learner(work=work, reading=reading, models=models, at_work=at_work, clock=RealClock(), changes=changes)


async def _overtaken(training: Training, work: UnitOfWork) -> str:
    """What stands in the way, for whoever comes second."""
    step = training.decided
    who = (await work.members.get(step.by)).name or step.by.user_id if step and step.by else ""
    return f"{who}已经决定：{training.status.label}" if who else f"这次训练{training.status.label}"
