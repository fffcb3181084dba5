"""Looking up thousands of numbers in one go: a hash table that numpy fills and asks."""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Places = NDArray[np.int32]

#: Spreads keys that differ in few bits over all homes (the golden ratio, as Knuth has it).
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
#: How many homes there are for each key, at least: the more, the fewer keys share one.
_ROOM = 4


class Index:
    """Says where numbers of 64 bits stand in a list of known ones."""

    def __init__(self, keys: Keys) -> None:
        """Take the distinct *keys*; 0 is not allowed among them."""
        self._keys = np.concatenate([np.zeros(1, np.uint64), keys])
        bits = max(4, int(_ROOM * len(keys)).bit_length())
        self._shift = np.uint64(64 - bits)
        homes = self._homes(keys)
        order = np.argsort(homes, kind="stable")
        homes, places = homes[order], order.astype(np.int32) + np.int32(1)
        shared = homes[1:] == homes[:-1]
        #: The first key of each home, and after each key the next of the same home; 0 for none.
        self._first = np.zeros(1 << bits, np.int32)
        self._first[homes[::-1]] = places[::-1]
        self._next = np.zeros(len(self._keys), np.int32)
        self._next[places[:-1][shared]] = places[1:][shared]

    def find(self, asked: Keys) -> Places:
        """The place of each of *asked* among the keys, counted from 1; 0 where there is none."""
        found: Places = self._first[self._homes(asked)]
        wrong = np.flatnonzero((self._keys[found] != asked) & (found > 0))
        while wrong.size:
            found[wrong] = self._next[found[wrong]]
            wrong = wrong[(self._keys[found[wrong]] != asked[wrong]) & (found[wrong] > 0)]
        return found

    def _homes(self, keys: Keys) -> Keys:
        homes: Keys = (keys * _SPREAD) >> self._shift
        return homes
