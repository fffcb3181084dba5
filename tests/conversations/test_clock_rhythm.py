"""The clock may run in any rhythm, stop and start anew, in one process or two: the same comes of it."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import lifecycle
from bot.domain.commands import TakeSteps
from bot.domain.responsibility import Line
from bot.domain.taxonomy import Urgency
from bot.domain.tickets import Ticket
from bot.handlers import Context, execute
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from tests import cast
from tests.conversations.group import POLICY

#: Every ticket gets all its steps within this.
LONG = timedelta(days=30)


async def _lived(rounds: list[timedelta], *, twice: bool) -> tuple[Counter[tuple[str, str]], list[str], list[str]]:
    """Events, keys of posts, and texts, after the clock did its *rounds* over four tickets (*twice*: two clocks)."""
    database, now = MemoryDatabase(), cast.NOON
    async with MemoryUnitOfWork(database) as work:
        for name, grant in cast.GRANTS.items():
            await work.members.grant(cast.identity(name), name, grant)
        for kind in ({}, {"urgency": Urgency.EMERGENCY}, {"body": "property"}, {"body": "property"}):
            ticket = await work.tickets.add(cast.ticket(number=0, look_at=now, **kind))
            if kind.get("body"):
                await work.tickets.save(_handed(ticket, paused=ticket.number == 4))
        await work.commit()
    for span in rounds:
        now += span
        for _ in range(1 + twice):
            await _round(database, now)
    events = Counter((e.name, str(e.data.get("level", ""))) for t in database.tickets._shelf.all() for e in t.history)
    posts = database.outbox._shelf.all()
    return events, [p.key for p in posts], sorted(p.text for p in posts)


def _handed(ticket: Ticket, *, paused: bool) -> Ticket:
    bot = lifecycle.Doer(at=cast.NOON)
    out = lifecycle.assigned(lifecycle.confirmed(ticket, cast.doer("李楼长")), bot, "property", Line(body="property"))
    out = lifecycle.promised(out, cast.doer("物业小周"), "明天来", cast.NOON + cast.DAY)
    return lifecycle.paused(out, cast.doer("物业小周"), "等配件", cast.NOON + 3 * cast.DAY) if paused else out


async def _round(database: MemoryDatabase, now: datetime) -> None:
    async with MemoryUnitOfWork(database) as work:
        for number in await work.tickets.due(now):
            await execute(TakeSteps(number=number, at=now), Context(work=work, policy=POLICY, now=now))
        await work.commit()


def _again_and_again(rounds: list[int]) -> list[timedelta]:
    """*rounds* (in minutes) until a month is over."""
    out: list[timedelta] = []
    while sum(out, timedelta()) < LONG:
        out += [timedelta(minutes=n) for n in rounds]
    return out


STEADY = asyncio.run(_lived(_again_and_again([29]), twice=False))


def test_the_steady_clock_takes_every_step() -> None:
    """The measure of the tests below: each kind of step is in it, and nothing is closed."""
    events = {name for name, _ in STEADY[0]}
    assert {"reminded", "desked", "chased", "warned", "escalated", "promise_asked", "alarm_repeated"} <= events
    assert "debt" in events
    assert "closed" not in events
    assert len(STEADY[1]) == len(set(STEADY[1]))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(20, 29), min_size=1, max_size=5), st.booleans())
def test_a_running_clock_says_the_same_in_any_rhythm(rounds: list[int], twice: bool) -> None:
    """However often it looks, and with a second clock beside it: the same events, the same sentences, no key twice."""
    events, keys, texts = asyncio.run(_lived(_again_and_again(rounds), twice=twice))
    assert events == STEADY[0]
    assert texts == STEADY[2]
    assert len(keys) == len(set(keys))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(60, 10 * 86400), max_size=8), st.booleans())
def test_a_clock_that_stood_still_records_the_same_and_says_no_more(rounds: list[int], twice: bool) -> None:
    """After any downtime: the same events, and of the sentences only some."""
    events, keys, texts = asyncio.run(_lived([*(timedelta(seconds=n) for n in rounds), LONG], twice=twice))
    assert events == STEADY[0]
    assert not Counter(texts) - Counter(STEADY[2])
    assert len(keys) == len(set(keys))
