"""Training: from the corpus to a model directory, with the figures it reached on writers it had not seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from classifiers.augment import retold
from classifiers.corpus import DATA, Example, fingerprint, read_corpus
from classifiers.ensemble import TextClassifier, load_classifier
from classifiers.features import Reader, reader_of
from classifiers.fitting import Lesson, fit, prepared
from classifiers.keywords import Lexicon, load_lexicon
from classifiers.normalise import simplified_by_opencc
from classifiers.segmentation import Dictionary, dictionary
from classifiers.store import LEARNED, save

Told = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What people corrected in use, and the facts about it that go into the model's description."""

    examples: Sequence[Example] = ()
    #: Numbers, dates and hashes; never anybody's words.
    about: Mapping[str, object] = field(default_factory=dict)


NOTHING = Learned()


def reader_for(words: Dictionary, lexicon: Lexicon, rows: Mapping[str, int] | None = None) -> Reader:
    """A reader for *words* and *lexicon* with OpenCC's characters, and with the n-grams that have *rows*."""
    return reader_of(simplified_by_opencc(), words, rows or {}, lexicon)


def train(
    out_dir: Path,
    progress: Told | None = None,
    *,
    data: Path = DATA,
    lexicon: Path | None = None,
    trained_at: datetime | None = None,
    learned: Learned = NOTHING,
) -> TextClassifier:
    """Train on *data* and what was *learned* from use, and write the model into *out_dir*.

    *progress* hears what is being done and how much is done, 0 to 1. Raises `ConfigError`.
    """
    tell = progress or (lambda what, done: None)
    tell("reading the corpus", 0.0)
    examples = read_corpus(data)
    known = load_lexicon(lexicon)
    words = dictionary(known.words())
    lesson = lesson_of([*examples, *learned.examples], reader_for(words, known))
    model = fit(lesson, lambda what, done: tell(f"learning {what}", 0.2 + 0.7 * done))
    model.about.update(_about(examples, data, trained_at))
    if learned.examples:
        model.about[LEARNED] = dict(learned.about)
    tell("writing the model", 0.95)
    save(out_dir, model, words, simplified_by_opencc())
    tell("done", 1.0)
    return load_classifier(out_dir, lexicon)


def lesson_of(examples: list[Example], reader: Reader) -> Lesson:
    """*examples* and their retold variations, read by *reader*."""
    more = [*examples, *retold(examples)]
    return prepared(more, [reader.read(e.text) for e in more])


def _about(examples: list[Example], data: Path, trained_at: datetime | None) -> dict[str, object]:
    return {
        "trained_at": trained_at.isoformat() if trained_at else None,
        "data": fingerprint(data),
        "examples": len(examples),
        "writers": sorted({e.writer for e in examples}),
    }
