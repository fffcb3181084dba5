"""Laws of the twin in memory that the database keeps by other means."""

import time

import pytest

from bot.domain import lifecycle
from bot.domain.errors import BotError
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from tests.storage.samples import GROUP, HOME, NOW, ZHAO, message, ticket


async def test_taking_turns() -> None:
    """A unit of work that waits for another one too long is a `BotError`, not a deadlock."""
    database = MemoryDatabase(busy_seconds=0.02)
    async with MemoryUnitOfWork(database):
        with pytest.raises(BotError, match="忙"):
            await MemoryUnitOfWork(database).__aenter__()
    async with MemoryUnitOfWork(database) as uow:
        assert await uow.inbox.claim("m1", NOW)


async def test_undone_marks() -> None:
    """What was undone is found by none of its keys any more, and what it replaced is found again."""
    database = MemoryDatabase()
    async with MemoryUnitOfWork(database) as uow:
        kept = await uow.tickets.add(ticket())
        await uow.commit()
        await uow.tickets.add(ticket(messages=(message("m2"),)))
        changed = await uow.tickets.save(lifecycle.supported(kept, ZHAO, NOW))
        await uow.tickets.save(lifecycle.withdrawn(changed, lifecycle.Doer(at=NOW)))
    async with MemoryUnitOfWork(database) as uow:
        assert await uow.tickets.by_message(GROUP.key, "m2") is None
        assert await uow.tickets.of_person(ZHAO) == []
        assert await uow.tickets.open_around(HOME, GROUP, NOW) == [kept]


async def test_nothing_is_copied() -> None:
    """A unit of work costs the same however much is stored: ten thousand of them take a moment."""
    database = MemoryDatabase()
    began = time.perf_counter()
    for n in range(10_000):
        async with MemoryUnitOfWork(database) as uow:
            await uow.inbox.claim(f"m{n}", NOW)
            await uow.commit()
    assert time.perf_counter() - began < 5
