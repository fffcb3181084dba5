"""Stretches of time that figures are made of. Weeks begin on Monday; days are those of the local zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole days: from the beginning of one up to the beginning of another, which is not part of it."""

    begin: datetime
    end: datetime

    @classmethod
    def of(cls, text: str, now: datetime) -> "Period":
        """The period that *text* names at *now*, whose zone is the local one. Raises `ValueError`.

        `week`, `last-week`, `12-weeks`, `month`, `last-month`, `2026-03`, or `2026-03-02..2026-03-08` with both of
        these days.
        """
        first, last = _days(text, now.date())
        if first >= last:
            raise ValueError(f"「{text}」的开始比结束晚")
        return cls(begin=_midnight(first, now), end=_midnight(last, now))

    @property
    def label(self) -> str:
        """As people write it, with the last day that belongs to it."""
        last = self.end - timedelta(days=1)
        return f"{self.begin:%Y-%m-%d} 至 {last:%Y-%m-%d}"


def _days(text: str, today: date) -> tuple[date, date]:
    """The first day of the period *text*, and the first one after it."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    named = {
        "week": (monday, monday + _WEEK),
        "last-week": (monday - _WEEK, monday),
        "month": (first, _next_month(first)),
        "12-weeks": (monday - 11 * _WEEK, monday + _WEEK),
        "last-month": ((first - timedelta(days=1)).replace(day=1), first),
    }
    if text in named:
        return named[text]
    try:
        if month := _MONTH.fullmatch(text):
            first = date(int(month[1]), int(month[2]), 1)
            return first, _next_month(first)
        if days := _DAYS.fullmatch(text):
            return date.fromisoformat(days[1]), date.fromisoformat(days[2]) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"「{text}」里有不存在的日子") from error
    names = "、".join(named)
    raise ValueError(f"「{text}」不是时段，可以写：{names}、2026-03、2026-03-02..2026-03-08（两头都算）")


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _midnight(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), tzinfo=now.tzinfo)
