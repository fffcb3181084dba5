"""The command line, and labelling by hand."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classifiers import TextClassifier
from classifiers.__main__ import app
from classifiers.corpus import read_singles
from classifiers.labelling import append, label
from classifiers.merging import precision_of
from classifiers.store import ABOUT, LEARNED


def test_classify_writes_one_line_for_each_text(model_dir: Path, tmp_path: Path) -> None:
    """Every text comes back under its id with kind, category, tier and urgency."""
    texts, out = tmp_path / "texts.jsonl", tmp_path / "said.jsonl"
    texts.write_text('{"id": "a", "text": "电梯又坏了没人修"}\n\n{"id": "b", "text": "早"}\n', "utf-8")
    done = CliRunner().invoke(app, ["classify", str(texts), "--out", str(out), "--model", str(model_dir)])
    assert done.exit_code == 0, done.output
    said = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [row["id"] for row in said] == ["a", "b"]
    assert (said[0]["kind"], said[0]["category"], said[1]["kind"]) == ("complaint", "elevator", "chatter")


def test_a_model_that_learned_from_use_is_not_overwritten(model_dir: Path, tmp_path: Path) -> None:
    """After an upgrade a command that has no database uses a model of the corpus beside the one that learned."""
    directory, texts = tmp_path / "model", tmp_path / "texts.jsonl"
    shutil.copytree(model_dir, directory)
    shutil.copytree(model_dir, tmp_path / "model-corpus")
    about = json.loads((directory / ABOUT).read_text("utf-8")) | {"data": "another corpus", LEARNED: {"lines": 3}}
    (directory / ABOUT).write_text(json.dumps(about), "utf-8")
    texts.write_text('{"id": "a", "text": "电梯又坏了没人修"}', "utf-8")
    words = ["classify", str(texts), "--out", str(tmp_path / "said.jsonl"), "--model", str(directory)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "--from-db" in done.output
    assert json.loads((directory / ABOUT).read_text("utf-8")) == about


def _answers(*lines: str) -> Iterator[str]:
    return iter(lines)


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        (["", "", "", ""], "complaint\televator\tsmall\turgent\t电梯停了"),
        (["求助", "电动车", "大事", "紧急"], "request\tebike\tbig\temergency\t电梯停了"),
        (["闲聊"], "chatter\t\t\t\t电梯停了"),
        (["什么", "咨询", "", "", ""], "inquiry\televator\tsmall\turgent\t电梯停了"),
    ],
)
def test_a_person_accepts_or_corrects(classifier: TextClassifier, answers: list[str], line: str) -> None:
    """An empty answer accepts, a name or part of one corrects, and what is no name is asked again."""
    from bot.domain.classification import Classification
    from bot.domain.taxonomy import Category, Kind, Urgency

    guess = Classification(kind=Kind.COMPLAINT, category=Category.ELEVATOR, urgency=Urgency.URGENT)
    given = _answers(*answers)
    assert label("电梯停了", guess, lambda question: next(given)) == line


def test_what_is_added_can_be_read(tmp_path: Path) -> None:
    """A new file gets its header, and lines follow one another."""
    path = tmp_path / "own.tsv"
    append(path, "chatter\t\t\t\t早")
    append(path, "complaint\televator\tsmall\tnormal\t电梯停了")
    assert [e.text for e in read_singles(path)] == ["早", "电梯停了"]


def test_average_precision_rewards_true_pairs_first() -> None:
    """All true pairs first is 1; a false one before them costs."""
    pairs = [("a", "a", True), ("b", "b", True), ("a", "b", False)]
    assert precision_of(pairs, lambda a, b: float(a == b)) == 1
    assert precision_of(pairs, lambda a, b: float(a != b)) == pytest.approx((1 / 2 + 2 / 3) / 2)
