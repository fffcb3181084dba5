"""The figures of a period, whole and by tier, category, building and body. Each can name the tickets behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from statistics import median

from bot.domain.figures.course import Course, course_of
from bot.domain.figures.names import Axis, CountName, RateName, Reason, TimeName, Verdict
from bot.domain.figures.period import Period
from bot.domain.figures.times import hours
from bot.domain.figures.verdicts import Measure, verdicts
from bot.domain.places import building_key
from bot.domain.policy import Policy
from bot.domain.schedule import debt_since
from bot.domain.taxonomy import Category, Tier
from bot.domain.text import masked
from bot.domain.tickets import Status, Ticket

_NOT_RETURNED = (Status.REJECTED, Status.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of tickets, with those left out of it and why."""

    #: In the numerator, and only in the denominator.
    met: tuple[int, ...] = ()
    missed: tuple[int, ...] = ()
    left_out: Mapping[Reason, tuple[int, ...]]

    @property
    def numerator(self) -> int:
        """How many are so."""
        return len(self.met)

    @property
    def denominator(self) -> int:
        """Of how many."""
        return len(self.met) + len(self.missed)

    @property
    def share(self) -> float | None:
        """0 to 1; None if there is nothing to take a share of."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def excluded(self) -> dict[Reason, int]:
        """How many are left out, by reason."""
        return {reason: len(numbers) for reason, numbers in self.left_out.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took: ticket → working hours."""

    hours: Mapping[int, float]

    @property
    def median(self) -> float | None:
        """The middle one; None if there is none."""
        return median(self.hours.values()) if self.hours else None

    @property
    def p90(self) -> float | None:
        """What nine in ten did not exceed (nearest rank); None if there is none."""
        return sorted(self.hours.values())[ceil(0.9 * len(self.hours)) - 1] if self.hours else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of some tickets."""

    counts: Mapping[CountName, tuple[int, ...]]
    rates: Mapping[RateName, Rate]
    times: Mapping[TimeName, Times]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one ticket adds to the figures, as it was at the end of the period."""

    ticket: Ticket
    opened: datetime
    counts: frozenset[CountName]
    rates: Mapping[RateName, Verdict]
    hours: Mapping[TimeName, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The figures of one tier, category, building or body."""

    code: str
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of a period, as far as it was over at *until*."""

    period: Period
    until: datetime
    total: Figures
    groups: Mapping[Axis, tuple[Group, ...]]
    tickets: tuple[Counted, ...]


def report(tickets: Iterable[Ticket], period: Period, now: datetime, policy: Policy) -> Report:
    """The figures of *period* as known at *now*. What happened after it changes none of them."""
    mine = _all_counted(tickets, period, now, policy)
    return Report(
        period=period,
        until=min(period.end, now),
        total=_figures(mine),
        groups={axis: _groups(axis, mine, policy) for axis in Axis},
        tickets=tuple(mine),
    )


def total(tickets: Iterable[Ticket], period: Period, now: datetime, policy: Policy) -> Figures:
    """Only the figures of all *tickets* together, as `report` has them."""
    return _figures(_all_counted(tickets, period, now, policy))


def _all_counted(tickets: Iterable[Ticket], period: Period, now: datetime, policy: Policy) -> list[Counted]:
    """What counts of *tickets*, by number."""
    until = min(period.end, now)
    measure = Measure(begin=period.begin, end=until, rules=policy.rules, recurs_within=policy.recurs_within)
    known = [c for t in tickets if (c := course_of(t, until)) is not None]
    counted = [_counted(course, measure) for course in _with_returns(known)]
    return sorted((c for c in counted if c.counts or c.rates or c.hours), key=lambda c: c.ticket.number)


def _with_returns(courses: list[Course]) -> list[Course]:
    """*courses*, each knowing which of the others say that its matter came back; a false alarm says nothing."""
    returns: dict[int, list[datetime]] = {}
    for course in courses:
        if course.ticket.previous and course.outcome not in _NOT_RETURNED:
            returns.setdefault(course.ticket.previous, []).append(course.opened)
    return [replace(c, returns=tuple(returns[c.ticket.number])) if c.ticket.number in returns else c for c in courses]


def _counted(course: Course, measure: Measure) -> Counted:
    return Counted(
        ticket=course.ticket,
        opened=course.opened,
        counts=_counts(course, measure),
        rates=verdicts(course, measure),
        hours=hours(course, measure),
    )


def _counts(course: Course, measure: Measure) -> frozenset[CountName]:
    ended = course.ending is not None and measure.covers(course.ending.at)
    debt = debt_since(course.ticket, measure.rules) if course.ending is None else None
    found = {
        CountName.RECEIVED: measure.covers(course.opened),
        CountName.SETTLED: ended and course.outcome is Status.RESOLVED,
        CountName.REFERRED: ended and course.outcome is Status.REFERRED,
        CountName.OPEN: course.ending is None,
        CountName.DEBT: debt is not None and debt < measure.end,
    }
    return frozenset(name for name, holds in found.items() if holds)


def _figures(counted: list[Counted]) -> Figures:
    return Figures(
        counts={name: tuple(c.ticket.number for c in counted if name in c.counts) for name in CountName},
        rates={name: _rate(name, counted) for name in RateName},
        times={n: Times(hours={c.ticket.number: c.hours[n] for c in counted if n in c.hours}) for n in TimeName},
    )


def _rate(name: RateName, counted: list[Counted]) -> Rate:
    sorted_out: dict[Verdict, list[int]] = {}
    for one in counted:
        if name in one.rates:
            sorted_out.setdefault(one.rates[name], []).append(one.ticket.number)
    left_out = {reason: tuple(sorted_out[reason]) for reason in Reason if reason in sorted_out}
    return Rate(met=tuple(sorted_out.get(True, ())), missed=tuple(sorted_out.get(False, ())), left_out=left_out)


def _groups(axis: Axis, counted: list[Counted], policy: Policy) -> tuple[Group, ...]:
    parts: dict[str, list[Counted]] = {}
    for one in counted:
        parts.setdefault(_code(axis, one.ticket), []).append(one)
    order = sorted(parts, key=lambda code: (not code, _RANKS.get(code, 0), code))
    return tuple(
        Group(code=code, label=_label(axis, parts[code][0].ticket, policy), figures=_figures(parts[code]))
        for code in order
    )


_RANKS = {word.value: rank for words in (Tier, Category) for rank, word in enumerate(words)}


def _code(axis: Axis, ticket: Ticket) -> str:
    """What puts *ticket* into one group with others."""
    if axis is Axis.TIER:
        return ticket.tier.value
    if axis is Axis.CATEGORY:
        return ticket.category.value
    if axis is Axis.BODY:
        return ticket.body
    return building_key(ticket.place)


def _label(axis: Axis, ticket: Ticket, policy: Policy) -> str:
    """What people call the group that *ticket* is in."""
    if axis is Axis.TIER:
        return ticket.tier.label
    if axis is Axis.CATEGORY:
        return ticket.category.label
    if axis is Axis.BODY:
        return policy.responsibility.body_name(ticket.body) if ticket.body else "（没有责任主体）"
    return masked(f"{ticket.place.estate}{ticket.place.building or '（不分楼栋）'}")
