"""Laws of the worker's lists."""

from dataclasses import replace

import pytest

from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Status
from storage.backlog import Backlog, TicketList
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork, UnitsOfWork
from tests.storage.samples import message, ticket


@pytest.fixture
async def backlog(database: Database) -> Backlog:
    """Five tickets: a pending leak, a confirmed leak, noise at 4号楼, a big matter, and one about 100%."""
    leak = ticket()
    async with SqlUnitOfWork(database) as uow:
        for new in (
            leak,
            replace(leak, status=Status.CONFIRMED),
            ticket(category=Category.NOISE, place=Place(building="4号楼"), summary="Loud Music"),
            ticket(tier=Tier.BIG, messages=(message(text="电梯又坏了"),)),
            ticket(summary="涨了100%物业费", messages=()),
        ):
            await uow.tickets.add(new)
        await uow.commit()
    return Backlog(database)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (TicketList(), [5, 4, 3, 2, 1]),
        (TicketList(statuses=frozenset({Status.CONFIRMED, Status.CLOSED})), [2]),
        (TicketList(tier=Tier.BIG), [4]),
        (TicketList(category=Category.NOISE), [3]),
        (TicketList(building="三幢"), [5, 4, 2, 1]),
        (TicketList(text="电梯又坏"), [4]),
        (TicketList(text="loud"), [3]),
        (TicketList(text="0%物"), [5]),
        (TicketList(text="1_0"), []),
        (TicketList(text="看看#3"), [3]),
        (TicketList(before=3), [2, 1]),
        (TicketList(statuses=frozenset({Status.PENDING}), building="3号楼", text="水管"), [4, 1]),
    ],
)
async def test_filters(backlog: Backlog, wanted: TicketList, numbers: list[int]) -> None:
    """Every filter narrows the list, newest first; text is taken literally."""
    assert [t.number for t in (await backlog.page(wanted)).tickets] == numbers


async def test_pages(backlog: Backlog) -> None:
    """Following `next` shows every ticket once, and the last page says so."""
    seen, before = [], 0
    for _ in range(3):
        page = await backlog.page(TicketList(limit=2, before=before))
        seen += [t.number for t in page.tickets]
        before = page.next
    assert seen == [5, 4, 3, 2, 1]
    assert before == 0


async def test_exact_page_is_the_last(backlog: Backlog) -> None:
    """A page that ends with the last ticket has no next one."""
    assert (await backlog.page(TicketList(limit=5))).next == 0


async def test_counts(backlog: Backlog) -> None:
    """Counts are by status."""
    assert await backlog.counts() == {Status.PENDING: 4, Status.CONFIRMED: 1}


async def test_reading_beside_a_writer(database: Database, backlog: Backlog) -> None:
    """A list waits for no writer, and does not see what is not committed."""
    async with SqlUnitOfWork(database) as uow:
        await uow.tickets.add(ticket())
        await uow.tickets.listed()
        assert len((await backlog.page(TicketList())).tickets) == 5


async def test_a_page_waits_for_no_writer(database: Database, backlog: Backlog) -> None:
    """A unit of work that only reads runs beside a writer, and cannot be kept."""
    units = UnitsOfWork(database)
    async with units() as writer:
        await writer.tickets.add(ticket())
        await writer.tickets.listed()
        async with units.reading() as reader:
            assert len(await reader.tickets.listed()) == 5
            with pytest.raises(RuntimeError):
                await reader.commit()
