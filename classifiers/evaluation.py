"""How good the model is on writers it has not seen: grouped cross-validation, reliability, a table of categories."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.taxonomy import Category
from classifiers.calibration import expected_error, reliability
from classifiers.corpus import read_corpus
from classifiers.fitting import Lesson, Progress, fit, held_out
from classifiers.keywords import load_lexicon
from classifiers.model import CUT, HEADS, SPANS, Floats, Model
from classifiers.segmentation import dictionary
from classifiers.training import lesson_of, reader_for

#: What is measured over issues only.
OVER_ISSUES = ("category", "tier", "urgency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Figures on lines whose writer the model had not seen."""

    issue_precision: float
    issue_recall: float
    issue_f1: float
    calibration_error: float
    accuracy: dict[str, float]
    #: Category → F1 and number of lines.
    categories: dict[str, tuple[float, int]]
    #: Lower end of the bin, mean probability, share of issues, number of lines.
    curve: list[tuple[float, float, float, int]]

    @property
    def category_macro_f1(self) -> float:
        """The mean F1 of the categories."""
        return float(np.mean([f1 for f1, _ in self.categories.values()]))

    def figures(self) -> dict[str, float]:
        """The figures that are kept beside a model."""
        found = {name: getattr(self, name) for name in ("issue_precision", "issue_recall", "issue_f1")}
        found |= {"calibration_error": self.calibration_error, "category_macro_f1": self.category_macro_f1}
        return {k: round(v, 4) for k, v in (found | {f"{h}_accuracy": v for h, v in self.accuracy.items()}).items()}


def evaluate(lesson: Lesson, model: Model) -> Report:
    """The report on *lesson*, each writer judged by what the others teach, calibrated as *model* is."""
    held = held_out(lesson, tuple(h for h in HEADS if h != "kind"))
    judged = [i for i in held if lesson.examples[i].issue is not None]
    truth = np.array([bool(lesson.examples[i].issue) for i in judged])
    slope, offset = model.platt
    probability = 1 / (1 + np.exp(-(slope * np.array([held[i][0] for i in judged]) + offset)))
    said = probability >= CUT
    hits = float((said & truth).sum())
    issues = [i for i in held if lesson.examples[i].issue and lesson.examples[i].category is not None]
    return Report(
        issue_precision=hits / max(1.0, float(said.sum())),
        issue_recall=hits / max(1.0, float(truth.sum())),
        issue_f1=2 * hits / max(1.0, float(said.sum() + truth.sum())),
        calibration_error=expected_error(probability, truth),
        accuracy={head: _accuracy(head, lesson, held, issues) for head in OVER_ISSUES},
        categories=_per_category(lesson, held, issues),
        curve=reliability(probability, truth),
    )


def _said(head: str, scores: Floats) -> str:
    return HEADS[head][int(scores[SPANS[head]].argmax())]


def _accuracy(head: str, lesson: Lesson, held: dict[int, Floats], issues: Sequence[int]) -> float:
    return float(np.mean([_said(head, held[i]) == getattr(lesson.examples[i], head) for i in issues]))


def _per_category(lesson: Lesson, held: dict[int, Floats], issues: Sequence[int]) -> dict[str, tuple[float, int]]:
    pairs = [(str(lesson.examples[i].category), _said("category", held[i])) for i in issues]
    wanted, said = Counter(w for w, _ in pairs), Counter(s for _, s in pairs)
    hits = Counter(w for w, s in pairs if w == s)
    return {c: (2 * hits[c] / (wanted[c] + said[c]), wanted[c]) for c in map(str, Category) if wanted[c]}


def shown(tell: Progress = lambda what, done: None) -> str:
    """The report on the corpus, for people to read."""
    lexicon = load_lexicon()
    tell("reading the corpus", 0.0)
    lesson = lesson_of(read_corpus(), reader_for(dictionary(lexicon.words()), lexicon))
    tell("training", 0.2)
    report = evaluate(lesson, fit(lesson, lambda what, done: tell(what, 0.2 + 0.5 * done)))
    figures = [f"{name:22} {value:.4f}" for name, value in report.figures().items()]
    table = [f"{name:22} {f1:.3f}  ({n})" for name, (f1, n) in sorted(report.categories.items())]
    curve = [f"{low:.1f}-  said {said:.3f}  was {was:.3f}  ({n})" for low, said, was, n in report.curve]
    return "\n".join([*figures, "", "F1 by category", *table, "", "probability of an issue", *curve])
