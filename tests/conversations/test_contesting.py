"""应为大事: neighbours and leaders contest a tier, a worker decides, and a rightly contested one proposes a new line."""

import pytest

from bot.domain.taxonomy import Tier
from bot.domain.tickets import Status
from bot.domain.waiting import Desk, desk
from tests.cast import GROUP
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"


@pytest.mark.parametrize("who", ["王阿姨", "李楼长"])
async def test_a_worker_who_agrees_proposes_a_line(who: str) -> None:
    """改大事 by the worker upholds the objection: the tier changes, and the history proposes the list's line."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "确认")
        await g.says(who, "应为大事 #1")
        g.bot_said("【#1】记下了", "大事", "由社区来定", to=GROUP)
        assert Desk.CONTESTED in desk(g.ticket())
        await g.says("小陈", "改大事 #1")
        g.bot_said("改为大事，由住建部门负责")
        [proposal] = g.ticket().events("list_proposed")
        assert dict(proposal.data) == {
            "category": "leak", "before": "small", "tier": "big", "line": "leak.small",
            "version": g.policy.responsibility.version,
        }  # fmt: skip
        assert (g.ticket().tier, g.ticket().body, desk(g.ticket())) == (Tier.BIG, "housing", ())


async def test_a_worker_who_does_not_agree_says_why() -> None:
    """维持 turns the objection down, in the group, and nothing else changes."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("王阿姨", "应为大事")
        await g.says("小陈", "维持 只有一家漏 #1")
        g.bot_said("【#1】社区看过了，还是小事：只有一家漏", to=GROUP)
        assert (g.ticket().tier, g.status(), desk(g.ticket())) == (Tier.SMALL, Status.PENDING, ())
        await g.says("小陈", "维持 #1")
        g.bot_said("没有人对层级提出异议")


async def test_the_worker_and_not_the_leader_decides() -> None:
    """Once it is contested a leader's 改 is refused; a worker's 应为 is a decision and no objection."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("王阿姨", "应为大事")
        await g.says("李楼长", "改私事 #1")
        g.bot_said("由社区来定")
        await g.says("小陈", "应为大事 #1")
        g.bot_said("改为大事")
        assert g.ticket().events("list_proposed")


async def test_who_may_not_and_what_is_nonsense() -> None:
    """A stranger's objection is refused politely, the same tier is no objection, and talk is talk."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("一个陌生人", "应为大事 #1")
        g.bot_said("谢谢您关心")
        await g.says("王阿姨", "应为小事 #1")
        g.bot_said("已经是小事")
        await g.says("王阿姨", "应该是大事")
        g.bot_is_silent()
        assert not g.ticket().events("contested")


async def test_a_private_matter_does_not_close_over_an_objection() -> None:
    """应为小事 by its reporter holds the closing up until the worker has decided; then the time for objections begins."""
    async with Group() as g:
        await g.says("王阿姨", "我家热水器没有水，有没有师傅")
        await g.says("王阿姨", "应为小事 #1")
        await g.passes(hours=30)
        assert g.status() is Status.REFERRED
        await g.says("小陈", "维持 #1")
        await g.passes(hours=25)
        assert g.status() is Status.CLOSED
