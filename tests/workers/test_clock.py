"""What is due by itself, and the worker loops that survive anything."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import StaleTicket
from bot.domain.tickets import Status
from storage.memory import MemoryUnitOfWork
from tests.cast import DAY, NOON
from tests.conversations.group import Group
from tests.workers.scripted import Office

LEAK = "2单元楼道水管漏水了，有人管吗"


class _Faster(MemoryUnitOfWork):
    """Somebody else is always faster with a ticket."""

    async def commit(self) -> None:
        """Lose the race whenever a ticket is closed."""
        if any(t.status is Status.CLOSED for t in self.tickets._shelf.all()):
            raise StaleTicket("#1刚被别人改过")
        await super().commit()


async def test_somebody_who_was_faster_wins() -> None:
    """A ticket that is changed while the clock closes it is left for the next round."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("小陈", "办结 #1")
        g.clock.move_to(g.clock.now() + DAY + timedelta(hours=1))
        g.clock_worker._work = lambda: _Faster(g.database)
        assert await g.clock_worker.run_due() == 0
        assert g.status() is Status.RESOLVED
        g.clock_worker._work = g.work
        assert await g.clock_worker.run_due() == 1
        assert g.status() is Status.CLOSED


async def test_message_keys_are_forgotten_after_longer_than_any_platform_replays() -> None:
    """After four hundred days a key is gone, not before."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        assert len(g.database.inbox._shelf.items()) == 1
        await g.passes(days=399)
        assert len(g.database.inbox._shelf.items()) == 1
        await g.passes(days=2)
        assert g.database.inbox._shelf.items() == []


@pytest.mark.parametrize("loop", ["clock", "outbox"])
async def test_a_worker_survives_a_failing_round(loop: str) -> None:
    """A round that fails is logged, and the next one is done."""
    async with Group() as g:
        rounds: list[int] = []

        def failing() -> MemoryUnitOfWork:
            rounds.append(1)
            if 1 < len(rounds) < 4:
                raise RuntimeError("a bug, as they happen")
            if len(rounds) > 6:
                raise asyncio.CancelledError
            return g.work()

        worker = g.clock_worker if loop == "clock" else g.outbox
        worker._work = failing
        with pytest.raises(asyncio.CancelledError):
            await worker.run()
        assert len(rounds) == 7


async def test_posts_are_sent_by_the_running_worker() -> None:
    """The loop first settles what was left, then sends what is due."""
    office = Office()
    await office.add("【#1】已记录")
    work, rounds = office.work, iter(range(9))

    def until_done() -> MemoryUnitOfWork:
        if next(rounds, None) is None:
            raise asyncio.CancelledError
        return work()

    office.worker._work = until_done
    with pytest.raises(asyncio.CancelledError):
        await office.worker.run()
    assert office.said == ["【#1】已记录"]
    assert office.clock.now() >= NOON
