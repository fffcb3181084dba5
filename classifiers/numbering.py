"""From what was found in texts to the rows of a model, for many texts in one go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.features import BLOCKS, Page
from classifiers.index import Index, Keys, Places
from classifiers.segmentation import BORDER, Table

Rows = Mapping[str, int]
#: A key is a text and a block above so many bits, and a row of the model below.
_LOW = 32
#: The row that stands for "nothing known here"; without it an empty block could not be summed.
NOTHING = 0


@dataclass(frozen=True, slots=True)
class Numbering:
    """Which row of a model stands for which stretch as a word, as an n-gram, for which pair of words, which signal."""

    words: Places
    grams: Places
    pairs: Index
    pair_rows: Places
    signals: Rows
    #: The words of the rows.
    names: list[str]

    def rows(self, page: Page) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """The rows of all texts of *page*, block by block, each once; and where each block of each text begins.

        Every block begins with the row for nothing.
        """
        owners = page.owners[page.begins]
        nothing = np.arange(BLOCKS * len(page.lines), dtype=np.int64) << _LOW
        word = _marked(self.words[page.words], owners, 0)
        pair = _marked(self.pair_rows[self.pairs.find(joined(page.words[:-1], page.words[1:]))], owners[:-1], 0)
        gram = _marked(self.grams[page.found].ravel(), np.tile(page.owners, len(page.found)), 1)
        keys = np.concatenate([nothing, word, pair, gram, self._signals(page)])
        keys.sort()
        keys = keys[np.append(True, keys[1:] != keys[:-1])]
        rows = keys & ((1 << _LOW) - 1)
        return rows, np.flatnonzero(rows == NOTHING)

    def _signals(self, page: Page) -> NDArray[np.int64]:
        known = self.signals
        keys = [(i * BLOCKS + 2 << _LOW) | known[s] for i, own in enumerate(page.signals) for s in own if s in known]
        return np.array(keys, np.int64)


def _marked(rows: Places, owners: Places, block: int) -> NDArray[np.int64]:
    at = np.flatnonzero(rows)
    keys: NDArray[np.int64] = (owners[at].astype(np.int64) * BLOCKS + block << _LOW) | rows[at]
    return keys


def joined(first: Places, second: Places) -> Keys:
    """One key for each pair of numbers."""
    keys: Keys = first.astype(np.uint64) << np.uint64(_LOW) | second.astype(np.uint64)
    return keys


def numbering_of(rows: Sequence[Rows], table: Table) -> Numbering:
    """The numbering for the *rows* of a model, in which words and pairs share a block."""
    words, grams, signals = rows
    pairs = np.array(list(_pairs(words, table.numbers)), np.int32).reshape(-1, 3)
    return Numbering(
        words=_by_number(words, table),
        grams=_by_number(grams, table),
        pairs=Index(joined(pairs[:, 0], pairs[:, 1])),
        pair_rows=np.append(np.int32(NOTHING), pairs[:, 2]),
        signals=signals,
        names=["", *words],
    )


def _by_number(rows: Rows, table: Table) -> Places:
    """The row of each stretch of *table*, as an array over its numbers."""
    found = np.full(len(table.odds), NOTHING, np.int32)
    known = [stretch for stretch in rows if stretch in table.numbers]
    found[[table.numbers[stretch] for stretch in known]] = [rows[stretch] for stretch in known]
    return found


def _pairs(words: Rows, numbers: Rows) -> Iterator[tuple[int, int, int]]:
    """The numbers of both words of each pair in *words*, and its row. A border reads as `^` before, as `$` after."""
    for pair, row in words.items():
        at = pair.find(" ")
        while at >= 0:
            first, second = pair[:at], pair[at + 1 :]
            for x in (first, BORDER) if first == "^" else (first,):
                for y in (second, BORDER) if second == "$" else (second,):
                    if x in numbers and y in numbers:
                        yield numbers[x], numbers[y], row
            at = pair.find(" ", at + 1)
