"""Does a message cost more when more is stored? Time per message with 1,000, 100,000 and 1,000,000 tickets.

In the estate that is spoken in, 1,000 tickets stand open each time; all others belong to twenty other estates. Every
batch goes the whole way through understanding and storing, on SQLite, and is then undone, so that each size is measured
on the same state. `python -m benchmarks.growth --sizes 1000 100000 1000000`
"""

import argparse
import asyncio
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import structlog

from benchmarks.backlog import any_tickets
from benchmarks.gateway import ACCOUNT, message
from benchmarks.installation import SETTINGS, ready_model
from benchmarks.talk import CHATTER, MATTERS, issue
from bot.adapters.onebot.codec import decode
from bot.app import policy_of, rules_of
from bot.changes import Changes
from bot.clocks import RealClock
from bot.dispatcher import Dispatcher
from bot.domain.messages import ConversationKind, ConversationRef, Identity, InboundMessage
from bot.domain.places import Place
from bot.domain.records import Conversation
from bot.domain.tickets import Part, Ticket, TicketMessage
from classifiers import TextClassifier, load_classifier
from config.settings import load_settings
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork

GROUP = 700_001
ESTATE = "量一量小区"
OPEN = 1_000
BATCH = 64
REF = ConversationRef(platform="onebot", kind=ConversationKind.GROUP, id=str(GROUP), account=str(ACCOUNT))


class Undone(SqlUnitOfWork):
    """Does everything but keep it."""

    async def commit(self) -> None:
        """Write, and let leaving undo it."""
        await self._transaction.flush()


async def grow(database: Database, tickets: Iterator[Ticket], count: int) -> None:
    """Store *count* more."""
    for start in range(0, count, 1000):
        async with SqlUnitOfWork(database) as work:
            for _, one in zip(range(min(1000, count - start)), tickets, strict=False):
                await work.tickets.add(one)
            await work.commit()


def open_ones(chance: Random, now: datetime) -> Iterator[Ticket]:
    """Open tickets of the estate, the last one of an hour ago."""
    example = next(any_tickets(chance, 1, now))
    for n in range(OPEN):
        at, who = now - timedelta(minutes=60 + 10 * (OPEN - n)), Identity(platform="onebot", user_id=f"{400_000 + n}")
        text = issue(n, chance)
        said = TicketMessage(
            conversation=REF, message_id=f"o{n}", sender=who, sender_name="", at=at, text=text, part=Part.REPORT
        )
        place = Place(estate=ESTATE, building=f"{n % 60 + 1}号楼", unit=f"{n % 5 + 1}单元")
        fresh = Ticket(
            kind=example.kind,
            category=example.category,
            tier=example.tier,
            urgency=example.urgency,
            confidence=2.0,
            place=place,
            home=REF,
            summary=text,
            messages=(said,),
            reporters=(who,),
            opened_at=at,
            active_at=at,
        )
        yield fresh


def batches(chance: Random, count: int) -> list[list[InboundMessage]]:
    """Mixed talk of the group, one message in eight an issue."""
    out, now = [], datetime.now(UTC)
    for b in range(count):
        out.append([])
        for n in range(BATCH):
            text = issue(chance.randrange(len(MATTERS)), chance) if n % 8 == 7 else chance.choice(CHATTER)
            frame = message(GROUP, 300_000 + 100 * b + n, f"邻居{n}", text, 1_000_000 + 1000 * b + n)
            decoded = decode(json.loads(json.dumps(frame)), account=str(ACCOUNT), now=now)
            if isinstance(decoded, InboundMessage):
                out[-1].append(decoded)
    return out


async def measure(database: Database, classifier: TextClassifier, settings_file: Path, rounds: int) -> float:
    """Milliseconds of processor time for each message: the median of *rounds* batches, after one for warming up."""
    settings = load_settings(settings_file, {})
    policy = policy_of(settings)
    times = []
    for batch in batches(Random(7), rounds + 1):
        dispatcher = Dispatcher(
            work=lambda: Undone(database),
            classifier=classifier,
            policy=policy,
            rules=rules_of(settings, policy),
            clock=RealClock(),
            changes=Changes(),
        )
        begun = time.process_time()
        await dispatcher.handle(list(batch))
        times.append((time.process_time() - begun) * 1000 / len(batch))
    return statistics.median(times[1:])


async def run(sizes: list[int], rounds: int, folder: Path) -> None:
    """Grow from size to size and measure each."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    settings = folder / "settings.toml"
    values = {"folder": folder, "port": 1, "token": "x", "sealed": "false"}  # nothing listens
    settings.write_text(SETTINGS.format(**values), "utf-8")
    database, classifier = await Database.open(f"sqlite:///{folder}/growth.db"), load_classifier(ready_model())
    now, stored, first = datetime.now(UTC), 0, 0.0
    async with SqlUnitOfWork(database) as work:
        await work.conversations.save(
            Conversation(ref=REF, estate=ESTATE, building="", enabled=True, first_seen=now - timedelta(days=1))
        )
        await work.commit()
    await grow(database, open_ones(Random(1), now), OPEN)
    stored, others = OPEN, any_tickets(Random(2), max(sizes), now)
    for size in sizes:
        await grow(database, others, size - stored)
        stored = max(size, stored)
        milliseconds = await measure(database, classifier, settings, rounds)
        first = first or milliseconds
        print(
            f"{stored:9,} tickets: {milliseconds:6.2f} ms a message, {milliseconds / first:4.2f} of the first",
            flush=True,
        )
    await database.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(a.sizes, a.rounds, Path(folder)))


if __name__ == "__main__":
    main()
