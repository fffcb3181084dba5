"""What the models see of a text: its words, its character n-grams, and signals such as lexicon words and shape.

The three blocks are weighed apart: in the first two a long text counts no more than a short one.
"""

import re
from dataclasses import dataclass

from classifiers.keywords import Hit, Lexicon
from classifiers.normalise import LINK, MENTION, PICTURE, STICKER, VOICE, normalised
from classifiers.segmentation import Dictionary, walked

#: How many blocks of features there are.
BLOCKS = 3
_LENGTHS = (2, 4, 7, 11, 16, 24, 40, 80, 160)
_SHAPES = (
    ("?", re.compile(r"\?|吗|么$|呢")),
    ("!", re.compile("!")),
    ("place", re.compile(r"0[号#栋幢座期单层楼]|[a-z][座栋区]|小区|门口|楼道|单元")),
    ("me", re.compile("我|咱|俺|阿拉|偶|本人")),
    ("you", re.compile("你|您|侬")),
    ("dots", re.compile(r"\.\.|…")),
    ("number", re.compile("000")),
    ("list", re.compile(r"(?:^| )0[.、]")),
    ("colon", re.compile(":")),
    ("title", re.compile("[小社][区]|[街镇县市]")),
)
_MARKS = ((STICKER, "sticker"), (PICTURE, "picture"), (VOICE, "voice"), (LINK, "link"), (MENTION, "mention"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as the models see it."""

    text: str
    words: list[str]
    grams: list[str]
    signals: list[str]
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts by one table of characters, one dictionary and one lexicon."""

    simplified: dict[int, str]
    dictionary: Dictionary
    lexicon: Lexicon

    def read(self, text: str) -> Seen:
        """*text* as the models see it."""
        line = normalised(text, self.simplified)
        grams, words, heads = walked(line, self.dictionary, self.lexicon.heads)
        hits = self.lexicon.find(line, heads)
        pairs = [a + " " + b for a, b in zip(["^", *words], [*words, "$"], strict=True)]
        return Seen(line, words + pairs, grams, _signals(line, hits), hits)


def _signals(line: str, hits: list[Hit]) -> list[str]:
    found = _shape(line)
    points: dict[str, int] = {}
    for hit in hits:
        points[hit.entry.section] = points.get(hit.entry.section, 0) + hit.entry.points
    for section, total in points.items():
        found.extend(f"~{section}>{n}" for n in range(min(total, 3)))
    about = any(section.startswith("category") for section in points)
    cues = [section for section in points if section.startswith("cue")]
    found.extend(f"~{cue}&{'' if about else 'no '}category" for cue in cues)
    return found


def _shape(line: str) -> list[str]:
    size = len(line)
    found = ["~length " + str(sum(size > limit for limit in _LENGTHS))]
    found.extend("~" + name for name, pattern in _SHAPES if pattern.search(line))
    found.extend("~" + name for mark, name in _MARKS if mark in line)
    return found
