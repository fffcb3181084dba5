"""One test for each kind of emergency: at once the right number and an @ to those on duty, whatever the hour."""

import pytest

from bot.domain.taxonomy import Tier
from bot.domain.waiting import Desk, desk
from tests.cast import GROUP, identity
from tests.conversations.group import Group

#: Kind → what is said, and what must be in the one post that answers it.
KINDS = {
    "困人": ("快来人，有人困在电梯里了", ("119", "别扒门")),
    "燃气": ("楼道里好大的煤气味", ("119", "开窗", "别开关电器")),
    "火情": ("3单元楼上着火了", ("119", "别坐电梯")),
    "触电": ("有人在配电箱那里触电了", ("120", "95598", "拉电闸")),
    "坠落": ("有人坠楼了，快来人", ("120", "110", "别搬动")),
    "晕倒": ("门口有个老人晕倒了", ("120", "搭把手")),
    "走失": ("我家老人走失了，谁看见了", ("110", "见到的邻居")),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hours", [0, 14])
async def test_the_right_number_at_once(kind: str, hours: int) -> None:
    """By day and at night: one post in the group, with the number, to those on duty, waiting for nobody's 确认."""
    said, words = KINDS[kind]
    async with Group() as g:
        await g.passes(hours=hours)
        await g.says("王阿姨", said, at_once=True)
        text = g.bot_said("【#1】紧急", *words, to=GROUP)
        assert len(g.fresh) == 1
        assert "确认" not in text
        assert set(g.fresh[0].mentions) >= {identity(n).user_id for n in ("李楼长", "小陈", "物业小周")}
        assert Desk.EMERGENCY in desk(g.ticket())


@pytest.mark.parametrize("kind", KINDS)
async def test_who_takes_it_on_is_told_in_the_group(kind: str) -> None:
    """接单 by the property company answers the alarm where everybody heard it, also when it is somebody's own matter."""
    async with Group() as g:
        await g.says("王阿姨", KINDS[kind][0])
        await g.says("物业小周", "接单 #1")
        g.bot_said("【#1】物业公司已接单", to=GROUP)
        assert g.ticket().body == "property" or g.ticket().tier is not Tier.PRIVATE
        assert Desk.EMERGENCY not in desk(g.ticket())


async def test_an_emergency_is_never_paused() -> None:
    """Its clock does not stand still, whatever the reason."""
    async with Group() as g:
        await g.says("王阿姨", KINDS["困人"][0])
        await g.says("物业小周", "接单 #1")
        await g.says("物业小周", "暂停 #1 明天 等配件")
        g.bot_said("【#1】是紧急的事，不能暂停")
        assert not g.ticket().events("paused")


async def test_what_an_alarm_has_said_is_not_asked_after_it() -> None:
    """A matter that becomes an emergency before it was acknowledged is told once: by the alarm."""
    async with Group() as g:
        await g.says("王阿姨", "整栋楼停水了，有人管吗", at_once=True)
        await g.says("孙姐", "我妈的制氧机停了，救命")
        await g.passes(minutes=1)
        assert [("紧急" in p.text, p.text[:4]) for p in g.adapter.posts if p.conversation == GROUP] == [
            (True, "【#1】")
        ]
