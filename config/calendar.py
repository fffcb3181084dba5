"""The working calendar of mainland China: holidays and worked weekends (调休) from the package chinesecalendar."""

from datetime import date, time, tzinfo

from chinese_calendar.constants import holidays, workdays

from bot.domain.calendar import WorkingCalendar

#: When the State Council announces next year's holidays, as a rule: November.
_ANNOUNCED = 11


def working_calendar(zone: tzinfo, opens: time, closes: time) -> WorkingCalendar:
    """When people work: from *opens* to *closes* in *zone* on the days that the package says are worked."""
    return WorkingCalendar(
        zone=zone,
        opens=opens,
        closes=closes,
        holidays=frozenset(day for day in holidays if day.weekday() < 5),
        worked=frozenset(day for day in workdays if day.weekday() >= 5),
        years=frozenset(day.year for day in holidays),
    )


def missing_years(calendar: WorkingCalendar, today: date) -> str:
    """One sentence about the years, this one and the next, whose holidays are unknown; "" if both are known."""
    missing = [year for year in (today.year, today.year + 1) if not calendar.knows(year)]
    if not missing:
        return ""
    years = "、".join(f"{year}年" for year in missing)
    early = missing[0] > today.year and today.month < _ANNOUNCED
    when = "国务院一般在11月公布，公布以后" if early else ""
    return (
        f"工作日历里还没有{years}的放假和调休安排，那时只按周末休息算，时限可能不准。"
        f"{when}请更新：pip install -U chinesecalendar，再重新启动"
    )
