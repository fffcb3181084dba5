"""When people mean: 明天上午, 下周三, 12月5日, 半小时内 → a time. Pure; the clock comes in and is local."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

#: A part of a day ends then; a whole day ends with the afternoon.
_ENDS = {
    "早": time(9),
    "上午": time(12),
    "中午": time(14),
    "下午": time(18),
    "傍晚": time(19),
    "晚": time(22),
    "夜": time(22),
}
_DAY_ENDS, _NIGHT = time(18), time(22)
#: 马上, 一会儿
_SOON = timedelta(hours=2)
#: A day without a year is within so many days, or it was not meant.
_FAR = 300
_NUMBERS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "几": 3, "半": 0}
_N = r"(\d{1,3}|[一二两三四五六七八九十几]{1,3})"
_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6, "末": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A time that was said, and where in the text."""

    #: The end of what was said: of the hour, the part of the day, the day.
    at: datetime
    begin: int
    end: int


def number(text: str) -> int:
    """What *text* counts: 3, 三, 十五, 二十一."""
    if text.isdigit():
        return int(text)
    tens, mark, ones = text.partition("十")
    if not mark:
        return int("".join(str(_NUMBERS[c]) for c in text))
    return (_NUMBERS[tens] if tens else 1) * 10 + (_NUMBERS[ones] if ones else 0)


def when(text: str, now: datetime) -> When | None:
    """The first time to come that *text* names, seen from the local time *now*."""
    for pattern, span in _SPANS:
        if match := pattern.search(text):
            return When(at=_ended(span(match, now), match, now), begin=match.start(), end=match.end())
    day = _day(text, now.date())
    part = _part(text, day.end if day else 0, near=day is not None)
    if day is None and part is None:
        return None
    base = day.at.date() if day else now.date()
    at = datetime.combine(base, part.at.time() if part else _whole(base, now), tzinfo=now.tzinfo)
    at = _afternoon(at, text, part, now)
    begin, end = (day or part).begin, (part or day).end  # type: ignore[union-attr]
    return When(at=at, begin=begin, end=end) if at > now else None


def _ended(at: datetime, match: re.Match[str], now: datetime) -> datetime:
    """三天内 ends with its day; 两小时内 to the minute."""
    whole = "天" in match.group() or "日" in match.group()
    return datetime.combine(at.date(), _DAY_ENDS, tzinfo=now.tzinfo) if whole else at


_SPANS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], datetime]], ...] = (
    (re.compile(r"(?<!个)半个?小时(?:之?内|以内|后|左右)?"), lambda m, now: now + timedelta(minutes=30)),
    (
        re.compile(_N + r"个?(半)?(?:小时|钟头)(?:之?内|以内|后|左右)?"),
        lambda m, now: now + timedelta(hours=number(m[1]), minutes=30 if m[2] else 0),
    ),
    (re.compile(_N + r"分钟(?:之?内|以内|后|左右)?"), lambda m, now: now + timedelta(minutes=number(m[1]))),
    (re.compile(_N + r"[天日](?:之?内|以内)"), lambda m, now: now + timedelta(days=number(m[1]))),
    (re.compile(r"马上|立刻|立即|这就|一会儿?|待会儿?|稍后"), lambda m, now: now + _SOON),
)

_RELATIVE = re.compile(r"(大后天|后天|明[天日早晚]|今[天日早晚])")
_AHEAD = {"今": 0, "明": 1, "后": 2, "大": 3}
_WEEK = re.compile(r"(下下?个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天末])")
_DATE = re.compile(r"(?:(\d{4})[年/-](\d{1,2})[月/-]|(\d{1,2})[月/])(\d{1,2})[日号]?(?!\d)")
_OF_MONTH = re.compile(r"(?<![\d一-十])(\d{1,2})[号日](?![楼院线单门栋幢库井机电梯房])")
_MONTH_ENDS = re.compile(r"(?:这个?|本)?月底")


