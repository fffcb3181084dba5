"""A training in a process of its own, at low priority: the program beside it goes on hearing and answering.

What is learned from goes there through a pipe, never over a disk; what comes back are figures. Run as
`python -m bot.apart`, which is nothing for people.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.corrections import Correction
from bot.domain.errors import BotError
from bot.domain.taxonomy import Category, Tier, Urgency
from classifiers.corpus import DATA

#: Added to the process's niceness.
NICE = 10
#: A line of the child is at most so long: figures of twenty categories fit well.
_LONGEST = 2**20
_WORDS: dict[str, Callable[[Any], Any]] = {
    "category": Category,
    "tier": Tier,
    "urgency": Urgency,
    "at": datetime.fromisoformat,
    "names": tuple,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a training is given."""

    corrections: Sequence[Correction]
    #: What people are called; masked before anything is learned.
    names: Iterable[str]
    #: The model to compare with; it is left alone.
    standing: Path
    #: Where the new model goes.
    fresh: Path
    now: datetime
    data: Path = DATA


async def train_apart(work: Work, tell: Callable[[float], None]) -> dict[str, Any]:
    """Do *work*: `lines`, `held_out`, `figures` and `objections`. Raises `BotError`.

    *tell* hears how much is done. Cancelling ends the process.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"},
        limit=_LONGEST,
    )
    try:
        return await _heard(child, _task(work), tell)
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def _heard(child: asyncio.subprocess.Process, task: bytes, tell: Callable[[float], None]) -> dict[str, Any]:
    """What *child* says in the end, after it was given its *task*."""
    if child.stdin is None or child.stdout is None:
        raise BotError("训练的进程没有开起来")
    with suppress(ConnectionError):
        child.stdin.write(task)
        await child.stdin.drain()
        child.stdin.close()
    async for line in child.stdout:
        said = json.loads(line)
        if "figures" in said:
            return dict(said)
        if "error" in said:
            raise BotError(said["error"])
        tell(said["done"])
    raise BotError("训练的进程中途停了，现在的模型没有动；可以再试一次")


def _task(work: Work) -> bytes:
    rows = [{k: v for k, v in asdict(c).items() if k != "lesson"} for c in work.corrections]
    task = {
        "corrections": [{**row, "at": row["at"].isoformat()} for row in rows],
        "names": sorted(work.names),
        "paths": [str(work.standing), str(work.fresh), str(work.data)],
        "now": work.now.isoformat(),
    }
    return json.dumps(task, ensure_ascii=False).encode()


def _correction(row: Mapping[str, Any]) -> Correction:
    return Correction(**{k: _WORDS[k](v) if k in _WORDS and v is not None else v for k, v in row.items()})


def main() -> None:
    """Do the task on standard input, and say on standard output how far it is and what came of it."""
    os.nice(NICE)
    # Here and nowhere else scikit-learn is loaded.
    from bot.learning import tried
    from bot.teaching import lessons
    from classifiers.comparing import stored

    task = json.load(sys.stdin)
    found = lessons([_correction(row) for row in task["corrections"]], task["names"])
    standing, fresh, data = map(Path, task["paths"])
    try:
        if not found.learned.examples:
            raise BotError("可以学的判定太少，还都要留着考它：再判几条就可以训练了")
        made = tried(found, standing, fresh, _say_done, now=datetime.fromisoformat(task["now"]), data=data)
    except BotError as error:
        _say(error=str(error))
        return
    parts = {"corrections": made.corrections, "writers": made.writers}
    figures = {name: {"before": stored(side.before), "after": stored(side.after)} for name, side in parts.items()}
    _say(figures=figures, objections=made.objections(), lines=len(found.learned.examples), held_out=len(found.held_out))


def _say_done(_what: str, done: float) -> None:
    _say(done=round(done, 3))


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
