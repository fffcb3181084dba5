"""The figures of the console's page: what grows, the heat table, the trend, loads; and what is behind each of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.figures.names import Axis, CountName, RateName
from bot.domain.figures.overview import Overview, Ref, behind, overview, since, weeks
from bot.domain.messages import ConversationRef
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Status, Ticket
from tests.cast import ESTATE, ZONE, identity, ticket_message
from tests.domain.figures.stories import LATER, MARCH, POLICY, told, when

PLACE_3 = Place(estate=ESTATE, building="3号楼", unit="2单元", room="501")
ANYWHERE = Place(estate=ESTATE)


def said(story: str, number: int, words: str = "又漏水了", **changes: object) -> Ticket:
    """A ticket of *story* in which somebody said *words*."""
    return told(story, number, messages=(ticket_message(text=words),), **changes)


def same_words(a: str, b: str) -> float:
    """Texts are alike if they are the same."""
    return float(a == b)


def made(*tickets: Ticket, imported_from: tuple[str, ...] = ()) -> Overview:
    """The overview of March about *tickets*."""
    return overview(tickets, MARCH, LATER, POLICY, same_words, imported_from)


def grown(*tickets: Ticket) -> list[tuple[int, ...]]:
    """The numbers of each cluster."""
    return [tuple(t.number for t in c.tickets) for c in made(*tickets).clusters]


STORIES = ("收到 2.09", "收到 9.09", "收到 16.09 楼长确认 16.10", "收到 23.09 办结 24.09")


def test_three_at_one_spot_are_a_cluster() -> None:
    """The same spot and category, whatever is said; three are enough, two are not."""
    tickets = [said(s, n, f"第{n}句", place=PLACE_3) for n, s in enumerate(STORIES, 1)]
    assert grown(*tickets) == [(1, 2, 3, 4)]
    assert grown(*tickets[:2]) == []
    assert grown(*(replace(t, place=replace(PLACE_3, building=f"{t.number}号楼")) for t in tickets)) == []
    assert grown(*(replace(t, place=ANYWHERE) for t in tickets)) == []


def test_the_same_words_are_a_cluster() -> None:
    """The same words and category within one estate, wherever."""
    tickets = [said(s, n, place=replace(PLACE_3, building=f"{n}号楼")) for n, s in enumerate(STORIES, 1)]
    assert grown(*tickets) == [(1, 2, 3, 4)]
    assert grown(*tickets[:3], replace(tickets[3], category=Category.NOISE)) == [(1, 2, 3)]
    assert grown(*tickets[:2], *(replace(t, place=replace(t.place, estate="别的小区")) for t in tickets[2:])) == []


def test_what_is_no_common_matter_grows_nothing() -> None:
    """Private matters, false alarms, what was merged or taken back."""
    two = [said(s, n, place=PLACE_3) for n, s in enumerate(STORIES[:2], 1)]
    for story in ("收到 9.09 误报 9.10", "收到 9.09 合并 9.10", "收到 9.09 撤回 9.10", "收到 9.09 转介 9.10"):
        assert grown(*two, said(story, 3, place=PLACE_3)) == [], story
    assert grown(*two, said("收到 9.09", 3, place=PLACE_3, tier=Tier.PRIVATE)) == []
    assert grown(*two, said("收到 9.09", 3, place=PLACE_3)) == [(1, 2, 3)]


def test_growth_is_measured_against_the_stretch_before() -> None:
    """As long as this one, just before it; what is older does not count, what comes later changes nothing."""
    old = [said(f"收到 {day}", n, place=PLACE_3) for n, day in enumerate(("1.20.09", "2.10.09", "2.27.09"), 11)]
    late = said("收到 4.2.09", 14, place=PLACE_3)
    march = [said(s, n, place=PLACE_3) for n, s in enumerate(STORIES, 1)]
    assert not made(*march).known_before
    assert made(*old, *march).known_before
    (cluster,) = made(*old, *march, late).clusters
    assert [t.number for t in cluster.before] == [12, 13]
    assert (cluster.growth, cluster.households, cluster.number) == (2, 1, 1)


def test_heat_is_what_was_received() -> None:
    """Each ticket of the period once, by building and category."""
    tickets = [
        said("收到 2.09", 1),
        said("收到 3.09", 2, category=Category.ELEVATOR),
        said("收到 4.09", 3, place=Place(estate=ESTATE, building="三幢")),
        said("收到 2.2.09", 4),
        said("收到 5.09", 5, place=Place()),
    ]
    assert made(*tickets).heat == {
        "幸福里/3": {Category.ELEVATOR: (2,), Category.LEAK: (1, 3)},
        "": {Category.LEAK: (5,)},
    }


def test_the_trend_is_of_whole_weeks() -> None:
    """Twelve weeks from Monday, the last one that of the period's end, each as its own report has it."""
    shown = made(said("收到 30.09", 1), said("收到 22.09 办结 31.09", 2))
    begins = [w.period.begin for w in shown.weeks]
    assert len(begins) == 12
    assert {b.weekday() for b in begins} == {0}
    assert begins[-1].date().isoformat() == "2026-03-30"
    assert shown.weeks[-3].total.counts[CountName.RECEIVED] == (2,)
    assert shown.weeks[-1].total.counts[CountName.RECEIVED] == (1,)
    assert shown.weeks[-1].total.counts[CountName.SETTLED] == (2,)


