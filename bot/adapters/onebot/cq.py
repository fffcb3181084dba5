"""CQ strings, the older notation of a message: `看[CQ:at,qq=1] 漏水&#91;急&#93;` ↔ segments."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a message."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)


#: Values escape their brackets, so that an opening one inside a code means that it was none; this also keeps the
#: search linear on hostile text.
_CODE = re.compile(r"\[CQ:([A-Za-z0-9_.-]+)((?:,[^\[\]]*)?)\]")
_ESCAPED = re.compile(r"&(?:amp|#91|#93|#44);")
_PLAIN = {"&amp;": "&", "&#91;": "[", "&#93;": "]", "&#44;": ","}


def parse(text: str) -> list[Segment]:
    """The segments of the CQ string *text*; what is no well-formed code stays text."""
    segments: list[Segment] = []
    end = 0
    for match in _CODE.finditer(text):
        segments += _text(text[end : match.start()])
        segments.append(Segment(match[1], _parameters(match[2])))
        end = match.end()
    return segments + _text(text[end:])


def dump(segments: Iterable[Segment]) -> str:
    """The CQ string of *segments*."""
    return "".join(escape(str(s.data.get("text", ""))) if s.type == "text" else _code(s) for s in segments)


def escape(text: str) -> str:
    """*text* so that nothing in it is taken for a code."""
    return text.replace("&", "&amp;").replace("[", "&#91;").replace("]", "&#93;")


def _code(segment: Segment) -> str:
    values = (f",{name}={escape(str(value)).replace(',', '&#44;')}" for name, value in segment.data.items())
    return f"[CQ:{segment.type}{''.join(values)}]"


def _text(raw: str) -> list[Segment]:
    return [Segment("text", {"text": _unescape(raw)})] if raw else []


def _parameters(raw: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in raw.split(",") if "=" in pair)
    return {name: _unescape(value) for name, _, value in pairs}


def _unescape(raw: str) -> str:
    return _ESCAPED.sub(lambda match: _PLAIN[match[0]], raw)
