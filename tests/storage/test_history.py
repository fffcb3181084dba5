"""Laws of the tickets as figures count them, the same in memory and in both databases."""

from dataclasses import replace

from bot.domain.figures.overview import counts_since
from bot.domain.lifecycle import Doer, closed, record, rejected, told
from bot.domain.members import Grant, Role
from bot.domain.places import Place
from bot.domain.tickets import Status, Ticket
from bot.ports import UnitOfWorkFactory
from tests.storage.samples import DAY, HOUR, LI, NOW, ticket
from tests.storage.test_backlog import EVERYWHERE, stored
from tests.storage.test_backlog import LI as OF_LI


def over(born: Ticket) -> Ticket:
    """*born*, rejected and filed away within two days."""
    ended = rejected(born, Doer(by=LI, role=Role.LEADER, at=NOW + HOUR), "重复", HOUR)
    ended = told(ended, NOW + 2 * HOUR, "post", Status.REJECTED)
    return closed(ended, NOW + DAY)


def some() -> list[Ticket]:
    """An open one, one that is over, one of 4号楼, one that is over but says that another came back, one unplaced."""
    return [
        ticket(),
        over(ticket()),
        ticket(place=Place(estate="幸福里", building="4号楼")),
        replace(over(ticket()), previous=1),
        ticket(place=Place()),
    ]


async def counting(
    begin: UnitOfWorkFactory, within: tuple[Grant, ...] = EVERYWHERE, days: int = 0, after: int = 0, limit: int = 9
) -> list[int]:
    """The numbers of what could count from so many *days* on; each is loaded whole."""
    async with begin() as work:
        found = await work.history.counting(within, NOW + days * DAY, after=after, limit=limit)
        for one in found:
            assert one == await work.tickets.get(one.number)
            assert counts_since(one, NOW + days * DAY)
    return [t.number for t in found]


async def test_what_could_count(begin: UnitOfWorkFactory) -> None:
    """What is over, and was quiet since, is left out; what is open, or says that something came back, never is."""
    await stored(begin, *some())
    assert await counting(begin) == [1, 2, 3, 4, 5]
    assert await counting(begin, days=1) == [1, 2, 3, 4, 5]
    assert await counting(begin, days=2) == [1, 3, 4, 5]


async def test_within_scope_and_in_portions(begin: UnitOfWorkFactory) -> None:
    """Nobody is given what they may not see; portions follow each other by number."""
    await stored(begin, *some())
    assert await counting(begin, OF_LI) == [1, 2, 4]
    assert await counting(begin, ()) == []
    assert await counting(begin, after=1, limit=2) == [2, 3]
    assert await counting(begin, after=3, limit=2) == [4, 5]
    assert await counting(begin, after=5) == []


async def test_the_mark_changes_with_every_change(begin: UnitOfWorkFactory) -> None:
    """A new ticket and a changed one make another mark; looking does not."""
    marks = []
    async with begin() as work:
        marks.append(await work.history.mark())
        marks.append(await work.history.mark())
    born, _ = await stored(begin, ticket(), ticket())
    async with begin() as work:
        marks.append(await work.history.mark())
        await work.tickets.save(record(born, Doer(at=NOW), "urged"))
        await work.commit()
    async with begin() as work:
        marks.append(await work.history.mark())
    assert marks[0] == marks[1] == (0, 0)
    assert len(set(marks)) == 3
