"""The laws of inbox, outbox, review list and gaps, for every kind of storage."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import ReviewNotFound
from bot.domain.records import About, Gap, Post, PostStatus, Priority
from bot.ports import UnitOfWorkFactory
from storage.keys import KeyFile
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.conftest import emptied
from tests.storage.samples import DAY, GROUP, HOUR, MINUTE, NOW, OTHER_GROUP, PRIVATE, post, review


async def put(begin: UnitOfWorkFactory, *posts: Post) -> list[Post]:
    """*posts* as they are stored, their states included; oldest first."""
    async with begin() as uow:
        for new in posts:
            assert await uow.outbox.add(replace(new, status=PostStatus.WAITING))
        stored = await uow.outbox.in_status(PostStatus.WAITING)
        by_key = {p.key: p.id for p in stored}
        for new in posts:
            await uow.outbox.update(replace(new, id=by_key[new.key]))
        await uow.commit()
    return [replace(new, id=by_key[new.key]) for new in posts]


async def test_claim_once(begin: UnitOfWorkFactory) -> None:
    """A key is claimed by the first who asks, also over commits."""
    async with begin() as uow:
        assert await uow.inbox.claim("10001/onebot/group/700001/消息1", NOW)
        assert not await uow.inbox.claim("10001/onebot/group/700001/消息1", NOW)
        await uow.commit()
    async with begin() as uow:
        assert not await uow.inbox.claim("10001/onebot/group/700001/消息1", NOW + HOUR)
        assert await uow.inbox.claim("10001/onebot/group/700001/消息2", NOW)


async def test_claim_by_two(begin: UnitOfWorkFactory) -> None:
    """Of two who claim the same key at once, one gets it."""

    async def claim() -> bool:
        async with begin() as uow:
            mine = await uow.inbox.claim("m1", NOW)
            await asyncio.sleep(0.01)
            await uow.commit()
        return mine

    assert sorted(await asyncio.gather(claim(), claim(), claim())) == [False, False, True]


async def test_claim_undone(begin: UnitOfWorkFactory) -> None:
    """A claim that was not committed leaves the key free."""
    async with begin() as uow:
        assert await uow.inbox.claim("m1", NOW)
    async with begin() as uow:
        assert await uow.inbox.claim("m1", NOW)


async def test_forget_claims(begin: UnitOfWorkFactory) -> None:
    """Only keys claimed before the given time are forgotten."""
    async with begin() as uow:
        await uow.inbox.claim("old", NOW - DAY)
        await uow.inbox.claim("new", NOW)
        assert await uow.inbox.forget(NOW) == 1
        assert await uow.inbox.claim("old", NOW)
        assert not await uow.inbox.claim("new", NOW)


async def test_post_round_trips(begin: UnitOfWorkFactory) -> None:
    """A post comes back equal to what was stored, and so does every later state of it."""
    about = (About(number=1, status="resolved"), About(number=2, status="closed"))
    new = post(about=about, reply_to="m1", mentions=("200003", "200005"), conversation=PRIVATE)
    [waiting] = await put(begin, new)
    sent = replace(waiting, status=PostStatus.SENT, sent_at=NOW, receipt="r1", attempts=2, error="超时", merged_into=1)
    async with begin() as uow:
        assert await uow.outbox.claim_due(NOW) == [waiting]
        await uow.outbox.update(sent)
        await uow.commit()
    async with begin() as uow:
        assert await uow.outbox.in_status(PostStatus.WAITING) == []
        assert await uow.outbox.in_status(PostStatus.SENT) == [sent]


async def test_post_key_is_unique(begin: UnitOfWorkFactory) -> None:
    """A second post of a known key is dropped, whatever it says, also when two add it at once."""

    async def add(words: str) -> bool:
        async with begin() as uow:
            added = await uow.outbox.add(post(text=words))
            await uow.commit()
        return added

    assert sorted(await asyncio.gather(add("甲"), add("乙"))) == [False, True]
    assert not await add("丙")
    async with begin() as uow:
        assert len(await uow.outbox.in_status(PostStatus.WAITING)) == 1


async def test_claim_due(begin: UnitOfWorkFactory) -> None:
    """Due posts come most pressing first, then oldest; later ones and ones under way do not come."""
    await put(
        begin,
        post("news"),
        post("old news", created_at=NOW - HOUR),
        post("help", priority=Priority.EMERGENCY, created_at=NOW + MINUTE),
        post("answer", priority=Priority.ANSWER),
        post("tomorrow", due_at=NOW + DAY, priority=Priority.EMERGENCY),
        post("under way", status=PostStatus.SENDING),
    )
    async with begin() as uow:
        due = await uow.outbox.claim_due(NOW)
        assert [p.key for p in due] == ["help", "answer", "old news", "news"]
        assert await uow.outbox.claim_due(NOW, limit=2) == due[:2]
        assert await uow.outbox.claim_due(NOW - MINUTE) == []


async def test_a_clock_set_back_holds_nothing_up(begin: UnitOfWorkFactory) -> None:
    """What was due before the clock went back an hour does not wait for that hour."""
    await put(begin, post("news"))
    async with begin() as uow:
        assert [p.key for p in await uow.outbox.claim_due(NOW - HOUR)] == ["news"]


async def test_riders_wait_for_company(begin: UnitOfWorkFactory) -> None:
    """They are never due by themselves; those of one conversation come oldest first, without what went out."""
    new, old, *_ = await put(
        begin,
        post("new", priority=Priority.RIDER),
        post("old", priority=Priority.RIDER, created_at=NOW - HOUR),
        post("gone", priority=Priority.RIDER, status=PostStatus.SENT, sent_at=NOW),
        post("elsewhere", priority=Priority.RIDER, conversation=OTHER_GROUP),
        post("news"),
    )
    async with begin() as uow:
        assert [p.key for p in await uow.outbox.claim_due(NOW)] == ["news"]
        assert await uow.outbox.riders(GROUP.key) == [old, new]


async def test_by_receipt(begin: UnitOfWorkFactory) -> None:
    """The platform's message id finds every post that it carried; posts without a receipt are never found."""
    first, second, *_ = await put(
        begin,
        post("a", receipt="r1"),
        post("b", receipt="r1", merged_into=1),
        post("c", receipt="r1", conversation=OTHER_GROUP),
        post("d"),
    )
    async with begin() as uow:
        assert await uow.outbox.by_receipt(GROUP.key, "r1") == [first, second]
        assert await uow.outbox.by_receipt(GROUP.key, "") == []


