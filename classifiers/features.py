"""What the models see of a text: its words, its character n-grams, and signals such as lexicon words and shape.

The three blocks are weighed apart: in the first two a long text counts no more than a short one.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from classifiers.keywords import Hit, Lexicon
from classifiers.normalise import LINK, MENTION, PICTURE, STICKER, VOICE, normalised
from classifiers.segmentation import Dictionary, Table, table_of, walk

#: How many blocks of features there are.
BLOCKS = 3
_LENGTHS = (2, 4, 7, 11, 16, 24, 40, 80, 160)
_SHAPES = tuple(
    (name, re.compile(pattern).search)
    for name, pattern in (
        ("?", r"\?|吗|么$|呢"),
        ("!", "!"),
        ("place", r"0[号#栋幢座期单层楼]|[a-z][座栋区]|小区|门口|楼道|单元"),
        ("me", "我|咱|俺|阿拉|偶|本人"),
        ("you", "你|您|侬"),
        ("dots", r"\.\.|…"),
        ("number", "000"),
        ("list", r"(?:^| )0[.、]"),
        ("colon", ":"),
        ("title", "[小社][区]|[街镇县市]"),
    )
)
_MARKS = {STICKER: "sticker", PICTURE: "picture", VOICE: "voice", LINK: "link", MENTION: "mention"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as the models see it."""

    text: str
    words: list[str]
    #: Rows of the model, not texts: there are too many of them to look at twice.
    grams: list[int]
    signals: list[str]
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts by one table of characters, one table of stretches and one lexicon."""

    simplified: dict[int, str]
    table: Table
    lexicon: Lexicon

    def read(self, text: str) -> Seen:
        """*text* as the models see it."""
        line = normalised(text, self.simplified)
        grams, words, heads = walk(line, self.table)
        hits = self.lexicon.find(line, heads)
        pairs = map(" ".join, pairwise(["^", *words, "$"]))
        return Seen(line, [*words, *pairs], grams, _signals(line, hits), hits)


def reader_of(simplified: dict[int, str], words: Dictionary, rows: Mapping[str, int], lexicon: Lexicon) -> Reader:
    """A reader that knows *words*, the n-grams that have *rows*, and *lexicon*."""
    return Reader(simplified, table_of(words, rows, lexicon.heads), lexicon)


def _signals(line: str, hits: list[Hit]) -> list[str]:
    found = _shape(line)
    points: dict[str, int] = {}
    for hit in hits:
        section = hit.entry.section
        points[section] = points.get(section, 0) + hit.entry.points
    about = "&" if any(section[1] == "a" for section in points) else "&no "
    for section, total in points.items():
        found += [section, section + "+", section + "++"][:total]
        if section[0] == "c" and section[1] == "u":
            found.append(section + about)
    return found


def _shape(line: str) -> list[str]:
    found = ["length " + str(bisect_left(_LENGTHS, len(line)))]
    found += [name for name, search in _SHAPES if search(line)]
    if any(mark in line for mark in _MARKS):
        found += [name for mark, name in _MARKS.items() if mark in line]
    return found
