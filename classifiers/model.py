"""The trained model at work: a dictionary of features, one matrix of weights, and a sum.

It needs numpy only. What it was trained with stays behind in `fitting`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.taxonomy import Category, Kind, Tier, Urgency
from classifiers.features import BLOCKS, Seen

Floats = NDArray[np.floating[Any]]

#: The columns of the matrix: one decision after the other. `issue` is a single log-odds.
HEADS: dict[str, tuple[str, ...]] = {
    "issue": ("issue",),
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

#: The probability from which on a text counts as an issue.
CUT = 0.35
#: The row that stands for "nothing known here"; without it an empty block could not be summed.
NOTHING = 0


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
    about: dict[str, Any] = field(default_factory=dict)

    def scores(self, seen: Sequence[Seen]) -> Floats:
        """The log-odds of every decision for each of *seen*, one line each, columns as in `SPANS`."""
        if not seen:
            return np.zeros((0, COLUMNS), np.float32)
        ids, starts = self._ids(seen)
        sums = np.add.reduceat(self.weights[ids], starts, axis=0).reshape(len(seen), BLOCKS, COLUMNS + 1)
        lengths = np.sqrt(np.maximum(sums[:, :2, -1:], 1e-6))
        scores: Floats = (sums[:, :2, :-1] / lengths).sum(axis=1) + sums[:, 2, :-1] + self.bias
        return scores

    def _ids(self, seen: Sequence[Seen]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        words, _, signals = self.rows
        lists: list[list[int]] = []
        for one in seen:
            lists += (known(one.words, words), [NOTHING, *set(one.grams)], known(one.signals, signals))
        sizes = np.fromiter(map(len, lists), np.intp, len(lists))
        starts = np.zeros(len(lists), np.intp)
        np.cumsum(sizes[:-1], out=starts[1:])
        return np.fromiter(chain.from_iterable(lists), np.intp, int(sizes.sum())), starts


def known(features: Sequence[str], rows: dict[str, int]) -> list[int]:
    """The rows of those *features* that stand in *rows*, each once, after the one for nothing."""
    return [NOTHING, *{rows[f] for f in features if f in rows}]