async def test_sent_since(begin: UnitOfWorkFactory) -> None:
    """News that went out counts by message: posts merged into one count once, answers do not count."""
    sent = {"status": PostStatus.SENT, "sent_at": NOW}
    await put(
        begin,
        post("first", **sent, merged_into=1),
        post("with it", **sent, merged_into=1),
        post("with it too", **sent, merged_into=1),
        post("alone", **sent),
        post("earlier", **{**sent, "sent_at": NOW - DAY}),
        post("answer", **sent, priority=Priority.ANSWER),
        post("elsewhere", **{**sent, "sent_at": NOW + HOUR}, conversation=OTHER_GROUP),
        post("failed", status=PostStatus.FAILED),
    )
    async with begin() as uow:
        assert await uow.outbox.sent_since(GROUP.key, NOW) == 2
        assert await uow.outbox.sent_since(GROUP.key, NOW - DAY) == 3
        assert await uow.outbox.sent_since(GROUP.key, NOW + MINUTE) == 0
        assert await uow.outbox.last_sent(GROUP.key) == NOW
        assert await uow.outbox.last_sent(PRIVATE.key) is None


async def test_merged_counts_once_without_own_id(begin: UnitOfWorkFactory) -> None:
    """The first of merged posts counts with the others, also when it does not name itself."""
    sent = {"status": PostStatus.SENT, "sent_at": NOW}
    await put(begin, post("first", **sent), post("with it", **sent, merged_into=1))
    async with begin() as uow:
        assert await uow.outbox.sent_since(GROUP.key, NOW) == 1


