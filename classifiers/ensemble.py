"""The classifier that the program uses: model, lexicon and rules of scope and sense, with a reason for each answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from bot.domain.classification import Classification, Evidence
from bot.domain.taxonomy import ISSUE_KINDS, Category, Kind, Tier, Urgency
from classifiers.features import Reader, reader_of
from classifiers.keywords import Hit, load_lexicon
from classifiers.model import CUT, LATE, SPANS, Floats, Model
from classifiers.numbering import Numbering, numbering_of
from classifiers.reasons import by_lexicon, by_model
from classifiers.rules import tier_of, urgency_of
from classifiers.segmentation import LONGEST
from classifiers.similarity import Similarity, similarity_of
from classifiers.store import load

#: Below this probability of an issue the weights of words are not looked up: nobody asks why chatter is chatter.
EXPLAINED = 0.1
#: Nothing is surer than this.
MOST = 3.0
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
    numbering: Numbering
    compare: Similarity

    def classify_many(self, texts: Sequence[str]) -> list[Classification]:
        """One classification for each of *texts*, in one go."""
        if not texts:
            return []
        page = self.reader.read_many(texts)
        scores = self.model.scores(*self.numbering.rows(page))
        slope, offset = self.model.platt
        issue = 1 / (1 + np.exp(-(slope * scores[:, 0] + offset)))
        kinds = np.where((issue >= CUT)[:, None] == _ISSUES, scores[:, SPANS["kind"]], -np.inf)
        shares = _softmax(scores[:, SPANS["category"]] / self.model.temperature)
        categories = shares.argmax(axis=1)
        late = scores[:, LATE] + shares @ self.model.habits
        columns = (
            page.lines,
            page.hits,
            by_model(self.model, self.numbering, page, issue >= EXPLAINED, categories),
            issue.tolist(),
            scores[:, SPANS["part"].start].clip(-MOST, MOST).round(2).tolist(),
            kinds.argmax(axis=1).tolist(),
            categories.tolist(),
            shares.round(3).tolist(),
            late[:, : len(_TIERS)].argmax(axis=1).tolist(),
            late[:, len(_TIERS) :].argmax(axis=1).tolist(),
        )
        return [_decided(*one) for one in zip(*columns, strict=True)]

    def similarity(self, a: str, b: str) -> float:
        """How much *a* and *b* speak of the same thing, 0 to 1."""
        return self.compare.between(a, b)


def _decided(
    line: str,
    hits: list[Hit],
    heaviest: list[Evidence],
    issue: float,
    part: float,
    kind: int,
    category: int,
    shares: list[float],
    tier: int,
    urgency: int,
) -> Classification:
    scope, sense = tier_of(line, hits, _TIERS[tier]), urgency_of(line, hits, _URGENCIES[urgency])
    why = by_lexicon(line, hits) if issue >= EXPLAINED else ()
    return Classification(
        kind=_KINDS[kind],
        category=_CATEGORIES[category],
        tier=scope[0],
        urgency=sense[0],
        issue=issue,
        part=part,
        category_confidence=shares[category],
        shares={c: share for c, share in zip(_CATEGORIES, shares, strict=True) if share >= LEAST_SHARE},
        evidence=(*why, *heaviest, *scope[1], *sense[1]),
    )


def _softmax(scores: Floats) -> Floats:
    powers: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def assemble(model: Model, reader: Reader) -> TextClassifier:
    """The classifier made of *model* and *reader*."""
    numbering = numbering_of(model.rows, reader.table)
    # 200,000 words that only building needed; reading goes by the arrays
    reader = replace(reader, table=replace(reader.table, numbers={}))
    return TextClassifier(model, reader, numbering, similarity_of(model, reader))


def load_classifier(model_dir: Path, lexicon: Path | None = None) -> TextClassifier:
    """The classifier trained into *model_dir*, with *lexicon* or the one that comes along. Raises `ConfigError`."""
    model, dictionary, simplified = load(model_dir)
    words, grams, _ = model.rows
    others = (stretch for stretch in chain(words, grams) if len(stretch) <= LONGEST)
    return assemble(model, reader_of(simplified, dictionary, others, load_lexicon(lexicon)))
