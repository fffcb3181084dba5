"""The scorer counts as its definitions say, and the transcripts are understood about as well as last time."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.marks import BY_NAME
from bot.measuring import score
from bot.scoring import Score, match
from config.settings import load_settings

ROWS = [{"id": f"m{n}", "ts": f"2026-03-01T08:0{n}:00", "text": f"第{n}句"} for n in range(1, 7)]


def ticket(*messages: str, **more: Any) -> dict[str, Any]:
    return {
        "messages": list(messages), "first": messages[0], "opened_at": "2026-03-01T08:01:00", "kind": "complaint",
        "category": "leak", "tier": "small", "urgency": "normal", "building": "3号楼", "unit": "", **more,
    }  # fmt: skip


def figures(golds: list[dict[str, Any]], preds: list[dict[str, Any]], posts: int = 0) -> dict[str, float]:
    total = Score()
    total.add("t", ROWS, golds, {"tickets": preds, "posts": [{}] * posts})
    return total.figures()


def test_the_right_tickets_score_full() -> None:
    """What is right in all parts has no flaw."""
    golds = [ticket("m1", "m2"), ticket("m3", urgency="emergency", opened_at="2026-03-01T08:03:00")]
    found = figures(golds, golds)
    assert all(
        value == 1.0 for name, value in found.items() if name not in ("missed emergencies", "posts per 100 messages")
    )
    assert found["missed emergencies"] == 0


def test_each_flaw_shows_in_its_figure() -> None:
    """A missed emergency, an invented ticket, a wrong word and place, a late one and posts are counted."""
    golds = [ticket("m1", "m2"), ticket("m3", urgency="emergency")]
    late = ticket("m1", category="noise", building="5号楼", opened_at="2026-03-01T08:09:00")
    found = figures(golds, [late, ticket("m5", "m6")], posts=3)
    assert found["ticket F1"] == pytest.approx(0.5)
    assert found["message intake F1"] == pytest.approx(1 / 3)
    assert found["missed emergencies"] == 1
    assert (found["category accuracy"], found["place accuracy"], found["timely"]) == (0, 0, 0)
    assert found["posts per 100 messages"] == 50


def test_another_accepted_answer_is_right() -> None:
    """What a sensible worker would accept too counts as right."""
    assert (
        figures([ticket("m1", also={"category": ["noise"]})], [ticket("m1", category="noise")])["category accuracy"]
        == 1
    )


def test_tickets_are_paired_one_to_one() -> None:
    """Two predictions for one ticket: the larger overlap matches, the other is invented."""
    assert match([ticket("m1", "m2", "m3")], [ticket("m1"), ticket("m1", "m2", "m3")]) == [(0, 1)]


def test_floors_and_ceilings() -> None:
    """Most figures must reach a floor; posts and missed emergencies may not exceed theirs."""
    assert BY_NAME["ticket F1"].holds(0.82)
    assert not BY_NAME["ticket F1"].holds(0.81)
    assert not BY_NAME["posts per 100 messages"].holds(12.1)
    assert BY_NAME["urgency accuracy, single texts"].holds(0.0)


async def test_the_transcripts_are_understood(model_dir: Path, tmp_path: Path) -> None:
    """A change that makes the bot understand clearly less is noticed here; `make eval` shows the exact figures."""
    (tmp_path / "model").symlink_to(model_dir)
    settings = load_settings(environment={"LOUSHI_DATA_DIR": str(tmp_path)})
    total = await score(Path(__file__).parent / "transcripts", settings, Console(quiet=True))
    found = total.figures()
    for name in (
        "ticket F1",
        "B-cubed F1",
        "message intake F1",
        "category accuracy",
        "tier accuracy",
        "place accuracy",
    ):
        assert found[name] > (BY_NAME[name].floor or 0) - 0.06, (name, found[name])
    assert found["missed emergencies"] <= 3
    assert found["posts per 100 messages"] <= 14
