"""Why: the words of a text that weighed most, in the form that people typed them."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.domain.classification import Evidence
from classifiers.features import Page
from classifiers.index import Places
from classifiers.keywords import Hit
from classifiers.model import SPANS, Model
from classifiers.numbering import NOTHING, Numbering

#: How many words of each source are shown.
SHOWN = 3
#: How many words of the model are kept as they were shown. What residents typed is not kept.
_KEPT = 8192


def by_lexicon(line: str, hits: Sequence[Hit]) -> list[Evidence]:
    """The first words of *line* that the lexicon knows."""
    return [
        Evidence(source="keyword", words=line[h.start : h.end], weight=float(h.entry.points))
        for h in hits[:SHOWN]
        if not h.entry.section.startswith("cue")
    ]


def by_model(
    model: Model, numbering: Numbering, page: Page, asked: NDArray[np.bool_], categories: NDArray[np.intp]
) -> list[list[Evidence]]:
    """For each text of *page*, the words that spoke most for or against its being an issue of its category.

    Only texts that are *asked* about have any; *categories* are places in the list of all.
    """
    found: list[list[Evidence]] = [[] for _ in page.lines]
    owners, rows = _long_words(numbering, page, asked)
    weights = model.weights
    about = weights[rows, SPANS["category"].start + categories[owners]] + weights[rows, 0]
    order = np.lexsort((-np.abs(about), owners))
    for owner, row, weight in zip(owners[order].tolist(), rows[order].tolist(), about[order].tolist(), strict=True):
        own = found[owner]
        if len(own) < SHOWN and (one := _weighty(numbering.names[row], round(weight, 2))) not in own:
            own.append(one)
    return found


def _long_words(numbering: Numbering, page: Page, asked: NDArray[np.bool_]) -> tuple[Places, Places]:
    """The owners and rows of the words of two characters and more that the model knows."""
    owners, rows = page.owners[page.begins[:-1]], numbering.words[page.words[:-1]]
    at = np.flatnonzero((np.diff(page.begins) > 1) & (rows != NOTHING) & asked[owners])
    return owners[at], rows[at]


@lru_cache(_KEPT)
def _weighty(words: str, weight: float) -> Evidence:
    return Evidence(source="model", words=words, weight=weight)
