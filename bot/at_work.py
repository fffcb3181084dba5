"""The classifier at work, which may be changed while the program runs: whoever holds this uses one of them whole."""

from collections.abc import Sequence

from bot.domain.classification import Classification
from bot.ports import Classifier


class AtWork:
    """`ports.Classifier` by whichever classifier is at work. What needs several answers of one takes `current`."""

    def __init__(self, classifier: Classifier) -> None:
        """Begin with *classifier*."""
        self._current = classifier

    def current(self) -> Classifier:
        """The one at work now; it stays as it is, also when another takes its place."""
        return self._current

    def use(self, classifier: Classifier) -> None:
        """Put *classifier* to work, from the next text on."""
        self._current = classifier

    def classify_many(self, texts: Sequence[str]) -> list[Classification]:
        """One classification for each of *texts*, all by the same classifier."""
        return self._current.classify_many(texts)

    def similarity(self, a: str, b: str) -> float:
        """How much *a* and *b* speak of the same thing, 0 to 1."""
        return self._current.similarity(a, b)
