"""`make eval` shows every figure with its floor, and says what it would need for those that it cannot measure."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bot.domain.classification import Classification
from bot.domain.taxonomy import Kind
from bot.evaluating import as_json, curve, table, verdict
from bot.marks import BY_NAME, MARKS
from bot.measuring import JIEBA, Findings, calibrated
from bot.scoring import Score
from bot.single_texts import score_texts


def shown(thing: object) -> str:
    page = io.StringIO()
    Console(file=page, width=200).print(thing)
    return page.getvalue()


FOUND = Findings(
    figures={"ticket F1": 0.9, "missed emergencies": 2.0, "batch of 64, µs a message": 45.2, JIEBA: 60.0},
    curve=[(0.0, 0.02, 0.0, 90), (0.9, 0.97, 1.0, 10)],
)


def test_a_figure_without_data_says_what_to_give() -> None:
    """Nothing is made up: a row without data names the variable that gives it."""
    assert verdict(BY_NAME["Teddy macro-F1"], None) == "没有数据（用 DATA=… 给出）"
    assert "没有数据（用 TEXTS=… 给出）" in shown(table(FOUND))


def test_met_and_not_met_stand_beside_the_floor() -> None:
    """More is better for most figures, less for the rest; what has no floor is only shown."""
    assert verdict(BY_NAME["ticket F1"], 0.82) == "达到"
    assert "没有达到" in verdict(BY_NAME["missed emergencies"], 1)
    assert "没有达到" in verdict(BY_NAME["batch of 64, µs a message"], 60.1)
    assert verdict(BY_NAME["urgency accuracy, single texts"], 0.1) == ""


def test_the_table_has_every_figure() -> None:
    """Each mark is a row, measured or not."""
    page = shown(table(FOUND))
    assert all(mark.name in page for mark in MARKS)


def test_a_figure_that_is_measured_is_in_the_table() -> None:
    """No scorer reports a figure that the table would not show."""
    assert {*Score().figures(), *score_texts([], [])} <= set(BY_NAME)


def test_programs_read_the_same_figures() -> None:
    """As JSON, a figure has its floor and whether it is met; one without data is null."""
    rows = {row["name"]: row for row in json.loads(as_json(FOUND))["figures"]}
    assert (rows["ticket F1"]["value"], rows["ticket F1"]["floor"], rows["ticket F1"]["met"]) == (0.9, 0.82, True)
    assert rows["missed emergencies"]["met"] is False
    assert rows["Teddy macro-F1"]["value"] is None
    assert rows["Teddy macro-F1"]["met"] is None


def test_the_curve_draws_what_came_true() -> None:
    """A bin shows how many messages it holds, and a bar as long as the share that were issues."""
    lines = [line for line in shown(curve(FOUND)).splitlines() if "–" in line]
    assert "90" in lines[0]
    assert "█" not in lines[0]
    assert lines[1].count("█") > 30


class _Sure:
    """Holds every message with 漏 for an issue, surely."""

    def classify_many(self, texts: list[str]) -> list[Classification]:
        return [Classification(kind=Kind.COMPLAINT, issue=float("漏" in text)) for text in texts]

    def similarity(self, a: str, b: str) -> float:
        return 0.0


@pytest.mark.parametrize(("reply", "error"), [("早", 0.0), ("漏税的", 1 / 3)])
def test_calibration_counts_first_messages_and_those_in_no_ticket(tmp_path: Path, reply: str, error: float) -> None:
    """The message by which a ticket should exist is an issue, one in no ticket is none, and 「我家也是」 counts as neither."""
    texts = {"m1": "楼道漏水了", "m2": "我家也是", "m3": reply, "m4": "好的"}
    rows = [{"id": i, "ts": "2026-03-01T08:00:00", "text": t, "room": "r1", "sender": "u"} for i, t in texts.items()]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (tmp_path / "t.rooms.json").write_text("{}", "utf-8")
    gold = {"tickets": [{"first": "m1", "messages": ["m1", "m2"]}]}
    (tmp_path / "t.gold.json").write_text(json.dumps(gold), "utf-8")
    found, bins = calibrated(tmp_path, _Sure())
    assert found == pytest.approx(error)
    assert sum(count for *_, count in bins) == 3
