"""Reads the responsibility list (三事清单) from TOML. A list that is loaded is complete and without a mistake."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

from bot.domain.calendar import Span
from bot.domain.members import Role
from bot.domain.responsibility import BODY_MARK, Body, EstateType, Line, ResponsibilityList
from bot.domain.taxonomy import Category, Tier
from config.tables import Mistakes, fingerprint, laid_over, read_table, shipped

_DEFAULT = "responsibility.toml"
_TITLE = "三事清单"
#: What stands beside the categories at the top.
_PARTS = ("extends", "version", "bodies", "types", "defaults")
_TYPE_PARTS = ("name", "instead", "guarantee", "supervisor", "basis")
_LINE_PARTS = ("body", "supporting", "supervisor", "steps", "basis", "accept", "settle", "advice")
_ROLES = [Role.PROPERTY.value, Role.WORKER.value]
_CATEGORIES = [c.value for c in Category]
_TIERS = [t.value for t in Tier]
#: Nobody who asks for help is sent away.
_UNKIND = ("不归我管", "不归我们管", "不归社区管", "不关我", "管不了", "自己解决")


def load_responsibility(path: Path | None = None) -> ResponsibilityList:
    """The list in *path*, or the one that comes with the program.

    `extends = "default"` in *path* lays it over the one that comes with the program; without it, it stands alone.
    Raises `ConfigError` with one sentence for each mistake.
    """
    file = path or shipped(_DEFAULT)
    values = read_table(file, _TITLE)
    mistakes = Mistakes(f"{file}: {_TITLE}")
    extends = values.pop("extends", None)
    if extends not in (None, "default"):
        mistakes.add("", 'extends 只能写 "default"，或者不写')
    elif extends:
        values = laid_over(read_table(shipped(_DEFAULT), _TITLE), values)
    made = _Reader(mistakes, values).read()
    mistakes.settle()
    return made


class _Reader:
    """One pass over the values; every mistake is noted, and nothing is used while there is one."""

    def __init__(self, mistakes: Mistakes, values: dict[str, Any]) -> None:
        self._mistakes = mistakes
        self._values = self._mistakes.section("", values, (*_PARTS, *_CATEGORIES))
        self._bodies = self._read_bodies()
        self._defaults = self._sections("defaults")

    def read(self) -> ResponsibilityList:
        declared = self._mistakes.words("", "version", self._values.get("version", ""), least=1)
        raw = {(c, t): self._raw_line(c, t) for c, t in product(Category, Tier)}
        lines = {key: self._line(f"{key[0].value}.{key[1].value}", values) for key, values in raw.items() if values}
        return ResponsibilityList(
            version=f"{declared}-{fingerprint(self._values)}",
            bodies=self._bodies,
            defaults={},
            lines=lines,
            types={code: self._type(code, values, raw) for code, values in self._sections("types").items()},
        )

    def _sections(self, name: str) -> dict[str, Any]:
        values = self._values.get(name, {})
        return self._mistakes.section(name, values, values if isinstance(values, dict) else ())

    def _read_bodies(self) -> dict[str, Body]:
        out: dict[str, Body] = {}
        called: dict[str, str] = {}
        for code, values in self._sections("bodies").items():
            where = f"bodies.{code}"
            parts = self._mistakes.section(where, values, ("name", "aliases", "role"))
            name = self._mistakes.words(where, "name", parts.get("name", ""), least=1)
            aliases = self._mistakes.several(where, "aliases", parts.get("aliases", []))
            body = Body(code=code, name=name, aliases=aliases, role=self._role(where, parts.get("role", "")))
            for word in dict.fromkeys((code, name, *body.aliases)):
                if called.setdefault(word, code) != code:
                    self._mistakes.add(where, f"「{word}」已经是 {called[word]} 的叫法，两个主体不能同名")
            out[code] = body
        if not out:
            self._mistakes.add("bodies", "一个责任主体都没有")
        return out

    def _role(self, where: str, value: object) -> str:
        role = self._mistakes.words(where, "role", value)
        if role and role not in _ROLES:
            self._mistakes.unknown(where, "角色", role, _ROLES)
        return role

    def _raw_line(self, category: Category, tier: Tier) -> dict[str, Any]:
        """What is written for one line, or the default of its tier; none at all is a mistake."""
        where = f"{category.value}.{tier.value}"
        tiers = self._mistakes.section(category.value, self._values.get(category.value, {}), _TIERS)
        values = tiers.get(tier.value) or self._defaults.get(tier.value)
        if values is None:
            self._mistakes.add(where, f"缺少{category.label}的{tier.label}这一行")
            return {}
        return self._mistakes.section(where, values, _LINE_PARTS)

    def _line(self, where: str, values: Mapping[str, Any]) -> Line:
        check, body = self._mistakes, str(values.get("body", ""))
        self._known_body(where, "body", body)
        supporting = check.several(where, "supporting", values.get("supporting", []))
        for code in supporting:
            self._known_body(where, "supporting", code)
        steps = check.several(where, "steps", values.get("steps", []))
        advice = check.words(where, "advice", values.get("advice", ""))
        for code in BODY_MARK.findall(" ".join((*steps, advice))):
            self._known_body(where, "{" + code + "}", code)
        for words in (w for w in _UNKIND if w in advice):
            check.add(where, f"advice 里不要写「{words}」：来问的人总要给一条路")
        if where.endswith(Tier.PRIVATE.value) and not advice:
            check.add(where, "缺少 advice：私事要告诉大家怎么办")
        return Line(
            key=where.removeprefix("types."),
            body=body,
            supporting=supporting,
            supervisor=check.words(where, "supervisor", values.get("supervisor", "")),
            steps=steps,
            basis=check.words(where, "basis", values.get("basis", "")),
            advice=advice,
            **self._spans(where, values),
        )

    def _spans(self, where: str, values: Mapping[str, Any]) -> dict[str, Span]:
        """The time limits that are written; the others are as the domain has them."""
        found = {}
        for name in ("accept", "settle"):
            if name in values:
                text = self._mistakes.words(where, name, values[name])
                try:
                    found[name] = Span.of(text)
                except ValueError as error:
                    self._mistakes.add(where, f"{name}：{error}")
        return found

    def _known_body(self, where: str, name: str, code: str) -> None:
        if not code:
            self._mistakes.add(where, f"缺少 {name}：要写明谁负责")
        elif self._bodies and code not in self._bodies:
            self._mistakes.unknown(where, f"责任主体（{name}）", code, self._bodies)

    def _type(self, code: str, values: object, raw: Mapping[tuple[Category, Tier], dict[str, Any]]) -> EstateType:
        """One type of estate; a line of its own is the ordinary one with what is different laid over it."""
        where, check = f"types.{code}", self._mistakes
        parts = check.section(where, values, (*_TYPE_PARTS, *_CATEGORIES))
        lines: dict[tuple[Category, Tier], Line] = {}
        for category in (c for c in Category if c.value in parts):
            tiers = check.section(f"{where}.{category.value}", parts[category.value], _TIERS)
            for tier in (t for t in Tier if t.value in tiers):
                name = f"{where}.{category.value}.{tier.value}"
                own = check.section(name, tiers[tier.value], _LINE_PARTS)
                lines[category, tier] = self._line(name, laid_over(raw[category, tier], own))
        return EstateType(
            code=code,
            name=check.words(where, "name", parts.get("name", ""), least=1),
            instead=self._instead(where, parts.get("instead", {})),
            guarantee=self._guarantee(where, parts.get("guarantee", "")),
            supervisor=check.words(where, "supervisor", parts.get("supervisor", "")),
            basis=check.words(where, "basis", parts.get("basis", "")),
            lines=lines,
        )

    def _instead(self, where: str, values: object) -> dict[str, str]:
        found = self._mistakes.section(f"{where}.instead", values, values if isinstance(values, dict) else ())
        for pair in found.items():
            for code in pair:
                self._known_body(where, "instead", str(code))
        return {str(a): str(b) for a, b in found.items()}

    def _guarantee(self, where: str, value: object) -> str:
        code = self._mistakes.words(where, "guarantee", value)
        if code:
            self._known_body(where, "guarantee", code)
        return code
