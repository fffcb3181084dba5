"""Linking asks how likely every category is, not only the best one."""

from pathlib import Path

import pytest

from bot.domain.taxonomy import Category
from classifiers import load_classifier


def test_the_shares_of_all_categories_are_told(model_dir: Path) -> None:
    """The likely categories come with their probabilities, the best of which is the category itself."""
    (found,) = load_classifier(model_dir).classify_many(["电梯口堆着纸箱，消防通道都堵了"])
    assert found.shares[found.category] == pytest.approx(found.category_confidence)
    assert max(found.shares, key=lambda c: found.shares[c]) is found.category
    assert 0.7 < sum(found.shares.values()) <= 1.01
    assert all(isinstance(c, Category) for c in found.shares)
