"""Laws of the lists for people, the same in memory and in both databases."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text as sql

from bot.domain.backlog import Due, Page, Sort, TicketList
from bot.domain.members import Grant, Role
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status, Ticket
from bot.domain.waiting import Desk
from bot.ports import UnitOfWorkFactory
from storage import migrations
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork, UnitsOfWork
from tests.storage.samples import DAY, HOUR, MINUTE, NOW, message, ticket

EVERYWHERE = (Grant(role=Role.ADMIN),)
LI = (Grant(role=Role.LEADER, estate="幸福里", building="3幢"),)


async def stored(begin: UnitOfWorkFactory, *new: Ticket) -> list[Ticket]:
    """Tickets, kept."""
    async with begin() as work:
        added = [await work.tickets.add(one) for one in new]
        await work.commit()
    return added


async def found(begin: UnitOfWorkFactory, wanted: TicketList, within: Sequence[Grant] = EVERYWHERE) -> list[int]:
    """The numbers on the page; they are also counted."""
    async with begin() as work:
        page = await work.backlog.page(wanted, within, NOW)
        assert await work.backlog.count(wanted, within, NOW, 1000) == len(page.tickets)
    return [t.number for t in page.tickets]


def mixed() -> list[Ticket]:
    """A pending leak, a confirmed one, noise at 4号楼, a big matter, one about 100%, one of the whole estate."""
    leak = ticket()
    return [
        replace(leak, due_at=NOW + HOUR),
        replace(leak, status=Status.CONFIRMED, body="property", debt_at=NOW - DAY, due_at=NOW - HOUR),
        ticket(category=Category.NOISE, place=Place(building="4号楼"), summary="Loud Music", messages=()),
        ticket(tier=Tier.BIG, messages=(message(text="电梯又坏了，ＷｉＦｉ也没有"),), opened_at=NOW - 3 * DAY),
        ticket(summary="涨了100%物业费", messages=(), urgency=Urgency.EMERGENCY, debt_at=NOW + DAY),
        ticket(summary="大门", place=Place(estate="幸福里", spot="东门"), messages=(message(sender_name="赵大爷"),)),
    ]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (TicketList(), [6, 5, 4, 3, 2, 1]),
        (TicketList(statuses=frozenset({Status.CONFIRMED, Status.CLOSED})), [2]),
        (TicketList(desks=frozenset({Desk.UNASSIGNED, Desk.EMERGENCY})), [5, 2]),
        (TicketList(tier=Tier.BIG), [4]),
        (TicketList(category=Category.NOISE), [3]),
        (TicketList(urgency=Urgency.EMERGENCY), [5]),
        (TicketList(building="三幢"), [5, 4, 2, 1]),
        (TicketList(estate="幸福里"), [6, 5, 4, 2, 1]),
        (TicketList(body="property"), [2]),
        (TicketList(begin=NOW), [6, 5, 3, 2, 1]),
        (TicketList(end=NOW), [4]),
        (TicketList(begin=NOW - 3 * DAY, end=NOW + MINUTE, tier=Tier.BIG), [4]),
        (TicketList(due=Due.OVER), [2]),
        (TicketList(due=Due.SOON), [1]),
        (TicketList(debt=True), [2]),
        (TicketList(among=frozenset({5, 2, 99})), [5, 2]),
        (TicketList(among=frozenset()), []),
        (TicketList(among=frozenset(range(2, 50_000)), building="三幢"), [5, 4, 2]),
        (TicketList(statuses=frozenset({Status.PENDING}), building="3号楼", text="水管"), [5, 4, 1]),
    ],
)
async def test_filters(begin: UnitOfWorkFactory, wanted: TicketList, numbers: list[int]) -> None:
    """Every filter narrows the list, newest first."""
    leak, other, noise, lift, fee, gate = mixed()
    fee = replace(fee, summary=f"{fee.summary}，水管也坏")
    await stored(begin, leak, other, noise, lift, fee, gate)
    assert await found(begin, wanted) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("电梯又坏", [4]),
        ("电梯", [4]),
        ("梯又坏了", [4]),
        ("坏 电梯", [4]),
        ("坏梯", []),
        ("了wifi", []),
        ("wifi", [4]),
        ("loud MUSIC", [3]),
        ("ou", [3]),
        ("漏", [6, 5, 4, 3, 2, 1]),
        ("东门", [6]),
        ("4号楼", [3]),
        ("0%物", [5]),
        ("100物", []),
        ("100%", [5]),
        ("物业费", [5]),
        ("#3", [3]),
        ("＃3", [3]),
        ("2", [5, 4, 2, 1]),
        ("4", [4, 3]),
        ("看看#3", [3]),
        ("'; DROP TABLE ticket --", []),
        ('" OR said : *', []),
        ("%", []),
        ("NEAR(漏水", []),
        ("赵大爷", [6]),
        ("501", [5, 4, 2, 1]),
        ("\0\ud83d", []),
    ],
)
async def test_search(begin: UnitOfWorkFactory, text: str, numbers: list[int]) -> None:
    """A search finds every part of what was said, wherever it stands and however wide; nothing in it is an order."""
    tickets = mixed()
    if text == "漏":
        tickets = [replace(t, summary=f"{t.summary}漏") for t in tickets]
    await stored(begin, *tickets)
    assert await found(begin, TicketList(text=text)) == numbers


async def test_what_is_masked_is_not_searched_by_all(begin: UnitOfWorkFactory) -> None:
    """Names, doors and numbers that pages mask are found by the community only, and what anybody reads by all."""
    said = message(text="我家3-2-501漏水，电话13800001111", sender_name="王阿姨")
    await stored(begin, ticket(messages=(said,)))
    for text in ("王阿姨", "501", "13800001111", "漏水 王阿姨"):
        assert await found(begin, TicketList(text=text)) == [1], text
        assert await found(begin, TicketList(text=text), LI) == [], text
    assert await found(begin, TicketList(text="漏水"), LI) == [1]


async def test_search_follows_the_ticket(begin: UnitOfWorkFactory) -> None:
    """What is added is found at once, what was taken back no more, and what is not committed never was."""
    (kept,) = await stored(begin, ticket(summary="楼道"))
    async with begin() as work:
        changed = replace(kept, messages=(message(text="", recalled=True), message("m2", text="电梯停了")))
        await work.tickets.save(changed)
        await work.commit()
    assert await found(begin, TicketList(text="水管")) == []
    assert await found(begin, TicketList(text="电梯停")) == [1]
    async with begin() as work:
        await work.tickets.add(ticket(summary="消防栓"))
    assert await found(begin, TicketList(text="消防栓")) == []


@pytest.mark.parametrize(
    ("within", "numbers"),
    [
        (LI, [6, 5, 4, 2, 1]),
        ((Grant(role=Role.LEADER, estate="幸福里", building="4号楼"),), [6]),
        ((Grant(role=Role.WORKER, estate="幸福里"),), [6, 5, 4, 2, 1]),
        ((Grant(role=Role.WORKER, estate="别的小区"),), []),
        ((Grant(role=Role.WORKER, estate="别的小区"), *LI), [6, 5, 4, 2, 1]),
        ((Grant(role=Role.WORKER, building="4号楼"),), [6, 3]),
        (EVERYWHERE, [6, 5, 4, 3, 2, 1]),
        ((), []),
    ],
)
async def test_scope(begin: UnitOfWorkFactory, within: Sequence[Grant], numbers: list[int]) -> None:
    """Nothing out of scope is in a list, a search or a count; what is of no known estate is in no estate."""
    tickets = await stored(begin, *mixed())
    assert await found(begin, TicketList(), within) == numbers
    assert await found(begin, TicketList(text="#3"), within) == ([3] if 3 in numbers else [])
    assert numbers == [t.number for t in reversed(tickets) if any(g.reaches(t.place) for g in within)]


async def walked(begin: UnitOfWorkFactory, wanted: TicketList) -> tuple[list[int], list[int]]:
    """All pages forward, then all of them back again."""
    forward: list[list[int]] = []
    backward: list[list[int]] = []
    async with begin() as work:

        async def page(asked: TicketList) -> Page:
            return await work.backlog.page(asked, EVERYWHERE, NOW)

        at = await page(wanted)
        assert at.previous is None
        forward.append([t.number for t in at.tickets])
        while at.next is not None:
            at = await page(replace(wanted, after=at.next))
            forward.append([t.number for t in at.tickets])
        backward.append([t.number for t in at.tickets])
        while at.previous is not None:
            at = await page(replace(wanted, before=at.previous))
            backward.insert(0, [t.number for t in at.tickets])
    return [n for page in forward for n in page], [n for page in backward for n in page]


@pytest.mark.parametrize("sort", Sort)
async def test_pages(begin: UnitOfWorkFactory, sort: Sort) -> None:
    """Following `next` shows every ticket once and in order, however many are equal; `previous` leads the same way back."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    dues: list[datetime | None] = [None, NOW, NOW + HOUR, NOW + timedelta(microseconds=1)]
    new = [ticket(due_at=dice.choice(dues), urgency=dice.choice(list(Urgency)), messages=()) for _ in range(17)]
    tickets = await stored(begin, *new)
    late = NOW + 400 * DAY
    rank = {Urgency.EMERGENCY: 0, Urgency.URGENT: 1, Urgency.NORMAL: 2}
    orders = {
        Sort.NEWEST: sorted(tickets, key=lambda t: -t.number),
        Sort.DUE: sorted(tickets, key=lambda t: (t.due_at or late, t.number)),
        Sort.URGENCY: sorted(tickets, key=lambda t: (rank[t.urgency], t.due_at or late, t.number)),
    }
    wanted = [t.number for t in orders[sort]]
    for limit in (1, 4, 17):
        assert await walked(begin, TicketList(sort=sort, limit=limit)) == (wanted, wanted)


