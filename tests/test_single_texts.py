"""Single texts are scored as the definitions that came with them say."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.classification import Classification
from bot.domain.errors import ConfigError
from bot.domain.taxonomy import Category, Kind, Tier, Urgency
from bot.single_texts import read_texts, score_texts, wrong_texts


def gold(issue: bool | None, *categories: str, tier: str = "small", urgency: str = "normal") -> dict[str, Any]:
    return {"text": "楼道灯不亮", "issue": issue, "category": list(categories), "tier": [tier], "urgency": [urgency]}


def said(kind: Kind, category: Category = Category.OTHER, tier: Tier = Tier.SMALL) -> Classification:
    return Classification(kind=kind, category=category, tier=tier, urgency=Urgency.NORMAL)


LAMP, LIFT, LEAK = Category.FACILITIES, Category.ELEVATOR, Category.LEAK


def test_right_answers_score_full() -> None:
    """What is right in all parts has no flaw, and any accepted category is right."""
    golds = [gold(True, "facilities", "elevator"), gold(True, "leak"), gold(False)]
    found = [said(Kind.REQUEST, LIFT), said(Kind.COMPLAINT, LEAK), said(Kind.CHATTER)]
    assert set(score_texts(golds, found).values()) == {1.0}
    assert wrong_texts(golds, found) == []


def test_a_missed_and_an_invented_issue_count_alike() -> None:
    """One found, one missed, one invented: precision and recall are a half each."""
    golds = [gold(True, "leak"), gold(True, "leak"), gold(False)]
    found = [said(Kind.SUGGESTION, LEAK), said(Kind.INQUIRY, LEAK), said(Kind.COMPLAINT)]
    assert score_texts(golds, found)["issue F1, single texts"] == pytest.approx(0.5)


def test_where_the_annotators_differed_nothing_counts() -> None:
    """A text that one annotator held for an issue and the other did not moves no figure."""
    golds, found = [gold(True, "leak")], [said(Kind.COMPLAINT, LEAK)]
    assert score_texts([*golds, gold(None, "pets")], [*found, said(Kind.COMPLAINT)]) == score_texts(golds, found)


def test_a_wrong_category_costs_the_wanted_one_and_the_said_one() -> None:
    """Two leaks, one read as a lift, and a lift: both categories reach two thirds; one that nobody wanted is not averaged."""
    golds = [gold(True, "leak"), gold(True, "leak"), gold(True, "elevator"), gold(True, "facilities", tier="big")]
    found = [said(Kind.COMPLAINT, c) for c in (LEAK, LIFT, LIFT, Category.PETS)]
    figures = score_texts(golds, found)
    assert figures["category macro-F1, single texts"] == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert figures["tier accuracy, single texts"] == pytest.approx(3 / 4)
    assert figures["urgency accuracy, single texts"] == 1


def test_what_is_wrong_is_listed() -> None:
    """Each wrong answer is one line with both words and the text."""
    lines = wrong_texts([gold(True, "leak")], [said(Kind.CHATTER, LIFT)])
    assert lines == ["issue=True read as chatter: 楼道灯不亮", "category leak read as elevator: 楼道灯不亮"]


@pytest.mark.parametrize("content", ["{", "[]", '{"text": "早"}'])
def test_a_file_of_another_form_is_one_clear_sentence(tmp_path: Path, content: str) -> None:
    """What is no list of labelled texts is refused with its name."""
    path = tmp_path / "texts.jsonl"
    path.write_text(content + "\n", "utf-8")
    with pytest.raises(ConfigError, match=r"texts\.jsonl"):
        read_texts(path)


def test_labelled_texts_are_read(tmp_path: Path) -> None:
    """A line is a text, and empty lines are none."""
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps(gold(False)) + "\n\n", "utf-8")
    assert read_texts(path) == [gold(False)]
