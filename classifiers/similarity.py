"""How much two texts speak of the same thing: the cosine of their words and characters, rare ones weighing more."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from classifiers.features import Reader, Seen
from classifiers.model import Model
from classifiers.segmentation import grams_of

#: How many texts' vectors are kept.
KEPT = 4096
#: What words count beside character n-grams.
_WORDS = 0.25

Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Similarity:
    """Compares texts; remembers the vectors of the last few thousand."""

    vector: Callable[[str], Vector]

    def between(self, a: str, b: str) -> float:
        """0 for nothing in common to 1 for the same."""
        one, other = self.vector(a), self.vector(b)
        # in one order, or the last digit of the sum would depend on chance
        return min(1.0, sum([one[f] * other[f] for f in sorted(one.keys() & other.keys())]))


def similarity_of(model: Model, reader: Reader) -> Similarity:
    """The similarity that weighs words as *model* does."""
    words, grams, _ = model.rows
    lengths = model.weights[:, -1]
    rarest = float(sqrt(lengths.max()))

    def weigh(features: set[str], rows: dict[str, int], share: float) -> Vector:
        found = {f: sqrt(lengths[rows[f]]) if f in rows else rarest for f in features}
        norm = sqrt(sum(v * v for v in found.values()) or 1.0)
        return {f: v / norm * sqrt(share) for f, v in found.items()}

    def vector(text: str) -> Vector:
        seen: Seen = reader.read(text)
        chosen = {w for w in seen.words if " " not in w}
        pieces = {g for g in grams_of(seen.text) if 2 <= len(g) <= 3}
        share = _WORDS if pieces else 1.0
        return weigh(chosen, words, share) | {"·" + f: v for f, v in weigh(pieces, grams, 1 - _WORDS).items()}

    return Similarity(lru_cache(maxsize=KEPT)(vector))