async def test_a_place_beyond_every_calendar(begin: UnitOfWorkFactory) -> None:
    """A place that no ticket has, however far off, is answered with what follows it: here nothing."""
    await stored(begin, ticket())
    for after in ((10**30, 1), (-(10**30), -5)):
        async with begin() as work:
            page = await work.backlog.page(TicketList(sort=Sort.DUE, after=after), EVERYWHERE, NOW)
        assert len(page.tickets) == (after[0] < 0)


async def test_count_stops(begin: UnitOfWorkFactory) -> None:
    """A count goes no further than it is asked to."""
    await stored(begin, *(ticket() for _ in range(5)))
    async with begin() as work:
        assert await work.backlog.count(TicketList(), EVERYWHERE, NOW, 3) == 3
        assert await work.backlog.count(TicketList(limit=1), EVERYWHERE, NOW, 100) == 5


async def test_reading_beside_a_writer(database: Database) -> None:
    """A list waits for no writer, does not see what is not committed, and cannot be committed itself."""
    units = UnitsOfWork(database)
    await stored(units, ticket())
    async with units() as writer:
        await writer.tickets.add(ticket())
        await writer.tickets.listed()
        async with units.reading() as reader:
            assert len((await reader.backlog.page(TicketList(), EVERYWHERE, NOW)).tickets) == 1
            with pytest.raises(RuntimeError):
                await reader.commit()


