"""After the end: the same matter comes back within thirty days, and people are called back."""

from datetime import timedelta

import pytest

from bot.domain.tickets import Status
from bot.domain.waiting import Desk, desk
from tests.cast import GROUP
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"


async def _settled(g: Group, said: str = LEAK) -> None:
    await g.says("王阿姨", said)
    await g.says("李楼长", "确认 #1")
    await g.says("物业小周", "办结 #1 换了管")
    await g.passes(hours=25)
    assert g.status() is Status.CLOSED


@pytest.mark.parametrize(("days", "again"), [(5, True), (28, True), (35, False)])
async def test_the_same_matter_comes_back(days: int, again: bool) -> None:
    """Within thirty days of closing it is a new ticket that names the old one, which remembers it; later it is new."""
    async with Group(call_back_share=0.0) as g:
        await _settled(g)
        await g.passes(days=days)
        await g.says("赵大爷", LEAK)
        text = g.bot_said("【#2】已记录", to=GROUP)
        assert ("和之前的#1相似" in text) is again
        assert g.ticket(2).previous == (1 if again else 0)
        assert [e.data["again"] for e in g.ticket(1).events("recurred")] == ([2] if again else [])
        assert g.status(1) is Status.CLOSED


@pytest.mark.parametrize("said", ["1单元楼道水管漏水了，有人管吗", "2单元楼下垃圾堆成山了，没人收"])
async def test_another_place_or_subject_is_another_matter(said: str) -> None:
    """Another unit, or another category, has not come back."""
    async with Group() as g:
        await _settled(g)
        await g.passes(days=5)
        await g.says("赵大爷", said)
        assert g.ticket(2).previous == 0
        assert not g.ticket(1).events("recurred")


@pytest.mark.parametrize(("share", "due"), [(1.0, True), (0.0, False)])
async def test_a_share_is_called_back(share: float, due: bool) -> None:
    """As a ticket closes it is put on the desk if it is one of the share; 回访 满意 takes it off, and nobody else hears."""
    async with Group(call_back_share=share) as g:
        await _settled(g)
        assert (Desk.CALL_BACK in desk(g.ticket())) is due
        await g.says("小陈", "回访 满意 #1")
        g.bot_said("【#1】回访记下了")
        assert Desk.CALL_BACK not in desk(g.ticket())
        assert g.status() is Status.CLOSED


async def test_who_is_not_satisfied_has_it_reopened() -> None:
    """回访 不满意 puts the ticket back to who had it, with a new clock, and the group reads so."""
    async with Group(call_back_share=1.0) as g:
        await _settled(g)
        await g.says("小陈", "回访 不满意 还在滴水 #1")
        g.bot_said("【#1】", "已重新办理", to=GROUP)
        assert (g.status(), g.ticket().body) == (Status.IN_PROGRESS, "property")
        assert g.ticket().events("called_back")[0].data["satisfied"] == "no"


async def test_every_bad_rating_is_called_back() -> None:
    """不满意 is on the desk at once and stays there after closing, whatever the share, until somebody called back."""
    async with Group(call_back_share=0.0) as g:
        await g.says("王阿姨", LEAK)
        await g.says("物业小周", "办结 #1")
        await g.says("王阿姨", "不满意 #1")
        assert Desk.DISSATISFIED in desk(g.ticket())
        await g.passes(hours=25)
        assert (g.status(), Desk.DISSATISFIED in desk(g.ticket())) == (Status.CLOSED, True)
        await g.says("小陈", "回访 满意 说清楚了 #1")
        assert desk(g.ticket()) == ()


async def test_nothing_is_called_back_before_its_end() -> None:
    """回访 on what is under way is answered politely; by others than workers too."""
    async with Group(objections=timedelta(hours=24)) as g:
        await g.says("王阿姨", LEAK)
        await g.says("小陈", "回访 满意 #1")
        g.bot_said("办结后再回访")
        await g.says("李楼长", "回访 满意 #1")
        g.bot_said("谢谢您关心")
