"""The laws of `ports.Tickets`, for every kind of storage."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain import lifecycle
from bot.domain.errors import StaleTicket, TicketNotFound
from bot.domain.lifecycle import Doer
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Part, Status, Ticket
from bot.ports import UnitOfWorkFactory
from tests.storage.samples import (
    CHEN,
    DAY,
    GROUP,
    HOME,
    HOUR,
    LI,
    MINUTE,
    NOW,
    OTHER_GROUP,
    PRIVATE,
    STRANGER,
    WANG,
    ZHAO,
    message,
    ticket,
)

LEADER = Doer(by=LI, role="leader", at=NOW + MINUTE)
WORKER = Doer(by=CHEN, role="worker", at=NOW + HOUR)


async def stored(begin: UnitOfWorkFactory, *tickets: Ticket) -> list[Ticket]:
    """*tickets* as they come back from being added."""
    async with begin() as uow:
        added = [await uow.tickets.add(t) for t in tickets]
        await uow.commit()
    return added


def in_every_status() -> list[Ticket]:
    """One ticket of each status, by the way that leads there."""
    new = ticket()
    assigned = lifecycle.assigned(new, LEADER, "property")
    resolved = lifecycle.resolved(lifecycle.accepted(assigned, WORKER, "property"), WORKER, "修好了", DAY)
    told = lifecycle.told(resolved, NOW + DAY, "t1:resolved", Status.RESOLVED)
    rated = lifecycle.rated(told, Doer(by=WANG, at=NOW + DAY), 5)
    return [
        new,
        lifecycle.confirmed(new, LEADER),
        assigned,
        lifecycle.progressed(assigned, WORKER, "明天来修", "property"),
        resolved,
        lifecycle.closed(rated, NOW + 3 * DAY),
        lifecycle.rejected(new, LEADER, "不是本小区", DAY),
        replace(lifecycle.move(new, Status.MERGED, LEADER, "merged", into=1), merged_into=1, previous=1),
        lifecycle.referred(replace(new, tier=Tier.PRIVATE), LEADER, DAY),
        lifecycle.withdrawn(new, Doer(by=WANG, at=NOW)),
    ]


async def test_every_status_round_trips(begin: UnitOfWorkFactory) -> None:
    """A ticket comes back equal to what was stored, whatever its status."""
    every = in_every_status()
    assert {t.status for t in every} == set(Status)
    added = await stored(begin, *every)
    assert [t.number for t in added] == list(range(1, len(every) + 1))
    assert added == [replace(t, number=n, version=1) for n, t in enumerate(every, start=1)]
    async with begin() as uow:
        assert [await uow.tickets.get(t.number) for t in added] == added
        assert await uow.tickets.listed() == added
        assert await uow.tickets.listed(Status.CLOSED) == [added[5]]


async def test_added_is_visible_inside(begin: UnitOfWorkFactory) -> None:
    """A unit of work sees what it added itself, before any commit."""
    async with begin() as uow:
        first = await uow.tickets.add(ticket())
        second = await uow.tickets.add(ticket(previous=first.number))
        assert await uow.tickets.get(second.number) == second
        changed = await uow.tickets.save(lifecycle.confirmed(first, LEADER))
        assert await uow.tickets.open_around(HOME, GROUP, NOW) == [second, changed]


async def test_unknown_number(begin: UnitOfWorkFactory) -> None:
    """A number that nobody has is `TicketNotFound`, for reading and for saving."""
    async with begin() as uow:
        with pytest.raises(TicketNotFound):
            await uow.tickets.get(42)
        with pytest.raises(TicketNotFound):
            await uow.tickets.save(ticket(number=42, version=1))


async def test_rollback(begin: UnitOfWorkFactory) -> None:
    """What was not committed never happened: additions, changes, and after an error."""
    [kept] = await stored(begin, ticket())

    async def fail() -> None:
        async with begin() as uow:
            await uow.tickets.add(ticket())
            await uow.tickets.save(lifecycle.supported(kept, ZHAO, NOW))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with begin() as uow:
        assert await uow.tickets.listed() == [kept]
        assert await uow.tickets.of_person(ZHAO) == []


async def test_commit_twice(begin: UnitOfWorkFactory) -> None:
    """A unit of work may commit more than once; what came after the last commit is undone."""
    async with begin() as uow:
        first = await uow.tickets.add(ticket())
        await uow.commit()
        second = await uow.tickets.add(ticket())
        await uow.commit()
        await uow.tickets.add(ticket())
    async with begin() as uow:
        assert await uow.tickets.listed() == [first, second]


async def test_save_changes_everything(begin: UnitOfWorkFactory) -> None:
    """Messages that join in between, supporters, recalls and history survive a save, and the version grows."""
    [first] = await stored(begin, ticket())
    late = message("m3", sender=ZHAO, at=NOW + HOUR, text="我家门口也是", part=Part.SUPPORT)
    between = message("m2", at=NOW + MINUTE, text="水都流到电梯了", part=Part.DETAIL, attachments=())
    async with begin() as uow:
        second = await uow.tickets.save(lifecycle.joined(first, late))
        third = await uow.tickets.save(lifecycle.joined(second, between))
        await uow.commit()
    assert (second.version, third.version) == (2, 3)
    assert [m.message_id for m in third.messages] == ["m1", "m2", "m3"]
    async with begin() as uow:
        assert await uow.tickets.get(first.number) == third
        fourth = await uow.tickets.save(lifecycle.recalled(third, Doer(by=WANG, at=NOW), GROUP.key, "m2"))
        fifth = await uow.tickets.save(replace(fourth, supporters=(), messages=fourth.messages[:2]))
        await uow.commit()
    async with begin() as uow:
        assert await uow.tickets.get(first.number) == fifth
        assert fifth.messages[1].text == ""
        assert await uow.tickets.by_message(GROUP.key, "m3") is None


async def test_history_only_grows(begin: UnitOfWorkFactory) -> None:
    """A save cannot change or shorten the history that is stored."""
    [first] = await stored(begin, lifecycle.confirmed(ticket(), LEADER))
    async with begin() as uow:
        saved = await uow.tickets.save(replace(first, history=(), summary="改过"))
        await uow.commit()
    async with begin() as uow:
        assert saved.history == first.history
        assert await uow.tickets.get(first.number) == saved


async def test_unicode(begin: UnitOfWorkFactory) -> None:
    """Emoji, rare characters, quotes and percent signs come back as they were written."""
    words = "👨‍👩‍👧‍👦 𠮷野家 'or 1=1; -- \"%_\\ \u200b\n第二行"
    [odd] = await stored(begin, ticket(summary=words, messages=(message(text=words, sender_name=words),)))
    async with begin() as uow:
        assert await uow.tickets.get(odd.number) == odd


async def test_two_savers(begin: UnitOfWorkFactory) -> None:
    """Of two who change the same version at once, one wins and the other hears `StaleTicket`."""
    [first] = await stored(begin, ticket())

    async def change(words: str) -> str:
        async with begin() as uow:
            await uow.tickets.save(replace(first, summary=words))
            await asyncio.sleep(0.01)
            await uow.commit()
        return words

    done = await asyncio.gather(change("甲"), change("乙"), return_exceptions=True)
    won = [d for d in done if isinstance(d, str)]
    assert len(won) == 1
    assert [type(d) for d in done if not isinstance(d, str)] == [StaleTicket]
    async with begin() as uow:
        assert (await uow.tickets.get(first.number)).summary == won[0]


async def test_retry_after_stale(begin: UnitOfWorkFactory) -> None:
    """After `StaleTicket`, reading again and saving works within the same unit of work."""
    [first] = await stored(begin, ticket())
    async with begin() as uow:
        second = await uow.tickets.save(lifecycle.supported(first, ZHAO, NOW))
        with pytest.raises(StaleTicket):
            await uow.tickets.save(lifecycle.confirmed(first, LEADER))
        again = await uow.tickets.get(first.number)
        assert again == second
        assert (await uow.tickets.save(lifecycle.confirmed(again, LEADER))).version == 3


async def test_open_around(begin: UnitOfWorkFactory) -> None:
    """Around a place are: open ones, and ones resolved or closed since then, of the conversation or the estate."""
    pending, _, assigned, progress, resolved, closed, rejected, merged, referred, withdrawn = in_every_status()
    added = await stored(
        begin,
        replace(pending, active_at=NOW + HOUR),
        replace(assigned, home=OTHER_GROUP),
        replace(progress, place=Place()),
        replace(pending, home=OTHER_GROUP, place=Place(estate="和平里")),
        replace(pending, home=OTHER_GROUP, place=Place()),
        *(resolved, closed, rejected, replace(merged, merged_into=1, previous=0), referred, withdrawn),
    )

    async def around(place: Place, since: int) -> list[int]:
        async with begin() as uow:
            return [t.number for t in await uow.tickets.open_around(place, GROUP, NOW + since * HOUR)]

    assert await around(HOME, 0) == [1, 10, 7, 6, 3, 2]
    assert await around(HOME, 2) == [1, 10, 7, 3, 2]
    assert await around(HOME, 73) == [1, 10, 3, 2]
    assert await around(Place(estate=" 幸福里 "), 73) == [1, 10, 3, 2]
    assert await around(Place(), 73) == [1, 10, 3]
    assert added[3].place.estate == "和平里"


async def test_by_message(begin: UnitOfWorkFactory) -> None:
    """A message finds the latest ticket that holds it, in its own conversation only."""
    _, second = await stored(begin, ticket(), ticket())
    async with begin() as uow:
        assert await uow.tickets.by_message(GROUP.key, "m1") == second
        assert await uow.tickets.by_message(OTHER_GROUP.key, "m1") is None
        assert await uow.tickets.by_message(GROUP.key, "m2") is None


async def test_of_person(begin: UnitOfWorkFactory) -> None:
    """A person's tickets are those they reported or support, newest first, none merged or withdrawn."""
    every = in_every_status()
    added = await stored(begin, *every, ticket(reporters=(ZHAO,), supporters=(WANG,), opened_at=NOW + DAY))
    async with begin() as uow:
        numbers = [t.number for t in await uow.tickets.of_person(WANG, limit=20)]
        assert numbers == [11, 9, 7, 6, 5, 4, 3, 2, 1]
        assert [t.number for t in await uow.tickets.of_person(WANG, limit=2)] == [11, 9]
        assert await uow.tickets.of_person(ZHAO) == [added[10]]
        assert await uow.tickets.of_person(STRANGER) == []


