"""Training with what people corrected: a model that is no worse takes the place of the one that stands."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.domain.errors import BotError, ConfigError
from bot.teaching import Lessons
from classifiers import load_classifier
from classifiers.comparing import Comparison, Sides, on_lines, on_writers, restored, stored
from classifiers.corpus import DATA, fingerprint
from classifiers.store import adopt, learned, made_of, note
from classifiers.training import train

Told = Callable[[str, float], None]


class NothingToLearn(BotError):
    """There are no corrections."""


class NotBetter(BotError):
    """The new model is worse than the one that stands; that one was left in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a training."""

    comparison: Comparison
    learned: int
    #: Why it should not have been put in place; empty: it is no worse.
    objections: tuple[str, ...]
    in_place: bool


def learn(found: Lessons, directory: Path, tell: Told, *, force: bool, now: datetime, data: Path = DATA) -> Outcome:
    """Train with *found*, compare with the model in *directory*, and replace it unless the new one is worse.

    With *force* it is replaced all the same. Raises `NothingToLearn`.
    """
    if not found.learned.examples:
        raise NothingToLearn(
            "库里还没有可学的更正：先由楼长、社区确认、改类或判误报几张工单，或用 loushi review 判几条待看的消息"
        )
    directory.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".learning-", dir=directory.parent) as scratch:
        fresh = Path(scratch) / "after"
        comparison = tried(found, directory, fresh, tell, now=now, data=data)
        objections = tuple(comparison.objections())
        if force or not objections:
            adopt(fresh, directory)
    return Outcome(
        comparison=comparison,
        learned=len(found.learned.examples),
        objections=objections,
        in_place=force or not objections,
    )


def tried(found: Lessons, directory: Path, fresh: Path, tell: Told, *, now: datetime, data: Path = DATA) -> Comparison:
    """Train with *found* into *fresh*, and compare with the model in *directory*, which is left alone.

    The new model keeps the figures that it was judged by.
    """
    with TemporaryDirectory(prefix=".before-", dir=fresh.parent) as scratch:
        standing = _standing(directory, Path(scratch) / "before", data, _part(tell, 0.0, 0.25))
        train(fresh, _part(tell, 0.25, 0.5), data=data, trained_at=now, learned=found.learned)
        comparison = _compared(standing, fresh, found, data, _part(tell, 0.5, 1.0))
    sides = {"corrections": comparison.corrections.after, "writers": comparison.writers.after}
    note(fresh, figures={part: stored(figures) for part, figures in sides.items()})
    return comparison


def _standing(directory: Path, instead: Path, data: Path, tell: Told) -> Path:
    """The model to compare with: the one that stands, or, if it is of another corpus or broken, one of the corpus."""
    if made_of(directory) == fingerprint(data):
        with suppress(ConfigError):
            load_classifier(directory)
            return directory
    train(instead, tell, data=data)
    return instead


def _compared(standing: Path, fresh: Path, found: Lessons, data: Path, tell: Told) -> Comparison:
    """The models in *standing* and *fresh* on the held-out corrections, and on writers they had not seen."""
    before, after = load_classifier(standing), load_classifier(fresh)
    old = restored(_kept(learned(standing))) or on_writers(before.model, (), data, _part(tell, 0.0, 0.5))
    new = on_writers(after.model, found.learned.examples, data, _part(tell, 0.5, 1.0))
    return Comparison(
        corrections=Sides(before=on_lines(before, found.held_out), after=on_lines(after, found.held_out)),
        writers=Sides(before=old, after=new),
    )


def _kept(facts: Mapping[str, object]) -> object:
    """The figures on writers that a model keeps, if it was compared when it was trained."""
    figures = facts.get("figures")
    return figures.get("writers") if isinstance(figures, dict) else None


def _part(tell: Told, begin: float, end: float) -> Told:
    return lambda what, done: tell(what, begin + (end - begin) * done)
