"""A classifier that is a table: the first line whose words are in the text says what it is."""

from collections.abc import Sequence

from bot.domain.classification import Classification
from bot.domain.taxonomy import Category, Kind, Tier, Urgency

_CHATTER = Classification(kind=Kind.CHATTER, issue=0.01, category_confidence=0.1)


def _issue(category: Category, **more: object) -> Classification:
    values = {"kind": Kind.COMPLAINT, "issue": 0.99, "category_confidence": 0.97, "shares": {category: 0.97}, **more}
    return Classification(category=category, **values)  # type: ignore[arg-type]


def _inquiry(category: Category) -> Classification:
    return _issue(category, kind=Kind.INQUIRY, issue=0.02)


#: Words → what they are. The first line that fits counts.
TABLE: tuple[tuple[str, Classification], ...] = (
    ("几点来水", _inquiry(Category.UTILITIES)),
    ("电梯修好", _inquiry(Category.ELEVATOR)),
    ("制氧机", _issue(Category.SERVICES, kind=Kind.CHATTER, issue=0.01, shares={}, urgency=Urgency.EMERGENCY)),
    ("停水", _issue(Category.UTILITIES)),
    ("着火", _issue(Category.FIRE, urgency=Urgency.EMERGENCY)),
    ("触电", _issue(Category.UTILITIES, urgency=Urgency.EMERGENCY)),
    ("坠楼", _issue(Category.FALLING, urgency=Urgency.EMERGENCY)),
    ("晕倒", _issue(Category.SERVICES, urgency=Urgency.EMERGENCY)),
    ("走失", _issue(Category.HOUSEHOLD, kind=Kind.REQUEST, tier=Tier.PRIVATE, urgency=Urgency.EMERGENCY)),
    ("煤气味", _issue(Category.UTILITIES, urgency=Urgency.EMERGENCY)),
    ("困在电梯", _issue(Category.ELEVATOR, urgency=Urgency.EMERGENCY)),
    ("电梯", _issue(Category.ELEVATOR)),
    ("漏水", _issue(Category.LEAK)),
    ("滴答滴答", _issue(Category.LEAK, issue=0.2, category_confidence=0.6, kind=Kind.CHATTER)),
    ("垃圾", _issue(Category.SANITATION)),
    ("占车位", _issue(Category.PARKING)),
    ("开锁", _issue(Category.HOUSEHOLD, kind=Kind.REQUEST, tier=Tier.PRIVATE)),
    ("热水器", _issue(Category.HOUSEHOLD, kind=Kind.REQUEST, tier=Tier.PRIVATE)),
)


class Readings:
    """`ports.Classifier` by `TABLE`. Told to, it stumbles over a word."""

    def __init__(self, poison: str = "") -> None:
        """Raise over texts with *poison* in them, as a bug would."""
        self.poison = poison
        #: How many texts each call was given.
        self.calls: list[int] = []

    def classify_many(self, texts: Sequence[str]) -> list[Classification]:
        """One classification for each of *texts*."""
        self.calls.append(len(texts))
        return [next((reading for words, reading in TABLE if words in text), _CHATTER) for text in texts]

    def similarity(self, a: str, b: str) -> float:
        """The share of common pairs of characters."""
        if self.poison and self.poison in a + b:
            raise RuntimeError("a bug, as they happen")
        one, other = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (a, b))
        return len(one & other) / max(1, min(len(one), len(other)))