def test_what_was_imported_is_only_counted() -> None:
    """Tickets of an imported history, and those without a history, are in no figure."""
    imported = replace(told("收到 3.09", 2), home=ConversationRef(platform="history", id="x"))
    bare = replace(told("收到 4.09", 3), history=())
    shown = made(told("收到 2.09", 1), imported, bare, imported_from=("history",))
    assert shown.report.total.counts[CountName.RECEIVED] == (1,)
    assert shown.imported == behind(shown, Ref(of="imported")) == (2, 3)


def test_loads() -> None:
    """What waited to be confirmed at the end, by building; what each leader did something for in the period."""
    shown = made(told("收到 2.09 楼长确认 2.10", 1), told("收到 3.09", 2), told("收到 1.3.09 误报 1.3.10", 3))
    assert shown.pending == {"幸福里/3": (2,)}
    assert shown.handled == {identity("李楼长"): (1,)}
    assert behind(shown, Ref(of="leader", code=identity("李楼长").key)) == (1,)
    assert behind(shown, Ref(of="pending", code="幸福里/3")) == (2,)


@pytest.mark.parametrize(
    ("ref", "numbers"),
    [
        (Ref(of="count-received"), (1, 2, 3)),
        (Ref(of="count-received", axis="category", code="elevator"), (2,)),
        (Ref(of="count-received", axis="nothing", code="elevator"), ()),
        (Ref(of="count-received", week="2026-03-30"), (3,)),
        (Ref(of="rate-settled-met"), (1,)),
        (Ref(of="rate-settled-missed"), (2,)),
        (Ref(of="rate-settled-all"), (1, 2)),
        (Ref(of="rate-settled-within"), (3,)),
        (Ref(of="rate-settled-private"), ()),
        (Ref(of="rate-settled"), ()),
        (Ref(of="time-confirm"), (1,)),
        (Ref(of="heat", code="幸福里/3"), (1, 2, 3)),
        (Ref(of="heat", code="幸福里/3", category="elevator"), (2,)),
        (Ref(of="heat", code="幸福里/9"), ()),
        (Ref(of="cluster-1"), ()),
        (Ref(of="anything"), ()),
        (Ref(of=""), ()),
    ],
)
def test_behind_a_figure(ref: Ref, numbers: tuple[int, ...]) -> None:
    """A figure names its tickets; one that is not there has none."""
    shown = made(
        told("收到 2.09 楼长确认 2.10 派单 2.10 办结 3.09", 1),
        told("收到 3.09", 2, category=Category.ELEVATOR),
        told("收到 31.16", 3),
    )
    assert behind(shown, ref) == numbers


def test_nothing_that_counts_is_left_out_by_age() -> None:
    """Only tickets that are over and were quiet since `since` may be left away: the overview is the same without."""
    old = [told(f"收到 1.{n}.09 办结 1.{n}.15 归档 1.{n}.17", n, status=Status.CLOSED) for n in range(5, 25)]
    kept = [told(s, n, place=PLACE_3) for n, s in enumerate(STORIES, 40)]
    first = since(MARCH, LATER, POLICY)
    assert first < weeks(MARCH.end)[0].begin - timedelta(days=30)
    ancient = told("收到 1.2.09 归档 1.2.10", 90, status=Status.CLOSED, opened_at=when("1.2.09") - timedelta(days=200))
    ancient = replace(ancient, history=tuple(replace(e, at=e.at - timedelta(days=200)) for e in ancient.history))
    whole, lean = made(*old, *kept, ancient), made(*old, *kept)
    assert ancient.history[-1].at < first
    assert (whole.report.total, whole.weeks, whole.clusters) == (lean.report.total, lean.weeks, lean.clusters)
    assert whole.report.total.rates[RateName.SETTLED] == lean.report.total.rates[RateName.SETTLED]
    assert {g.code for g in whole.report.groups[Axis.BUILDING]} == {"幸福里/3"}
    assert weeks(LATER.astimezone(ZONE))[-1].begin.weekday() == 0
