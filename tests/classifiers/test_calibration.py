"""Calibration: probabilities that come true as often as they say."""

import numpy as np

from classifiers.calibration import expected_error, platt, reliability, temperature


def test_calibrated_scores_are_believable() -> None:
    """Scores that over-state are brought back, so that what is said and what is are close."""
    rng = np.random.default_rng(5)
    scores = rng.normal(0, 3, 4_000)
    truth = rng.random(4_000) < 1 / (1 + np.exp(-0.5 * scores - 1))
    slope, offset = platt(scores, truth, np.ones(4_000))
    assert expected_error(1 / (1 + np.exp(-scores)), truth) > 0.1
    assert expected_error(1 / (1 + np.exp(-(slope * scores + offset))), truth) < 0.03


def test_the_curve_counts_every_line_once() -> None:
    """Every probability falls into one bin, the highest included."""
    said = np.array([0.0, 0.05, 0.55, 1.0])
    curve = reliability(said, np.array([False, False, True, True]))
    assert [(low, count) for low, _, _, count in curve] == [(0.0, 2), (0.5, 1), (0.9, 1)]


def test_temperature_cools_what_is_too_sure() -> None:
    """Scores that are right half of the time and sure all of the time get a high temperature."""
    scores = np.tile(np.array([[9.0, 0.0]]), (100, 1))
    assert temperature(scores, np.arange(100) % 2) > 5
