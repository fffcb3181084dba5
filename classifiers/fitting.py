"""Fitting the model: a table of features, a sparse matrix, and linear classifiers for each decision.

With its neighbours `calibration` and `evaluation` the only place that needs scikit-learn.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from classifiers.calibration import best_cut, platt, temperature
from classifiers.corpus import Example
from classifiers.features import Seen
from classifiers.model import COLUMNS, HEADS, SPANS, Floats, Model
from classifiers.segmentation import grams_of

#: A feature is kept if at least so many texts have it: words, character n-grams, signals.
RAREST = (2, 2, 2)
#: How strongly a signal counts beside the other two blocks, whose vectors have length one.
SIGNAL = 0.25
#: Inverse strength of regularisation.
STRENGTH = 0.5
#: Decisions in which rare labels count as much as common ones.
_BALANCED = frozenset({"kind", "category", "tier", "urgency"})

Progress = Callable[[str, float], None]
Ids = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Table:
    """The features that are kept, and what each is worth before training."""

    rows: tuple[dict[str, int], dict[str, int], dict[str, int]]
    values: Floats


@dataclass(frozen=True, slots=True)
class Lesson:
    """Examples as they were read, and the matrix made of them."""

    examples: Sequence[Example]
    table: Table
    sparse: csr_matrix

    def like(self, texts: Sequence[Seen]) -> csr_matrix:
        """The matrix of other *texts* by the same table."""
        return matrix(texts, self.table)

    def about(self, head: str, among: Sequence[int]) -> list[int]:
        """Which of the lines *among* teach *head*: how far and how fast something reaches is learned from issues."""
        anything = head in ("issue", "kind", "category")
        return [
            i
            for i in among
            if getattr(self.examples[i], head) is not None and (anything or self.examples[i].issue is True)
        ]


def tabulate(texts: Sequence[Seen]) -> Table:
    """The features that enough of *texts* have, with their inverse document frequencies."""
    rows: tuple[dict[str, int], dict[str, int], dict[str, int]] = ({}, {}, {})
    values = [0.0]
    for block, (table, rarest) in enumerate(zip(rows, RAREST, strict=True)):
        counts = Counter(f for one in texts for f in _features(one, block))
        for feature in sorted(f for f, n in counts.items() if n >= rarest):
            table[feature] = len(values)
            values.append(SIGNAL if block == 2 else float(np.log((1 + len(texts)) / (1 + counts[feature])) + 1))
    return Table(rows, np.array(values, np.float32))


def _features(seen: Seen, block: int) -> set[str]:
    return set((seen.words, grams_of(seen.text), seen.signals)[block])


def matrix(texts: Sequence[Seen], table: Table) -> csr_matrix:
    """One line for each of *texts*, one column for each feature; words and n-grams scaled to length one."""
    columns: list[int] = []
    data: list[Floats] = []
    ends = [0]
    for one in texts:
        for block, rows in enumerate(table.rows):
            ids = sorted({rows[f] for f in _features(one, block) if f in rows})
            values = table.values[ids]
            columns += ids
            data.append(values if block == 2 else values / max(float(np.sqrt(values @ values)), 1e-3))
        ends.append(len(columns))
    return csr_matrix((np.concatenate(data), columns, ends), shape=(len(texts), len(table.values)), dtype=np.float32)


def prepared(examples: Sequence[Example], texts: Sequence[Seen]) -> Lesson:
    """*examples*, which were read as *texts*, ready to be learned from."""
    table = tabulate(texts)
    return Lesson(examples, table, matrix(texts, table))


def fit(lesson: Lesson, progress: Progress = lambda what, done: None) -> Model:
    """The model that *lesson* teaches, its probabilities calibrated on writers left out in turn."""
    model = _fitted(lesson, range(len(lesson.examples)), progress)
    progress("calibrating", 0.6)
    held = held_out(lesson)
    chosen = [i for i in held if lesson.examples[i].issue is not None]
    issue = np.array([held[i][0] for i in chosen])
    truth = np.array([bool(lesson.examples[i].issue) for i in chosen])
    about = [i for i in held if lesson.examples[i].issue and lesson.examples[i].category is not None]
    scores = np.array([held[i][SPANS["category"]] for i in about])
    wanted = np.array([HEADS["category"].index(str(lesson.examples[i].category)) for i in about])
    slope, offset = platt(issue, truth)
    cut = 1 / (1 + np.exp(-(slope * best_cut(issue, truth) + offset)))
    return replace(model, platt=(slope, offset), cut=float(cut), temperature=temperature(scores, wanted))


def held_out(lesson: Lesson, heads: Sequence[str] = ("issue", "category")) -> dict[int, Floats]:
    """The scores of every line that carries an issue label, from a model that never saw its writer."""
    writers = sorted({e.writer for e in lesson.examples})
    found: dict[int, Floats] = {}
    for writer in writers:
        others = [i for i, e in enumerate(lesson.examples) if e.writer != writer]
        own = [i for i, e in enumerate(lesson.examples) if e.writer == writer and not e.retold]
        model = _fitted(lesson, others, heads=heads)
        weights = model.weights[:, :-1] / np.maximum(lesson.table.values, 1e-9)[:, None]
        scores = lesson.sparse[own] @ weights + model.bias
        found.update(zip(own, scores, strict=True))
    return found


def _fitted(
    lesson: Lesson,
    among: Sequence[int],
    progress: Progress = lambda what, done: None,
    heads: Sequence[str] = tuple(HEADS),
) -> Model:
    weights = np.zeros((len(lesson.table.values), COLUMNS + 1), np.float32)
    bias = np.zeros(COLUMNS, np.float32)
    for done, head in enumerate(heads):
        progress(head, 0.1 * done)
        _fit_head(head, lesson, among, weights, bias)
    weights[:, :-1] *= lesson.table.values[:, None]
    weights[:, -1] = lesson.table.values**2
    return Model(rows=lesson.table.rows, weights=weights, bias=bias)


def _fit_head(head: str, lesson: Lesson, among: Sequence[int], weights: Floats, bias: Floats) -> None:
    chosen = lesson.about(head, among)
    wanted = np.array([str(getattr(lesson.examples[i], head)) for i in chosen])
    counts = np.array([lesson.examples[i].weight for i in chosen])
    machine = LinearSVC(C=STRENGTH, class_weight="balanced" if head in _BALANCED else None, random_state=0)
    machine.fit(lesson.sparse[chosen], wanted, sample_weight=counts)
    span = SPANS[head]
    if head == "issue":
        weights[:, span], bias[span] = machine.coef_.T, machine.intercept_
        return
    bias[span] = -20.0
    columns = [span.start + HEADS[head].index(label) for label in machine.classes_]
    weights[:, columns], bias[columns] = machine.coef_.T, machine.intercept_
