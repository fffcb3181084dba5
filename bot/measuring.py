"""Everything that is measured of the bot's understanding, on data with known answers: transcripts, single texts, the
published messages, and the clock.
"""

import asyncio
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from bot.adapters.transcript.jsonl import find_transcripts, read_transcript
from bot.app import data_dir, pacing_of, policy_of, rules_of
from bot.domain.errors import ConfigError
from bot.marks import MARKS, Mark
from bot.ports import Classifier
from bot.readying import ready_classifier
from bot.replay import Replayer, prediction
from bot.scoring import Score
from bot.single_texts import read_texts, score_texts, wrong_texts
from bot.training import telling
from classifiers import TextClassifier
from classifiers.calibration import expected_error, reliability
from classifiers.merging import average_precision
from classifiers.speed import corpus_texts, measure
from classifiers.teddy import macro_f1
from config.settings import Settings

JIEBA = "jieba alone, µs a message"
#: Lower end, mean confidence, share that came true, how many messages.
Curve = list[tuple[float, float, float, int]]


@dataclass(slots=True)
class Findings:
    """All figures by name, and what a person may want to see behind them."""

    figures: dict[str, float] = field(default_factory=dict)
    curve: Curve = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def rows(self) -> list[tuple[Mark, float | None]]:
        """Every mark, and what was reached; None where there was no data."""
        return [(mark, self.figures.get(mark.name)) for mark in MARKS]


async def score(folder: Path, settings: Settings, console: Console) -> Score:
    """The score of every transcript in *folder* that has a `NAME.gold.json` beside it. Raises `ConfigError`."""
    policy = policy_of(settings)
    replayer = Replayer(
        classifier=ready_classifier(data_dir(settings) / "model", console),
        policy=policy,
        rules=rules_of(settings, policy),
        pacing=pacing_of(settings),
    )
    total = Score()
    for file in find_transcripts([folder]):
        transcript = read_transcript(file, settings.zone)
        rows, golds = known(file)
        total.add(file.stem, rows, golds, prediction(await replayer.play(transcript), settings.zone))
    return total


def known(file: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The messages of the transcript *file* and its gold tickets. Raises `ConfigError`."""
    gold = file.with_name(f"{file.stem}.gold.json")
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        return rows, json.loads(gold.read_text("utf-8"))["tickets"]
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"{gold}: 读不了：{error!r}") from error


def calibrated(folder: Path, classifier: Classifier) -> tuple[float, Curve]:
    """The expected calibration error of single messages in the transcripts of *folder*, and the curve behind it.

    An issue is the message by which a ticket should exist, none is what stands in no ticket. What else a ticket holds
    (「我家也是」, a picture) is an issue only with what was said around it, and is left out.
    """
    texts: list[str] = []
    truth: list[bool] = []
    for file in find_transcripts([folder]):
        rows, golds = known(file)
        first, inside = {t["first"] for t in golds}, {m for t in golds for m in t["messages"]}
        judged = [r for r in rows if r["text"].strip() and (r["id"] in first or r["id"] not in inside)]
        texts += [r["text"] for r in judged]
        truth += [r["id"] in first for r in judged]
    said, was = np.array([c.issue for c in classifier.classify_many(texts)]), np.array(truth)
    return expected_error(said, was), reliability(said, was)


def find(folder: Path, texts: Path | None, data: Path | None, settings: Settings, console: Console) -> Findings:
    """What can be measured on the transcripts of *folder*, on *texts* and on *data*. Raises `ConfigError`."""
    directory = data_dir(settings) / "model"
    classifier = ready_classifier(directory, console)
    golds = read_texts(texts) if texts else []
    total = asyncio.run(score(folder, settings, console))
    found = Findings(figures=total.figures(), errors=total.errors)
    found.figures["calibration error"], found.curve = calibrated(folder, classifier)
    if golds:
        said = classifier.classify_many([gold["text"] for gold in golds])
        found.figures |= score_texts(golds, said)
        found.errors += wrong_texts(golds, said)
    if data:
        found.figures |= _published(data, classifier, console)
    return replace(found, figures=found.figures | _quickness(directory))


def _published(data: Path, classifier: TextClassifier, console: Console) -> dict[str, float]:
    precision = average_precision(data, classifier)
    with telling(console) as tell:
        return {"duplicates, average precision": precision, "Teddy macro-F1": macro_f1(data, tell)}


def _quickness(directory: Path) -> dict[str, float]:
    speed = measure(lambda: ready_classifier(directory, Console(quiet=True)), corpus_texts())
    return {
        "batch of 64, µs a message": speed.batch,
        "single message, µs": speed.single,
        "loading, s": speed.load,
        JIEBA: speed.jieba,
    }
