"""Rules on top of the model: whose business by scope, how pressing by sense. Each says which words decided."""

from bot.domain.classification import Evidence
from bot.domain.taxonomy import Category, Tier, Urgency
from classifiers.features import Seen
from classifiers.model import Floats

_TIERS, _URGENCIES = tuple(Tier), tuple(Urgency)


def tier_of(seen: Seen, category: Category, scores: Floats) -> tuple[Tier, tuple[Evidence, ...]]:
    """Whose business it is, and the words of scope that say so."""
    tier = _TIERS[int(scores.argmax())]
    return tier, _words(seen, f"tier:{tier}")


def urgency_of(seen: Seen, scores: Floats) -> tuple[Urgency, tuple[Evidence, ...]]:
    """How long it can wait: an emergency by the lexicon is one, whatever the model says."""
    urgency = _URGENCIES[int(scores.argmax())]
    sense = _words(seen, f"urgency:{Urgency.EMERGENCY}")
    if sum(e.weight for e in sense) >= 2:
        return Urgency.EMERGENCY, sense
    return urgency, _words(seen, f"urgency:{urgency}")


def _words(seen: Seen, section: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(source="rule", words=f"{section} {seen.text[h.start : h.end]}", weight=float(h.entry.points))
        for h in seen.hits
        if h.entry.section == section
    )
