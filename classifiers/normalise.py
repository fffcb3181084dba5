"""From typed text to its normal form: one width, one script, shapes instead of numbers, marks instead of stickers.

Dialect and function words stay as they are: they are what tells a complaint from a joke.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from bot.domain.text import clean

#: Nothing after this many characters is looked at: what a message wants stands in its first lines.
LOOKED_AT = 600
Rewrite = Callable[[str], str]

#: What stands for a sticker, a picture, a voice message, a link and a mention. Private signs that nobody types.
STICKER, PICTURE, VOICE, LINK, MENTION = "☻", "▣", "♪", "∞", "@"

_MARKS = (
    (re.compile(r"https?://[!-~]+|www\.[!-~]+|[a-z0-9.-]+\.(?:com|cn|net)(?:/[!-~]*)?"), LINK),
    (re.compile(r"\[(?:图片|照片|视频|动画表情)\]"), PICTURE),
    (re.compile(r"\[语音[^\]]*\](?: ?\d+\")?"), VOICE),
    (re.compile(r"\[[^\[\]\s]{1,6}\]"), STICKER),
)
_READING = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü ]+\)")
#: Districts without a name, as published complaints have them: A市, A7县.
_NAMELESS = re.compile(r"(?<![a-z0-9])[a-z]\d{0,2}(?=[省市区县])|西地(?=省)")
_MENTION = re.compile(r"@(?!所有人|全体)[^\s@,，:：]{1,20}[\s\u2005]?")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_REPEATED = re.compile(r"(.)\1{2,}")
_PUNCTUATION = re.compile(r"([!?。,~.…;])[!?。,~.…;]+")
#: How people part their clauses is a habit of the hand, and says nothing.
_PAUSES = re.compile(r"[\s,;。、]+")


def normalised(text: str, simplify: Rewrite) -> str:
    """The normal form of *text*; *simplify* turns traditional characters into simplified ones."""
    line = simplify(clean(text)[:LOOKED_AT].lower())
    if "[" in line or "." in line or "/" in line:
        line = _marked(line)
    if "(" in line:
        line = _READING.sub("", line)
    line = _NAMELESS.sub("某", line)
    if "@" in line:
        line = _MENTION.sub(MENTION, line)
    line = _PUNCTUATION.sub(_once, _REPEATED.sub(_twice, line))
    return _PAUSES.sub(" ", _DIGITS.sub(_shape, line)).strip()


def simplifier(table: dict[int, str]) -> Rewrite:
    """Rewrites lines by *table*, which maps the codes of traditional characters to simplified ones.

    Most lines have none; to look is a tenth of the work of translating.
    """
    if not table:
        return str
    search = re.compile(f"[{re.escape(''.join(map(chr, table)))}]").search
    return lambda line: line.translate(table) if search(line) else line


def _marked(line: str) -> str:
    for pattern, mark in _MARKS:
        line = pattern.sub(mark, line)
    return line


# Functions, because a template such as r"\1" costs more than the search.
def _once(run: re.Match[str]) -> str:
    return run[1]


def _twice(run: re.Match[str]) -> str:
    return run[1] * 2


def _shape(number: re.Match[str]) -> str:
    """One zero for each digit before the point, four at most: 501 is a door, 6 a floor, 2024 a year."""
    return "0000"[: len(number[0].partition(".")[0])]


@lru_cache(maxsize=1)
def simplified_by_opencc() -> dict[int, str]:
    """Traditional characters and their simplified ones, one to one, as OpenCC knows them."""
    import opencc

    han = "".join(map(chr, range(0x4E00, 0xA000)))
    plain = opencc.OpenCC("t2s").convert(han)
    return {ord(a): b for a, b in zip(han, plain, strict=True) if a != b}
