"""docs/figures.md speaks of every figure that there is."""

from pathlib import Path

import pytest

from bot.domain.figures.names import CountName, RateName, Reason, TimeName
from bot.domain.taxonomy import Named

DOC = (Path(__file__).parents[3] / "docs" / "figures.md").read_text("utf-8")


@pytest.mark.parametrize("word", [w for words in (CountName, RateName, TimeName, Reason) for w in words], ids=repr)
def test_every_figure_and_every_reason_is_defined(word: Named) -> None:
    """By the name that people read."""
    assert word.label in DOC