def _day(text: str, today: date) -> When | None:
    """The day that *text* names; the time of the answer means nothing."""
    # 12月5日 that is too far away is no 5号 of this month.
    numbered = () if _DATE.search(text) else (_numbered,)
    for read in (_relative, _weekday, _dated, *numbered, _month_end):
        found = read(text, today)
        if found is not None:
            day, match = found
            return When(at=datetime.combine(day, time()), begin=match.start(), end=match.end())
    return None


_Found = tuple[date, re.Match[str]] | None


def _relative(text: str, today: date) -> _Found:
    match = _RELATIVE.search(text)
    return (today + timedelta(days=_AHEAD[match[1][0]]), match) if match else None


def _weekday(text: str, today: date) -> _Found:
    """周三 is the next one, today included; 下周三 the one of next week."""
    match = _WEEK.search(text)
    if match is None:
        return None
    weekday, weeks = _WEEKDAYS[match[2]], (match[1] or "").count("下")
    if weeks:
        return today - timedelta(days=today.weekday()) + timedelta(days=weekday, weeks=weeks), match
    return today + timedelta(days=(weekday - today.weekday()) % 7), match


def _dated(text: str, today: date) -> _Found:
    match = _DATE.search(text)
    if match is None:
        return None
    years = [int(match[1])] if match[1] else [today.year, today.year + 1]
    for year in years:
        day = _calendar_day(year, int(match[2] or match[3]), int(match[4]))
        if day is not None and 0 <= (day - today).days <= _FAR:
            return day, match
    return None


def _numbered(text: str, today: date) -> _Found:
    """15号: this month's, or the next."""
    match = _OF_MONTH.search(text)
    if match is None:
        return None
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    for month in (today, following):
        day = _calendar_day(month.year, month.month, int(match[1]))
        if day is not None and day >= today:
            return day, match
    return None


def _month_end(text: str, today: date) -> _Found:
    match = _MONTH_ENDS.search(text)
    return (today.replace(day=monthrange(today.year, today.month)[1]), match) if match else None


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_PART = r"(早上?|上午|中午|下午|傍晚|晚上?|夜里)"
_HOUR = re.compile(
    rf"{_PART}?(\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})(?:点钟?|时|[:：])(?!间)(半|\d{{1,2}}分?|[一二三四五]十分?)?"
)
_ONLY_PART = re.compile(_PART)


def _part(text: str, after: int, *, near: bool) -> When | None:
    """The hour or part of a day that *text* names from *after* on (or in 今晚, 明早, just before it)."""
    rest = text[max(0, after - 1) :] if near else text
    begin = len(text) - len(rest)
    if match := _HOUR.search(rest):
        at = _hour(match)
        if at is not None:
            return When(at=at, begin=begin + match.start(), end=begin + match.end())
    if match := _ONLY_PART.search(rest):
        ends = next(end for name, end in _ENDS.items() if match[1].startswith(name))
        return When(at=datetime.combine(date.min, ends), begin=begin + match.start(), end=begin + match.end())
    return None


def _hour(match: re.Match[str]) -> datetime | None:
    hour, said = number(match[2]), match[3] or ""
    minute = 30 if said == "半" else number(said.rstrip("分")) if said else 0
    if (match[1] or "")[:1] in ("下", "傍", "晚", "夜") and hour < 12:
        hour += 12
    if match[1] == "中午" and hour < 3:
        hour += 12
    return datetime.combine(date.min, time(hour, minute)) if hour < 24 and minute < 60 else None


def _whole(day: date, now: datetime) -> time:
    """When *day* is over for those who work; late in the day it is the evening that is meant."""
    return _NIGHT if day == now.date() and now.time() >= _DAY_ENDS else _DAY_ENDS


def _afternoon(at: datetime, text: str, part: When | None, now: datetime) -> datetime:
    """3点 without more is the afternoon, as is an hour that is over already today."""
    bare = part is not None and _HOUR.fullmatch(text[part.begin : part.end]) is not None
    named = part is not None and _ONLY_PART.match(text[part.begin : part.end]) is not None
    if bare and not named and at.hour < 12 and (at.hour < 7 or at <= now):
        return at + timedelta(hours=12)
    return at
