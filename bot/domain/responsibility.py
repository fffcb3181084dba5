"""The responsibility list (三事清单): whose business a category is at each tier."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.taxonomy import Category, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Somebody who can be made responsible."""

    code: str
    name: str
    #: What people call it besides its name.
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list."""

    body: str
    #: What happens next, in plain words for the group; for 私事, the way to settle it.
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityList:
    """The whole list, with the version that tickets keep."""

    version: str
    bodies: Mapping[str, Body]
    #: By tier, for every category that has no line of its own.
    defaults: Mapping[Tier, Line]
    lines: Mapping[tuple[Category, Tier], Line]

    def line(self, category: Category, tier: Tier) -> Line:
        """The line for *category* at *tier*."""
        return self.lines.get((category, tier), self.defaults[tier])

    def body_name(self, code: str) -> str:
        """What people read for the body *code*."""
        return self.bodies[code].name if code in self.bodies else code

    def by_name(self) -> dict[str, str]:
        """Every name, alias and code → the body's code."""
        out: dict[str, str] = {}
        for body in self.bodies.values():
            out |= dict.fromkeys((body.code, body.name, *body.aliases), body.code)
        return out
