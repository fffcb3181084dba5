"""What the models see of a text: its words, its character n-grams, and signals such as lexicon words and shape.

The three blocks are weighed apart: in the first two a long text counts no more than a short one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, pairwise, product
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from classifiers.index import Places
from classifiers.keywords import Hit, Lexicon
from classifiers.normalise import LINK, MENTION, PICTURE, STICKER, VOICE, Rewrite, normalised, simplifier
from classifiers.segmentation import BORDER, Dictionary, Table, table_of

#: How many blocks of features there are.
BLOCKS = 3
_LENGTHS = (2, 4, 7, 11, 16, 24, 40, 80, 160)


def _each(first: str, second: str) -> Iterator[str]:
    return map("".join, product(first, second))


#: What a text looks like, and the stretches that it shows by.
_SHAPES: dict[str, Iterable[str]] = {
    "?": ("?", "吗", "呢", f"么{BORDER}"),
    "!": "!",
    "place": ("小区", "门口", "楼道", "单元", *_each("0", "号#栋幢座期单层楼"), *_each(ascii_lowercase, "座栋区")),
    "me": ("我", "咱", "俺", "偶", "阿拉", "本人"),
    "you": "你您侬",
    "dots": ("..", "…"),
    "number": ("000",),
    "list": (f"{BORDER}0.", " 0."),
    "colon": ":",
    "title": ("小区", "社区", *"街镇县市"),
    "sticker": STICKER,
    "picture": PICTURE,
    "voice": VOICE,
    "link": LINK,
    "mention": MENTION,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as the models see it."""

    text: str
    words: list[str]
    signals: list[str]
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Page:
    """Several texts as the models see them: one after the other, with a border around each."""

    lines: list[str]
    signals: list[list[str]]
    hits: list[list[Hit]]
    #: Which of the texts each place belongs to; a border belongs to the text that it opens.
    owners: Places
    #: The known stretches that begin at each place: four rows, one for each length.
    found: Places
    #: Where the words begin, and their numbers in the table. A border is a word.
    begins: Places
    words: Places


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts by one table of characters, one table of stretches and one lexicon."""

    simplify: Rewrite
    table: Table
    lexicon: Lexicon
    #: For each stretch of the table: is it a head of the lexicon, and which shapes does it show?
    is_head: NDArray[np.bool_]
    shapes: Places

    def read(self, text: str) -> Seen:
        """*text* as the models see it."""
        page = self.read_many([text])
        line, signals, hits = page.lines[0], page.signals[0], page.hits[0]
        words = [line[a - 1 : b - 1] for a, b in pairwise(page.begins[1:].tolist())]
        pairs = map(" ".join, pairwise(["^", *words, "$"]))
        return Seen(line, [*words, *pairs], signals, hits)

    def read_many(self, texts: Sequence[str]) -> Page:
        """*texts* as the models see them."""
        lines = [normalised(text, self.simplify) for text in texts]
        found = self.table.find(f"{BORDER}{BORDER.join(lines)}{BORDER}")
        begins, words = self.table.cut(found)
        sizes = np.fromiter(map(len, lines), np.int32, len(lines)) + 1
        borders = np.cumsum(sizes) - sizes
        owners = np.repeat(np.arange(len(lines) + 1, dtype=np.int32), np.append(sizes, 1))
        hits = self._hits(lines, found, owners, borders)
        looks = self._looks(sizes - 1, found, borders)
        signals = [[*look, *_cues(own)] for look, own in zip(looks, hits, strict=True)]
        return Page(lines, signals, hits, owners, found, begins, words)

    def _hits(self, lines: list[str], found: Places, owners: Places, borders: Places) -> list[list[Hit]]:
        """The words of the lexicon in each of *lines*."""
        places, lengths = np.nonzero(self.is_head[found].T)
        whose = owners[places]
        starts = places - borders[whose] - 1
        heads: list[list[tuple[int, str]]] = [[] for _ in lines]
        for owner, start, end in zip(whose.tolist(), starts.tolist(), (starts + lengths + 1).tolist(), strict=True):
            heads[owner].append((start, lines[owner][start:end]))
        return [self.lexicon.find(line, own) if own else [] for line, own in zip(lines, heads, strict=True)]

    def _looks(self, sizes: Places, found: Places, borders: Places) -> list[tuple[str, ...]]:
        """The signals of each text that its size and shapes give."""
        shown = np.bitwise_or.reduce(np.bitwise_or.reduceat(self.shapes[found], borders, axis=1))
        return list(map(_look, np.searchsorted(_LENGTHS, sizes).tolist(), shown.tolist()))


def reader_of(simplified: dict[int, str], words: Dictionary, others: Iterable[str], lexicon: Lexicon) -> Reader:
    """A reader that knows *words*, the *others* that a model has rows for, and *lexicon*."""
    table = table_of(words, chain(others, lexicon.heads, *_SHAPES.values()))
    is_head, shapes = np.zeros(len(table.odds), np.bool_), np.zeros(len(table.odds), np.int32)
    is_head[[table.numbers[head] for head in lexicon.heads]] = True
    for bit, stretches in enumerate(_SHAPES.values()):
        shapes[[table.numbers[stretch] for stretch in stretches]] |= 1 << bit
    return Reader(simplifier(simplified), table, lexicon, is_head, shapes)


@lru_cache(4096)
def _look(length: int, shapes: int) -> tuple[str, ...]:
    return f"length {length}", *(name for bit, name in enumerate(_SHAPES) if shapes >> bit & 1)


def _cues(hits: Sequence[Hit]) -> list[str]:
    points: dict[str, int] = {}
    for hit in hits:
        section = hit.entry.section
        points[section] = points.get(section, 0) + hit.entry.points
    about = any(section[1] == "a" for section in points)
    return [name for section, total in points.items() for name in _loudness(section, min(total, 3), about)]


@cache
def _loudness(section: str, points: int, about: bool) -> tuple[str, ...]:
    found = (section, f"{section}+", f"{section}++")[:points]
    return (*found, f"{section}{'&' if about else '&no '}") if section.startswith("cu") else found
