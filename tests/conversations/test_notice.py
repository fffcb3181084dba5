"""Every group is told what the bot reads and keeps, once for each version, and that is on record."""

from dataclasses import replace
from datetime import time

from bot.domain.groups import NoticeGiven
from tests import cast
from tests.conversations.group import Group


async def notices(g: Group) -> list[NoticeGiven]:
    """The records of one group."""
    async with g.work() as work:
        return [n for n in await work.conversations.notices() if n.conversation_key == cast.GROUP.key]


def told(g: Group) -> list[str]:
    """The notices that the group heard."""
    return [
        p.text
        for p in g.adapter.posts
        if p.text.startswith("大家好，我是楼事通") and p.conversation.id == cast.GROUP.id
    ]


async def test_told_once() -> None:
    """A group is told once, however often the clock looks; the record holds when, which version and the words."""
    async with Group(notice_version="2026-11", notice_contact="幸福社区") as g:
        await g.goes_on(hours=2)
        assert len(told(g)) == 1
        assert "幸福社区" in told(g)[0]
        [given] = await notices(g)
        assert (given.version, given.text) == ("2026-11", told(g)[0])


async def test_told_again_in_a_new_version() -> None:
    """A new version is told again, the old record stays."""
    async with Group(notice_version="1") as g:
        await g.passes(minutes=5)
        g.clock_worker._policy = replace(g.policy, notice_version="2", notice_text="大家好，我是楼事通。换了说法。")
        await g.passes(minutes=5)
        await g.passes(minutes=5)
        assert [n.version for n in await notices(g)] == ["1", "2"]
        assert told(g)[-1].endswith("换了说法。")


async def test_told_again_when_sampled() -> None:
    """A group that begins to be sampled is told of that; when it ends, nothing new is said."""
    async with Group(notice_version="1") as g:
        await g.passes(minutes=5)
        for sampled in (True, False):
            async with g.work() as work:
                known = await work.conversations.get(cast.GROUP.key)
                assert known is not None
                await work.conversations.save(replace(known, sampled=sampled))
                await work.commit()
            await g.goes_on(hours=1)
        assert [n.version for n in await notices(g)] == ["1", "1+s"]
        assert "抽" in told(g)[-1]


async def test_not_at_night_and_not_where_it_does_not_take_part() -> None:
    """The notice waits for the morning; a group that the bot only saw is told nothing."""
    async with Group(notice_version="1") as g:
        g.clock.move_to(cast.NOON.replace(hour=23))
        await g.says("孙姐", "大家好", conversation=cast.NEW_GROUP)
        await g.passes(minutes=5)
        assert told(g) == []
        await g.goes_on(hours=9)
        assert len(told(g)) == 1
        assert not [p for p in g.adapter.posts if p.conversation.id == cast.NEW_GROUP.id]
        assert (await notices(g))[0].at.astimezone(cast.ZONE).time() >= time(7)


async def test_goes_alone() -> None:
    """The notice is not mixed with news of tickets."""
    async with Group(notice_version="1") as g:
        await g.hears(g.written("王阿姨", "3单元楼道水管漏水了"), silence=cast.HOUR * 0)
        await g.clock_worker.run_due()
        await g.goes_on(hours=1)
        assert all("【#" not in text for text in told(g))
        assert len(told(g)) == 1
