"""What is typed about a group, as its place and rules; a mistake is a sentence at its field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from bot.console.forms import FormError
from bot.console.people_forms import short, spelled
from bot.domain.groups import GroupRules
from bot.domain.places import Place
from bot.domain.taxonomy import Category

#: When the weekly list may come.
HOURS = {f"{hour:02}:00": f"{hour}点" for hour in range(7, 22)}
NEVER = "never"
_LONGEST = 20
_MOST = 200

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupForm:
    """What the form of a group says."""

    enabled: bool
    place: Place
    rules: GroupRules


def read_group(typed: Typed, left_alone: Iterable[str], known: Iterable[Place]) -> GroupForm:
    """What was typed. Raises `FormError`."""
    errors: dict[str, str] = {}
    estate, building = short(typed, "estate"), short(typed, "building")
    enabled = typed.get("enabled") == "yes"
    if enabled and not estate:
        errors["estate"] = "参加之前，请写这是哪个小区的群"
    for name, words in (("estate", estate), ("building", building)):
        if len(words) > _LONGEST:
            errors[name] = f"太长了，最多{_LONGEST}个字"
    rules = _rules(typed, left_alone, errors)
    if errors:
        raise FormError(errors)
    return GroupForm(enabled=enabled, place=spelled(Place(estate=estate, building=building), known), rules=rules)


def _rules(typed: Typed, left_alone: Iterable[str], errors: dict[str, str]) -> GroupRules:
    begin, end = (_time(typed, name, errors) for name in ("quiet_from", "quiet_until"))
    if "quiet_from" not in errors and (begin is None) != (end is None):
        errors["quiet_from"] = "从几点到几点都要写；都不写，就照总设置"
    digest = typed.get("digest", "")
    chosen = set(left_alone)
    return GroupRules(
        quiet_from=begin,
        quiet_until=end,
        daily_budget=_budget(typed, errors),
        digest_at=time.fromisoformat(digest) if digest in HOURS else None,
        no_digest=digest == NEVER,
        left_alone=frozenset(c for c in Category if c.value in chosen),
        private_here=typed.get("private_here") != "no",
    )


def _time(typed: Typed, name: str, errors: dict[str, str]) -> time | None:
    text = short(typed, name)
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None) if text else None
    except ValueError:
        errors["quiet_from"] = "时间写成 22:00 这样"
        return None


def _budget(typed: Typed, errors: dict[str, str]) -> int | None:
    text = short(typed, "daily_budget")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= _MOST):
        errors["daily_budget"] = f"写 1 到 {_MOST} 的数；不写，就照总设置"
        return None
    return int(text)


def as_typed(enabled: bool, place: Place, rules: GroupRules) -> dict[str, str]:
    """A stored group as its form shows it."""
    clock = {"quiet_from": rules.quiet_from, "quiet_until": rules.quiet_until}
    digest = NEVER if rules.no_digest else f"{rules.digest_at:%H:%M}" if rules.digest_at else ""
    return {
        "enabled": "yes" if enabled else "no",
        "estate": place.estate,
        "building": place.building,
        "daily_budget": str(rules.daily_budget or ""),
        "digest": digest,
        "private_here": "yes" if rules.private_here else "no",
        **{name: f"{at:%H:%M}" if at else "" for name, at in clock.items()},
    }