async def test_merged_into(begin: UnitOfWorkFactory) -> None:
    """A ticket knows which ones were folded into it, until they are split off again."""
    main, *others = await stored(begin, ticket(), ticket(), ticket(home=PRIVATE))
    async with begin() as uow:
        merged = [await uow.tickets.save(lifecycle.merged(t, LEADER, main)) for t in others]
        assert await uow.tickets.merged_into(main.number) == merged
        await uow.tickets.save(lifecycle.split(merged[0], LEADER))
        assert await uow.tickets.merged_into(main.number) == merged[1:]
        assert await uow.tickets.merged_into(others[0].number) == []
        assert await uow.tickets.merged_into(0) == []


async def test_due(begin: UnitOfWorkFactory) -> None:
    """Tickets are due from the moment of `look_at`, the longest due first."""
    ends = (2 * HOUR, None, HOUR, 3 * HOUR)
    await stored(begin, *(ticket(look_at=NOW + end if end else None) for end in ends))
    async with begin() as uow:
        assert await uow.tickets.due(NOW) == []
        assert await uow.tickets.due(NOW + 2 * HOUR) == [3, 1]
        assert await uow.tickets.due(NOW + DAY, limit=1) == [3]


async def test_on_desk(begin: UnitOfWorkFactory) -> None:
    """A ticket is on the worker's desk for as long as `waiting.desk` names a reason."""
    confirmed, pending = await stored(begin, ticket(status=Status.CONFIRMED), ticket())
    async with begin() as uow:
        assert await uow.tickets.on_desk() == [confirmed]
        await uow.tickets.save(lifecycle.assigned(confirmed, LEADER, "property"))
        assert await uow.tickets.on_desk() == []
        assert pending.status is Status.PENDING


async def test_what_ended_lately_about_a_category(begin: UnitOfWorkFactory) -> None:
    """`ended_around` knows what was resolved or closed since then, of the group or the estate, the last one first."""
    done = lifecycle.resolved(lifecycle.accepted(ticket(), WORKER, "property"), WORKER, "修好了", DAY)
    told = lifecycle.told(done, NOW + DAY, "t1:resolved", Status.RESOLVED)
    closed = lifecycle.closed(told, NOW + 3 * DAY)
    other = replace(closed, category=Category.NOISE if done.category is not Category.NOISE else Category.LEAK)
    away = replace(closed, home=OTHER_GROUP, place=Place(estate="别处"))
    first, last, *_ = await stored(begin, done, closed, other, away, ticket())
    async with begin() as uow:
        found = await uow.tickets.ended_around(HOME, GROUP, done.category, NOW)
        assert found == [last, first]
        assert await uow.tickets.ended_around(HOME, GROUP, done.category, NOW + 2 * DAY) == [last]
        assert await uow.tickets.ended_around(Place(), OTHER_GROUP, done.category, NOW + 5 * DAY) == []
