"""The expert's lexicon: words that speak for a category, a tier, an urgency or a cue, and what they do not mean.

It is read from `lexicon.toml`. A word counts from the next start on, without training, and is shown as evidence.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.domain.errors import ConfigError
from bot.domain.taxonomy import Category, Tier, Urgency

#: The longest stretch that a `*` in a word stands for.
GAP = 8
#: Words are looked up by so many of their first characters.
HEAD = 4
#: What a word counts under each heading of a section.
POINTS = {"words": 1, "strong": 2}
_GROUPS: dict[str, set[str]] = {
    "category": {*Category},
    "tier": {*Tier},
    "urgency": {*Urgency},
    "cue": set(),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the lexicon: its section (`category:leak`), points, and what must follow its head."""

    section: str
    word: str
    points: int
    rest: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon, found."""

    entry: Entry
    start: int
    end: int


class Lexicon:
    """All entries, ready to be found in one pass."""

    def __init__(self, entries: Iterable[tuple[str, Entry]]) -> None:
        """Take *entries* with their heads: what is looked up, before the rest is compared."""
        self.heads: dict[str, list[Entry]] = {}
        for head, entry in entries:
            self.heads.setdefault(head, []).append(entry)

    def __len__(self) -> int:
        """How many words."""
        return sum(map(len, self.heads.values()))

    def words(self) -> list[str]:
        """The words without gaps."""
        return [e.word for entries in self.heads.values() for e in entries if "*" not in e.word]

    def find(self, text: str, places: Iterable[tuple[int, str]]) -> list[Hit]:
        """The words that *text* holds and means, given the *places* of heads in it.

        What an `unless` of the same section touches is left out.
        """
        hits = list(self._all(text, places))
        denied = [h for h in hits if h.entry.points < 0]
        if not denied:
            return hits
        return [h for h in hits if h.entry.points > 0 and not any(_denies(d, h) for d in denied)]

    def _all(self, text: str, places: Iterable[tuple[int, str]]) -> Iterator[Hit]:
        for start, head in places:
            end = start + len(head)
            for entry in self.heads[head]:
                if entry.rest is None:
                    yield Hit(entry, start, end)
                elif rest := entry.rest.match(text, end):
                    yield Hit(entry, start, rest.end())


def _denies(denial: Hit, hit: Hit) -> bool:
    return (
        denial.entry.section == hit.entry.section
        and denial.start <= hit.end
        and hit.start <= denial.end
        and hit.entry.points > 0
    )


def load_lexicon(path: Path | None = None) -> Lexicon:
    """The lexicon at *path*, or the one that comes with the program. Raises `ConfigError`."""
    source = path or files("config").joinpath("lexicon.toml")
    try:
        table = tomllib.loads(source.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{source}: this is no lexicon that can be read: {error}") from error
    return Lexicon(_entries(table, str(source)))


def _entries(table: dict[str, Any], source: str) -> Iterator[tuple[str, Entry]]:
    for group, sections in table.items():
        if group not in _GROUPS or not isinstance(sections, dict):
            raise ConfigError(f"{source}: [{group}] is none of {', '.join(_GROUPS)}")
        for name, headings in sections.items():
            _check(group, name, headings, source)
            for heading, words in headings.items():
                points = -1 if heading == "unless" else POINTS[heading]
                for word in words:
                    yield _entry(f"{group}:{name}", word, points)


def _check(group: str, name: str, headings: Any, source: str) -> None:
    allowed = _GROUPS[group]
    if allowed and name not in allowed:
        raise ConfigError(f"{source}: [{group}.{name}]: {name} is none of {', '.join(sorted(allowed))}")
    fits = isinstance(headings, dict) and not set(headings) - {*POINTS, "unless"}
    if not fits or not all(map(_is_list_of_words, headings.values())):
        raise ConfigError(f"{source}: [{group}.{name}] takes words, strong and unless, each a list of words")


def _is_list_of_words(words: object) -> bool:
    return isinstance(words, list) and all(isinstance(w, str) and w.strip("* ") for w in words)


def _entry(section: str, word: str, points: int) -> tuple[str, Entry]:
    first, *more = word.strip("* ").lower().split("*")
    rest = re.escape(first[HEAD:]) + "".join(f".{{0,{GAP}}}?{re.escape(part)}" for part in more)
    return first[:HEAD], Entry(section, word, points, re.compile(rest) if rest else None)
