"""Why: the words of a text that weighed most, in the form that people typed them."""

import numpy as np

from bot.domain.classification import Evidence
from classifiers.features import Seen
from classifiers.model import SPANS, Model

#: How many words of each source are shown.
SHOWN = 3


def reasons(model: Model, seen: Seen, category: int) -> tuple[Evidence, ...]:
    """The words of *seen* that spoke most for its being an issue or not, and the lexicon's words for *category*."""
    keywords = tuple(
        Evidence(source="keyword", words=seen.text[h.start : h.end], weight=float(h.entry.points))
        for h in seen.hits[:SHOWN]
        if not h.entry.section.startswith("cue")
    )
    return keywords + _heaviest(model, seen, category)


def _heaviest(model: Model, seen: Seen, category: int) -> tuple[Evidence, ...]:
    rows = model.rows[0]
    words = [w for w in dict.fromkeys(seen.words) if w in rows and " " not in w and len(w) > 1]
    if not words:
        return ()
    ids = [rows[w] for w in words]
    about = model.weights[ids, SPANS["category"].start + category] + model.weights[ids, 0]
    best = np.argsort(-np.abs(about), kind="stable")[:SHOWN].tolist()
    return tuple(Evidence(source="model", words=words[i], weight=round(float(about[i]), 2)) for i in best)
