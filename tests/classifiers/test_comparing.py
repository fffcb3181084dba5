"""When a new model may take the place of an old one, and what people's words may leave in a model."""

from dataclasses import replace

import pytest

from bot.domain.taxonomy import Category, Tier
from classifiers import TextClassifier
from classifiers.comparing import Comparison, Figures, Sides, on_lines, restored, stored
from classifiers.corpus import Example
from classifiers.features import Seen
from classifiers.fitting import VOICES, counted, tabulate

GOOD = {"issue_f1": 0.9, "category_macro_f1": 0.8, "tier_accuracy": 0.8, "urgency_accuracy": 0.9}
SAME = Sides(before=Figures(lines=100, values=GOOD), after=Figures(lines=100, values=GOOD))


def fallen(by: float, lines: int = 100, *figures: str) -> Sides:
    """A part of so many *lines* on which *figures* (or all) fell *by* so much."""
    after = {name: value - by if not figures or name in figures else value for name, value in GOOD.items()}
    return Sides(before=Figures(lines=lines, values=GOOD), after=Figures(lines=lines, values=after))


@pytest.mark.parametrize(
    ("corrections", "writers", "refused"),
    [
        (SAME, SAME, False),
        (fallen(-0.1), fallen(-0.1), False),
        (fallen(0.019), SAME, False),
        (fallen(0.021), SAME, True),
        (fallen(0.05, 100, "issue_f1"), SAME, False),
        (fallen(0.05, 10), SAME, False),
        (fallen(0.15, 10), SAME, True),
        (SAME, fallen(0.009), False),
        (SAME, fallen(0.011, 10_000, "tier_accuracy"), True),
        (fallen(-0.5), fallen(0.011), True),
        (Sides(before=Figures(), after=Figures()), SAME, False),
    ],
)
def test_a_better_model_is_not_replaced(corrections: Sides, writers: Sides, refused: bool) -> None:
    """Corrections: 0.02 on the mean, or one line where lines are few. The corpus: 0.01 on any figure."""
    assert bool(Comparison(corrections=corrections, writers=writers).objections()) is refused


def test_an_objection_names_the_figure_with_both_numbers() -> None:
    """Whoever is refused reads why."""
    (said,) = Comparison(corrections=SAME, writers=fallen(0.1, 9, "tier_accuracy")).objections()
    assert "三事准确率 0.800 → 0.700" in said


def test_figures_survive_a_file() -> None:
    """What a model keeps of its figures is read back; anything else is no figures."""
    figures = Figures(lines=3, values=GOOD, categories={"leak": (0.5, 2)})
    assert restored(stored(figures)) == figures
    for broken in (None, [], {}, {"lines": 1}, {"lines": "x", "categories": {}}, {"lines": 1, "categories": 3}):
        assert restored(broken) is None


def test_only_what_was_decided_is_measured(classifier: TextClassifier) -> None:
    """A line without a label is not counted for that figure; without lines there are no figures."""
    leak = Example(text="3单元楼道水管漏水了没人管", issue=True, category=Category.LEAK, tier=Tier.SMALL)
    found = on_lines(classifier, [leak, replace(leak, category=None, tier=None), replace(leak, issue=None)])
    assert found.lines == 2
    assert found.values == {"issue_f1": 1.0, "category_macro_f1": 1.0, "tier_accuracy": 1.0}
    assert found.categories == {"leak": (1.0, 1)}
    assert on_lines(classifier, []) == Figures()


def _words(*words: str) -> Seen:
    return Seen("".join(words), list(words), [], [])


@pytest.mark.parametrize("people", [1, 2, 3, 4])
def test_what_one_or_two_people_say_gets_into_no_model(people: int) -> None:
    """A word that the corpus does not have is kept only if three different people used it, however often."""
    said = [counted(_words("蛤蟆坑"))] * 12
    voices = [str(n % people) for n in range(12)]
    corpus = [counted(_words("漏水"))] * 5
    table = tabulate([*corpus, *said], [*[""] * 5, *voices])
    assert ("蛤蟆坑" in table.rows[0]) is (people >= VOICES)
    assert any("蛤蟆" in gram for gram in table.rows[1]) is (people >= VOICES)


def test_what_the_corpus_has_anyway_needs_nobodys_permission() -> None:
    """A word of the corpus is counted as ever; without voices nothing is left out."""
    counts = [counted(_words("漏水")), counted(_words("漏水"))]
    assert tabulate(counts, ["", "王"]).rows[0] == tabulate(counts).rows[0] == {"漏水": 1}
