"""Messages a second, in turn with NoneBot2's echo bot: the same driver, machine, sockets and messages.

The driver plays QQ over a reverse WebSocket with 64 messages outstanding. NoneBot2 answers each of them and keeps
nothing. The bot classifies each, stores what is an issue with durable commits, and answers it; chatter, which nobody
must answer, is outstanding until an issue that was said after it is answered.
`python -m benchmarks.onebot_load --rounds 5`, `… --memory 100000`
"""

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import psutil

from benchmarks.crash import free_port
from benchmarks.gateway import ACCOUNT, TOKEN, done, message, meta
from benchmarks.installation import ROOT, Installation, ready_model
from benchmarks.talk import CHATTER, issue

GROUPS = 200
#: What was said in so many seconds is said as fast as the bot can hear it.
SPAN = 240
WINDOW = 64
#: Seconds after which a message counts as unanswered.
PATIENCE = 2.0
PEER = ROOT / "build" / "benchmarks" / "peer"
PEER_PACKAGES = ("nonebot2[fastapi]==2.5.0", "nonebot-adapter-onebot==2.4.6")


@dataclass(slots=True)
class Talk:
    """Messages as they go over the wire, and which of them are issues."""

    seed: int
    #: One message in so many is an issue.
    every: int
    #: The subjects of a group follow each other from here on; none comes back within a dozen.
    ahead: int = 0
    frames: list[str] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)

    def make(self, count: int) -> "Talk":
        """*count* messages; the last one is an issue. No group has two of them outstanding."""
        chance = Random(self.seed)
        turns, begun = Counter[int](), int(time.time()) - SPAN
        for i in range(count):
            group = 700_001 + (i + i // GROUPS) % GROUPS
            text = chance.choice(CHATTER)
            if self.is_issue(i, count):
                turns[group] += 1
                text = issue(group + turns[group] + self.ahead, chance)
            user = self.seed * 1_000_000 + i
            frame = message(group, user, f"邻居{user % 1000}", text, self.seed * 10_000_000 + i)
            frame["time"] = begun + i * SPAN // count
            self.frames.append(json.dumps(frame))
            self.groups.append(group)
        return self

    def is_issue(self, i: int, count: int) -> bool:
        """Is message *i* of *count* one?"""
        return (i + 1) % self.every == 0 or i == count - 1


@dataclass(slots=True, kw_only=True)
class Speed:
    """How fast it went."""

    per_second: float
    p50: float
    p99: float
    first: float
    memory: float
    unanswered: int = 0

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"{self.per_second:7.0f} messages/s  p50 {1000 * self.p50:6.1f} ms  p99 {1000 * self.p99:6.1f} ms  "
            f"first answer {self.first:4.2f} s  {self.memory:5.0f} MB  unanswered {self.unanswered}"
        )


class Driver:
    """Plays QQ to a bot at *port*, which answers everything or (*only_issues*) what is an issue."""

    def __init__(self, port: int, *, only_issues: bool) -> None:
        """Not connected yet."""
        self.url = f"ws://127.0.0.1:{port}/onebot/v11/ws"
        self.only_issues = only_issues
        self.receipts = 900_000_000

    async def connect(self, session: aiohttp.ClientSession, seconds: float = 30) -> None:
        """Dial until the bot listens."""
        headers = {"X-Self-ID": str(ACCOUNT), "X-Client-Role": "Universal", "Authorization": f"Bearer {TOKEN}"}
        deadline = time.perf_counter() + seconds
        while True:
            try:
                self.socket = await session.ws_connect(self.url, headers=headers, max_msg_size=0)
                break
            except (aiohttp.ClientError, OSError):
                if time.perf_counter() > deadline:
                    raise
                await asyncio.sleep(0.01)
        await self.socket.send_str(json.dumps(meta("lifecycle", sub_type="connect")))

    async def run(self, talk: Talk) -> tuple[float, list[float], int]:
        """Say all of *talk*; how long it took, how long each answer took, and how many never came."""
        begun, latencies, lost, i, settled = time.perf_counter(), [], 0, 0, -1
        count = len(talk.frames)
        waiting: dict[int, deque[tuple[int, float]]] = {}
        open_issues = 0
        while i < count or open_issues:
            while (
                i < count and open_issues + (max(0, i - 1 - settled - open_issues) if self.only_issues else 0) < WINDOW
            ):
                if not self.only_issues or talk.is_issue(i, count):
                    waiting.setdefault(talk.groups[i], deque()).append((i, time.perf_counter()))
                    open_issues += 1
                await self.socket.send_str(talk.frames[i])
                i += 1
            try:
                answered = await asyncio.wait_for(self._answer(), PATIENCE)
            except TimeoutError:
                for late in waiting.values():
                    while late and time.perf_counter() - late[0][1] >= PATIENCE:
                        settled = max(settled, late.popleft()[0])
                        lost, open_issues = lost + 1, open_issues - 1
                continue
            if mine := waiting.get(answered):
                number, at = mine.popleft()
                latencies.append(time.perf_counter() - at)
                settled = max(settled, number)
                open_issues -= 1
        return time.perf_counter() - begun, latencies, lost

    async def _answer(self) -> int:
        """The group of the bot's next post; everything else that it asks is answered on the way."""
        while True:
            received = await self.socket.receive()
            if received.type is not aiohttp.WSMsgType.TEXT:
                raise ConnectionError(f"the bot closed the line: {received.type}")
            asked: dict[str, Any] = json.loads(received.data)
            self.receipts += 1
            params = asked.get("params") or {}
            history = "history" in asked["action"]
            data = {"messages": []} if history else {"message_id": self.receipts}
            await self.socket.send_str(json.dumps({**done(data), "echo": asked.get("echo")}))
            if "group_id" in params and not history:
                return int(params["group_id"])


