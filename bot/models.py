"""The models beside the one that stands: those of trainings, and the one that stood before each.

Whatever breaks off, the directory of the one that stands holds a whole model, and the next start uses it.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from bot.domain.errors import BotError
from bot.ports import Standing
from classifiers import TextClassifier, load_classifier
from classifiers.corpus import DATA, fingerprint
from classifiers.store import ABOUT, adopt, described, exists, learned, made_of


@dataclass(frozen=True)
class Models:
    """The model in *standing*, and the others in *folder*."""

    standing: Path
    folder: Path
    data: Path = DATA

    @cached_property
    def corpus(self) -> str:
        """The corpus and code that a model must be made of to be of use."""
        return fingerprint(self.data)

    def fresh(self, number: int) -> Path:
        """Where the model of training *number* is."""
        return self.folder / f"training-{number}"

    def before(self, number: int) -> Path:
        """Where the model is that stood before that of training *number*."""
        return self.folder / f"before-{number}"

    def facts(self) -> Standing:
        """What the model that stands says of itself."""
        facts = learned(self.standing)
        return Standing(
            trained_at=_moment(described(self.standing).get("trained_at")),
            lines=int(facts.get("lines", 0)),
            decided_until=_moment(facts.get("decided_until")),
        )

    def marks(self) -> tuple[int, object]:
        """What changes when another model stands."""
        try:
            return (self.standing / ABOUT).stat().st_mtime_ns, described(self.standing).get("trained_at")
        except OSError:
            return 0, None

    def load(self, directory: Path) -> TextClassifier:
        """The classifier in *directory*. Raises `BotError` if it is gone, or of another version of the program."""
        if not exists(directory) or made_of(directory) != self.corpus:
            raise BotError("这个模型已经不在了，或者程序更新过、它用不上了：请重新训练一次")
        return load_classifier(directory)

    def put_to_work(self, number: int) -> None:
        """Let the model of training *number* stand; the one that stood is kept."""
        if exists(self.standing) and not exists(self.before(number)):
            adopt(self.standing, self.before(number))
        adopt(self.fresh(number), self.standing)

    def take_back(self, number: int) -> None:
        """Let the model stand that stood before. Raises `BotError` if another came since."""
        if described(self.standing).get("trained_at") != described(self.fresh(number)).get("trained_at"):
            raise BotError("现在用的已经不是这次训练出来的模型，退不回去了")
        adopt(self.before(number), self.standing)

    def make_room(self, keep: set[int]) -> None:
        """Forget the models of all trainings but those to *keep*."""
        self.folder.mkdir(parents=True, exist_ok=True)
        wanted = {path.name for n in keep for path in (self.fresh(n), self.before(n))}
        for path in self.folder.iterdir():
            if path.is_dir() and path.name not in wanted:
                shutil.rmtree(path, ignore_errors=True)


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