async def test_reviews(begin: UnitOfWorkFactory) -> None:
    """Reviews wait once a message, oldest first, until they are decided or expire."""
    late, early, gone = review("m2", at=NOW + MINUTE), review("m1"), review("m3", expires_at=NOW)
    async with begin() as uow:
        for new in (late, early, early, gone):
            await uow.reviews.add(new)
        listed = await uow.reviews.listed()
        assert {(r.message_id, r.at) for r in listed} == {("m1", NOW), ("m3", NOW), ("m2", NOW + MINUTE)}
        assert [replace(r, id=0) for r in listed] == [early, gone, late]
        assert await uow.reviews.forget(NOW) == 1
        await uow.reviews.remove(GROUP.key, "m1")
        await uow.reviews.remove(OTHER_GROUP.key, "m2")
        assert [replace(r, id=0) for r in await uow.reviews.listed()] == [late]


async def test_a_dismissed_review_waits_no_longer(begin: UnitOfWorkFactory) -> None:
    """A dismissed review is kept apart until it expires; it is not found by its number, and can be taken back."""
    async with begin() as uow:
        for new in (review("m1"), review("m2")):
            await uow.reviews.add(new)
        first, second = await uow.reviews.listed()
        assert await uow.reviews.get(first.id) == first
        await uow.reviews.save(first.dismissed())
        await uow.commit()
    async with begin() as uow:
        assert (await uow.reviews.listed(), await uow.reviews.dismissed()) == ([second], [first.dismissed()])
        for gone in (first.id, 99):
            with pytest.raises(ReviewNotFound):
                await uow.reviews.get(gone)
        await uow.reviews.remove(GROUP.key, "m1")
        assert await uow.reviews.dismissed() == []


async def test_gaps(begin: UnitOfWorkFactory) -> None:
    """An account has one lasting gap at most; a new one begins only after the end; newest come first."""
    gap = Gap(platform="onebot", account="10001", begin=NOW, reason="掉线", details={"code": "1006"})
    other = replace(gap, account="10002", begin=NOW + MINUTE)
    async with begin() as uow:
        for new in (gap, replace(gap, begin=NOW + HOUR), other):
            await uow.gaps.begin(new)
        await uow.gaps.end("onebot", "10001", NOW + HOUR)
        await uow.gaps.end("wechaty", "10002", NOW + HOUR)
        await uow.gaps.begin(replace(gap, begin=NOW + DAY))
        await uow.commit()
    async with begin() as uow:
        listed = [replace(g, id=0) for g in await uow.gaps.listed()]
    assert listed == [replace(gap, begin=NOW + DAY), other, replace(gap, end=NOW + HOUR)]


async def test_gap_begun_by_two(begin: UnitOfWorkFactory) -> None:
    """Two who note the same gap at once note one."""

    async def note() -> None:
        async with begin() as uow:
            await uow.gaps.begin(Gap(platform="onebot", account="10001", begin=NOW))
            await asyncio.sleep(0.01)
            await uow.commit()

    await asyncio.gather(note(), note())
    async with begin() as uow:
        assert len(await uow.gaps.listed()) == 1


@pytest.mark.postgres
async def test_claimed_posts_are_skipped(postgres_url: str, keys: KeyFile) -> None:
    """On PostgreSQL two senders at once never claim the same post, and neither waits for the other."""
    database = await emptied(postgres_url, keys)
    async with SqlUnitOfWork(database) as first:
        for key in ("a", "b"):
            await first.outbox.add(post(key))
        await first.commit()
        assert [p.key for p in await first.outbox.claim_due(NOW, limit=1)] == ["a"]
        async with SqlUnitOfWork(database) as second:
            assert [p.key for p in await second.outbox.claim_due(NOW)] == ["b"]
    await database.close()
