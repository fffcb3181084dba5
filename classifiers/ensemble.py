"""The classifier that the program uses: model, lexicon and rules of scope and sense, with the reasons for each answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.domain.classification import Classification, Evidence
from bot.domain.taxonomy import ISSUE_KINDS, Category, Kind, Tier, Urgency
from classifiers.features import Reader, Seen
from classifiers.keywords import load_lexicon
from classifiers.model import SPANS, Floats, Model
from classifiers.reasons import reasons
from classifiers.rules import tier_of, urgency_of
from classifiers.similarity import Similarity, similarity_of
from classifiers.store import load

_KINDS = tuple(Kind)
_ISSUES = np.array([k in ISSUE_KINDS for k in _KINDS])
_CATEGORIES, _TIERS, _URGENCIES = tuple(Category), tuple(Tier), tuple(Urgency)


@dataclass(frozen=True, slots=True)
class TextClassifier:
    """Says of a text what it is. Implements `bot.ports.Classifier`."""

    model: Model
    reader: Reader
    compare: Similarity

    def classify_many(self, texts: Sequence[str]) -> list[Classification]:
        """One classification for each of *texts*, in one go."""
        seen = [self.reader.read(text) for text in texts]
        scores = self.model.scores(seen)
        slope, offset = self.model.platt
        issue = 1 / (1 + np.exp(-(slope * scores[:, 0] + offset)))
        shares = _softmax(scores[:, SPANS["category"]] / self.model.temperature)
        return [
            self._decided(one, line, float(p), share)
            for one, line, p, share in zip(seen, scores, issue, shares, strict=True)
        ]

    def _decided(self, seen: Seen, scores: Floats, issue: float, shares: Floats) -> Classification:
        kind = _kind(scores[SPANS["kind"]], issue >= 0.5)
        best = int(shares.argmax())
        category = _CATEGORIES[best]
        tier, why_tier = tier_of(seen, category, scores[SPANS["tier"]])
        urgency, why_urgency = urgency_of(seen, scores[SPANS["urgency"]])
        return Classification(
            kind=kind,
            category=category,
            tier=tier,
            urgency=urgency,
            issue=issue,
            category_confidence=float(shares[best]),
            evidence=(*reasons(self.model, seen, best), *why_tier, *why_urgency),
        )

    def similarity(self, a: str, b: str) -> float:
        """How much *a* and *b* speak of the same thing, 0 to 1."""
        return self.compare.between(a, b)


def _kind(scores: Floats, is_issue: bool) -> Kind:
    allowed = np.where(_ISSUES == is_issue, scores, -np.inf)
    return _KINDS[int(allowed.argmax())]


def _softmax(scores: Floats) -> Floats:
    powers: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def assemble(model: Model, reader: Reader) -> TextClassifier:
    """The classifier made of *model* and *reader*."""
    return TextClassifier(model, reader, similarity_of(model, reader))


def load_classifier(model_dir: Path, lexicon: Path | None = None) -> TextClassifier:
    """The classifier trained into *model_dir*, with *lexicon* or the one that comes along. Raises `ConfigError`."""
    model, dictionary, simplified = load(model_dir)
    return assemble(model, Reader(simplified, dictionary, load_lexicon(lexicon)))
