"""A list of tickets ↔ its address: what somebody asked for, so that a link opens the same view.

What cannot be read is left out and said in a sentence; no address is an error.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar
from urllib.parse import urlencode

from bot.domain.backlog import Due, Key, Sort, TicketList
from bot.domain.searching import numbers, terms
from bot.domain.taxonomy import Category, Named, Tier, Urgency
from bot.domain.text import visible
from bot.domain.tickets import OPEN, Status
from bot.domain.waiting import Desk

#: All that is still to be done, as one word of the address.
OPEN_WORD = "open"
_LONGEST = 60
#: The address of a figure names places, a moment and a group.
_LONGEST_FIGURE = 2000
_KEY = re.compile(r"-?\d{1,18}(_-?\d{1,18}){0,2}", re.ASCII)
_PARTS = {Sort.NEWEST: 1, Sort.DUE: 2, Sort.URGENCY: 3}
#: The years that a list can be asked for: databases and calendars know others, people do not mean them.
_YEARS = range(2000, 2101)
N = TypeVar("N", bound=Named)
Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for."""

    wanted: TicketList
    #: What of it could not be read, by field.
    errors: Mapping[str, str] = field(default_factory=dict)


def write(wanted: TicketList, zone: tzinfo) -> str:
    """The address of *wanted*, without the question mark; `read` gives *wanted* back."""
    pairs: list[tuple[str, str]] = [("q", wanted.text)]
    pairs += [("status", word) for word in _status_words(wanted.statuses)]
    pairs += [("desk", reason) for reason in sorted(reason.value for reason in wanted.desks)]
    named = {"tier": wanted.tier, "category": wanted.category, "urgency": wanted.urgency, "due": wanted.due}
    pairs += [(name, value.value) for name, value in named.items() if value is not None]
    pairs += [("estate", wanted.estate), ("building", wanted.building), ("body", wanted.body)]
    pairs += [("from", _day(wanted.begin, zone)), ("to", _day(wanted.end, zone, days=1))]
    pairs += [("debt", "yes" if wanted.debt else ""), ("figure", wanted.figure), ("sort", wanted.sort.value)]
    pairs += [(name, "_".join(map(str, key))) for name, key in _keys(wanted) if key is not None]
    return urlencode([(name, value) for name, value in pairs if value])


def read(query: Query, zone: tzinfo, bodies: Mapping[str, str]) -> Asked:
    """What *query* asks for. *bodies* are those that a ticket can be with."""
    reading = _Reading(query, zone)
    text = reading.words("q", "要找的")
    if text and not terms(text) and not numbers(text):
        text = reading.wrong("q", "要找的里面没有一个字")
    sort = reading.one(Sort, "sort", "排序") or Sort.NEWEST
    wanted = TicketList(
        text=text,
        statuses=reading.statuses(),
        desks=reading.several(Desk, "desk", "等社区的原因"),
        tier=reading.one(Tier, "tier", "三事"),
        category=reading.one(Category, "category", "类别"),
        urgency=reading.one(Urgency, "urgency", "紧急程度"),
        estate=reading.words("estate", "小区"),
        building=reading.words("building", "楼栋"),
        body=reading.code("body", "责任主体", bodies),
        begin=reading.day("from", "开始"),
        end=reading.day("to", "结束", days=1),
        due=reading.one(Due, "due", "时限"),
        debt=reading.last("debt") not in ("", "no"),
        figure=reading.words("figure", "哪个数", _LONGEST_FIGURE),
        sort=sort,
        **reading.place(sort),
    )
    if wanted.begin and wanted.end and wanted.begin >= wanted.end:
        reading.wrong("to", "结束的那天早于开始的那天")
        wanted = replace(wanted, end=None)
    return Asked(wanted=wanted, errors=reading.errors)


class _Reading:
    """A query that is being read; what is wrong is noted and left out."""

    def __init__(self, query: Query, zone: tzinfo) -> None:
        self._query, self._zone = query, zone
        self.errors: dict[str, str] = {}

    def all(self, name: str) -> list[str]:
        return [clean for key, value in self._query if key == name and (clean := visible(value))]

    def last(self, name: str) -> str:
        return (self.all(name) or [""])[-1]

    def wrong(self, name: str, sentence: str) -> str:
        self.errors[name] = sentence
        return ""

    def words(self, name: str, label: str, most: int = _LONGEST) -> str:
        value = self.last(name)
        return value if len(value) <= most else self.wrong(name, f"「{label}」太长了，最多{most}个字")

    def code(self, name: str, label: str, known: Mapping[str, str]) -> str:
        value = self.last(name)
        return value if not value or value in known else self._unknown(name, label, value)

    def _unknown(self, name: str, label: str, value: str) -> str:
        return self.wrong(name, f"「{label}」里没有「{value[:20]}」，没有按它筛")

    def several(self, words: type[N], name: str, label: str) -> frozenset[N]:
        given = self.all(name)
        for value in given:
            if value not in set(words):
                self._unknown(name, label, value)
        return frozenset(words(value) for value in given if value in set(words))

    def one(self, words: type[N], name: str, label: str) -> N | None:
        value = self.last(name)
        found = next((word for word in words if word == value), None)
        if value and found is None:
            self._unknown(name, label, value)
        return found

    def statuses(self) -> frozenset[Status]:
        given = self.all("status")
        opened = OPEN if OPEN_WORD in given else frozenset()
        self._query = [(k, v) for k, v in self._query if (k, v) != ("status", OPEN_WORD)]
        return opened | self.several(Status, "status", "状态")

    def day(self, name: str, label: str, days: int = 0) -> datetime | None:
        value = self.last(name)
        try:
            day = date.fromisoformat(value) if value else None
        except ValueError:
            day = date.min
        if day is not None and day.year not in _YEARS:
            self.wrong(name, f"「{label}」写成 2026-03-10 这样，没有按它筛")
            return None
        return datetime.combine(day + timedelta(days=days), time(), tzinfo=self._zone) if day else None

    def place(self, sort: Sort) -> dict[str, Any]:
        """Where the page begins or ends."""
        given = {name: self.last(name) for name in ("after", "before") if self.last(name)}
        keys = {name: tuple(map(int, value.split("_"))) for name, value in given.items() if _KEY.fullmatch(value)}
        if len(keys) == 1 and len(given) == 1 and all(len(key) == _PARTS[sort] for key in keys.values()):
            return keys
        if given:
            self.wrong("page", "这一页的地址不完整，从头看起")
        return {}


def without(wanted: TicketList, name: str) -> TicketList:
    """*wanted* with one filter less, from the first page."""
    plain, first = TicketList(), replace(wanted, after=None, before=None)
    changes: dict[str, Callable[[], TicketList]] = {
        "from": lambda: replace(first, begin=None),
        "to": lambda: replace(first, end=None),
    }
    return changes[name]() if name in changes else replace(first, **{name: getattr(plain, name)})


def last_day(wanted: TicketList, zone: tzinfo) -> str:
    """The last day of *wanted*, as a form shows it."""
    return _day(wanted.end, zone, days=1)


def _status_words(statuses: frozenset[Status]) -> list[str]:
    if statuses >= OPEN:
        return [OPEN_WORD, *sorted(s.value for s in statuses - OPEN)]
    return sorted(s.value for s in statuses)


def _day(at: datetime | None, zone: tzinfo, days: int = 0) -> str:
    return (at.astimezone(zone).date() - timedelta(days=days)).isoformat() if at else ""


def _keys(wanted: TicketList) -> tuple[tuple[str, Key | None], ...]:
    return (("after", wanted.after), ("before", wanted.before))
