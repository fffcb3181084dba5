"""What a group decided for itself ↔ a JSON column; only what differs from the usual is written down."""

from datetime import time
from typing import Any

from bot.domain.groups import AS_USUAL, GroupRules
from bot.domain.taxonomy import Category

_TIMES = ("quiet_from", "quiet_until", "digest_at")


def rules_json(rules: GroupRules) -> dict[str, Any] | None:
    """*rules* for a JSON column; None if nothing is decided."""
    if rules == AS_USUAL:
        return None
    times = {name: value.isoformat("minutes") for name in _TIMES if (value := getattr(rules, name)) is not None}
    return {
        **times,
        "daily_budget": rules.daily_budget,
        "no_digest": rules.no_digest,
        "left_alone": sorted(category.value for category in rules.left_alone),
        "private_here": rules.private_here,
    }


def rules_of(data: dict[str, Any] | None) -> GroupRules:
    """The rules that `rules_json` wrote; a category that there is no more is passed over."""
    if not data:
        return AS_USUAL
    times = {name: time.fromisoformat(data[name]) for name in _TIMES if data.get(name)}
    return GroupRules(
        **times,
        daily_budget=data.get("daily_budget"),
        no_digest=bool(data.get("no_digest", False)),
        left_alone=frozenset(c for c in Category if c.value in data.get("left_alone", ())),
        private_here=bool(data.get("private_here", True)),
    )
