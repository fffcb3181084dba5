"""Fitting the model: a table of features, a sparse matrix, and linear classifiers for each decision.

With its neighbours `calibration` and `evaluation` the only place that needs scikit-learn.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.domain.taxonomy import Urgency
from classifiers.calibration import platt, temperature
from classifiers.corpus import Example
from classifiers.features import Seen
from classifiers.model import COLUMNS, HEADS, LATE, SPANS, Floats, Model
from classifiers.segmentation import grams_of

#: A feature is kept if at least so many texts have it: words, character n-grams, signals.
RAREST = (2, 3, 2)
#: A feature that the corpus does not have is kept if at least so many different people used it: nobody's name, nobody's
#: sentence.
VOICES = 3
#: How strongly a signal counts beside the other two blocks, whose vectors have length one.
SIGNAL = 0.25
#: Inverse strength of regularisation.
STRENGTH = 0.5
#: What a single line counts in calibration: only whole conversations know how rare issues are.
SINGLES = 0.25
#: What the first message of a matter in a conversation counts beside a single line when habits are counted.
SPOKEN = 3.0
#: How much habit counts in tier and in urgency.
SCOPE, PACE = 0.05, 0.15
#: Decisions in which rare labels count as much as common ones.
_BALANCED = frozenset({"kind", "category", "tier", "urgency"})

Progress = Callable[[str, float], None]
#: How often a text has each feature, block by block.
Counts = tuple[dict[str, int], dict[str, int], dict[str, int]]


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

    def about(self, head: str, among: Sequence[int]) -> list[int]:
        """Which of the lines *among* teach *head*: how far and how fast something reaches is learned from issues."""
        anything = head in ("issue", "part", "kind", "category")
        return [
            i
            for i in among
            if getattr(self.examples[i], head) is not None and (anything or self.examples[i].issue is True)
        ]


def counted(seen: Seen) -> Counts:
    """What the model sees of a text, block by block: everything counts once, for messages are short."""
    return dict.fromkeys(seen.words, 1), dict.fromkeys(grams_of(seen.text), 1), dict.fromkeys(seen.signals, 1)


def tabulate(counts: Sequence[Counts], voices: Sequence[str] = ()) -> Table:
    """The features that enough of the texts have, with their inverse document frequencies.

    *voices* says who said each text; a text of the corpus has none, and then nobody has to be shielded.
    """
    rows: tuple[dict[str, int], dict[str, int], dict[str, int]] = ({}, {}, {})
    values = [0.0]
    for block, (table, rarest) in enumerate(zip(rows, RAREST, strict=True)):
        found = Counter(feature for one in counts for feature in one[block])
        shielded = _shielded([one[block] for one in counts], voices)
        for feature in sorted(f for f, n in found.items() if n >= rarest and f not in shielded):
            table[feature] = len(values)
            values.append(SIGNAL if block == 2 else float(np.log((1 + len(counts)) / (1 + found[feature])) + 1))
    return Table(rows, np.array(values, np.float32))


def _shielded(texts: Sequence[Iterable[str]], voices: Sequence[str]) -> set[str]:
    """Features that the corpus does not have, and that only one or two people of a real group used."""
    said = list(zip(texts, voices, strict=False))
    known = {feature for features, voice in said if not voice for feature in features}
    people: dict[str, set[str]] = {}
    for features, voice in said:
        for feature in features if voice else ():
            if feature not in known:
                people.setdefault(feature, set()).add(voice)
    return {feature for feature, speakers in people.items() if len(speakers) < VOICES}


def matrix(counts: Sequence[Counts], table: Table) -> csr_matrix:
    """One line for each text, one column for each feature; words and n-grams scaled to length one."""
    columns: list[int] = []
    data: list[Floats] = []
    ends = [0]
    for one in counts:
        for block, rows in enumerate(table.rows):
            known = {rows[f]: n for f, n in one[block].items() if f in rows}
            ids = sorted(known)
            values = table.values[ids] * (1 + np.log(np.array([known[i] for i in ids], np.float32)))
            columns += ids
            data.append(values if block == 2 else values / max(float(np.sqrt(values @ values)), 1e-3))
        ends.append(len(columns))
    return csr_matrix((np.concatenate(data), columns, ends), shape=(len(counts), len(table.values)), dtype=np.float32)


def prepared(examples: Sequence[Example], texts: Sequence[Seen]) -> Lesson:
    """*examples*, which were read as *texts*, ready to be learned from."""
    counts = [counted(text) for text in texts]
    voices = [e.voice for e in examples]
    table = tabulate(counts, voices if any(voices) else ())
    return Lesson(examples, table, matrix(counts, table))


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
    counts = np.array([1.0 if lesson.examples[i].spoken else SINGLES for i in chosen])
    return replace(
        model,
        platt=platt(issue, truth, counts),
        temperature=temperature(scores, wanted),
        habits=habits(lesson.examples),
    )


def habits(examples: Sequence[Example]) -> Floats:
    """What each category adds to every tier and urgency: a little of the logarithm of how usual they are together.

    How usual an emergency is says nothing: it must be heard wherever it is.
    """
    together = np.full((len(HEADS["category"]), LATE.stop - LATE.start), 2.0)
    tiers, urgencies = HEADS["tier"], HEADS["urgency"]
    for example in examples:
        if example.issue and example.category and example.tier and example.urgency and not example.retold:
            row = together[HEADS["category"].index(example.category)]
            row[tiers.index(example.tier)] += SPOKEN if example.spoken else 1.0
            row[len(tiers) + urgencies.index(example.urgency)] += SPOKEN if example.spoken else 1.0
    calm = [len(tiers) + urgencies.index(u) for u in (Urgency.NORMAL, Urgency.URGENT)]
    added = np.zeros_like(together, np.float32)
    scope = together[:, : len(tiers)]
    added[:, : len(tiers)] = SCOPE * np.log(scope / scope.sum(axis=1, keepdims=True))
    added[:, calm] = PACE * np.log(together[:, calm] / together[:, calm].max(axis=1, keepdims=True))
    return added


def held_out(lesson: Lesson, heads: Sequence[str] = ("issue", "category")) -> dict[int, Floats]:
    """The scores of every line that carries an issue label, from a model that never saw its writer.

    What people corrected is learned from throughout: it was chosen by the bot, and does not know how rare issues are.
    """
    writers = sorted({e.writer for e in lesson.examples if not e.voice})
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
    counts = np.array([1.0 if head == "part" else lesson.examples[i].weight for i in chosen])
    machine = LinearSVC(C=STRENGTH, class_weight="balanced" if head in _BALANCED else None, random_state=0)
    machine.fit(lesson.sparse[chosen], wanted, sample_weight=counts)
    span = SPANS[head]
    if len(HEADS[head]) == 1:
        weights[:, span], bias[span] = machine.coef_.T, machine.intercept_
        return
    bias[span] = -20.0
    columns = [span.start + HEADS[head].index(label) for label in machine.classes_]
    weights[:, columns], bias[columns] = machine.coef_.T, machine.intercept_
