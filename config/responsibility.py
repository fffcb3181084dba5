"""Reads the responsibility list (三事清单) from TOML."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.domain.errors import ConfigError
from bot.domain.responsibility import Body, Line, ResponsibilityList
from bot.domain.taxonomy import Category, Tier


def load_responsibility(path: Path | None = None) -> ResponsibilityList:
    """The list in *path*, or the one that comes with the program. Raises `ConfigError`, naming the faulty part."""
    file = path or Path(str(files("config") / "responsibility.toml"))
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: 三事清单读不了：{error}") from error
    try:
        return _parsed(values)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{file}: 三事清单里有写错的地方：{error}") from error


def _parsed(values: dict[str, Any]) -> ResponsibilityList:
    bodies = {
        code: Body(code=code, name=body["name"], aliases=tuple(body.get("aliases", ())))
        for code, body in values.pop("bodies").items()
    }
    version, defaults = str(values.pop("version")), values.pop("defaults")
    lines = {(Category(c), Tier(t)): _line(line, bodies) for c, tiers in values.items() for t, line in tiers.items()}
    return ResponsibilityList(
        version=version, bodies=bodies, defaults={t: _line(defaults[t.value], bodies) for t in Tier}, lines=lines
    )


def _line(values: dict[str, str], bodies: dict[str, Body]) -> Line:
    """One line; a body that the list does not know is a mistake."""
    if values["body"] not in bodies:
        raise ValueError(f"没有「{values['body']}」这个责任主体")
    return Line(body=values["body"], advice=values.get("advice", ""))
