"""The working calendar of mainland China: holidays, worked weekends, and honesty about years that are unknown."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import Span
from config.calendar import missing_years, working_calendar

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = working_calendar(ZONE, time(9), time(17))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-01-26", True),  # Sunday, worked for the Spring Festival
        ("2025-01-28", False),
        ("2025-02-05", True),
        ("2025-02-08", True),  # Saturday, worked
        ("2025-05-05", False),
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-10-11", True),  # Saturday, worked for the National Day
        ("2026-02-14", True),  # Saturday, worked for the Spring Festival
        ("2026-02-16", False),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2026-03-07", False),  # an ordinary Saturday
        ("2026-03-10", True),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # Saturday, worked for the National Day
    ],
)
def test_known_days(day: str, worked: bool) -> None:
    """Holidays on weekdays are free, announced weekends are worked."""
    assert CALENDAR.is_workday(date.fromisoformat(day)) is worked


def test_a_limit_goes_around_the_national_day() -> None:
    """Two working days from the last afternoon before 国庆 end on the second day after it."""
    before = datetime(2026, 9, 30, 16, 0, tzinfo=ZONE)
    assert CALENDAR.add(before, Span.of("2wd")) == datetime(2026, 10, 9, 17, 0, tzinfo=ZONE)
    assert CALENDAR.add(before, Span.of("2wh")) == datetime(2026, 10, 8, 10, 0, tzinfo=ZONE)
    assert CALENDAR.add(before, Span.of("2h")) == before + timedelta(hours=2)


def test_years_that_the_package_does_not_know_are_told() -> None:
    """This year or the next missing is one sentence that says what to do; both known is silence."""
    assert missing_years(CALENDAR, date(2025, 6, 1)) == ""
    last = max(CALENDAR.years)
    early, late = missing_years(CALENDAR, date(last, 3, 1)), missing_years(CALENDAR, date(last, 12, 1))
    assert f"{last + 1}年" in early
    assert "11月" in early
    assert "11月" not in late
    assert f"{last + 1}年、{last + 2}年" in missing_years(CALENDAR, date(last + 1, 1, 1))
    assert "chinesecalendar" in late
    assert "\n" not in early


def test_in_an_unknown_year_only_weekends_are_free() -> None:
    """Nothing is guessed."""
    year = max(CALENDAR.years) + 1
    assert not CALENDAR.knows(year)
    assert all(CALENDAR.is_workday(date(year, 10, n)) == (date(year, 10, n).weekday() < 5) for n in range(1, 8))
