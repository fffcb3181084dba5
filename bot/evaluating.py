"""`python -m bot.evaluating`: how well transcripts with known tickets are understood, with the floors beside it."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.adapters.transcript.jsonl import find_transcripts, read_transcript
from bot.app import data_dir, pacing_of, policy_of, rules_of
from bot.replay import Replayer, prediction
from bot.running import ready_classifier
from bot.scoring import Score
from config.settings import Settings, load_settings

#: What a figure must reach; of the last two, what it may not exceed.
FLOORS = {
    "ticket F1": 0.82,
    "B-cubed F1": 0.65,
    "message intake F1": 0.82,
    "category accuracy": 0.86,
    "tier accuracy": 0.84,
    "urgency accuracy": 0.86,
    "place accuracy": 0.92,
    "timely": 0.92,
    "missed emergencies": 0.0,
    "posts per 100 messages": 12.0,
}
_AT_MOST = frozenset({"missed emergencies", "posts per 100 messages"})


def holds(name: str, value: float) -> bool:
    """Does the figure *name* reach its floor (or stay below its ceiling)?"""
    return value <= FLOORS[name] if name in _AT_MOST else value >= FLOORS[name]


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
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        golds = json.loads(file.with_name(f"{file.stem}.gold.json").read_text("utf-8"))["tickets"]
        total.add(file.stem, rows, golds, prediction(await replayer.play(transcript), settings.zone))
    return total


def main(
    folder: Annotated[Path, typer.Argument(help="Transcripts with gold tickets.")] = Path("tests/transcripts"),
    errors: Annotated[bool, typer.Option("--errors", help="List what went wrong.")] = False,
) -> None:
    """Print the figures."""
    console = Console()
    total = asyncio.run(score(folder, load_settings(), console))
    table = Table("figure", "reached", "floor", "")
    for name, value in total.figures().items():
        table.add_row(name, f"{value:.3f}", f"{FLOORS[name]:g}", "" if holds(name, value) else "not reached")
    console.print(table)
    if errors:
        for line in total.errors:
            console.print(line, markup=False, highlight=False)


if __name__ == "__main__":
    typer.run(main)
