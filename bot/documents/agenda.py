"""What comes again and again, as the agenda of a three-party meeting (三方议), with room for what is agreed."""

from collections.abc import Sequence
from datetime import tzinfo

from bot.documents.paper import Paper, Section
from bot.documents.statistics import Facts, codes, percent, reasons
from bot.domain.figures.clusters import Cluster
from bot.domain.figures.overview import Overview
from bot.domain.responsibility import ResponsibilityList
from bot.domain.text import masked
from bot.domain.tickets import Ticket

_PLACES = 6
_COLUMNS, _WIDTHS = ("工单", "收到", "地点", "大家怎么说", "期末"), (9, 9, 18, 52, 12)
_AGREED = "怎么办、谁来办、哪天以前、怎么告诉大家：\n\n\n"
_FOOTER = "社区、物业、业主代表三方一起议。例子不写姓名和门牌；议定的事登记到各张工单上，办完了在群里回话。"
_NOTHING = Section(title="集中问题", columns=("说明",), rows=(("本期没有三件以上相像的事。",),))

#: Clusters, each with some of its tickets and what was said, names and doors hidden.
Examples = Sequence[tuple[Cluster, Sequence[tuple[Ticket, str]]]]


def agenda(made: Overview, examples: Examples, facts: Facts, responsibility: ResponsibilityList, zone: tzinfo) -> Paper:
    """The paper about *made*, with the clusters of *examples* as its matters; it names nobody."""
    matters = [_matter(n, cluster, some, made, responsibility, zone) for n, (cluster, some) in enumerate(examples, 1)]
    return Paper(
        title="三方议事单",
        facts=facts,
        sections=(*(matters or [_NOTHING]), _figures(made), _present()),
        footer=_FOOTER,
    )


def _matter(
    number: int,
    cluster: Cluster,
    examples: Sequence[tuple[Ticket, str]],
    made: Overview,
    responsibility: ResponsibilityList,
    zone: tzinfo,
) -> Section:
    bodies = dict.fromkeys(responsibility.body_name(t.body) for t in cluster.tickets if t.body)
    rows = [
        (t.code, f"{t.opened_at.astimezone(zone):%m-%d}", masked(t.place.public), words, t.status.label)
        for t, words in examples
    ]
    rows.append(("全部", "", "", codes(t.number for t in cluster.tickets), ""))
    rows.append(("责任主体", "", "", "、".join(bodies) or "还没有派单", ""))
    rows.append(("议定", "", "", _AGREED, ""))
    return Section(title=f"{number}. {_title(cluster, made)}", columns=_COLUMNS, rows=tuple(rows), widths=_WIDTHS)


def _title(cluster: Cluster, made: Overview) -> str:
    more = "等" if len(cluster.places) > _PLACES else ""
    places = "、".join(masked(place) for place in cluster.places[:_PLACES]) + more
    earlier = f"上一期{len(cluster.before)}件" if made.known_before else "再以前还没有记录"
    much = f"{len(cluster.tickets)}件，{cluster.households}户，{earlier}"
    return f"{cluster.category.label}：{places}（{much}）" if places else f"{cluster.category.label}（{much}）"


def _figures(made: Overview) -> Section:
    total = made.report.total
    counts = [(name.label, str(len(numbers)), "") for name, numbers in total.counts.items()]
    rates = [
        (name.label, f"{percent(rate)}（{rate.numerator}/{rate.denominator}）", reasons(rate))
        for name, rate in total.rates.items()
    ]
    return Section(title="本期的数", columns=("指标", "数", "不计"), rows=(*counts, *rates))


def _present() -> Section:
    return Section(title="到会", columns=("社区", "物业", "业主代表", "日期"), rows=(("\n\n", "", "", ""),))
