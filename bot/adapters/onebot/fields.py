"""Reading single fields of a frame, whatever an implementation put there. Nothing here raises."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

#: One JSON object as it came over the wire.
Frame = Mapping[str, Any]

_LATEST = datetime(9000, 1, 1, tzinfo=UTC).timestamp()


def ident(value: Any) -> str:
    """The id *value* as a string; "" for none, for 0 (which stands for nobody) and for what is no id."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    if isinstance(value, float):
        value = int(value) if value.is_integer() else ""
    text = words(str(value)).strip()
    return "" if text == "0" else text[:64]


def words(value: Any) -> str:
    """The text *value* without what no database takes (NUL, halves of surrogate pairs); "" if it is no text."""
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def moment(value: Any, otherwise: datetime) -> datetime:
    """The time of *value*, Unix seconds as a number or in digits; *otherwise* if it is none."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise
    if not math.isfinite(seconds) or not 0 < seconds < _LATEST:
        return otherwise
    return datetime.fromtimestamp(int(seconds), UTC)


def part(frame: Frame, name: str) -> Frame:
    """The object *name* within *frame*; an empty one if there is none."""
    value = frame.get(name)
    return value if isinstance(value, dict) else {}


def number(text: str) -> int | str:
    """The id *text* as the number that the standard asks for, or as it is when it is none."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 20 else text
