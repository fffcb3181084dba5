"""The figures of a period as sheets, and a list of tickets as one: without a name, a door or a phone number."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from bot.documents.hiding import Roster, cover_for, roster_of
from bot.documents.sheets import Cell, Share, Sheet
from bot.domain.figures.names import Axis, CountName, RateName, TimeName, Verdict
from bot.domain.figures.report import Counted, Figures, Rate, Report
from bot.domain.members import Member
from bot.domain.responsibility import ResponsibilityList
from bot.domain.text import masked
from bot.domain.tickets import Ticket

#: What each rate says, in a sentence; docs/figures.md has the whole definition.
SENTENCES = {
    RateName.RESPONDED: "楼长、物业或社区在规定时间内（一般 4 个工作小时，紧急 5 分钟）有了第一个动作。",
    RateName.SETTLED: "本期办结的，比上本期办结的加期末超期还没办结的。",
    RateName.SATISFIED: "本期评价的工单里，平均 3 分及以上的；没人评价过、回访过的，按回访。",
    RateName.HELD: "办结以后没有被重开、归档后观察期（30 天）内也没有再发生的。",
    RateName.ON_TIME: "在清单的时限内办结的；时限一过就算超期，之后再转、再暂停也不改。",
    RateName.REOPENED: "本期有了结果或被重开的工单里，被重开的。越低越好。",
}
_PRINCIPLE = "每张工单在见分晓的那一期里算一次；期末以后发生的事，不改已经出过的数。不计的张数和原因写在率的旁边。"
#: Names and values that head a sheet.
Facts = tuple[tuple[str, str], ...]


def report_sheets(report: Report, responsibility: ResponsibilityList, facts: Facts) -> list[Sheet]:
    """*report* as the pages of a file, headed by *facts*."""
    return [
        Sheet(name="总表", columns=_TOTAL, rows=tuple(_total_rows(report.total)), facts=facts),
        *(_group_sheet(axis, report) for axis in Axis),
        _tickets_sheet(report, responsibility),
        _words_sheet(),
    ]


_TOTAL = ("指标", "数值", "分子", "分母", "不计", "不计的原因", "要看的工单")


def _total_rows(figures: Figures) -> Iterable[tuple[Cell, ...]]:
    for count, numbers in figures.counts.items():
        yield (count.label, len(numbers), None, None, None, None, codes(numbers))
    for name, rate in figures.rates.items():
        left_out = sum(rate.excluded.values())
        yield (
            name.label,
            _share(rate),
            rate.numerator,
            rate.denominator,
            left_out,
            reasons(rate),
            codes(worth(name, rate)),
        )
    for time, times in figures.times.items():
        yield (f"{time.label}（工作小时，中位数）", _rounded(times.median), None, len(times.hours), None, None, None)


def worth(name: RateName, rate: Rate) -> tuple[int, ...]:
    """The tickets of *rate* that are worth a look: those that fell short."""
    return rate.met if name is RateName.REOPENED else rate.missed


def percent(rate: Rate) -> str:
    """Whole percent; what is nearly all is not called all, nor what is hardly any, none."""
    if rate.share is None:
        return "—"
    whole = round(100 * rate.share)
    return f"{whole if rate.share in (0, 1) else min(max(whole, 1), 99)}%"


def codes(numbers: Iterable[int]) -> str:
    """`#3 #7`"""
    return " ".join(f"#{n}" for n in numbers)


def reasons(rate: Rate) -> str:
    """Who is left out of *rate* and why: `私事2张、没有评价1张`."""
    return "、".join(f"{reason.label}{n}张" for reason, n in rate.excluded.items())


def _share(rate: Rate) -> Share | None:
    return None if rate.share is None else Share(rate.share)


def _rounded(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 1)


def _group_sheet(axis: Axis, report: Report) -> Sheet:
    rates = [part for name in RateName for part in (name.label, "分子", "分母", "不计")]
    times = [f"{name.label}（工作小时）" for name in TimeName]
    rows = tuple((group.label, *_group_cells(group.figures)) for group in report.groups[axis])
    return Sheet(name=f"按{axis.label}", columns=(axis.label, *(c.label for c in CountName), *rates, *times), rows=rows)


def _group_cells(figures: Figures) -> Iterable[Cell]:
    yield from (len(numbers) for numbers in figures.counts.values())
    for rate in figures.rates.values():
        yield from (_share(rate), rate.numerator, rate.denominator, reasons(rate))
    yield from (_rounded(times.median) for times in figures.times.values())


def _tickets_sheet(report: Report, responsibility: ResponsibilityList) -> Sheet:
    """Which ticket is behind which figure."""
    columns = ("工单", "收到", "三事", "类别", "位置", "责任主体", "期末状态", *(c.label for c in CountName))
    figures = (*(r.label for r in RateName), *(t.label for t in TimeName))
    zone = report.period.begin.tzinfo
    rows = tuple(_ticket_cells(one, responsibility, zone) for one in report.tickets)
    return Sheet(name="工单", columns=(*columns, *figures), rows=rows)


def _ticket_cells(one: Counted, responsibility: ResponsibilityList, zone: tzinfo | None) -> tuple[Cell, ...]:
    t = one.ticket
    labels = (t.code, _time(one.opened, zone), t.tier.label, t.category.label, masked(t.place.public))
    state = (responsibility.body_name(t.body), t.status.label)
    counts = ("是" if name in one.counts else "" for name in CountName)
    rates = (_verdict(one.rates.get(name)) for name in RateName)
    return (*labels, *state, *counts, *rates, *(_rounded(one.hours.get(name)) for name in TimeName))


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    if isinstance(verdict, bool):
        return "是" if verdict else "否"
    return f"不计：{verdict.label}"


def _words_sheet() -> Sheet:
    rows = tuple((name.label, sentence) for name, sentence in SENTENCES.items())
    return Sheet(name="口径", columns=("指标", "怎么算"), rows=(*rows, ("总的规矩", _PRINCIPLE)))


_LISTED = ("工单", "状态", "类别", "三事", "紧急", "位置", "户数", "责任主体", "摘要", "收到", "办结", "归档", "评分")


def list_sheet(
    tickets: Iterable[Ticket], responsibility: ResponsibilityList, zone: tzinfo, members: Iterable[Member] | Roster = ()
) -> Sheet:
    """*tickets* as a list for people; the names of *members* do not appear either."""
    roster = members if isinstance(members, Roster) else roster_of(members)
    rows = tuple(_listed(ticket, responsibility, zone, roster) for ticket in tickets)
    return Sheet(name="工单", columns=_LISTED, rows=rows)


def _listed(t: Ticket, responsibility: ResponsibilityList, zone: tzinfo, roster: Roster) -> tuple[Cell, ...]:
    hide = cover_for([t], roster).hide
    labels = (t.code, t.status.label, t.category.label, t.tier.label, t.urgency.label, hide(t.place.public))
    times = (_time(at, zone) for at in (t.opened_at, t.resolved_at, t.closed_at))
    stars = round(sum(t.ratings.values()) / len(t.ratings), 1) if t.ratings else None
    return (*labels, t.households, responsibility.body_name(t.body), hide(t.summary), *times, stars)


def _time(at: datetime | None, zone: tzinfo | None) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
