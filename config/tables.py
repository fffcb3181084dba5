"""Reading a table that a steward edits: TOML in, and a list of mistakes, each one a Chinese sentence, out."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.domain.errors import ConfigError

#: So many mistakes are told at once; whoever made more has enough to begin with.
_TOLD = 12


@dataclass(slots=True)
class Mistakes:
    """What is wrong in one file. Nothing of the file is used until `settle` found nothing."""

    file: str
    found: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        """Note one mistake at *where*."""
        self.found.append(f"[{where}] {what}" if where else what)

    def settle(self) -> None:
        """Raise `ConfigError` with every mistake, one a line, if there is any."""
        if self.found:
            more = f"\n……还有 {len(self.found) - _TOLD} 处" if len(self.found) > _TOLD else ""
            raise ConfigError("\n".join(f"{self.file}: {what}" for what in self.found[:_TOLD]) + more)

    def unknown(self, where: str, what: str, name: object, known: Iterable[str]) -> None:
        """Note that there is no *what* called *name*, and the nearest one that there is."""
        names = list(known)
        near = get_close_matches(str(name), names, 1, 0.5)
        hint = f"是不是想写 {near[0]}？" if near else f"可以写：{'、'.join(names)}"
        self.add(where, f"没有「{name}」这个{what}，{hint}")

    def section(self, where: str, values: object, known: Iterable[str]) -> dict[str, Any]:
        """*values* as a section that holds nothing but *known* names; what it may not hold is noted and left out."""
        if not isinstance(values, dict):
            self.add(where, f"要写成一节：[{where}]")
            return {}
        names = list(known)
        for name in sorted(values.keys() - set(names)):
            self.unknown(where, "项", name, names)
        return {name: values[name] for name in names if name in values}

    def words(self, where: str, name: str, value: object, *, least: int = 0) -> str:
        """*value* as words, of at least *least* characters."""
        if not isinstance(value, str):
            self.add(where, f"{name} 要写成带引号的文字")
            return ""
        if len(value.strip()) < least:
            self.add(where, f"缺少 {name}")
        return value.strip()

    def several(self, where: str, name: str, value: object) -> tuple[str, ...]:
        """*value* as a list of words."""
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.add(where, f'{name} 要写成方括号里带引号的几项，例如 ["甲", "乙"]')
            return ()
        return tuple(v.strip() for v in value)


def shipped(name: str) -> Path:
    """The table *name* that comes with the program."""
    return Path(str(files("config") / name))


def read_table(path: Path, title: str) -> dict[str, Any]:
    """The TOML file *path*, which is called *title* when it cannot be read. Raises `ConfigError`."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: 没有这个文件（{title}）") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {title}读不了，需要 UTF-8 编码的 TOML 文件") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {title}不是正确的 TOML：{error}") from error


def laid_over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """*own* laid over *base*, section by section; a value or a list takes the place of the old one whole."""
    out = dict(base)
    for name, value in own.items():
        old = out.get(name)
        both = isinstance(value, dict) and isinstance(old, dict)
        out[name] = laid_over(old, value) if both and isinstance(old, dict) else value
    return out


def fingerprint(values: Mapping[str, Any]) -> str:
    """A short word that changes with the content of *values*, not with comments or the order of sections."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
