"""Working time: spans as the responsibility list writes them, and the calendar that turns them into due times.

A span in working days ends at closing time of its last day, and the day it begins on is not counted (Civil Code,
article 201). A span in working hours counts only opening hours. Emergencies use plain hours.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Unit(StrEnum):
    """What a span is counted in; the values are how the list writes it."""

    HOURS = "h"
    WORKING_HOURS = "wh"
    WORKING_DAYS = "wd"


_LABELS = {Unit.HOURS: "小时", Unit.WORKING_HOURS: "个工作小时", Unit.WORKING_DAYS: "个工作日"}
_SPAN = re.compile(r"(\d{1,4})(h|wh|wd)")
#: A search for the next working day gives up after so many: a calendar without any is a mistake.
_FURTHEST = 400


@dataclass(frozen=True, slots=True)
class Span:
    """So much time: `4wh` is four working hours, `3wd` three working days, `2h` two hours by the clock."""

    amount: int
    unit: Unit

    @classmethod
    def of(cls, text: str) -> "Span":
        """The span that *text* writes. Raises `ValueError`."""
        match = _SPAN.fullmatch(text)
        if match is None or not int(match[1]):
            raise ValueError(f"「{text}」不是时限：写 2h（小时）、4wh（工作小时）或 3wd（工作日）")
        return cls(int(match[1]), Unit(match[2]))

    def __str__(self) -> str:
        """As the list writes it."""
        return f"{self.amount}{self.unit.value}"

    @property
    def label(self) -> str:
        """As people say it: `3个工作日`."""
        return f"{self.amount}{_LABELS[self.unit]}"

    @property
    def nearly(self) -> "Span | None":
        """After this much of it a warning is due: the day or the quarter before the end; None if it is too short."""
        if self.unit is Unit.WORKING_DAYS:
            return Span(self.amount - 1, self.unit) if self.amount > 1 else Span(4, Unit.WORKING_HOURS)
        return Span(self.amount * 3 // 4, self.unit) if self.amount > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """When people work."""

    zone: tzinfo
    opens: time = time(9, 0)
    closes: time = time(17, 0)
    #: Weekdays that are holidays.
    holidays: frozenset[date] = frozenset()
    #: Saturdays and Sundays that are worked (调休).
    worked: frozenset[date] = frozenset()
    #: Years whose holidays are known; in others only weekends are free.
    years: frozenset[int] = frozenset()

    def knows(self, year: int) -> bool:
        """Are the holidays of *year* known?"""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        """Do people work on *day*?"""
        return day in self.worked if day.weekday() >= 5 else day not in self.holidays

    def is_open(self, at: datetime) -> bool:
        """Do people work at *at*?"""
        local = at.astimezone(self.zone)
        return self.is_workday(local.date()) and self.opens <= local.time() < self.closes

    def add(self, start: datetime, span: Span) -> datetime:
        """When *span* is over if it begins at *start*."""
        if span.unit is Unit.HOURS:
            return start + timedelta(hours=span.amount)
        if span.unit is Unit.WORKING_HOURS:
            return self.later(start, timedelta(hours=span.amount))
        day = start.astimezone(self.zone).date()
        for _ in range(span.amount):
            day = self._workday_after(day)
        return self._at(day, self.closes)

    def later(self, start: datetime, worked: timedelta) -> datetime:
        """When *worked* of opening hours have passed since *start*."""
        here, left = self._opening(start), worked
        while True:
            closing = self._at(here.date(), self.closes)
            if here + left <= closing:
                return here + left
            left -= closing - here
            here = self._at(self._workday_after(here.date()), self.opens)

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the time from *begin* to *end* is opening hours."""
        total, day = timedelta(), begin.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        while day <= last:
            if self.is_workday(day):
                opens, closes = max(begin, self._at(day, self.opens)), min(end, self._at(day, self.closes))
                total += max(closes - opens, timedelta())
            day += timedelta(days=1)
        return total

    def workdays_between(self, begin: datetime, end: datetime) -> int:
        """How many working days come after the day of *begin*, up to the day of *end*."""
        day, last = begin.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        return sum(self.is_workday(day + timedelta(days=n)) for n in range(1, (last - day).days + 1))

    def _opening(self, at: datetime) -> datetime:
        """*at*, or the next time that people work."""
        local = at.astimezone(self.zone)
        if not self.is_workday(local.date()) or local.time() >= self.closes:
            return self._at(self._workday_after(local.date()), self.opens)
        return max(local, self._at(local.date(), self.opens))

    def _workday_after(self, day: date) -> date:
        for n in range(1, _FURTHEST):
            if self.is_workday(day + timedelta(days=n)):
                return day + timedelta(days=n)
        raise ValueError(f"{day} 以后一年没有工作日，请检查日历")

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone)
