"""Cutting texts into words by the most likely path through a dictionary, and finding everything else on the way.

The dictionary is jieba's, without its rarest words; the cut is the one that jieba makes with its hidden Markov model
off, without its start-up. Unknown words are left to the character n-grams. One table serves for words, n-grams and the
heads of lexicon entries, and many texts are looked up in it as if they were one, because looking things up is what
costs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.index import Index, Keys, Places

#: Words and n-grams are no longer than this.
LONGEST = 4
#: jieba's words that are rarer than this are left out.
RAREST = 5
#: How often an own word is taken to have been seen.
OWN = 20
#: The odds of what is no word, and of a character that the dictionary does not know.
NO_WORD, _UNKNOWN = -1e9, -17.0
#: What stands between two texts. It is a word by itself, and in no other.
BORDER = "\n"
#: The number of a character that is in no stretch.
_FOREIGN = 0xFFFF
_CHARACTERS = 0x110000
#: How many bits a character takes in the key of a stretch.
_LETTER = np.uint64(16)

#: The log-odds of words.
Dictionary = dict[str, float]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """The stretches of up to four characters that mean something, each under its number, counted from 1; 0 is none."""

    numbers: dict[str, int]
    #: For each character its own small number, so that four fit into 64 bits.
    letters: NDArray[np.uint16]
    index: Index
    #: The log-odds of each stretch as a word.
    odds: Floats

    def find(self, text: str) -> Places:
        """The stretches that begin at each place of *text*: four rows, one for each length."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        letters = self.letters[codes].astype(np.uint64)
        keys = np.zeros((LONGEST, len(letters)), np.uint64)
        keys[0] = letters
        for n in range(1, LONGEST):
            keys[n, :-n] = keys[n - 1, :-n] << _LETTER | letters[n:]
        return self.index.find(keys.ravel()).reshape(keys.shape)

    def cut(self, found: Places) -> tuple[Places, Places]:
        """Where the most likely words begin in a text of which *found* is known, and their numbers."""
        single = np.maximum(self.odds[found[0]], _UNKNOWN)
        starts, ends = _path(single, self.odds[found[1:]])
        numbers = found[0].copy()
        numbers[starts] = found[ends - starts - 1, starts]
        begins = np.ones(len(numbers), np.bool_)
        for n in range(1, LONGEST):
            begins[(starts + n)[ends - starts > n]] = False
        places = np.flatnonzero(begins)
        return places.astype(np.int32), numbers[places]


def _path(single: Floats, longer: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The beginnings and ends of the words of two characters and more on the most likely path.

    *single* are the log-odds of each character alone, *longer* those of the words that begin there. What counts is how
    much a word gains over its characters: of all the words that gain, the best that do not overlap are chosen.
    """
    before = np.concatenate([np.zeros(1), np.cumsum(single)])
    length, starts = np.nonzero(longer > NO_WORD)
    ends = starts + length + 2
    gains = longer[length, starts] - (before[ends] - before[starts])
    order = np.argsort((ends * LONGEST + length)[worth := gains >= 0])
    starts, ends, gains = starts[worth][order], ends[worth][order], gains[worth][order]
    earlier = np.searchsorted(ends, starts, side="right").tolist()
    best, taken = [0.0], []
    for gain, last in zip(gains.tolist(), earlier, strict=True):
        total = best[last] + gain
        taken.append(total >= best[-1])
        best.append(max(total, best[-1]))
    chosen = []
    k = len(taken)
    while k:
        k -= 1
        if taken[k]:
            chosen.append(k)
            k = earlier[k]
    return starts[chosen], ends[chosen]


def table_of(words: Dictionary, others: Iterable[str]) -> Table:
    """The table for *words* and *others*, which are n-grams of a model or heads of a lexicon."""
    odds = {BORDER: 0.0, **words}
    odds |= dict.fromkeys((s for s in others if s not in odds), NO_WORD)
    codes = np.array(list(odds), f"U{LONGEST}").view(np.uint32).reshape(-1, LONGEST)
    known = np.unique(codes[codes > 0])
    letters = np.full(_CHARACTERS, _FOREIGN, np.uint16)
    letters[known] = np.arange(1, len(known) + 1)
    letters[0] = 0
    keys: Keys = np.zeros(len(odds), np.uint64)
    for column in letters[codes].astype(np.uint64).T:
        keys = np.where(column > 0, keys << _LETTER | column, keys)
    letters[0] = _FOREIGN
    return Table(
        numbers=dict(zip(odds, range(1, len(odds) + 1), strict=True)),
        letters=letters,
        index=Index(keys),
        odds=np.array([NO_WORD, *odds.values()], np.float32).astype(np.float64),
    )


def grams_of(text: str) -> list[str]:
    """All stretches of one to four characters of *text*."""
    return [text[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(text) - n + 1)]


@lru_cache(maxsize=1)
def jieba_dictionary() -> dict[str, int]:
    """How often jieba's corpus saw each word of up to four characters."""
    import jieba

    tokenizer = jieba.Tokenizer()
    counts, _ = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return {w: n for w, n in counts.items() if len(w) <= LONGEST and (n >= RAREST or (n and len(w) == 1))}


def dictionary(own: Iterable[str]) -> Dictionary:
    """The log-odds of jieba's words and of *own* words, which count as rare ones."""
    counts = dict(jieba_dictionary())
    counts.update({w: max(counts.get(w, 0), OWN) for w in own if 1 < len(w) <= LONGEST})
    total = log(sum(counts.values()))
    return {word: log(count) - total for word, count in counts.items()}
