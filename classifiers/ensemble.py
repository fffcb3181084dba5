"""The classifier that the program uses: model, lexicon and rules of scope and sense, with a reason for each answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.domain.classification import Classification
from bot.domain.taxonomy import ISSUE_KINDS, Category, Kind, Tier, Urgency
from classifiers.features import Reader, Seen, reader_of
from classifiers.keywords import load_lexicon
from classifiers.model import CUT, SPANS, Floats, Model
from classifiers.reasons import reasons
from classifiers.rules import tier_of, urgency_of
from classifiers.similarity import Similarity, similarity_of
from classifiers.store import load

#: A category less likely than this is out of the question.
_LEAST_SHARE = 0.02
#: Below this probability of an issue the weights of words are not looked up: nobody asks why chatter is chatter.
EXPLAINED = 0.1
_KINDS = tuple(Kind)
_ISSUES = np.array([k in ISSUE_KINDS for k in _KINDS])
#: A category less likely than this is out of the question.
LEAST_SHARE = 0.02
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
        if not seen:
            return []
        scores = self.model.scores(seen)
        slope, offset = self.model.platt
        issue = 1 / (1 + np.exp(-(slope * scores[:, 0] + offset)))
        kinds = np.where((issue >= CUT)[:, None] == _ISSUES, scores[:, SPANS["kind"]], -np.inf)
        shares = _softmax(scores[:, SPANS["category"]] / self.model.temperature)
        columns = (
            issue.tolist(),
            kinds.argmax(axis=1).tolist(),
            shares.argmax(axis=1).tolist(),
            shares.round(3).tolist(),
            scores[:, SPANS["tier"]].argmax(axis=1).tolist(),
            scores[:, SPANS["urgency"]].argmax(axis=1).tolist(),
        )
        return [self._decided(one, *decided) for one, *decided in zip(seen, *columns, strict=True)]

    def _decided(
        self, seen: Seen, issue: float, kind: int, category: int, shares: list[float], tier: int, urgency: int
    ) -> Classification:
        scope, sense = tier_of(seen, _TIERS[tier]), urgency_of(seen, _URGENCIES[urgency])
        why = reasons(self.model, seen, category) if issue >= EXPLAINED else ()
        return Classification(
            kind=_KINDS[kind],
            category=_CATEGORIES[category],
            tier=scope[0],
            urgency=sense[0],
            issue=issue,
            category_confidence=shares[category],
            shares={c: share for c, share in zip(_CATEGORIES, shares, strict=True) if share >= LEAST_SHARE},
            evidence=(*why, *scope[1], *sense[1]),
        )

    def similarity(self, a: str, b: str) -> float:
        """How much *a* and *b* speak of the same thing, 0 to 1."""
        return self.compare.between(a, b)


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
    return assemble(model, reader_of(simplified, dictionary, model.rows[1], load_lexicon(lexicon)))
