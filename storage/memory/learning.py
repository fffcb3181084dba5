"""Samples and trainings, in memory."""

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import ReviewNotFound
from bot.domain.learning import Judged, Sample, Training, TrainingStatus
from bot.domain.messages import Identity
from bot.domain.places import Place
from storage.memory.shelf import Shelf


def sample_marks(sample: Sample) -> Iterator[Hashable]:
    """What *sample* is looked up by."""
    key = sample.conversation.key
    yield "message", key, sample.message_id
    yield "day", key, sample.day
    yield "group", key


class MemorySamples:
    """`ports.Samples` on shelves."""

    def __init__(self, samples: Shelf[int, Sample], judged: Shelf[int, Judged]) -> None:
        """Keep the samples, and what was judged, on a shelf each."""
        self._samples = samples
        self._judged = judged

    async def offer(self, sample: Sample, most: int) -> bool:
        """Keep *sample* if it is among the *most* lowest lots of its group and day; the one it displaces goes."""
        key = sample.conversation.key
        drawn = sorted(self._samples.find(("day", key, sample.day)), key=lambda s: s.lot)
        full = len(drawn) >= most
        if most < 1 or (full and sample.lot >= drawn[most - 1].lot):
            return False
        if self._samples.find(("message", key, sample.message_id)):
            return False
        stored = replace(sample, id=self._samples.new_id())
        self._samples.put(stored.id, stored)
        for displaced in drawn[most - 1 :]:
            self._samples.drop(displaced.id)
        return True

    async def get(self, number: int) -> Sample:
        """The sample of that number. Raises `ReviewNotFound`."""
        sample = self._samples.get(number)
        if sample is None:
            raise ReviewNotFound(f"没有抽到的消息 {number}")
        return sample

    async def save(self, sample: Sample) -> None:
        """Store what was answered of one, or that the answer was taken back."""
        if self._samples.get(sample.id):
            self._samples.put(sample.id, sample)
        self._judged.drop(sample.id)
        if sample.answer is not None:
            place = Place(estate=sample.place.estate, building=sample.place.building)
            said = Judged(sample=sample.id, place=place, at=sample.at, issue=sample.answer.issue)
            self._judged.put(sample.id, said)

    async def listed(self) -> list[Sample]:
        """All of them, oldest first."""
        return sorted(self._samples.all(), key=lambda s: (s.at, s.id))

    async def remove(self, conversation_key: str, message_id: str) -> None:
        """Forget one: it was taken back, or is part of a matter after all."""
        self._drop(self._samples.find(("message", conversation_key, message_id)))

    async def remove_all_of(self, conversation_key: str) -> int:
        """Forget all of a group; how many."""
        return self._drop(self._samples.find(("group", conversation_key)))

    async def remove_all_by(self, who: Identity) -> int:
        """Forget all that somebody said; how many."""
        return self._drop([s for s in self._samples.all() if s.sender == who])

    async def forget(self, now: datetime) -> int:
        """Forget all that have expired; how many."""
        return self._drop([s for s in self._samples.all() if s.expires_at <= now])

    async def judged(self, since: datetime) -> list[Judged]:
        """What was judged of messages said since then, oldest first; the words may be gone."""
        return sorted((j for j in self._judged.all() if j.at >= since), key=lambda j: (j.at, j.sample))

    def _drop(self, samples: list[Sample]) -> int:
        for sample in samples:
            self._samples.drop(sample.id)
        return len(samples)


class MemoryTrainings:
    """`ports.Trainings` on a shelf."""

    def __init__(self, shelf: Shelf[int, Training]) -> None:
        """Keep them on *shelf*."""
        self._shelf = shelf

    async def begin(self, training: Training) -> Training | None:
        """Keep a new one; None, and nothing kept, while another runs."""
        if training.status is TrainingStatus.RUNNING and any(
            t.status is TrainingStatus.RUNNING for t in self._shelf.all()
        ):
            return None
        stored = replace(training, id=self._shelf.new_id())
        self._shelf.put(stored.id, stored)
        return stored

    async def get(self, number: int) -> Training | None:
        """The training of that number."""
        return self._shelf.get(number)

    async def save(self, training: Training, was: TrainingStatus) -> bool:
        """Store the new state of one that *was* in that status; False, and nothing stored, if it no longer is."""
        known = self._shelf.get(training.id)
        if known is None or known.status is not was:
            return False
        self._shelf.put(training.id, training)
        return True

    async def listed(self, limit: int = 20) -> list[Training]:
        """The newest first."""
        return self._shelf.all()[::-1][:limit]
