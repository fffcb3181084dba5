"""The page of figures as a file: the sheets of the report, and one each for the trend, the heat table, what grows."""

from collections.abc import Iterable

from bot.documents.hiding import Roster, cover_for, roster_of
from bot.documents.sheets import Cell, Share, Sheet
from bot.documents.statistics import Facts, codes, report_sheets
from bot.domain.figures.clusters import Cluster
from bot.domain.figures.names import Axis, CountName, RateName
from bot.domain.figures.overview import Overview, Week
from bot.domain.members import Member
from bot.domain.responsibility import ResponsibilityList
from bot.domain.taxonomy import Category
from bot.domain.text import masked

_CLUSTERS = ("类别", "地点", "本期", "上一期", "户数", "例子", "工单", "上一期的工单")


def overview_sheets(
    made: Overview, responsibility: ResponsibilityList, facts: Facts, members: Iterable[Member]
) -> list[Sheet]:
    """*made* as the pages of a file, headed by *facts*; it names nobody."""
    roster = roster_of(members)
    return [
        *report_sheets(made.report, responsibility, facts),
        _trend(made),
        _heat(made),
        Sheet(name="集中问题", columns=_CLUSTERS, rows=tuple(_cluster(c, roster) for c in made.clusters)),
        Sheet(name="导入不计", columns=("工单",), rows=tuple((f"#{n}",) for n in made.imported)),
    ]


def _trend(made: Overview) -> Sheet:
    shares = [part for name in RateName for part in (name.label, "分子", "分母")]
    columns = ("周一", *(name.label for name in CountName), *shares)
    return Sheet(name="近12周", columns=columns, rows=tuple(tuple(_week(week)) for week in made.weeks))


def _week(week: Week) -> Iterable[Cell]:
    yield f"{week.period.begin:%Y-%m-%d}"
    yield from (len(numbers) for numbers in week.total.counts.values())
    for rate in week.total.rates.values():
        yield from (None if rate.share is None else Share(rate.share), rate.numerator, rate.denominator)


def _heat(made: Overview) -> Sheet:
    names = {group.code: group.label for group in made.report.groups[Axis.BUILDING]}
    found = [c for c in Category if any(c in row for row in made.heat.values())]
    rows: list[tuple[Cell, ...]] = [
        (names[code], *(len(row.get(c, ())) for c in found)) for code, row in made.heat.items()
    ]
    return Sheet(name="楼栋和类别", columns=("楼栋", *(c.label for c in found)), rows=tuple(rows))


def _cluster(cluster: Cluster, roster: Roster) -> tuple[Cell, ...]:
    last = cluster.tickets[-1]
    example = cover_for([last], roster).hide(last.summary)
    counts = (len(cluster.tickets), len(cluster.before), cluster.households)
    numbers = (codes(t.number for t in cluster.tickets), codes(t.number for t in cluster.before))
    return (cluster.category.label, masked("、".join(cluster.places)), *counts, example, *numbers)
