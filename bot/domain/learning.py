"""Learning from people: samples of what was left alone, trainings with their figures, and what a correction teaches."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.domain.classification import Classification
from bot.domain.messages import ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Named

#: Reasons of a rejection that do not say that the words were no issue.
OTHER_REASON = re.compile("重复|已有|有单|同一|合并|[报提反登]过|已经?(?:解决|修|好|处理|办)|不归|不属|管不|测试")
#: The words of a sample live this long after they were said, answered or not.
KEPT = timedelta(days=7)


class Lesson(Named):
    """What a person's decision teaches."""

    TIER = "tier", "改了层级"
    CATEGORY = "category", "改了类别"
    NO_ISSUE = "no_issue", "判了「不是事」"
    ISSUE = "issue", "判了「是事」"
    AGREED = "agreed", "照机器人的确认"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person said of a sample."""

    issue: bool
    #: None: nobody said.
    category: Category | None = None
    by: Identity
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A message that was left alone, drawn to be looked at by a person."""

    #: Zero until stored.
    id: int = 0
    conversation: ConversationRef
    message_id: str
    sender: Identity
    #: Without phone numbers, doors, plates; nobody's name stands beside it.
    text: str
    at: datetime
    #: The local day on which it was said.
    day: date
    place: Place
    classification: Classification
    #: Of one day the lowest lots are kept.
    lot: int
    answer: Answer | None = None

    @property
    def expires_at(self) -> datetime:
        """Gone after this."""
        return self.at + KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """That a sample was judged: no words, so it may stay when the sample is gone."""

    sample: int
    place: Place
    #: When it was said.
    at: datetime
    issue: bool


def lot_of(key: str) -> int:
    """The lot of the message *key*: as good as chance, and the same whoever draws it, however often."""
    return int.from_bytes(sha256(f"sample {key}".encode()).digest()[:7])


def quota(weekly: int, day: date) -> int:
    """How many of *weekly* samples are drawn on *day*: evenly over the week; a day's draw is final at its end."""
    n = day.weekday()
    return weekly * (n + 1) // 7 - weekly * n // 7


class TrainingStatus(Named):
    """Where a training stands."""

    RUNNING = "running", "正在训练"
    READY = "ready", "等您决定"
    ADOPTED = "adopted", "启用了"
    DECLINED = "declined", "没有启用"
    TAKEN_BACK = "taken_back", "退回了上一版"
    FAILED = "failed", "没有做成"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStep:
    """One line of a training's history."""

    status: TrainingStatus
    at: datetime
    #: None: nobody, it came to an end by itself.
    by: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training: who asked, how far it is, what it brought, what was decided."""

    #: Zero until stored.
    id: int = 0
    status: TrainingStatus = TrainingStatus.RUNNING
    by: Identity
    at: datetime
    #: The last sign of life while it runs.
    beat_at: datetime
    #: 0 to 1.
    done: float = 0.0
    #: How many corrections it learns from, and how many it is only measured on.
    lines: int = 0
    held_out: int = 0
    #: Part (`corrections`, `writers`) → side (`before`, `after`) → figures.
    figures: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    #: What speaks against the new model.
    objections: tuple[str, ...] = ()
    #: Why it failed.
    error: str = ""
    history: tuple[TrainingStep, ...] = ()

    def became(self, status: TrainingStatus, at: datetime, by: Identity | None = None) -> "Training":
        """This training, come to *status*; the history says when and by whom."""
        return replace(self, status=status, history=(*self.history, TrainingStep(status=status, at=at, by=by)))

    @property
    def decided(self) -> TrainingStep | None:
        """The last decision of a person, if there was one."""
        said = [s for s in self.history if s.by and s.status is not TrainingStatus.RUNNING]
        return said[-1] if said else None
