"""The classifier that a command starts with: loaded, or trained first, and never without what was learned from use."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.app import data_dir, keys_of
from bot.domain.errors import BotError
from classifiers import TextClassifier, load_classifier
from classifiers.corpus import DATA, fingerprint
from classifiers.store import learned, made_of, spare
from config.settings import Settings

if TYPE_CHECKING:
    from classifiers.training import Learned


def ready_classifier(directory: Path, console: Console, data: Path = DATA) -> TextClassifier:
    """The classifier in *directory*; if none stands there, or one of another corpus, it is trained on *data* first.

    One that learned from use is left as it is, and one of the corpus alone is trained beside it: see `ready_model`.
    """
    if made_of(directory) == fingerprint(data):
        return load_classifier(directory)
    place = spare(directory)
    if place != directory:
        console.print(
            f"程序或语料更新过，而 {directory} 里的模型学过更正，手边没有那个数据库：这次先用只学语料的模型，"
            "学过的原样留着；要更新它：python -m bot train --from-db",
            soft_wrap=True,
        )
    if made_of(place) != fingerprint(data):
        _train(place, console, data)
    return load_classifier(place)


async def ready_model(settings: Settings, console: Console, data: Path = DATA) -> TextClassifier:
    """The classifier of *settings*. After an upgrade, what it had learned from use is learned again from the database.

    Only what the old model had learned: newer corrections wait for a training that compares. Raises `ConfigError`.
    """
    directory = data_dir(settings) / "model"
    facts = learned(directory)
    if facts and made_of(directory) != fingerprint(data):
        await _learn_again(directory, settings, facts, console, data)
    return ready_classifier(directory, console, data)


async def _learn_again(
    directory: Path, settings: Settings, facts: Mapping[str, object], console: Console, data: Path
) -> None:
    from bot.teaching import as_before, database_url

    try:
        again = (await as_before(database_url(settings.database_url), facts, keys_of(settings))).learned
    except BotError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return
    if again.examples:
        lines = f"{len(again.examples)} 条（原来 {facts.get('lines', '?')} 条）"
        console.print(f"程序或语料更新过：连同从使用中学到的更正 {lines}重新训练", soft_wrap=True)
        _train(directory, console, data, again)


def _train(directory: Path, console: Console, data: Path, again: "Learned | None" = None) -> None:
    """Train on *data* and on what was learned *again*. scikit-learn is loaded only here: it takes a while."""
    from bot.training import telling
    from classifiers.training import NOTHING, train

    with telling(console) as tell:
        train(directory, tell, data=data, trained_at=datetime.now(UTC), learned=again or NOTHING)
