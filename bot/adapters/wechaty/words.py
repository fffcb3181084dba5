"""What WeChat leaves to the text: quotes, mentions, and how to write a mention. Pure."""

import re
from collections.abc import Iterable, Sequence

#: What WeChat puts behind a mention.
AFTER_MENTION = "\u2005"
#: `「name：quoted text」`, a line of dashes, the reply. The last such line counts: what is quoted may itself quote.
_QUOTE = re.compile(r"\s*「(?P<quoted>.*)」[ \t\r]*\n[ \t]*(?:[-–—][ \t]?){3,}\r?(?:\n(?P<reply>.*))?", re.DOTALL)
_MENTION = re.compile(r"@([^@\u2005\n]{1,64})\u2005")
#: Somebody who writes more names than this mentions nobody.
_MOST = 50


def quote_in(text: str) -> tuple[str, str]:
    """What *text* quotes, without the name before it, and what it says itself; nothing quoted: "" and all of it."""
    if "「" not in text or not (match := _QUOTE.fullmatch(text)):
        return "", text
    _, quoted = quote_in(_after_name(match["quoted"]))
    return quoted.strip(), (match["reply"] or "").strip()


def mentioned(text: str, names: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The user ids of those of *names* whom *text* mentions by `@name` and the blank that WeChat puts behind it."""
    written = {name.strip() for name in _MENTION.findall(text)[:_MOST]}
    return tuple(user for name, user in names if name in written)


def without_mention(text: str, own: Sequence[str]) -> str:
    """*text* without mentions of the bot, whose names are *own*; other mentions stay as they read."""
    for name in sorted(filter(None, own), key=len, reverse=True):
        text = text.replace(f"@{name}{AFTER_MENTION}", "")
        text = re.sub(rf"(?:^|(?<=\s))@{re.escape(name)}(?=\s|$)\s?", "", text)
    return text.replace(AFTER_MENTION, " ").strip()


def with_mentions(text: str, names: Sequence[str]) -> str:
    """*text* with a mention of everybody in *names* before it, as WeChat's own input writes it."""
    return "".join(f"@{name}{AFTER_MENTION}" for name in names) + text


def same(text: str) -> str:
    """*text* as it can be compared: puppets change blanks and line ends."""
    return "".join(text.split())


def _after_name(quoted: str) -> str:
    """*quoted* without the `name：` that WeChat puts before it."""
    name, colon, rest = quoted.partition("：")
    return rest if colon and "\n" not in name and len(name) <= 64 else quoted
