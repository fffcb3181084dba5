"""Is a newly trained model better than the one that stands? Two held-out parts, four figures on each, and a verdict.

The parts: corrections that are never learned from, and the corpus, each writer judged by what the others teach.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from classifiers.corpus import Example, read_corpus
from classifiers.ensemble import TextClassifier
from classifiers.evaluation import evaluate
from classifiers.fitting import Progress
from classifiers.keywords import load_lexicon
from classifiers.model import Model
from classifiers.segmentation import dictionary
from classifiers.training import lesson_of, reader_for

#: The mean of the figures on corrections may fall by so much, or by one line where lines are fewer than fifty.
MARGIN_CORRECTIONS = 0.02
#: Any of the figures on the corpus may fall by so much: there are thousands of lines.
MARGIN_WRITERS = 0.01
#: Figure → what people read.
NAMES = {
    "issue_f1": "诉求 F1",
    "category_macro_f1": "类别 macro-F1",
    "tier_accuracy": "三事准确率",
    "urgency_accuracy": "紧急程度准确率",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How well one model does on one part. What no line could show is left out."""

    lines: int = 0
    values: dict[str, float] = field(default_factory=dict)
    #: Category → F1 and number of lines.
    categories: dict[str, tuple[float, int]] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        """The mean of the figures."""
        return float(np.mean(list(self.values.values()))) if self.values else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """One part, by the model that stands and by the new one."""

    before: Figures
    after: Figures

    def fallen(self, margin: float) -> list[str]:
        """The figures that fell by more than *margin*, as people read them."""
        both = [(n, self.before.values[n], self.after.values[n]) for n in NAMES if n in self.before.values]
        return [f"{NAMES[n]} {was:.3f} → {now:.3f}" for n, was, now in both if was - now > margin]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both parts."""

    corrections: Sides
    writers: Sides

    def objections(self) -> list[str]:
        """Why the new model should not take the place of the old one; empty: it may."""
        found = [f"没见过的写手 {what}" for what in self.writers.fallen(MARGIN_WRITERS)]
        was, now = self.corrections.before.mean, self.corrections.after.mean
        if was - now > max(MARGIN_CORRECTIONS, 1 / max(1, self.corrections.before.lines)):
            found.insert(0, f"留出的更正，四项平均 {was:.3f} → {now:.3f}")
        return found


def on_lines(classifier: TextClassifier, examples: Sequence[Example]) -> Figures:
    """The figures of *classifier* on *examples*."""
    judged = [e for e in examples if e.issue is not None]
    if not judged:
        return Figures()
    pairs = list(zip(judged, classifier.classify_many([e.text for e in judged]), strict=True))
    hits = sum(bool(e.issue) and c.is_issue for e, c in pairs)
    wanted, said = sum(bool(e.issue) for e, _ in pairs), sum(c.is_issue for _, c in pairs)
    values = {"issue_f1": 2 * hits / max(1, wanted + said)}
    about = [(str(e.category), str(c.category)) for e, c in pairs if e.category]
    categories = _f1(about)
    if about:
        values["category_macro_f1"] = float(np.mean([f1 for f1, _ in categories.values()]))
    for head in ("tier", "urgency"):
        right = [getattr(e, head) == getattr(c, head) for e, c in pairs if getattr(e, head)]
        if right:
            values[f"{head}_accuracy"] = float(np.mean(right))
    return Figures(lines=len(judged), values=values, categories=categories)


def _f1(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[float, int]]:
    """F1 and number of lines of each category that was wanted, from pairs of wanted and said."""
    wanted, said = Counter(w for w, _ in pairs), Counter(s for _, s in pairs)
    hits = Counter(w for w, s in pairs if w == s)
    return {c: (2 * hits[c] / (wanted[c] + said[c]), wanted[c]) for c in sorted(wanted)}


def on_writers(model: Model, more: Sequence[Example], data: Path, tell: Progress) -> Figures:
    """The figures on the corpus in *data*, each writer held out in turn while *more* is learned throughout."""
    lexicon = load_lexicon()
    tell("reading the corpus", 0.0)
    corpus = read_corpus(data)
    lesson = lesson_of([*corpus, *more], reader_for(dictionary(lexicon.words()), lexicon))
    tell("writers held out", 0.2)
    report = evaluate(lesson, model)
    values = {"issue_f1": report.issue_f1, "category_macro_f1": report.category_macro_f1}
    values |= {f"{head}_accuracy": report.accuracy[head] for head in ("tier", "urgency")}
    return Figures(lines=sum(e.issue is not None for e in corpus), values=values, categories=report.categories)


def stored(figures: Figures) -> dict[str, object]:
    """*figures* for a JSON file."""
    categories = {c: {"f1": round(f1, 4), "lines": n} for c, (f1, n) in figures.categories.items()}
    return {"lines": figures.lines, **{k: round(v, 4) for k, v in figures.values.items()}, "categories": categories}


def restored(data: object) -> Figures | None:
    """The figures that `stored` wrote; None if *data* is something else."""
    if not isinstance(data, dict):
        return None
    try:
        values = {name: float(data[name]) for name in NAMES if name in data}
        categories = {c: (float(v["f1"]), int(v["lines"])) for c, v in data["categories"].items()}
        return Figures(lines=int(data["lines"]), values=values, categories=categories)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
