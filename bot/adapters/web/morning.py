"""The scripted morning of a building group: read from `morning.toml`, played by one task that can be stopped."""

import asyncio
import tomllib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from bot.adapters.web.adapter import WebAdapter
from bot.adapters.web.people import GROUP, PEOPLE
from bot.adapters.web.room import Said, latest
from bot.domain.errors import ConfigError

log = structlog.get_logger()

HERE = Path(__file__).parent
PHOTOS = HERE / "static"
#: How long a step waits for the line that it quotes.
PATIENCE = 10.0
_LOOK = 0.1
#: Somebody is seen typing for that part of the pause before a line.
_TYPING = 0.7

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the script."""

    who: str
    #: Seconds after the step before.
    after: float
    text: str = ""
    #: A file of `static/`.
    photo: str = ""
    #: Words that the quoted line of the bot has in it; none: nothing is quoted.
    quotes: tuple[str, ...] = ()
    #: Said to the bot alone.
    private: bool = False
    #: What the onlooker is told.
    note: str = ""


def load(path: Path = HERE / "morning.toml") -> tuple[Step, ...]:
    """The script in *path*. Raises `ConfigError`."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["step"]
        return tuple(_step(row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path}: 剧本读不出来：{error}") from error


def _step(row: dict[str, Any]) -> Step:
    if row["who"] not in PEOPLE:
        raise ValueError(f"没有「{row['who']}」这个人")
    said, _, words = row.pop("quotes", "").partition(":")
    if said not in ("", "bot"):
        raise ValueError("quotes 要写成「bot: 词」")
    return Step(**row, quotes=tuple(words.split()))


class Morning:
    """Plays the script, one performance at a time."""

    def __init__(self, adapter: WebAdapter, steps: Sequence[Step], sleep: Sleep = asyncio.sleep) -> None:
        self._adapter = adapter
        self._steps = steps
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None

    @property
    def playing(self) -> bool:
        """Is it being played?"""
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Play it from the beginning."""
        await self.stop()
        self._task = asyncio.create_task(self._play(), name="morning")

    async def stop(self) -> None:
        """Break it off; nothing of it is said afterwards."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _play(self) -> None:
        begun = {s.id for s in self._adapter.room.lines()}
        try:
            for number, step in enumerate(self._steps, 1):
                self._show(number, step.note)
                await self._take(step, begun)
        except Exception:
            log.exception("morning_broke_off")
        finally:
            self._adapter.room.show({"type": "playing", "on": False})

    def _show(self, number: int, note: str) -> None:
        frame = {"type": "playing", "on": True, "step": number, "of": len(self._steps), "note": note}
        self._adapter.room.show(frame)

    async def _take(self, step: Step, begun: set[str]) -> None:
        """Let time pass, somebody type, and the line be said."""
        quoted = await self._quoted(step, begun)
        await self._sleep(step.after * (1 - _TYPING))
        self._adapter.room.show({"type": "typing", "who": step.who})
        await self._sleep(step.after * _TYPING)
        picture = (PHOTOS / step.photo).read_bytes() if step.photo else b""
        await self._adapter.say(step.who, step.text, quotes=quoted, picture=picture, private=step.private)

    async def _quoted(self, step: Step, begun: set[str]) -> str:
        """The id of the bot's latest line with all words that *step* quotes; empty when it does not come in time."""
        waited, where = 0.0, PEOPLE[step.who].private if step.private else GROUP
        while step.quotes and waited < PATIENCE:
            lines = self._adapter.room.lines(where)
            if found := latest(lines, lambda s: s.id not in begun and _speaks_of(s, step.quotes)):
                return found.id
            await self._sleep(_LOOK)
            waited += _LOOK
        return ""


def _speaks_of(said: Said, words: tuple[str, ...]) -> bool:
    return not said.who and all(word in said.text for word in words)
