"""Making typed text comparable: one width, no invisible characters, bounded length."""

import re
import unicodedata

#: A message longer than this is cut before anything looks at it: nobody reports a leak in a novel.
MAX_LENGTH = 4_000

_SPACES = re.compile(r"[ \t\r\f\v\u3000]+")
_KEPT_CONTROLS = frozenset("\n\t")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})


def visible(text: str) -> str:
    """*text* without control, zero-width, direction and private characters, and cut to `MAX_LENGTH`."""
    text = text[: 2 * MAX_LENGTH]
    if not text.isprintable():
        text = "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in _INVISIBLE)
    return text.strip()[:MAX_LENGTH]


def clean(text: str) -> str:
    """The `visible` part of *text*, with full-width letters, digits and marks narrowed and spaces collapsed."""
    return _SPACES.sub(" ", visible(unicodedata.normalize("NFKC", text[: 2 * MAX_LENGTH]))).strip()


def masked(text: str) -> str:
    """*text* without phone numbers, ID numbers, plates and door numbers, for anything that a group may see."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


_SECRETS = (
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "（证件号）"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "（电话）"),
    (re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"), "（电话）"),
    (re.compile(r"(?<![\d-])\d{7,}(?!\d)"), "（号码）"),
    (
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
            r"[A-Za-z][·. ]?(?=[A-Za-z]{0,3}\d)[A-Za-z0-9]{5,6}(?![A-Za-z0-9])"
        ),
        "（车牌）",
    ),
    (re.compile(r"(?<=\d)-(\d{1,2})-\d{3,4}(?!\d)"), r"-\1"),
    (re.compile(r"(?<![\dA-Za-z.:年/-])(?:\d{1,2}|[A-Z])-\d{3,4}(?:室|户|房)?(?![\d-])"), "（某户）"),
    (re.compile(r"(单元|栋|幢|座|楼|(?<=\d)#)[ -]?\d{3,4}(?:室|户)?(?!\d)"), r"\1"),
    (re.compile(r"(?<![\d.:年/-])\d{3,4}(?:室|户|房)"), "（某户）"),
)


def shortened(text: str, limit: int) -> str:
    """The first line of *text*, at most *limit* characters, with a mark where something is left out."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