@dataclass(slots=True)
class Ours:
    """The bot, in a folder of its own."""

    folder: Path
    model: Path
    bot: Installation = field(init=False)

    async def start(self) -> int:
        """Start it; its port."""
        self.bot = Installation(self.folder, free_port(), [700_001 + n for n in range(GROUPS)])
        await self.bot.prepare(self.model)
        self.bot.start()
        return self.bot.port

    @property
    def pid(self) -> int:
        """The process."""
        return self.bot.process.pid if self.bot.process else 0

    def stop(self) -> None:
        """End it."""
        self.bot.stop()

    def check(self, issues_said: int, lost: int) -> str:
        """What the database says of it."""
        with closing(sqlite3.connect(self.bot.database)) as connection:
            tickets = connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
            posts = dict(connection.execute("SELECT status, count(*) FROM outbox GROUP BY status").fetchall())
        return f"{issues_said} issues: {tickets} tickets stored, posts {posts}, unanswered {lost}"


@dataclass(slots=True)
class Theirs:
    """NoneBot2 in its own virtual environment."""

    python: Path
    process: "subprocess.Popen[bytes] | None" = None

    async def start(self) -> int:
        """Start it; its port."""
        port = free_port()
        environment = {**os.environ, "PORT": str(port), "TOKEN": TOKEN}
        command = [str(self.python), str(ROOT / "benchmarks" / "peer.py")]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
        return port

    @property
    def pid(self) -> int:
        """The process."""
        return self.process.pid if self.process else 0

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.terminate()
            self.process.wait(10)

    def check(self, _issues: int, lost: int) -> str:
        """It keeps nothing."""
        return f"unanswered {lost}"


async def measure(bot: Ours | Theirs, talk: Talk, warm: Talk) -> Speed:
    """Start *bot*, time its first answer, warm it up, and time *talk*."""
    began = time.perf_counter()
    port = await bot.start()
    if isinstance(bot, Ours):
        began = time.perf_counter()
    driver = Driver(port, only_issues=isinstance(bot, Ours))
    try:
        async with aiohttp.ClientSession() as session:
            await driver.connect(session)
            await driver.run(Talk(seed=1, every=1, ahead=11).make(1))
            first = time.perf_counter() - began
            await driver.run(warm)
            seconds, latencies, lost = await driver.run(talk)
            memory = psutil.Process(bot.pid).memory_info().rss / 2**20
    finally:
        bot.stop()
    latencies.sort()
    count = len(talk.frames)
    print("   ", bot.check(sum(talk.is_issue(i, count) for i in range(count)), lost), file=sys.stderr)
    return Speed(
        per_second=count / seconds,
        p50=latencies[len(latencies) // 2],
        p99=latencies[int(len(latencies) * 0.99)],
        first=first,
        memory=memory,
        unanswered=lost,
    )


async def compare(name: str, every: int, count: int, rounds: int, folder: Path, python: Path, model: Path) -> None:
    """Measure both in turn, *rounds* times, and print the ratios with their spread."""
    print(f"{name}: {count} messages, one in {every} an issue, {GROUPS} groups, {WINDOW} outstanding")
    pairs = []
    for n in range(rounds):
        talk, warm = Talk(seed=3 + n, every=every).make(count), Talk(seed=2, every=every, ahead=10).make(GROUPS)
        bots: list[Ours | Theirs] = [Ours(folder / f"{name}{n}", model), Theirs(python)]
        measured = {}
        for bot in bots if n % 2 else bots[::-1]:
            measured[type(bot)] = await measure(bot, talk, warm)
        ours, theirs = measured[Ours], measured[Theirs]
        pairs.append((ours, theirs))
        print(f"  ours {ours}\n  peer {theirs}", flush=True)
    ratios = sorted(o.per_second / t.per_second for o, t in pairs)
    tails = sorted(o.p99 / t.p99 for o, t in pairs)
    spread = f"({ratios[0]:.2f} to {ratios[-1]:.2f})"
    print(f"  ratio {statistics.median(ratios):.2f} {spread}, p99 {statistics.median(tails):.2f} of the peer's")


async def memory(count: int, folder: Path, model: Path) -> None:
    """Print how much memory *count* messages of mixed talk take, step by step."""
    bot, step = Ours(folder / "memory", model), max(1, count // 10)
    driver = Driver(await bot.start(), only_issues=True)
    try:
        async with aiohttp.ClientSession() as session:
            await driver.connect(session)
            for n in range(10):
                seconds, _, lost = await driver.run(Talk(seed=20 + n, every=8).make(step))
                used = psutil.Process(bot.pid).memory_info().rss / 2**20
                print(
                    f"  {step * (n + 1):7d} messages: {used:5.0f} MB, {step / seconds:5.0f}/s, {lost} lost", flush=True
                )
    finally:
        bot.stop()


def peer() -> Path:
    """The Python of a virtual environment with NoneBot2 in it, made if need be."""
    python = PEER / "bin" / "python"
    if not python.exists():
        print("installing the peer", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEER_PACKAGES], check=True)
    return python


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--only", choices=("mixed", "flood"))
    parser.add_argument("--memory", type=int, default=0, metavar="MESSAGES")
    parser.add_argument("--peer", type=Path, help="a Python that has NoneBot2")
    a = parser.parse_args()
    model = ready_model()
    with tempfile.TemporaryDirectory() as folder:
        if a.memory:
            asyncio.run(memory(a.memory, Path(folder), model))
            return
        python = a.peer or peer()
        for name, every, count in (("mixed", 8, a.count), ("flood", 1, a.count // 3)):
            if a.only in (None, name):
                asyncio.run(compare(name, every, count, a.rounds, Path(folder), python, model))


if __name__ == "__main__":
    main()
