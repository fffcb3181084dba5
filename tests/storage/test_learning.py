"""The laws of samples and trainings, for every kind of storage."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.classification import Classification
from bot.domain.errors import ReviewNotFound
from bot.domain.learning import Answer, Judged, Sample, Training, TrainingStatus
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Kind
from bot.ports import UnitOfWorkFactory
from tests.storage.samples import CHEN, DAY, GROUP, HOME, NOW, OTHER_GROUP, WANG, conversation, ticket


def sample(number: int = 1, **changes: object) -> Sample:
    """A line of chatter."""
    drawn = Sample(
        conversation=GROUP,
        message_id=f"m{number}",
        sender=WANG,
        text="今天太阳真好",
        at=NOW,
        day=NOW.date(),
        place=HOME,
        classification=Classification(kind=Kind.CHATTER, issue=0.04),
        lot=number,
    )
    return replace(drawn, **changes)  # type: ignore[arg-type]


def training(**changes: object) -> Training:
    """A training that has just begun."""
    new = Training(by=CHEN, at=NOW, beat_at=NOW, lines=40, held_out=9)
    return replace(new.became(TrainingStatus.RUNNING, NOW, CHEN), **changes)  # type: ignore[arg-type]


async def test_the_lowest_lots_of_a_day_are_kept(begin: UnitOfWorkFactory) -> None:
    """Of one group's day only the lowest lots stay; another day and another group count by themselves."""
    async with begin() as uow:
        for number in (5, 3, 9, 1, 7, 3):
            await uow.samples.offer(sample(number), 2)
        await uow.samples.offer(sample(99, day=NOW.date() + DAY), 2)
        await uow.samples.offer(sample(98, conversation=OTHER_GROUP), 2)
        assert not await uow.samples.offer(sample(0), 0)
        await uow.commit()
    async with begin() as uow:
        assert sorted(s.lot for s in await uow.samples.listed()) == [1, 3, 98, 99]


async def test_a_sample_round_trips_and_goes(begin: UnitOfWorkFactory) -> None:
    """It comes back equal, with its answer; it goes when recalled, with its group, and after seven days."""
    async with begin() as uow:
        for number in range(1, 4):
            assert await uow.samples.offer(sample(number, at=NOW + number * DAY), 9)
        await uow.samples.offer(sample(4, conversation=OTHER_GROUP), 9)
        answered = replace(
            await uow.samples.get(1), answer=Answer(issue=True, category=Category.NOISE, by=CHEN, at=NOW)
        )
        assert answered.text == "今天太阳真好"
        await uow.samples.save(answered)
        await uow.commit()
    async with begin() as uow:
        assert await uow.samples.get(1) == answered
        await uow.samples.remove(GROUP.key, "m2")
        with pytest.raises(ReviewNotFound):
            await uow.samples.get(2)
        assert await uow.samples.remove_all_of(OTHER_GROUP.key) == 1
        assert await uow.samples.forget(NOW + 8 * DAY) == 1
        assert [s.id for s in await uow.samples.listed()] == [3]
        assert await uow.samples.remove_all_by(CHEN) == 0
        assert await uow.samples.remove_all_by(WANG) == 1


async def test_what_was_judged_outlives_the_words(begin: UnitOfWorkFactory) -> None:
    """An answer counts after its sample is gone; the last answer counts, and one taken back does not."""
    async with begin() as uow:
        for number in (1, 2):
            await uow.samples.offer(sample(number), 9)
            for issue in (True, False):
                said = Answer(issue=issue, by=CHEN, at=NOW)
                await uow.samples.save(replace(await uow.samples.get(number), answer=said))
        await uow.samples.save(replace(await uow.samples.get(2), answer=None))
        await uow.samples.forget(NOW + 7 * DAY)
        await uow.commit()
    async with begin() as uow:
        place = Place(estate=HOME.estate, building=HOME.building)
        assert await uow.samples.judged(NOW) == [Judged(sample=1, place=place, at=NOW, issue=False)]
        assert await uow.samples.judged(NOW + timedelta(seconds=1)) == []


async def test_one_training_at_a_time(begin: UnitOfWorkFactory) -> None:
    """A second one is refused while the first runs; whoever changes a state that is no longer so changes nothing."""
    async with begin() as uow:
        first = await uow.trainings.begin(training())
        assert first == training(id=1)
        assert await uow.trainings.begin(training()) is None
        figures = {"corrections": {"before": {"lines": 3, "issue_f1": 0.5}, "after": {"lines": 3}}}
        ready = replace(first, figures=figures, objections=("差了",)).became(TrainingStatus.READY, NOW)
        assert await uow.trainings.save(ready, TrainingStatus.RUNNING)
        assert not await uow.trainings.save(first, TrainingStatus.RUNNING)
        await uow.commit()
    async with begin() as uow:
        assert await uow.trainings.get(1) == ready
        assert await uow.trainings.get(2) is None
        again = await uow.trainings.begin(training())
        assert again is not None
        assert [t.status for t in await uow.trainings.listed()] == [TrainingStatus.RUNNING, TrainingStatus.READY]


async def test_a_group_is_not_sampled_unless_said(begin: UnitOfWorkFactory) -> None:
    """The switch is off at first, and is kept."""
    async with begin() as uow:
        await uow.conversations.save(conversation())
        assert not (await uow.conversations.listed())[0].sampled
        await uow.conversations.save(conversation(sampled=True))
        await uow.commit()
    async with begin() as uow:
        assert (await uow.conversations.listed())[0].sampled


async def test_tickets_by_when_they_were_opened(begin: UnitOfWorkFactory) -> None:
    """Those that were opened since then come, by number."""
    async with begin() as uow:
        for days in (0, 2, 1):
            await uow.tickets.add(ticket(opened_at=NOW + days * DAY))
        await uow.commit()
    async with begin() as uow:
        assert [t.number for t in await uow.tickets.opened_since(NOW + DAY)] == [2, 3]
