"""The published task: seven classes of citizens' messages of the 2020 Teddy Cup, by the features and the machine that
learn from chat. These are letters, not messages: words count by how often they come, and the opening counts twice,
for it names the matter.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from bot.domain.errors import ConfigError
from classifiers.fitting import Counts, Progress, matrix, tabulate

FILE = "teddy_f2_seg.jsonl"
FOLDS = 5
#: How many words the opening of a letter has, and how it counts beside the whole.
OPENING, EMPHASIS = 14, 0.6


def macro_f1(folder: Path, tell: Progress = lambda what, done: None) -> float:
    """The mean F1 of the seven classes over five folds, repeated texts within one fold. Raises `ConfigError`."""
    texts, labels = _rows(folder / FILE)
    tell("reading", 0.0)
    letters = [_counted(text.split()) for text in texts]
    openings = [_counted(text.split()[:OPENING]) for text in texts]
    groups = np.unique([t.replace(" ", "") for t in texts], return_inverse=True)[1]
    said = np.empty(len(labels), dtype=object)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    for done, (learn, test) in enumerate(folds.split(letters, labels, groups), start=1):
        tell(f"fold {done} of {FOLDS}", done / (FOLDS + 1))
        known, asked = _matrices(letters, learn, test)
        more_known, more_asked = _matrices(openings, learn, test)
        machine = LinearSVC(C=1.0, class_weight="balanced", random_state=0)
        machine.fit(hstack([known, EMPHASIS * more_known]).tocsr(), labels[learn])
        said[test] = machine.predict(hstack([asked, EMPHASIS * more_asked]).tocsr())
    return float(f1_score(labels, said.astype(str), average="macro"))


def _counted(words: list[str]) -> Counts:
    """The words as the file has them, and character n-grams of two and three."""
    line = "".join(words)
    grams = Counter(line[i : i + n] for n in (2, 3) for i in range(len(line) - n + 1))
    return Counter(words), grams, {}


def _matrices(texts: Sequence[Counts], learn: Sequence[int], test: Sequence[int]) -> tuple[csr_matrix, csr_matrix]:
    known = [texts[i] for i in learn]
    table = tabulate(known)
    return matrix(known, table), matrix([texts[i] for i in test], table)


def _rows(path: Path) -> tuple[list[str], NDArray[np.str_]]:
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise ConfigError(f"{path}: the published messages cannot be read; --data names their folder") from error
    return [row["text"] for row in rows], np.array([row["label"] for row in rows])
