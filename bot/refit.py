"""`python -m bot.refit`: fits the weights of linking anew, on the conversations of the corpus, and writes the table.

The classifier that reads a conversation must not have learned from it, or it would be surer than it ever is in life:
for each group of writers one is trained without them.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import typer

from bot.adapters.transcript.labelled import read_labelled
from bot.domain.classification import Classification
from bot.domain.members import Member
from bot.domain.messages import ConversationRef, Identity, InboundMessage, Sender
from bot.domain.records import Conversation
from bot.domain.taxonomy import Kind
from bot.fitting import Question, fit
from bot.intake import weights
from bot.intake.features import of_new
from bot.intake.scene import Rules, Scene
from bot.lessons import Lesson
from bot.ports import Classifier
from classifiers import load_classifier
from classifiers.corpus import DATA, read_singles
from classifiers.training import train

#: Writers of conversations, and the single messages that are held out with them.
FOLDS = {
    "north": ("north", "northeast"),
    "delta": ("delta", "young"),
    "south": ("south", "sichuan"),
    "mixed": ("central", "elders"),
    "city": (),
    "town": (),
    "block": (),
}
#: A single message tells less than one amid talk.
SINGLE = 0.15
#: Features seen more rarely than this are left out.
RARE = 15
DECAY = 1.0
ZONE = ZoneInfo("Asia/Shanghai")
HEAD = '"""The weights of linking, made by `python -m bot.refit`; positive speaks for the choice."""\n'


def without(fold: str, folder: Path) -> Path:
    """A copy in *folder* of the corpus without the writers of *fold*."""
    (folder / "conversations").mkdir(parents=True)
    for file in [*DATA.glob("*.tsv"), *(DATA / "conversations").glob("*.tsv")]:
        held_out = file.stem.startswith(fold) if file.parent.name == "conversations" else file.stem in FOLDS[fold]
        if not held_out:
            shutil.copy(file, folder / file.relative_to(DATA))
    return folder


def questions(fold: str) -> Iterator[Question]:
    """Every message of the writers of *fold*, read by a classifier that does not know them."""
    with TemporaryDirectory() as folder:
        train(Path(folder) / "model", data=without(fold, Path(folder) / "data"))
        classifier = load_classifier(Path(folder) / "model")
    for file in sorted((DATA / "conversations").glob(f"{fold}*.tsv")):
        yield from Lesson(read_labelled(file, ZONE), classifier).questions()
    for name in FOLDS[fold]:
        yield from singles(DATA / f"{name}.tsv", classifier)


def singles(file: Path, classifier: Classifier) -> Iterator[Question]:
    """Single messages, each as the first words in an empty group."""
    examples = list(read_singles(file))
    for example, seen in zip(examples, classifier.classify_many([e.text for e in examples]), strict=True):
        scene = replace(_EMPTY, message=replace(_EMPTY.message, text=example.text), classification=seen)
        right = frozenset({0} if example.issue else ())
        yield Question(choices=(of_new(scene),), right=right, nothing=not example.issue, weight=SINGLE)


def _empty() -> Scene:
    ref = ConversationRef(platform="transcript", id="r1")
    who = Identity(platform="transcript", user_id="u1")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Scene(
        message=InboundMessage(conversation=ref, message_id="m1", sender=Sender(identity=who), text="", at=at),
        classification=Classification(kind=Kind.CHATTER),
        burst=None,
        member=Member(identity=who),
        conversation=Conversation(ref=ref, first_seen=at),
        window=(),
        tickets=(),
        quoted=frozenset(),
        quotes_bot=False,
        similarity=lambda a, b: 0.0,
        rules=Rules(),
    )


_EMPTY = _empty()


def main(out: Path = Path(str(weights.__file__))) -> None:
    """Fit the weights and write them to *out*."""
    asked: list[Question] = []
    for fold in FOLDS:
        asked += questions(fold)
        typer.echo(f"{fold}: {len(asked)} questions")
    counts: dict[str, int] = {}
    for question in asked:
        for features in question.choices:
            for name in features:
                counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= RARE)
    found = fit(asked, names, weights.WEIGHTS, DECAY)
    lines = [f'    "{name}": {value},\n' for name, value in sorted(found.items()) if abs(value) >= 0.02]
    out.write_text(f"{HEAD}\nWEIGHTS: dict[str, float] = {{\n{''.join(lines)}}}\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
