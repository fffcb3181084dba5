"""Training: from the corpus to a model directory, with the figures it reached on writers it had not seen."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from classifiers.corpus import DATA, Example, fingerprint, read_corpus
from classifiers.ensemble import TextClassifier, assemble
from classifiers.features import Reader
from classifiers.fitting import fit
from classifiers.keywords import load_lexicon
from classifiers.normalise import simplified_by_opencc
from classifiers.segmentation import dictionary
from classifiers.store import save

Told = Callable[[str, float], None]


def reader_for(lexicon: Path | None = None) -> Reader:
    """The reader that training uses: jieba's dictionary, OpenCC's characters, and *lexicon*."""
    words = load_lexicon(lexicon)
    return Reader(simplified_by_opencc(), dictionary(words.words()), words)


def train(
    out_dir: Path,
    progress: Told | None = None,
    *,
    data: Path = DATA,
    lexicon: Path | None = None,
    trained_at: datetime | None = None,
) -> TextClassifier:
    """Train on *data* and write the model into *out_dir*.

    *progress* hears what is being done and how much is done, 0 to 1. Raises `ConfigError`.
    """
    tell = progress or (lambda what, done: None)
    tell("reading the corpus", 0.0)
    examples = read_corpus(data)
    reader = reader_for(lexicon)
    texts = [reader.read(e.text) for e in examples]
    model = fit(examples, texts, progress=lambda what, done: tell(f"learning {what}", 0.1 + 0.8 * done))
    model.about.update(_about(examples, data, trained_at))
    tell("writing the model", 0.95)
    save(out_dir, model, reader.dictionary, reader.simplified)
    tell("done", 1.0)
    return assemble(model, reader)


def _about(examples: list[Example], data: Path, trained_at: datetime | None) -> dict[str, object]:
    return {
        "trained_at": trained_at.isoformat() if trained_at else None,
        "data": fingerprint(data),
        "examples": len(examples),
        "writers": sorted({e.writer for e in examples}),
    }
