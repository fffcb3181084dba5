"""The trained model at work: a dictionary of features, one matrix of weights, and a sum.

It needs numpy only. What it was trained with stays behind in `fitting`.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.taxonomy import Category, Kind, Tier, Urgency
from classifiers.features import BLOCKS

Floats = NDArray[np.floating[Any]]

#: The columns of the matrix: one decision after the other. `issue` and `part` are single log-odds.
HEADS: dict[str, tuple[str, ...]] = {
    "issue": ("issue",),
    "part": ("part",),
    "kind": tuple(Kind),
    "category": tuple(Category),
    "tier": tuple(Tier),
    "urgency": tuple(Urgency),
}
COLUMNS = sum(map(len, HEADS.values()))
SPANS: dict[str, slice] = {}
for _name, _labels in HEADS.items():
    _start = SPANS[next(reversed(SPANS))].stop if SPANS else 0
    SPANS[_name] = slice(_start, _start + len(_labels))

#: The columns of tier and urgency, which depend on the category too.
LATE = slice(SPANS["tier"].start, SPANS["urgency"].stop)
#: The probability from which on a text counts as an issue.
CUT = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights of every feature for every decision.

    The last column of *weights* is the squared inverse document frequency, so that one sum gives the length of a
    text's vector too; the other columns are weights times inverse document frequency. Rows of signals are plain.
    """

    #: Rows by feature: one table for words, one for character n-grams, one for signals.
    rows: tuple[dict[str, int], dict[str, int], dict[str, int]]
    weights: Floats
    bias: Floats
    #: Slope and offset of the calibrated probability of an issue.
    platt: tuple[float, float] = (1.0, 0.0)
    #: What the scores of the categories are divided by before they are probabilities.
    temperature: float = 1.0
    #: What each category adds to the columns `LATE`: noise is seldom urgent, a leak often.
    habits: Floats = field(default_factory=lambda: np.zeros((len(Category), LATE.stop - LATE.start), np.float32))
    about: dict[str, Any] = field(default_factory=dict)

    def scores(self, rows: NDArray[np.int64], starts: NDArray[np.intp]) -> Floats:
        """The log-odds of every decision, one line for each text, columns as in `SPANS`.

        *rows* holds the rows of all texts, block by block, and *starts* where each block of each text begins.
        """
        sums = np.add.reduceat(self.weights.take(rows, axis=0), starts, axis=0).reshape(-1, BLOCKS, COLUMNS + 1)
        lengths = np.sqrt(np.maximum(sums[:, :2, -1:], 1e-6))
        scores: Floats = (sums[:, :2, :-1] / lengths).sum(axis=1) + sums[:, 2, :-1] + self.bias
        return scores
