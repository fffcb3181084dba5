"""Training from the console: one at a time, apart from the program, and a model at work only by a person's decision."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.apart import Work, train_apart
from bot.at_work import AtWork
from bot.changes import Changes
from bot.clocks import ToldClock
from bot.corrections import Correction
from bot.domain import lifecycle
from bot.domain.errors import BotError, InvalidTransition
from bot.domain.learning import Lesson, Training, TrainingStatus
from bot.domain.messages import Identity
from bot.domain.taxonomy import Category, Kind, Tier
from bot.learner import DEAD_AFTER, Learner
from bot.models import Models
from classifiers import load_classifier
from classifiers.corpus import DATA
from classifiers.store import described, exists
from classifiers.training import train
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from tests.cast import NOON, doer, ticket, ticket_message
from tests.conversations.readings import Readings

CHEN = Identity(platform="desk", user_id="chen")
ZHANG = Identity(platform="desk", user_id="zhang")
FIGURES = {"corrections": {"before": {"lines": 3}, "after": {"lines": 3}}}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of two writers and two conversations, learned in a second."""
    folder = tmp_path_factory.mktemp("corpus")
    for name in ("young", "negatives"):
        lines = (DATA / f"{name}.tsv").read_text("utf-8").splitlines(keepends=True)
        (folder / f"{name}.tsv").write_text("".join(lines[:150]), "utf-8")
    (folder / "conversations").mkdir()
    for name in ("town01", "city01"):
        lines = (DATA / "conversations" / f"{name}.tsv").read_text("utf-8").splitlines(keepends=True)
        (folder / "conversations" / f"{name}.tsv").write_text("".join(lines[:120]), "utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of that corpus."""
    directory = tmp_path_factory.mktemp("trained") / "model"
    train(directory, data=corpus, trained_at=NOON - timedelta(days=9))
    return directory


@dataclass
class School:
    """A program that learns, with a trainer that does as it is told."""

    folder: Path
    corpus: Path
    trained: Path
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    clock: ToldClock = field(default_factory=lambda: ToldClock(NOON))
    works: list[Work] = field(default_factory=list)
    #: Set when the trainer may go on.
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None

    def __post_init__(self) -> None:
        """Open it, with a model that stands."""
        self.models = Models(standing=self.folder / "model", folder=self.folder / "models", data=self.corpus)
        shutil.copytree(self.trained, self.models.standing)
        self.at_work = AtWork(Readings())
        self.learner = self.another()

    def another(self) -> Learner:
        """A learner of another process on the same store and files."""
        return Learner(
            work=self.work,
            reading=self.work,
            models=self.models,
            at_work=self.at_work,
            clock=self.clock,
            changes=Changes(),
            trainer=self.train,
        )

    def work(self) -> MemoryUnitOfWork:
        """A transaction."""
        return MemoryUnitOfWork(self.database)

    async def train(self, work: Work, tell: Callable[[float], None]) -> dict[str, Any]:
        """Be a trainer."""
        self.works.append(work)
        await self.go_on.wait()
        if self.error:
            raise self.error
        shutil.copytree(self.trained, work.fresh)
        about = work.fresh / "model.json"
        about.write_text(about.read_text("utf-8").replace("2026-03-01", "2026-03-10"), "utf-8")
        return {"figures": FIGURES, "objections": [], "lines": 1, "held_out": 0}

    async def decide(self, *, issue: bool = True) -> None:
        """李楼长 decides about a ticket."""
        async with self.work() as work:
            first = ticket_message(text="蛤蟆坑又满了")
            new = ticket(number=0, messages=(first,), opened_at=first.at)
            leader = doer("李楼长")
            away = timedelta(days=1)
            await work.tickets.add(
                lifecycle.confirmed(new, leader) if issue else lifecycle.rejected(new, leader, "", away)
            )
            await work.commit()

    async def done(self) -> Training:
        """The training, once it has ended."""
        self.go_on.set()
        assert self.learner._task is not None
        await asyncio.gather(self.learner._task, return_exceptions=True)
        return await self.last()

    async def last(self) -> Training:
        """The newest training, as it stands."""
        async with self.work() as work:
            return (await work.trainings.listed())[0]

    def stands(self) -> str:
        """When the model that stands was trained."""
        return str(described(self.models.standing)["trained_at"])[:10]


@pytest.fixture
def school(tmp_path: Path, corpus: Path, trained: Path) -> School:
    """A school."""
    return School(tmp_path, corpus, trained)


async def test_without_decisions_there_is_nothing_to_learn(school: School) -> None:
    """That is said at once, and no training is noted."""
    with pytest.raises(BotError, match="还没有可以学的判定"):
        await school.learner.begin(CHEN)
    async with school.work() as work:
        assert await work.trainings.listed() == []


async def test_a_training_changes_nothing_until_somebody_decides(school: School) -> None:
    """When it is done the figures wait; put to work, the model is used at once and by the next start, and that stands."""
    await school.decide()
    begun = await school.learner.begin(CHEN)
    assert (begun.status, begun.by, begun.lines) == (TrainingStatus.RUNNING, CHEN, 1)
    ready = await school.done()
    assert (ready.status, ready.figures) == (TrainingStatus.READY, FIGURES)
    assert school.stands() == "2026-03-01"
    assert isinstance(school.at_work.current(), Readings)
    await school.learner.adopt(ready.id, ZHANG)
    assert school.stands() == "2026-03-10"
    assert not isinstance(school.at_work.current(), Readings)
    steps = [(s.status, s.by) for s in (await school.last()).history]
    assert steps == [(TrainingStatus.RUNNING, CHEN), (TrainingStatus.READY, None), (TrainingStatus.ADOPTED, ZHANG)]


async def test_the_one_before_can_be_put_back(school: School) -> None:
    """The model that stood before is kept, and comes back by one decision."""
    await school.decide()
    await school.learner.begin(CHEN)
    ready = await school.done()
    before = (school.models.standing / "model.npz").read_bytes()
    await school.learner.adopt(ready.id, CHEN)
    adopted = school.at_work.current()
    await school.learner.take_back(ready.id, CHEN)
    assert school.stands() == "2026-03-01"
    assert (school.models.standing / "model.npz").read_bytes() == before
    assert school.at_work.current() is not adopted
    with pytest.raises(InvalidTransition, match="退回了上一版"):
        await school.learner.take_back(ready.id, ZHANG)


async def test_whoever_comes_second_is_told(school: School) -> None:
    """One declines, the other cannot put it to work any more, and hears why."""
    await school.decide()
    await school.learner.begin(CHEN)
    ready = await school.done()
    await school.learner.decline(ready.id, CHEN)
    with pytest.raises(InvalidTransition, match="chen已经决定：没有启用"):
        await school.learner.adopt(ready.id, ZHANG)
    assert school.stands() == "2026-03-01"


async def test_one_at_a_time_in_all_processes(school: School) -> None:
    """While one runs, nobody begins another, in no process."""
    await school.decide()
    await school.learner.begin(CHEN)
    with pytest.raises(InvalidTransition, match="已经有一次训练在进行"):
        await school.another().begin(ZHANG)
    await school.done()
    assert len(school.works) == 1


@pytest.mark.parametrize("error", [BotError("太少"), RuntimeError("a bug, as they happen")])
async def test_a_training_that_fails_leaves_the_model(school: School, error: Exception) -> None:
    """The reason is noted, the old model stands, and the next training may begin."""
    await school.decide()
    school.error = error
    await school.learner.begin(CHEN)
    failed = await school.done()
    assert failed.status is TrainingStatus.FAILED
    assert "太少" in failed.error or "现在的模型没有动" in failed.error
    assert school.stands() == "2026-03-01"
    school.error = None
    await school.learner.begin(CHEN)
    assert (await school.done()).status is TrainingStatus.READY


async def test_a_stop_is_noted_and_a_death_is_noticed(school: School) -> None:
    """Who stops the program ends the training; one whose program died is noticed by its silence."""
    await school.decide()
    await school.learner.begin(CHEN)
    await asyncio.sleep(0)
    await school.learner.stop()
    assert "程序停了" in (await school.last()).error
    await school.learner.begin(CHEN)
    assert school.learner._task is not None
    await asyncio.sleep(0)
    school.clock.move_to(school.clock.now() + DEAD_AFTER)
    await school.another().sweep()
    assert (await school.last()).status is TrainingStatus.RUNNING
    school.clock.move_to(school.clock.now() + timedelta(seconds=1))
    await school.another().sweep()
    assert (await school.last()).status is TrainingStatus.FAILED
    await school.learner.stop()


async def test_a_model_that_another_process_put_there_is_taken_up(school: School) -> None:
    """Two processes share a folder: what one puts to work, the other uses soon; nothing is loaded in between."""
    await school.learner.catch_up()
    assert isinstance(school.at_work.current(), Readings)
    school.models.folder.mkdir()
    shutil.copytree(school.trained, school.models.fresh(7))
    school.models.put_to_work(7)
    await school.learner.catch_up()
    assert not isinstance(school.at_work.current(), Readings)


async def test_a_model_of_another_program_is_not_put_to_work(school: School) -> None:
    """After an upgrade yesterday's training is of no use, and that is one sentence."""
    await school.decide()
    await school.learner.begin(CHEN)
    ready = await school.done()
    shutil.rmtree(school.models.fresh(ready.id))
    with pytest.raises(BotError, match="重新训练"):
        await school.learner.adopt(ready.id, CHEN)
    assert (await school.last()).status is TrainingStatus.READY


async def test_what_waits_is_counted_by_kind(school: School) -> None:
    """Decisions that the model has not learned, of places that somebody sees."""
    await school.decide()
    await school.decide(issue=False)
    assert await school.learner.waiting(lambda place: True) == {Lesson.AGREED: 1, Lesson.NO_ISSUE: 1}
    assert await school.learner.waiting(lambda place: False) == {}


def test_a_batch_is_understood_by_one_classifier() -> None:
    """Who took the current classifier keeps it whole, also when another is put to work meanwhile."""
    first, second = Readings(), Readings()
    at_work = AtWork(first)
    taken = at_work.current()
    at_work.use(second)
    assert taken is first
    assert at_work.classify_many(["漏水"])[0].category is Category.LEAK
    assert (first.calls, second.calls) == ([], [1])
    assert at_work.similarity("漏水了", "漏水") > 0


async def test_a_real_training_apart(corpus: Path, trained: Path, tmp_path: Path) -> None:
    """A process of its own trains, says how far it is, compares and leaves a model; the one that stands is untouched."""
    said = [
        Correction(
            source=f"ticket/{n}",
            at=NOON,
            speaker=f"onebot/{n % 6}",
            names=("3-2-501 王阿姨",),
            text=f"蛤蟆坑又满了{'！？~了呀'[n % 5]}",
            issue=True,
            category=Category.DRAINAGE,
            tier=Tier.SMALL,
        )
        for n in range(20)
    ]
    before = (trained / "model.json").read_bytes()
    told: list[float] = []
    work = Work(corrections=said, names=("王阿姨",), standing=trained, fresh=tmp_path / "fresh", now=NOON, data=corpus)
    made = await train_apart(work, told.append)
    assert made["lines"] + made["held_out"] == 20
    assert set(made["figures"]) == {"corrections", "writers"}
    assert told == sorted(told)
    assert told[-1] > 0.5
    assert (trained / "model.json").read_bytes() == before
    seen = load_classifier(tmp_path / "fresh").classify_many(["蛤蟆坑又满了"])[0]
    assert (seen.category, seen.kind is Kind.CHATTER) == (Category.DRAINAGE, False)


async def test_a_training_that_is_cancelled_leaves_no_process(corpus: Path, trained: Path, tmp_path: Path) -> None:
    """Cancelling ends the child; nothing half made is taken for a model."""
    said = [Correction(source="ticket/2", at=datetime.now(NOON.tzinfo), speaker="a", names=(), text="漏水", issue=True)]
    work = Work(corrections=said, names=(), standing=trained, fresh=tmp_path / "fresh", now=NOON, data=corpus)
    trial = asyncio.ensure_future(train_apart(work, lambda done: None))
    await asyncio.sleep(0.3)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(trial, 5)
    assert not exists(tmp_path / "fresh")
