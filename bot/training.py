"""The `train` command of both command lines: what it prints, and how it ends."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.app import keys_of
from bot.domain.errors import BotError
from bot.domain.taxonomy import Category
from bot.learning import NotBetter, Outcome, learn
from bot.teaching import database_url, lessons, read_corrections
from classifiers.comparing import NAMES, Sides, stored
from classifiers.corpus import DATA
from classifiers.store import learned
from classifiers.training import train
from config.settings import load_settings

_PARTS = {"corrections": "留出的更正", "writers": "没见过的写手"}


def train_from(
    where: str, directory: Path, config: Path | None = None, *, force: bool, as_json: bool, data: Path = DATA
) -> None:
    """Train from the database *where* (empty: the one of the settings) into *directory*, and print before and after.

    Raises `NothingToLearn`, `ConfigError`, or `NotBetter` when the old model was left in its place.
    """
    settings = load_settings(config)
    url = database_url(where or settings.database_url)
    found = lessons(*asyncio.run(read_corrections(url, keys_of(settings))))
    with telling() as tell:
        outcome = learn(found, directory, tell, force=force, now=datetime.now(UTC), data=data)
    if as_json:
        sys.stdout.write(json.dumps(_data(outcome, directory), ensure_ascii=False, indent=1) + "\n")
    else:
        show(outcome)
    _conclude(outcome)


def train_on_corpus(directory: Path, *, force: bool) -> None:
    """Train on the corpus alone. Raises `BotError` rather than throw away, unasked, what was learned from use."""
    lines = learned(directory).get("lines", 0)
    if lines and not force:
        raise BotError(
            f"现在的模型从使用中学过 {lines} 条更正，只用语料重训会丢掉它们：请加 --from-db，确实要丢请加 --force"
        )
    with telling() as tell:
        train(directory, tell, trained_at=datetime.now(UTC))


@contextmanager
def telling(console: Console | None = None) -> Iterator[Callable[[str, float], None]]:
    """A bar that shows what is being done."""
    columns = (TextColumn("[bold]训练模型[/] {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console or Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, done: bar.update(task, description=what, completed=done)


def _conclude(outcome: Outcome) -> None:
    errors = Console(stderr=True)
    why = "；".join(outcome.objections)
    if not outcome.in_place:
        raise NotBetter(f"新模型不如现在的（{why}），没有换上；确实要换请加 --force")
    if why:
        errors.print(f"注意：新模型不如原来的（{why}），按 --force 仍然换上了", markup=False, soft_wrap=True)
    errors.print(f"已换上学过 {outcome.learned} 条更正的模型，开着的机器人几秒后就用它", markup=False, soft_wrap=True)


def _data(outcome: Outcome, directory: Path) -> dict[str, object]:
    sides = {part: getattr(outcome.comparison, part) for part in _PARTS}
    return {
        **{part: {"before": stored(side.before), "after": stored(side.after)} for part, side in sides.items()},
        "learned": outcome.learned,
        "objections": list(outcome.objections),
        "in_place": outcome.in_place,
        "model": learned(directory),
    }


def show(outcome: Outcome) -> None:
    """Print what came of a training, before and after."""
    out = Console()
    table = Table("", "数字", "之前", "之后", "变化", title=f"学习 {outcome.learned} 条更正")
    categories = Table("类别 F1", "更正 之前", "之后", "条", "写手 之前", "之后", "条")
    for part, name in _PARTS.items():
        side: Sides = getattr(outcome.comparison, part)
        for figure, label in NAMES.items():
            was, now = side.before.values.get(figure), side.after.values.get(figure)
            change = f"{now - was:+.3f}" if was is not None and now is not None else ""
            table.add_row(f"{name}（{side.before.lines} 条）", label, _number(was), _number(now), change)
    for category in Category:
        cells = [cell for part in _PARTS for cell in _f1(getattr(outcome.comparison, part), category.value)]
        categories.add_row(category.label, *cells)
    out.print(table)
    out.print(categories)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _f1(side: Sides, category: str) -> tuple[str, str, str]:
    was, now = side.before.categories.get(category), side.after.categories.get(category)
    lines = (was or now or (0.0, 0))[1]
    return _number(was and was[0]), _number(now and now[0]), str(lines)
