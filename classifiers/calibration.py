"""From scores to probabilities one may believe: learned on writers that the scores had not seen."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from classifiers.model import Floats

Labels = NDArray[np.intp]


def platt(scores: Floats, is_issue: NDArray[np.bool_], counts: Floats) -> tuple[float, float]:
    """The slope and offset that make the logistic of *scores* the share of issues, each line counting *counts*."""
    model = LogisticRegression(C=1e6).fit(scores.reshape(-1, 1), is_issue, sample_weight=counts)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def temperature(scores: Floats, wanted: Labels) -> float:
    """What to divide *scores* of several labels by, so that their softmax is as likely as can be."""

    def loss(log_t: NDArray[np.float64]) -> float:
        shares = log_softmax(scores / np.exp(log_t[0]), axis=1)
        return -float(shares[np.arange(len(wanted)), wanted].mean())

    return float(np.exp(minimize(loss, [0.0], method="Nelder-Mead").x[0]))


def expected_error(probabilities: Floats, came_true: NDArray[np.bool_], bins: int = 10) -> float:
    """How far off the probabilities are on average, over *bins* of equal width."""
    total = 0.0
    for _, said, was, count in reliability(probabilities, came_true, bins):
        total += count * abs(said - was)
    return total / max(1, len(probabilities))


def reliability(
    probabilities: Floats, came_true: NDArray[np.bool_], bins: int = 10
) -> list[tuple[float, float, float, int]]:
    """For each bin that is not empty: its lower end, the mean probability, the share that came true, how many."""
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    curve = []
    for place in range(bins):
        inside = places == place
        if inside.any():
            said, was = float(probabilities[inside].mean()), float(came_true[inside].mean())
            curve.append((place / bins, said, was, int(inside.sum())))
    return curve
