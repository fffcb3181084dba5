"""What an address asks of the figures: which period, which places, which moment. What cannot be read is said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.domain.figures.overview import Ref
from bot.domain.figures.period import Period
from bot.domain.members import Grant
from bot.domain.places import Place, same_place
from bot.domain.text import visible

#: The periods with a name, and what a page begins with.
PERIODS = {
    "week": "本周",
    "last-week": "上周",
    "month": "本月",
    "last-month": "上月",
    "12-weeks": "近12周",
}
USUAL = "12-weeks"
#: A longer period is a report, not a page.
_LONGEST = timedelta(days=366)
_MOMENT = "%Y%m%dT%H%M%S"
_MOMENTS = re.compile(r"\d{8}T\d{6}", re.ASCII)
_REF = ("of", "axis", "code", "week", "category")
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody wants figures of. *grants* are what they may see."""

    grants: tuple[Grant, ...]
    period: Period
    estate: str = ""
    building: str = ""

    def wants(self, place: Place) -> bool:
        """Is *place* what is asked for?"""
        named = ((self.estate, place.estate), (self.building, place.building))
        return all(not asked or (bool(there) and same_place(asked, there)) for asked, there in named)

    @property
    def is_in_scope(self) -> bool:
        """Is anything of the place that is asked for within what they may see?"""
        return any(self._reached(grant) for grant in self.grants)

    def _reached(self, grant: Grant) -> bool:
        named = ((self.estate, grant.estate), (self.building, grant.building))
        return all(not asked or not own or same_place(asked, own) for asked, own in named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An address that was read."""

    question: Question
    #: A name of `PERIODS`, or empty for own days.
    period: str
    #: The moment as of which; None: now.
    at: datetime | None = None
    ref: Ref | None = None
    #: What could not be read, by field, and what was typed there.
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


def read(query: Mapping[str, str], grants: Sequence[Grant], now: datetime) -> Asked:
    """What *query* asks at *now*, whose zone is the local one."""
    given = {name: visible(value)[:_MOST] for name, value in query.items()}
    errors: dict[str, str] = {}
    word, period = _period(given, now, errors)
    ref = Ref(**{name: given.get(name, "") for name in _REF}) if given.get("of") else None
    return Asked(
        question=Question(
            grants=tuple(grants), period=period, estate=given.get("estate", ""), building=given.get("building", "")
        ),
        period=word,
        at=_moment(given.get("at", ""), now),
        ref=ref,
        errors=errors,
        typed={name: given.get(name, "") for name in ("from", "to")},
    )


def _period(given: Mapping[str, str], now: datetime, errors: dict[str, str]) -> tuple[str, Period]:
    """The period and its name; what cannot be read becomes the usual one, and a sentence."""
    word = given.get("period", "")
    if given.get("from") or given.get("to"):
        word = f"{given.get('from') or given.get('to')}..{given.get('to') or given.get('from')}"
    try:
        period = Period.of(word or USUAL, now)
        if period.end - period.begin > _LONGEST:
            raise ValueError("最长一年；更长的请分年看")
        if period.begin > now:
            raise ValueError("这段日子还没有到")
        if period.begin.year < 2000:
            raise ValueError("2000年以前没有工单")
    except ValueError as error:
        said = "日子没有看懂" if "时段" in str(error) else str(error)
        errors["period"] = f"{said}。先给您看近12周"
        return USUAL, Period.of(USUAL, now)
    return (word or USUAL) if (word or USUAL) in PERIODS else "", period


def _moment(text: str, now: datetime) -> datetime | None:
    """The moment *text*; never one that is still to come."""
    if not _MOMENTS.fullmatch(text):
        return None
    try:
        return min(datetime.strptime(text, _MOMENT).replace(tzinfo=now.tzinfo), now + timedelta(seconds=1))
    except ValueError:
        return None


def fixed(question: Question, at: datetime) -> dict[str, str]:
    """The parts of an address that ask *question* about the moment *at*, whenever it is opened."""
    return {**places(question), "period": days(question.period), "at": f"{at:{_MOMENT}}"}


def places(question: Question) -> dict[str, str]:
    """The parts of an address that say where."""
    return {name: v for name, v in (("estate", question.estate), ("building", question.building)) if v}


def days(period: Period) -> str:
    """*period* as `Period.of` reads it, whatever day it is."""
    return f"{period.begin:%Y-%m-%d}..{last_day(period)}"


def last_day(period: Period) -> str:
    """The last day that belongs to *period*."""
    return f"{period.end - timedelta(days=1):%Y-%m-%d}"


def named(ref: Ref) -> dict[str, str]:
    """The parts of an address that name *ref*."""
    return {name: value for name in _REF if (value := getattr(ref, name))}


def written(**parts: str) -> str:
    """An address, without the question mark."""
    return urlencode({name: value for name, value in parts.items() if value})
