"""Kills the real process at random points, again and again, and holds what came of it against a run left in peace.

Two bots hear the same talk at the same seconds: chatter, issues, neighbours, repetitions, messages taken back, and
what leaders and the property answer to posts. One of them is killed with SIGKILL and started again; what it missed it
asks of its platform's history. In the end tickets, supporters, statuses and posts of both must be the same, and the
platform must have been told each sentence once. `python -m benchmarks.crash --kills 200 --seed 1`
"""

import argparse
import asyncio
import json
import re
import socket
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.gateway import Gateway, message
from benchmarks.installation import LEADER, PROPERTY, Installation, ready_model
from benchmarks.talk import CHATTER, NEIGHBOURS, issues

_CODE = re.compile(r"#(\d+)")
#: Who speaks next to a ticket, with what, once so many posts about it are settled.
STEPS = ((LEADER, "李楼长", "确认 #{}"), (PROPERTY, "物业小周", "接单 #{}"), (PROPERTY, "物业小周", "修好了 #{}"))
#: Nobody waits longer for the bot's post.
PATIENCE = 45.0


@dataclass(slots=True, kw_only=True)
class Figures:
    """What came of it."""

    seed: int
    kills: int = 0
    seconds: float = 0.0
    messages: int = 0
    tickets: int = 0
    posts: int = 0
    #: Sentences that the platform was told more than once: the documented window.
    doubled: int = 0
    #: Posts of which nobody can say whether they went out; the worker is told.
    unknown: int = 0
    #: Messages that were taken back.
    recalls: int = 0
    #: Everything else that is not the same in both runs; must be empty.
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"seed {self.seed}: {self.kills} kills in {self.seconds:.0f} s, {self.messages} messages, "
            f"{self.tickets} tickets, {self.posts} posts; doubled {self.doubled}, unknown {self.unknown}, "
            f"recalls {self.recalls}, differences {len(self.differences)}"
        )


@dataclass(slots=True)
class Run:
    """One bot with its platform."""

    bot: Installation
    platform: Gateway

    def rows(self, query: str, *values: object) -> list[Any]:
        """What the database says; nothing while it is being made."""
        with closing(sqlite3.connect(f"file:{self.bot.database}?mode=ro", uri=True, timeout=5)) as connection:
            return connection.execute(query, values).fetchall()

    def number(self, message_id: int) -> int:
        """The ticket of a message; 0: none yet."""
        found = self.rows("SELECT max(ticket) FROM ticket_message WHERE message_id = ?", str(message_id))
        return int(found[0][0] or 0)

    def settled(self, group: int, number: int) -> int:
        """How many posts about a ticket are settled."""
        query = "SELECT about FROM outbox WHERE conversation_key = ? AND status NOT IN ('waiting', 'sending')"
        rows = self.rows(query, f"onebot/group/{group}")
        return sum(any(a["number"] == number for a in json.loads(about)) for (about,) in rows)

    def is_idle(self) -> bool:
        """Is nothing under way?"""
        return not self.rows("SELECT 1 FROM outbox WHERE status IN ('waiting', 'sending') AND priority < 30 LIMIT 1")


@dataclass(slots=True)
class Matter:
    """An issue that people go on to deal with."""

    group: int
    message_id: int
    step: int = 0
    since: float = field(default_factory=time.monotonic)


