"""Periods: weeks begin on Monday, days are local, both named days belong to it."""

from datetime import UTC, datetime

import pytest

from bot.domain.figures.period import Period
from tests.cast import ZONE

#: A Sunday evening at home; in London it is still Sunday noon.
NOW = datetime(2026, 3, 15, 20, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("week", "2026-03-09 至 2026-03-15"),
        ("last-week", "2026-03-02 至 2026-03-08"),
        ("month", "2026-03-01 至 2026-03-31"),
        ("last-month", "2026-02-01 至 2026-02-28"),
        ("2025-12", "2025-12-01 至 2025-12-31"),
        ("2026-03-02..2026-03-02", "2026-03-02 至 2026-03-02"),
        ("2026-02-27..2026-03-02", "2026-02-27 至 2026-03-02"),
    ],
)
def test_a_period_is_whole_local_days(text: str, label: str) -> None:
    """From midnight to midnight in the local zone."""
    period = Period.of(text, NOW)
    assert period.label == label
    assert (period.begin.astimezone(ZONE).hour, period.end.astimezone(ZONE).hour) == (0, 0)


def test_monday_begins_at_home() -> None:
    """At six on Monday morning in Shanghai the new week has begun, though it is Sunday elsewhere."""
    early = datetime(2026, 3, 15, 22, tzinfo=UTC).astimezone(ZONE)
    assert Period.of("week", early).begin == datetime(2026, 3, 16, tzinfo=ZONE)


@pytest.mark.parametrize(
    "text", ["", "year", "2026-13", "2026-3", "2026-03-09..2026-03-02", "2026-02-30..2026-03-02", "9999-12"]
)
def test_what_is_no_period_is_said_so(text: str) -> None:
    """One sentence, whatever was written."""
    with pytest.raises(ValueError, match="「"):
        Period.of(text, NOW)