async def test_upgrade_makes_old_tickets_findable(sqlite_url: str) -> None:
    """After an upgrade, tickets of an earlier schema are found by their words, and the clock looks at the open ones."""
    database = await Database.open(sqlite_url)
    done = ticket(summary="早办完了", status=Status.CLOSED, look_at=None)
    await stored(UnitsOfWork(database), ticket(look_at=NOW + DAY), done, ticket(look_at=None))
    async with database.engine.begin() as connection:
        await connection.run_sync(migrations.downgrade, "0003")
        await connection.run_sync(migrations.upgrade)
    units = UnitsOfWork(database)
    assert await found(units, TicketList(text="水管漏")) == [3, 2, 1]
    assert await found(units, TicketList(text="早办完")) == [2]
    assert await found(units, TicketList(sort=Sort.URGENCY)) == [1, 2, 3]
    async with SqlUnitOfWork(database) as work:
        assert await work.tickets.due(NOW) == [1]
        assert (await work.tickets.get(1)).due_at is None
    await database.close()


async def test_deleted_tickets_are_not_found(database: Database) -> None:
    """Who deletes a ticket by hand deletes its words from the index too."""
    units = UnitsOfWork(database)
    await stored(units, ticket())
    async with database.engine.begin() as connection:
        for table in ("ticket_message", "ticket_voice", "ticket_event"):
            await connection.execute(sql(f"DELETE FROM {table}"))
        await connection.execute(sql("DELETE FROM ticket"))
        assert (await connection.execute(sql("SELECT count(*) FROM ticket_search"))).scalar_one() == 0
