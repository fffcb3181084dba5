"""The responsibility list (三事清单): whose business a category is at each tier, by when, and on what grounds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.calendar import Span, Unit
from bot.domain.taxonomy import Category, Tier

#: Stands in steps and advice for the name of a body, or of the one that stands in for it: `{property}`.
BODY_MARK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Somebody who can be made responsible."""

    code: str
    name: str
    #: What people call it besides its name.
    aliases: tuple[str, ...] = ()
    #: Members of this role speak for it in the group; empty: it has none there, and the worker acts for it.
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list."""

    #: `elevator.small`: category and tier, as tickets keep it; `unmanaged.elevator.small` where a type has its own.
    key: str = ""
    #: The responsible body.
    body: str
    #: Bodies that help.
    supporting: tuple[str, ...] = ()
    #: Who watches over it (监督人).
    supervisor: str = ""
    #: What is done, in order.
    steps: tuple[str, ...] = ()
    #: Rule or agreement on which the line rests.
    basis: str = ""
    #: Time to accept, and time to settle; both begin with the assignment.
    accept: Span = Span(4, Unit.WORKING_HOURS)
    settle: Span = Span(3, Unit.WORKING_DAYS)
    #: What happens next, in plain words for the group; for 私事, the way to settle it.
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateType:
    """A type of estate, and how the list differs there."""

    code: str
    name: str
    #: Body → the body that stands in for it where it does not exist.
    instead: Mapping[str, str] = field(default_factory=dict)
    #: Who must see to common matters there besides the responsible body, if need be; empty: nobody else.
    guarantee: str = ""
    #: Who watches over a body that stands in, and on what grounds it acts; empty: as the line says.
    supervisor: str = ""
    basis: str = ""
    #: Lines that are different in such estates.
    lines: Mapping[tuple[Category, Tier], Line] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityList:
    """The whole list, with the version that tickets keep."""

    version: str
    bodies: Mapping[str, Body]
    #: By tier, for every category that has no line of its own.
    defaults: Mapping[Tier, Line]
    lines: Mapping[tuple[Category, Tier], Line]
    types: Mapping[str, EstateType] = field(default_factory=dict)

    def line(self, category: Category, tier: Tier, estate_type: str = "") -> Line:
        """The line for *category* at *tier* in an estate of *estate_type*; an unknown type is an ordinary estate."""
        kind = self.types.get(estate_type)
        own = self.lines.get((category, tier)) or self.defaults[tier]
        line = kind.lines.get((category, tier), own) if kind else own
        line = line if line.key else replace(line, key=f"{category.value}.{tier.value}")
        return self._named(_standing_in(line, kind, tier) if kind else line, kind.instead if kind else {})

    def _named(self, line: Line, instead: Mapping[str, str]) -> Line:
        """*line* with the names of bodies for `{property}` and the like."""

        def name(match: re.Match[str]) -> str:
            return self.body_name(instead.get(match[1], match[1]))

        steps = tuple(BODY_MARK.sub(name, step) for step in line.steps)
        return replace(line, steps=steps, advice=BODY_MARK.sub(name, line.advice))

    def body_name(self, code: str) -> str:
        """What people read for the body *code*."""
        return self.bodies[code].name if code in self.bodies else code

    def role_for(self, code: str) -> str:
        """The role whose members speak for the body *code* in the group; "" if it has none there."""
        return self.bodies[code].role if code in self.bodies else ""

    def by_name(self) -> dict[str, str]:
        """Every name, alias and code → the body's code."""
        out: dict[str, str] = {}
        for body in self.bodies.values():
            out |= dict.fromkeys((body.code, body.name, *body.aliases), body.code)
        return out


def _standing_in(line: Line, kind: EstateType, tier: Tier) -> Line:
    """*line* where some bodies do not exist: others stand in, none twice; the guarantor supports what is common."""
    body = kind.instead.get(line.body, line.body)
    guarantors = [kind.guarantee] if kind.guarantee and tier is not Tier.PRIVATE else []
    others = dict.fromkeys(kind.instead.get(b, b) for b in (*line.supporting, *guarantors))
    line = replace(line, supporting=tuple(b for b in others if b != body))
    if body == line.body:
        return line
    return replace(line, body=body, supervisor=kind.supervisor or line.supervisor, basis=kind.basis or line.basis)
