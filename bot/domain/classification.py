"""What a classifier says of one text, with the evidence it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.taxonomy import ISSUE_KINDS, Category, Kind, Tier, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for a decision: where it came from, the words, and how much it weighed."""

    #: `keyword`, `model`, `rule`, `link` or `person`.
    source: str
    #: The words, feature or rule, as a person can read them.
    words: str
    #: Log-odds for the model, points for keywords; positive speaks for the decision.
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Kind, category, tier and urgency of a text, and how sure."""

    kind: Kind
    category: Category = Category.OTHER
    tier: Tier = Tier.SMALL
    urgency: Urgency = Urgency.NORMAL
    #: Calibrated probability that the text alone is an issue (complaint, request or suggestion), 0 to 1.
    issue: float = 0.0
    #: Probability of `category`, given that it is an issue, 0 to 1.
    category_confidence: float = 0.0
    #: Probability of each category that is not out of the question, given that it is an issue, 0 to 1.
    shares: Mapping[Category, float] = field(default_factory=dict)
    #: How much it sounds like part of a matter, if only a detail or a neighbour's word; log-odds, 0 unknown.
    part: float = 0.0
    evidence: tuple[Evidence, ...] = ()

    @property
    def is_issue(self) -> bool:
        """Is the most likely kind one that becomes a ticket?"""
        return self.kind in ISSUE_KINDS
