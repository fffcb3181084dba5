"""Fitting the model: a table of features, a sparse matrix, and one linear classifier for each decision.

The only file, with its neighbours `training` and `evaluation`, that needs scikit-learn.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from classifiers.corpus import Example
from classifiers.features import Seen
from classifiers.model import COLUMNS, HEADS, SPANS, Floats, Model

#: A feature is kept if at least so many texts have it: words, character n-grams, signals.
RAREST = (2, 2, 2)
#: How strongly a signal counts beside the other two blocks, whose vectors have length one.
SIGNAL = 0.5
#: Inverse strength of regularisation for each decision.
STRENGTH = {"issue": 4.0, "kind": 4.0, "category": 8.0, "tier": 6.0, "urgency": 4.0}

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Table:
    """The features that are kept, and what each is worth before training."""

    rows: tuple[dict[str, int], dict[str, int], dict[str, int]]
    values: Floats

    @property
    def size(self) -> int:
        """How many rows, with the one for nothing."""
        return len(self.values)


def blocks(seen: Seen) -> tuple[list[str], list[str], list[str]]:
    """The three blocks of features of one text."""
    return seen.words, seen.grams, seen.signals


def tabulate(texts: Sequence[Seen]) -> Table:
    """The features that enough of *texts* have, with their inverse document frequencies."""
    rows: tuple[dict[str, int], dict[str, int], dict[str, int]] = ({}, {}, {})
    values = [0.0]
    for block, (table, rarest) in enumerate(zip(rows, RAREST, strict=True)):
        counts = Counter(f for one in texts for f in set(blocks(one)[block]))
        for feature in sorted(f for f, n in counts.items() if n >= rarest):
            table[feature] = len(values)
            values.append(SIGNAL if block == 2 else float(np.log((1 + len(texts)) / (1 + counts[feature])) + 1))
    return Table(rows, np.array(values, np.float32))


def matrix(texts: Sequence[Seen], table: Table) -> csr_matrix:
    """One line for each of *texts*, one column for each feature; words and n-grams scaled to length one."""
    columns: list[int] = []
    data: list[NDArray[np.float32]] = []
    ends = [0]
    for one in texts:
        for block, features in enumerate(blocks(one)):
            ids = sorted({table.rows[block][f] for f in features if f in table.rows[block]})
            values = table.values[ids]
            columns += ids
            data.append(values if block == 2 else values / max(float(np.sqrt(values @ values)), 1e-3))
        ends.append(len(columns))
    return csr_matrix((np.concatenate(data), columns, ends), shape=(len(texts), table.size), dtype=np.float32)


def fit(
    examples: Sequence[Example], texts: Sequence[Seen], table: Table | None = None, progress: Progress | None = None
) -> Model:
    """The model that *examples*, read as *texts*, teach."""
    table = table or tabulate(texts)
    sparse = matrix(texts, table)
    weights = np.zeros((table.size, COLUMNS + 1), np.float32)
    bias = np.zeros(COLUMNS, np.float32)
    for done, head in enumerate(HEADS):
        if progress:
            progress(head, done / len(HEADS))
        fit_head(head, examples, sparse, weights, bias)
    weights[:, :-1] *= table.values[:, None]
    weights[:, -1] = table.values**2
    weights[0] = 0
    return Model(rows=table.rows, weights=weights, bias=bias)


def fit_head(head: str, examples: Sequence[Example], sparse: csr_matrix, weights: Floats, bias: Floats) -> None:
    """Teach one decision, into its columns of *weights* and *bias*."""
    chosen = [i for i, e in enumerate(examples) if getattr(e, head) is not None and taught(e, head)]
    wanted = np.array([str(getattr(examples[i], head)) for i in chosen])
    counts = np.array([examples[i].weight for i in chosen])
    balanced = "balanced" if head in ("category", "tier", "urgency") else None
    model = LogisticRegression(C=STRENGTH[head], max_iter=300, class_weight=balanced)
    model.fit(sparse[chosen], wanted, sample_weight=counts)
    span = SPANS[head]
    if head == "issue":
        weights[:, span] = model.coef_.T
        bias[span] = model.intercept_
        return
    bias[span] = -20.0
    for line, label in enumerate(model.classes_):
        column = span.start + HEADS[head].index(label)
        weights[:, column] = model.coef_[line]
        bias[column] = model.intercept_[line]


def taught(example: Example, head: str) -> bool:
    """Does *example* teach *head*? What is urgent is learned from issues, what it is about from inquiries too."""
    return head in ("issue", "kind", "category") or example.issue is True
