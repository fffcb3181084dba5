"""What is stored of learning: samples and trainings; and who trains."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.learning import Judged, Lesson, Sample, Training, TrainingStatus
from bot.domain.messages import Identity
from bot.domain.places import Place


class Samples(Protocol):
    """Messages that were left alone and drawn to be looked at."""

    async def offer(self, sample: Sample, most: int) -> bool:
        """Keep *sample* if it is among the *most* lowest lots of its group and day; the one it displaces goes."""
        ...

    async def get(self, number: int) -> Sample:
        """The sample of that number. Raises `ReviewNotFound`."""
        ...

    async def save(self, sample: Sample) -> None:
        """Store what was answered of one, or that the answer was taken back."""
        ...

    async def listed(self) -> list[Sample]:
        """All of them, oldest first."""
        ...

    async def remove(self, conversation_key: str, message_id: str) -> None:
        """Forget one: it was taken back, or is part of a matter after all."""
        ...

    async def remove_all_of(self, conversation_key: str) -> int:
        """Forget all of a group; how many."""
        ...

    async def remove_all_by(self, who: Identity) -> int:
        """Forget all that somebody said; how many."""
        ...

    async def forget(self, now: datetime) -> int:
        """Forget all that have expired; how many."""
        ...

    async def judged(self, since: datetime) -> list[Judged]:
        """What was judged of messages said since then, oldest first; the words may be gone."""
        ...


class Trainings(Protocol):
    """Trainings: one at a time."""

    async def begin(self, training: Training) -> Training | None:
        """Keep a new one; None, and nothing kept, while another runs."""
        ...

    async def get(self, number: int) -> Training | None:
        """The training of that number."""
        ...

    async def save(self, training: Training, was: TrainingStatus) -> bool:
        """Store the new state of one that *was* in that status; False, and nothing stored, if it no longer is."""
        ...

    async def listed(self, limit: int = 20) -> list[Training]:
        """The newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The model at work."""

    #: When it was trained, and how many corrections it learned.
    trained_at: datetime | None = None
    lines: int = 0
    #: The corrections up to then are in it.
    decided_until: datetime | None = None


class Learning(Protocol):
    """Trains models and puts them to work. Every refusal is a `BotError` with one sentence."""

    def standing(self) -> Standing:
        """The model at work."""
        ...

    async def waiting(self, sees: Callable[[Place], bool]) -> Mapping[Lesson, int]:
        """How many decisions of each kind, about places that somebody *sees*, the model at work has not learned."""
        ...

    async def begin(self, by: Identity) -> Training:
        """Begin a training in the background."""
        ...

    async def adopt(self, number: int, by: Identity) -> Training:
        """Put the model of that training to work."""
        ...

    async def decline(self, number: int, by: Identity) -> Training:
        """Leave the model at work where it is."""
        ...

    async def take_back(self, number: int, by: Identity) -> Training:
        """Put the model to work that stood before that training."""
        ...
