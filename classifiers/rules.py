"""Rules on top of the model: whose business by scope, how pressing by sense. Each says which words decided."""

from collections.abc import Sequence

from bot.domain.classification import Evidence
from bot.domain.taxonomy import Tier, Urgency
from classifiers.keywords import Hit

_EMERGENCY = f"urgency:{Urgency.EMERGENCY}"
#: So many points of words that mean an emergency make one.
_ENOUGH = 2


def tier_of(line: str, hits: Sequence[Hit], tier: Tier) -> tuple[Tier, list[Evidence]]:
    """Whose business it is, and the words of scope that say so; *tier* is what the model says."""
    return tier, _words(line, hits, f"tier:{tier}")


def urgency_of(line: str, hits: Sequence[Hit], urgency: Urgency) -> tuple[Urgency, list[Evidence]]:
    """How long it can wait: an emergency by its words is one, whatever the model says with *urgency*."""
    words = _words(line, hits, _EMERGENCY)
    if words and sum(e.weight for e in words) >= _ENOUGH:
        return Urgency.EMERGENCY, words
    return urgency, words if urgency is Urgency.EMERGENCY else _words(line, hits, f"urgency:{urgency}")


def _words(line: str, hits: Sequence[Hit], section: str) -> list[Evidence]:
    return [
        Evidence(source="rule", words=f"{section} {line[h.start : h.end]}", weight=float(h.entry.points))
        for h in hits
        if h.entry.section == section
    ]
