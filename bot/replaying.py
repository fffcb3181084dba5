"""The `replay` command: from files to predictions."""

import asyncio
from pathlib import Path

from rich.console import Console

from bot.adapters.transcript.jsonl import find_transcripts, read_transcript
from bot.app import pacing_of, policy_of, rules_of
from bot.readying import ready_model
from bot.replay import Outcome, Replayer, write_prediction
from config.settings import Settings


async def replay_files(paths: list[Path], out: Path, settings: Settings, console: Console) -> list[tuple[str, Outcome]]:
    """Replay every transcript of *paths* and write `NAME.pred.json` into *out*. Raises `ConfigError`."""
    files = find_transcripts(paths)
    await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
    policy = policy_of(settings)
    replayer = Replayer(
        classifier=await ready_model(settings, console),
        policy=policy,
        rules=rules_of(settings, policy),
        pacing=pacing_of(settings),
    )
    outcomes = []
    for file in files:
        transcript = read_transcript(file, settings.zone)
        outcome = await replayer.play(transcript)
        write_prediction(out / f"{transcript.name}.pred.json", outcome, settings.zone)
        outcomes.append((transcript.name, outcome))
    return outcomes
