"""Dictionaries of values that can be looked up by more than one key, and that take back what was not kept."""

from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Generic, TypeVar

K = TypeVar("K", int, str)
V = TypeVar("V")


class Journal:
    """How to undo what was done since the last `keep`."""

    def __init__(self) -> None:
        """Begin with nothing to undo."""
        self._undo: list[Callable[[], object]] = []

    def note(self, undo: Callable[[], object]) -> None:
        """Remember that *undo* takes back what was just done."""
        self._undo.append(undo)

    def keep(self) -> None:
        """Nothing so far will be undone."""
        self._undo.clear()

    def undo(self) -> None:
        """Take everything back, the last thing first."""
        while self._undo:
            self._undo.pop()()


class Shelf(Generic[K, V]):
    """Values by their own key, and by whatever *marks* says of a value."""

    def __init__(self, journal: Journal, marks: Callable[[V], Iterable[Hashable]]) -> None:
        """Begin empty; changes are noted in *journal*."""
        self._journal = journal
        self._marks = marks
        self._values: dict[K, V] = {}
        self._marked: dict[Hashable, set[K]] = {}
        self._last_id = 0

    def new_id(self) -> int:
        """A number that was never used before."""
        self._last_id += 1
        return self._last_id

    def get(self, key: K) -> V | None:
        """The value, if there is one."""
        return self._values.get(key)

    def all(self) -> list[V]:
        """All values, by key."""
        return [self._values[key] for key in sorted(self._values)]

    def items(self) -> list[tuple[K, V]]:
        """All keys with their values."""
        return list(self._values.items())

    def find(self, mark: Hashable) -> list[V]:
        """The values with *mark*, by key."""
        return [self._values[key] for key in sorted(self._marked.get(mark, ()))]

    def put(self, key: K, value: V) -> None:
        """Set or replace a value."""
        self._journal.note(partial(self._set, key, self._values.get(key)))
        self._set(key, value)

    def drop(self, key: K) -> None:
        """Take a value away."""
        self._journal.note(partial(self._set, key, self._values.get(key)))
        self._set(key, None)

    def _set(self, key: K, value: V | None) -> None:
        """Make *value* the one of *key*, also in the marks."""
        old = self._values.pop(key, None)
        before = set() if old is None else set(self._marks(old))
        after = set() if value is None else set(self._marks(value))
        for mark in before - after:
            self._marked[mark].discard(key)
        for mark in after - before:
            self._marked.setdefault(mark, set()).add(key)
        if value is not None:
            self._values[key] = value
