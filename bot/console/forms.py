"""Forms: what is asked, and what was typed as typed values; a mistake is a sentence at its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from typing import Any

from bot.domain.text import visible

#: Nothing that is typed here is longer.
LONGEST = 500


class Asked(StrEnum):
    """What a field takes."""

    WORDS = "words"
    NUMBER = "number"
    CHOICE = "choice"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a form asks."""

    name: str
    label: str
    asked: Asked = Asked.WORDS
    required: bool = False
    hint: str = ""
    #: Of a choice: which list (`bodies`, `categories`, `tiers`, `satisfied`).
    choices: str = ""


class FormError(Exception):
    """What is wrong, by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = dict(errors)


#: The choices of each list: code → name.
Choices = Mapping[str, Mapping[str, str]]


def read(fields: Sequence[Field], typed: Mapping[str, Any], choices: Choices, zone: tzinfo) -> dict[str, Any]:
    """The values of *fields*. Raises `FormError`."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in fields:
        text = visible(str(typed.get(field.name, "")))
        if not text:
            if field.required:
                errors[field.name] = f"请填「{field.label}」"
            continue
        try:
            values[field.name] = _value(field, text, choices, zone)
        except ValueError as error:
            errors[field.name] = str(error)
    if errors:
        raise FormError(errors)
    return values


def _value(field: Field, text: str, choices: Choices, zone: tzinfo) -> Any:
    """*text* as *field* means it. Raises `ValueError` with a sentence."""
    if field.asked is Asked.NUMBER:
        return _number(text)
    if field.asked is Asked.DAY:
        return _day(text, zone)
    if field.asked is Asked.CHOICE and text not in choices[field.choices]:
        raise ValueError(f"「{field.label}」里没有这一项")
    if len(text) > LONGEST:
        raise ValueError(f"太长了，最多{LONGEST}个字")
    return text


def _number(text: str) -> int:
    digits = text.lstrip("#＃ ")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise ValueError("编号是数字，例如 12")
    return int(digits)


def _day(text: str, zone: tzinfo) -> datetime:
    """The end of a working day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(18), tzinfo=zone)
    except ValueError as error:
        raise ValueError("日期写成 2026-03-10 这样") from error
