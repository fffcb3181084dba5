"""Fits the weights of linking on conversations with known tickets, and prints them as a table for `intake/weights.py`.

Each message is shown with the tickets as they truly stood (the gold ones so far), and the weights are those of a
conditional logit over: nothing, a new matter, each standing ticket. The running program only reads the table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.intake.features import Features

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One message: the features of every choice but "nothing", and which of them are right ."""

    choices: tuple[Features, ...]
    right: frozenset[int]
    #: Is "nothing" right (too)?
    nothing: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Rows:
    """All choices of all questions as one matrix; choice 0 of each question is "nothing" (all zeros)."""

    values: Floats
    #: For each row, its question.
    owner: NDArray[np.int64]
    right: NDArray[np.bool_]
    weights: Floats


def fit(questions: Sequence[Question], names: Sequence[str], start: dict[str, float], decay: float) -> dict[str, float]:
    """The weights of *names* that make the right choices likeliest, held near zero by *decay*."""
    rows = _rows(questions, {name: i for i, name in enumerate(names)})
    first = np.array([start.get(n, 0.0) for n in names])

    def loss(w: Floats) -> tuple[float, Floats]:
        return _loss(w, rows, decay)

    best = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return {n: round(float(w), 3) for n, w in zip(names, best.x, strict=True)}


def _rows(questions: Sequence[Question], index: dict[str, int]) -> _Rows:
    table = list(_listed(questions))
    values = np.zeros((len(table), len(index)))
    for row, (_, features, _) in enumerate(table):
        for name, value in features.items():
            if name in index:
                values[row, index[name]] = value
    return _Rows(
        values,
        np.array([q for q, _, _ in table]),
        np.array([r for _, _, r in table]),
        np.array([q.weight for q in questions]),
    )


def _listed(questions: Sequence[Question]) -> Iterator[tuple[int, Features, bool]]:
    for number, question in enumerate(questions):
        yield number, {}, question.nothing
        for n, features in enumerate(question.choices):
            yield number, features, n in question.right


def _loss(w: Floats, rows: _Rows, decay: float) -> tuple[float, Floats]:
    """Negative log-likelihood of the right choices (summed where several are right), with its slope."""
    scores = rows.values @ w
    count = len(rows.weights)
    top = np.full(count, -np.inf)
    np.maximum.at(top, rows.owner, scores)
    powers = np.exp(scores - top[rows.owner])
    whole, good = np.zeros(count), np.zeros(count)
    np.add.at(whole, rows.owner, powers)
    np.add.at(good, rows.owner, np.where(rows.right, powers, 0.0))
    shares = powers / whole[rows.owner]
    wanted = np.where(rows.right, powers, 0.0) / good[rows.owner]
    each = rows.weights[rows.owner]
    value = -float(rows.weights @ np.log(good / whole)) + decay * float(w @ w)
    slope = rows.values.T @ ((shares - wanted) * each) + 2 * decay * w
    return value, slope
