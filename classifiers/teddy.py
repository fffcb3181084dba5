"""The published task: seven classes of citizens' messages of the 2020 Teddy Cup, by the same features and machine."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from bot.domain.errors import ConfigError
from classifiers.corpus import Example
from classifiers.features import Seen
from classifiers.fitting import prepared
from classifiers.keywords import load_lexicon
from classifiers.segmentation import dictionary
from classifiers.training import Told, reader_for

FILE = "teddy_f2_seg.jsonl"
FOLDS = 5


def macro_f1(folder: Path, tell: Told = lambda what, done: None) -> float:
    """The mean F1 of the seven classes over five folds, repeated texts within one fold. Raises `ConfigError`."""
    texts, labels = _rows(folder / FILE)
    seen = _read(texts)
    tell("reading", 0.2)
    groups = np.unique([t.replace(" ", "") for t in texts], return_inverse=True)[1]
    said = np.empty(len(labels), dtype=object)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    for done, (learn, test) in enumerate(folds.split(seen, labels, groups), start=1):
        said[test] = _learned(seen, labels, learn, test)
        tell(f"fold {done} of {FOLDS}", 0.2 + 0.16 * done)
    return float(f1_score(labels, said.astype(str), average="macro"))


def _rows(path: Path) -> tuple[list[str], "np.ndarray[tuple[int], np.dtype[np.str_]]"]:
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise ConfigError(f"{path}: the published messages cannot be read; --data names their folder") from error
    return [row["text"] for row in rows], np.array([row["label"] for row in rows])


def _read(texts: Sequence[str]) -> list[Seen]:
    lexicon = load_lexicon()
    reader = reader_for(dictionary(lexicon.words()), lexicon)
    return [reader.read(text) for text in texts]


def _learned(seen: list[Seen], labels: Sequence[str], learn: Sequence[int], test: Sequence[int]) -> list[str]:
    lesson = prepared([Example(text=seen[i].text) for i in learn], [seen[i] for i in learn])
    machine = LinearSVC(C=0.5, class_weight="balanced", random_state=0)
    machine.fit(lesson.sparse, [labels[i] for i in learn])
    said: list[str] = machine.predict(lesson.like([seen[i] for i in test])).tolist()
    return said
