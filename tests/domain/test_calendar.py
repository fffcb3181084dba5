"""Working time: spans, weekends, holidays and worked weekends, in plain words."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import Span, Unit, WorkingCalendar
from tests.cast import ZONE
from tests.domain.working import CALENDAR, at

#: From when, how much, until when, and why.
TABLE = [
    (at(10, 9), "2wh", at(10, 11), "两小时后"),
    (at(10, 7), "2wh", at(10, 11), "上班前说的，从上班算起"),
    (at(10, 16), "2wh", at(11, 10), "下班前一小时，剩下的第二天早上"),
    (at(10, 17), "2wh", at(11, 11), "正下班，从第二天算起"),
    (at(10, 15), "2wh", at(10, 17), "正好到下班"),
    (at(13, 16), "2wh", at(14, 10), "周五下午，周六是调休上班"),
    (at(14, 16), "2wh", at(16, 10), "调休的周六以后是周日，不上班"),
    (at(15, 12), "4wh", at(16, 13), "周日说的，周一算起"),
    (at(17, 16), "2wh", at(19, 10), "周三放假，跳过去"),
    (at(10, 9), "8wh", at(10, 17), "一个工作日正好八小时"),
    (at(10, 9), "20wh", at(12, 13), "跨三天"),
    (at(10, 9), "1wd", at(11, 17), "当天不算，到第二天下班"),
    (at(10, 23), "1wd", at(11, 17), "半夜说的，也是第二天"),
    (at(13, 9), "1wd", at(14, 17), "周五说的，调休的周六也是工作日"),
    (at(14, 9), "1wd", at(16, 17), "周日不算"),
    (at(17, 9), "1wd", at(19, 17), "假日不算"),
    (at(17, 9), "3wd", at(23, 17), "假日和周末都不算"),
    (at(10, 23), "2h", at(11, 1), "紧急的按钟点"),
]


@pytest.mark.parametrize(("start", "span", "due", "why"), TABLE, ids=[row[3] for row in TABLE])
def test_a_span_ends_when_the_table_says(start: datetime, span: str, due: datetime, why: str) -> None:
    """Working hours count opening hours only, working days end at closing time, hours go by the clock."""
    assert CALENDAR.add(start, Span.of(span)) == due


@pytest.mark.parametrize("text", ["", "3", "wd", "0wd", "-1h", "3 wd", "3d", "1.5h", "12345h", "３wd工"])
def test_what_is_no_span_is_refused(text: str) -> None:
    """A span is a whole number and a unit that the list knows; the refusal says how to write one."""
    with pytest.raises(ValueError, match="3wd"):
        Span.of(text)


@pytest.mark.parametrize(
    ("text", "label", "nearly"),
    [("3wd", "3个工作日", "2wd"), ("1wd", "1个工作日", "4wh"), ("4wh", "4个工作小时", "3wh"), ("1h", "1小时", "None")],
)
def test_a_span_says_what_it_is(text: str, label: str, nearly: str) -> None:
    """It reads as it is written, as people say it, and knows when its end is near."""
    span = Span.of(text)
    assert (str(span), span.label, str(span.nearly)) == (text, label, nearly)


def test_days_off_and_worked_weekends() -> None:
    """A holiday on a weekday is free, a worked Saturday is not; only the years that are known are known."""
    days = {n: CALENDAR.is_workday(date(2026, 3, n)) for n in (13, 14, 15, 16, 18)}
    assert days == {13: True, 14: True, 15: False, 16: True, 18: False}
    assert (CALENDAR.knows(2026), CALENDAR.knows(2027)) == (True, False)
    assert [CALENDAR.is_open(at(10, hour)) for hour in (8, 9, 16, 17)] == [False, True, True, False]


def test_a_calendar_without_working_days_is_refused_not_searched_for_ever() -> None:
    """A mistake in the calendar is said aloud."""
    never = WorkingCalendar(zone=ZONE, holidays=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(800)))
    with pytest.raises(ValueError, match="检查日历"):
        never.add(at(10), Span(1, Unit.WORKING_DAYS))


TIMES = st.integers(0, 60 * 24 * 20).map(lambda minutes: at(2) + timedelta(minutes=minutes))
SPANS = st.builds(Span, st.integers(1, 30), st.sampled_from(Unit))


@given(TIMES, TIMES, SPANS)
def test_who_begins_later_is_never_due_earlier(a: datetime, b: datetime, span: Span) -> None:
    """Due times keep the order of their beginnings, and come after them."""
    first, second = sorted((a, b))
    assert CALENDAR.add(first, span) <= CALENDAR.add(second, span)
    assert CALENDAR.add(first, span) > first


@given(TIMES, st.integers(1, 60 * 60))
def test_later_and_between_agree(start: datetime, minutes: int) -> None:
    """After so much working time exactly so much working time has passed."""
    worked = timedelta(minutes=minutes)
    assert CALENDAR.between(start, CALENDAR.later(start, worked)) == worked
