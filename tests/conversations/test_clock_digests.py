"""What is said by the time of day: digests in private on working mornings, the group's list once a week."""

from dataclasses import replace
from datetime import time

import pytest

from bot.domain.commands import NotePromise
from bot.domain.records import PostStatus
from bot.domain.tickets import Status
from bot.workers.digests import Digests
from tests import cast
from tests.cast import GROUP, OTHER_GROUP
from tests.conversations.group import PACING, Group
from tests.conversations.test_clock_steps import LEAK, handed, march, until, writes_privately

MORNINGS = Digests(leaders=time(8, 30), workers=time(8, 30), weekly=time(9))
RUBBISH = "垃圾桶又满了，怎么没人收"


def to(g: Group, who: str) -> list[str]:
    """What the bot wrote to *who* in private, without the help that they asked for."""
    posts = [p.text for p in g.adapter.posts if p.conversation.key == cast.private_chat(who).key]
    return [text for text in posts if text.startswith("今天等您的")]


def lists(g: Group) -> list[str]:
    """The lists of the week in the group of building 3."""
    return [p.text for p in g.adapter.posts if "本周清单" in p.text and p.conversation.key == GROUP.key]


async def test_a_leader_hears_in_the_morning_what_waits() -> None:
    """Unconfirmed, overdue and promised today, in private; only tickets of their building; once a day."""
    async with Group(digests=MORNINGS) as g:
        g.clock.move_to(march(10, 13))
        await writes_privately(g, "李楼长", "钱楼长")
        await handed(g)
        await g.later_says("王阿姨", RUBBISH)
        by = cast.actor("物业小周", g.clock.now(), conversation=None)
        await g.at_the_desk(NotePromise(by=by, number=1, words="明天来", due=march(11, 12)))
        await until(g, march(11, 10))
        [text] = to(g, "李楼长")
        assert text.splitlines()[1:] == [
            "【#1】3号楼2单元楼道 漏水渗水：说好今天来",
            "【#2】3号楼2单元 环境卫生：等您确认",
        ]
        assert to(g, "钱楼长") == []
        await until(g, march(12, 8))
        assert len(to(g, "李楼长")) == 1


async def test_nothing_waits_nothing_is_said_and_weekends_are_free() -> None:
    """Who has nothing to do is left in peace, and everybody is on a Saturday."""
    async with Group(digests=MORNINGS) as g:
        await writes_privately(g, "李楼长", "小陈")
        await until(g, march(13, 18))
        await g.says("王阿姨", LEAK)
        await until(g, march(16, 8))
        assert to(g, "李楼长") == to(g, "小陈") == []
        await until(g, march(16, 9))
        assert "已超期" not in to(g, "李楼长")[0]


async def test_a_worker_hears_what_is_on_the_desk_and_why() -> None:
    """The reasons stand beside the tickets; a leader who cannot be reached in private gets no digest in the group."""
    async with Group(digests=MORNINGS) as g:
        await writes_privately(g, "小陈")
        await g.says("王阿姨", LEAK)
        await until(g, march(11, 9))
        assert to(g, "小陈") == ["今天等您的有1件：\n【#1】3号楼2单元楼道 漏水渗水：没人确认"]
        assert not [p for p in g.adapter.posts if p.conversation.is_group and "今天等您的" in p.text]


async def test_a_digest_is_made_once_whoever_starts_when() -> None:
    """Another process, and a restart, find it made; a program that starts in the evening leaves it out."""
    async with Group(digests=MORNINGS) as g:
        await writes_privately(g, "小陈")
        await g.says("王阿姨", LEAK)
        await until(g, march(11, 9))
        for _ in range(3):
            g.clock_worker._made.clear()
            await g.passes(minutes=20)
        assert len(to(g, "小陈")) == 1
        g.clock.move_to(march(12, 18))
        await g.passes(minutes=1)
        assert len(to(g, "小陈")) == 1


async def test_the_group_reads_its_week_on_monday() -> None:
    """New, done and still open, without names; another building's matters and private ones are not in it."""
    async with Group(digests=MORNINGS) as g:
        await handed(g)
        await g.says("物业小周", "办结 #1 换了管")
        await g.later_says("王阿姨", RUBBISH)
        await g.later_says("赵大爷", "家里钥匙丢了，谁知道开锁的电话")
        await g.says("孙姐", "电梯坏了", conversation=OTHER_GROUP)
        await until(g, march(16, 12))
        [text] = lists(g)
        assert text == "本周清单：新增2件，办结1件，在办1件。\n【#2】3号楼2单元 环境卫生：待确认"
        await until(g, march(17, 12))
        assert len(lists(g)) == 1


async def test_the_list_pays_debts_and_counts_as_a_post() -> None:
    """Who reads 「在办」 has heard of it: no 「仍在办理」 follows; the list is news with its place in the budget."""
    async with Group(digests=MORNINGS) as g:
        await handed(g)
        await g.says("物业小周", "接单 #1")
        told = g.ticket().told_at
        await until(g, march(16, 12))
        assert lists(g)
        assert told is not None
        assert (g.ticket().told_at or told) > told
        since = march(16, 0)
        assert await g.database.outbox.sent_since(GROUP.key, since) == 1


async def test_a_week_without_a_ticket_is_no_reason_to_speak() -> None:
    """An empty list is not posted."""
    async with Group(digests=MORNINGS) as g:
        await until(g, march(16, 12))
        assert g.adapter.posts == []


async def test_the_list_on_request_once_an_hour() -> None:
    """Anybody may ask; who asks again within the hour scrolls up."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("赵大爷", "清单")
        g.bot_said("本周清单：新增1件，办结0件，在办1件。", "【#1】3号楼2单元楼道 漏水渗水：待确认")
        await g.says("孙姐", "清单")
        g.bot_is_silent()
        await g.passes(hours=1)
        await g.says("孙姐", "@小楼 清单")
        g.bot_said("本周清单")


@pytest.mark.parametrize(
    ("who", "says"), [("李楼长", "本周清单：新增1件"), ("王阿姨", "【#1】"), ("赵大爷", "还没有反映")]
)
async def test_in_private_everybody_gets_their_own(who: str, says: str) -> None:
    """A leader the list of their building, a resident their own tickets."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says(who, "清单", conversation=cast.private_chat(who))
        g.bot_said(says, to=cast.private_chat(who))


async def test_a_list_is_held_back_by_the_budget() -> None:
    """Beyond the day's budget it waits like other news."""
    async with Group(digests=MORNINGS, pacing=replace(PACING, daily_budget=1)) as g:
        await until(g, march(16, 8, 20))
        await g.says("王阿姨", LEAK)
        await until(g, march(16, 12))
        assert lists(g) == []
        waiting = await g.database.outbox.in_status(PostStatus.WAITING)
        assert "本周清单" in "".join(p.text for p in waiting)
        assert g.status() is Status.PENDING
