"""What the page 学习 shows of a training, in words and rows: pure, and honest about small numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.learning import Training, TrainingStatus
from bot.domain.taxonomy import Category

#: Fewer lines than this show nothing about one category.
FEW = 10
#: Fewer than this, and one line moves a figure visibly.
SMALL = 50
_PARTS = {"corrections": "你们判过、没给它学的", "writers": "没见过的人说的"}
_FIGURES = {
    "issue_f1": "认出是不是事",
    "category_macro_f1": "各类别平均",
    "tier_accuracy": "大事小事私事",
    "urgency_accuracy": "紧急程度",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure before and after, in per cent."""

    name: str
    before: float | None
    after: float | None
    lines: int

    @property
    def few(self) -> bool:
        """Are they too few to show anything?"""
        return self.lines < FEW

    @property
    def change(self) -> str:
        """`up`, `down` or `same`; nothing if it cannot be said."""
        if self.before is None or self.after is None or self.few:
            return ""
        moved = self.after - self.before
        return "same" if abs(moved) < 0.05 else "up" if moved > 0 else "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Figures on one held-out part."""

    name: str
    lines: int
    rows: tuple[Row, ...]
    categories: tuple[Row, ...]

    @property
    def warning(self) -> str:
        """What small numbers mean, in a sentence."""
        if not self.lines:
            return "一条也没有留出来，这一栏说明不了什么。"
        if self.lines < SMALL:
            return f"只有{self.lines}条，错对一条就差{100 / self.lines:.0f}个百分点，别太当真。"
        return ""


def parts(training: Training) -> list[Part]:
    """The figures of *training*, part by part."""
    return [_part(name, training.figures[code]) for code, name in _PARTS.items() if code in training.figures]


#: What the trainer says → what the page calls it.
_WORDS = {
    "没见过的写手 ": "没见过的人说的，",
    "留出的更正": "你们判过、没给它学的",
    "诉求 F1": "认出是不是事",
    "类别 macro-F1": "各类别平均",
    "三事准确率": "大事小事私事",
    "紧急程度准确率": "紧急程度",
}
_CALLED = re.compile("|".join(map(re.escape, _WORDS)))
_SHARE = re.compile(r"\b[01]\.\d{3}\b")


def objections(training: Training) -> list[str]:
    """What speaks against the new model, in the words and marks of the page."""
    return [_SHARE.sub(lambda m: f"{100 * float(m[0]):.1f}", _in_our_words(text)) for text in training.objections]


def _in_our_words(text: str) -> str:
    return _CALLED.sub(lambda m: _WORDS[m[0]], text)


def _part(name: str, sides: Mapping[str, Mapping[str, object]]) -> Part:
    before, after = sides.get("before", {}), sides.get("after", {})
    lines = _number(after.get("lines")) or _number(before.get("lines")) or 0
    figures = [(label, before.get(code), after.get(code)) for code, label in _FIGURES.items()]
    return Part(
        name=name,
        lines=int(lines),
        rows=tuple(
            Row(name=label, before=_share(was), after=_share(now), lines=int(lines))
            for label, was, now in figures
            if was is not None or now is not None
        ),
        categories=tuple(_categories(before.get("categories"), after.get("categories"))),
    )


def _categories(before: object, after: object) -> list[Row]:
    was, now = (side if isinstance(side, dict) else {} for side in (before, after))
    rows = []
    for category in Category:
        if category.value in was or category.value in now:
            old, new = was.get(category.value, {}), now.get(category.value, {})
            lines = int(new.get("lines", old.get("lines", 0)))
            rows.append(
                Row(name=category.label, before=_share(old.get("f1")), after=_share(new.get("f1")), lines=lines)
            )
    return sorted(rows, key=lambda r: -r.lines)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _share(value: object) -> float | None:
    number = _number(value)
    return None if number is None else 100 * number


def progress(training: Training) -> str:
    """What a running training does now."""
    if training.done < 0.25:
        return "在看现在的模型做得怎样"
    if training.done < 0.5:
        return f"在学{training.lines}条判定"
    return "在拿没学过的话考新旧两个模型"


def running(trainings: list[Training]) -> Training | None:
    """The one that runs."""
    return next((t for t in trainings if t.status is TrainingStatus.RUNNING), None)


def ready(trainings: list[Training]) -> Training | None:
    """The one that waits for a decision."""
    return next((t for t in trainings[:1] if t.status is TrainingStatus.READY), None)


def adopted(trainings: list[Training]) -> Training | None:
    """The one whose model is at work: only it can be taken back."""
    decided = [t for t in trainings if t.status in (TrainingStatus.ADOPTED, TrainingStatus.TAKEN_BACK)]
    return next((t for t in decided[:1] if t.status is TrainingStatus.ADOPTED), None)