class Drama:
    """Has people speak to both bots."""

    def __init__(self, runs: tuple[Run, Run], chance: Random) -> None:
        """In every group of *runs*; who says what is drawn from *chance*."""
        self.runs = runs
        self.chance = chance
        self.groups = runs[0].bot.groups
        self.issues = issues(chance)
        self.said: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.reported: set[int] = set()
        self.recalled: set[int] = set()
        #: Held while nobody may be killed.
        self.truce = asyncio.Lock()
        self.matters: list[Matter] = []
        self.count = 0

    async def step(self) -> None:
        """One more thing happens in one of the groups."""
        group = self.chance.choice(self.groups)
        act = self.chance.choices(
            (self._chatter, self._issue, self._neighbour, self._repetition, self._taken_back), (60, 14, 8, 10, 4)
        )[0]
        await act(group)

    async def deal(self) -> None:
        """Leaders and property go on with what both bots have spoken of."""
        for matter in list(self.matters):
            numbers = [run.number(matter.message_id) for run in self.runs]
            if time.monotonic() - matter.since > PATIENCE:
                self.matters.remove(matter)
            elif all(n and r.settled(matter.group, n) > matter.step for r, n in zip(self.runs, numbers, strict=True)):
                await self._take(matter, numbers)

    async def _take(self, matter: Matter, numbers: list[int]) -> None:
        user, name, words = STEPS[matter.step]
        self.count += 1
        for run, number in zip(self.runs, numbers, strict=True):
            await run.platform.say(message(matter.group, user, name, words.format(number), 1_000_000 + self.count))
        matter.step, matter.since = matter.step + 1, time.monotonic()
        if matter.step == len(STEPS):
            self.matters.remove(matter)

    async def _say(self, group: int, text: str, user: int = 0) -> dict[str, Any]:
        self.count += 1
        user = user or 300_000 + self.chance.randrange(60)
        frame = message(group, user, f"邻居{user % 1000}", text, 1_000_000 + self.count)
        self.said[group] = [*self.said[group][-30:], frame]
        for run in self.runs:
            await run.platform.say(frame)
        return frame

    async def _chatter(self, group: int) -> None:
        await self._say(group, self.chance.choice(CHATTER))

    async def _issue(self, group: int) -> None:
        frame = await self._say(group, next(self.issues))
        self.reported.add(frame["message_id"])
        if self.chance.random() < 0.6:
            self.matters.append(Matter(group, frame["message_id"]))

    async def _neighbour(self, group: int) -> None:
        await self._issue(group)
        await self._say(group, self.chance.choice(NEIGHBOURS))

    async def _repetition(self, group: int) -> None:
        """The platform says something again: as it was, or under another id as after a new login."""
        if self.said[group]:
            again = dict(self.chance.choice(self.said[group][-10:]))
            if again["message_id"] not in self.recalled:
                if self.chance.random() < 0.5:
                    self.count += 1
                    again["message_id"] = 5_000_000 + self.count
                for run in self.runs:
                    await run.platform.say(again, kept=False)

    async def _taken_back(self, group: int) -> None:
        """Somebody takes back what they said; nothing that others go on to deal with.

        No platform tells later what was taken back while the bot was away, so it is done while both listen.
        """
        dealt = {m.message_id for m in self.matters}
        free = [f for f in self.said[group] if f["message_id"] not in dealt | self.recalled]
        frame = self.chance.choice(free) if free else None
        async with self.truce:
            if frame is not None and all(run.platform.has_listened_for(1.5) for run in self.runs):
                self.recalled.add(frame["message_id"])
                for run in self.runs:
                    await run.platform.recall(group, frame["message_id"], frame["user_id"])
                await asyncio.sleep(0.3)


async def measure(
    folder: Path,
    model: Path,
    *,
    kills: int,
    seed: int,
    groups: int = 10,
    rate: float = 10.0,
    told: Callable[[str], None],
) -> Figures:
    """Play, kill *kills* times, compare. Everything is kept in *folder*."""
    chance, begun, figures = Random(seed), time.monotonic(), Figures(seed=seed)
    runs = tuple([await _run(folder / name, model, groups) for name in ("calm", "killed")])
    calm, killed = runs
    serving = [asyncio.create_task(run.platform.run()) for run in runs]
    drama = Drama((calm, killed), chance)
    try:
        for run in runs:
            run.bot.start()
        await _until(lambda: all(run.platform.is_connected for run in runs), 60)
        playing = asyncio.create_task(_play(drama, rate))
        fate = Random(seed + 1)
        while figures.kills < kills:
            await asyncio.sleep(fate.uniform(0.0, 1.0) if fate.random() < 0.2 else fate.uniform(1.0, 5.0))
            async with drama.truce:
                killed.bot.kill()
            figures.kills += 1
            await asyncio.sleep(fate.choice((0.0, 0.1, 0.5)))
            killed.bot.start()
            if figures.kills % 10 == 0:
                told(f"{figures.kills} kills, {drama.count} messages")
            if playing.done():
                playing.result()
        playing.cancel()
        await _settle(drama)
    finally:
        for run in runs:
            run.bot.stop()
        for task in serving:
            task.cancel()
    figures.seconds, figures.messages = time.monotonic() - begun, drama.count
    figures.recalls = len(drama.recalled)
    compare(calm, killed, figures)
    return figures


async def _run(folder: Path, model: Path, groups: int) -> Run:
    bot = Installation(folder, free_port(), [700_001 + n for n in range(groups)], sealed=False)
    await bot.prepare(model)
    speed = Random(bot.port)
    platform = Gateway(bot.port, slowness=lambda: speed.choice((0.0, 0.0, 0.02)))
    for n, group in enumerate(bot.groups):
        # A history that begins with the measurement could never prove that a post is not in it.
        long_ago = message(group, 300_000, "邻居", "大家好", 1 + n) | {"time": int(time.time()) - 7200}
        platform.history[group] = [long_ago]
    return Run(bot, platform)


async def _play(drama: Drama, rate: float) -> None:
    dealt = 0.0
    while True:
        await drama.step()
        if time.monotonic() - dealt > 1.0:
            dealt = time.monotonic()
            await drama.deal()
        await asyncio.sleep(1 / rate)


async def _settle(drama: Drama) -> None:
    """Let everybody finish."""
    deadline = time.monotonic() + 60
    await _until(lambda: all(run.platform.is_connected for run in drama.runs), 60)
    while time.monotonic() < deadline:
        await asyncio.sleep(1.5)
        await drama.deal()
        if not drama.matters and all(run.is_idle() for run in drama.runs):
            break
    await asyncio.sleep(3)


async def _until(true: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


def compare(calm: Run, killed: Run, figures: Figures) -> None:
    """Note in *figures* what is not the same."""
    one, other = _tickets(calm), _tickets(killed)
    figures.tickets = len(one)
    for label in sorted({*one, *other}):
        if one.get(label) != other.get(label):
            figures.differences.append(f"ticket {label}: {one.get(label)} / {other.get(label)}")
    names = [_labels(run) for run in (calm, killed)]
    said = [Counter(_sentences(run, labels)) for run, labels in zip((calm, killed), names, strict=True)]
    for sentence in sorted(set(said[0]) | set(said[1])):
        if said[0][sentence] != said[1][sentence]:
            if sentence[0] == "unknown":
                figures.unknown += said[1][sentence]
            figures.differences.append(f"post {sentence}: {said[0][sentence]} / {said[1][sentence]}")
    figures.posts = len(killed.platform.posts)
    for run in (calm, killed):
        figures.doubled += _held_against_the_record(run, figures)


def _tickets(run: Run) -> dict[tuple[str, ...], tuple[object, ...]]:
    """Every ticket by its messages, with all that must be the same."""
    messages, voices, events = (defaultdict(list) for _ in range(3))
    for ticket, *rest in run.rows("SELECT ticket, message_id, part, recalled FROM ticket_message"):
        messages[ticket].append(tuple(rest))
    for ticket, *rest in run.rows("SELECT ticket, relation, person_key FROM ticket_voice"):
        voices[ticket].append(tuple(rest))
    for ticket, name in run.rows("SELECT ticket, name FROM ticket_event ORDER BY ticket, position"):
        events[ticket].append(name)
    tickets = run.rows("SELECT number, conversation_key, status, category, tier, urgency, summary FROM ticket")
    out = {}
    for number, *facts in tickets:
        label = tuple(sorted(m[0] for m in messages[number]))
        history = Counter(events[number])
        out[label] = (*facts, sorted(messages[number]), sorted(voices[number]), sorted(history.items()))
    return out


def _labels(run: Run) -> dict[int, str]:
    """A name for each ticket that is the same in both runs: its first message."""
    return dict(run.rows("SELECT ticket, message_id FROM ticket_message WHERE position = 0"))


def _sentences(run: Run, labels: dict[int, str]) -> Iterator[tuple[str, str, str]]:
    """Every post: what became of it, where, and its words with tickets under names that both runs share."""
    for status, where, text in run.rows("SELECT status, conversation_key, text FROM outbox"):
        yield status, where, _CODE.sub(lambda m: f"#<{labels.get(int(m[1]), m[1])}>", text)


def _held_against_the_record(run: Run, figures: Figures) -> int:
    """Note sentences that count as sent and were never said; how many were said twice."""
    said = defaultdict(list)
    for post in run.platform.posts:
        said[f"onebot/group/{post.group}"].append(_bare(post.text))
    sent: Counter[tuple[str, str]] = Counter(
        (where, _bare(text))
        for where, text in run.rows(
            "SELECT conversation_key, text FROM outbox WHERE status = 'sent' AND kind = 'group'"
        )
    )
    doubled = 0
    for (where, text), times in sent.items():
        heard = sum(text in post for post in said[where])
        if heard < times:
            figures.differences.append(f"never said: {where} {text}")
        if heard > times:
            doubled += heard - times
            print("  said twice:", run.bot.folder.name, where, text, file=sys.stderr)
    return doubled


def _bare(text: str) -> str:
    return "".join(text.split())


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Measure, print, and fail if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--groups", type=int, default=10)
    parser.add_argument("--rate", type=float, default=10.0, help="messages a second")
    parser.add_argument("--folder", type=Path, help="keep everything there")
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        folder, tell = a.folder or Path(spare), lambda words: print(words, file=sys.stderr, flush=True)
        measured = measure(folder, ready_model(), kills=a.kills, seed=a.seed, groups=a.groups, rate=a.rate, told=tell)
        figures = asyncio.run(measured)
    print(figures)
    for difference in figures.differences[:40]:
        print(" ", difference)
    with suppress(KeyboardInterrupt):
        raise SystemExit(1 if figures.differences else 0)


if __name__ == "__main__":
    main()
