"""On the way: 措施, 上报, 节点, 暂停, promises. What everybody should know is told; a promise was told by who gave it."""

from datetime import datetime

import pytest

from bot.domain.deadlines import deadlines
from bot.domain.messages import Quote
from bot.domain.schedule import promise_due
from bot.domain.tickets import Status
from tests.cast import GROUP, NOON, identity
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"


async def _accepted(g: Group) -> None:
    await g.says("王阿姨", LEAK)
    await g.says("李楼长", "确认")
    await g.says("物业小周", "接单")


def _settle(g: Group) -> datetime | None:
    rules = g.policy.rules
    return deadlines(g.ticket().history, rules.calendar, rules.limits).settle


async def test_a_measure() -> None:
    """What, who and by when are kept apart and told."""
    async with Group() as g:
        await _accepted(g)
        await g.quotes("物业小周", "措施 换水泵 物业 周五前")
        g.bot_said("【#1】措施：换水泵（物业公司，3月13日前）", to=GROUP)
        [measure] = g.ticket().events("measured")
        assert dict(measure.data) == {"what": "换水泵", "who": "property", "by_when": "2026-03-13"}
        await g.says("李楼长", "措施：发通知 #1")
        g.bot_said("【#1】措施：发通知。")


async def test_a_big_matter_goes_up_and_passes_milestones() -> None:
    """上报 keeps the authority and its number; 节点 tells how it goes there."""
    async with Group() as g:
        await _accepted(g)
        await g.says("小陈", "上报 #1 街道 编号2026-0042")
        g.bot_said("【#1】已上报街道办事处，编号2026-0042", to=GROUP)
        assert dict(g.ticket().events("sent_up")[0].data) == {"reference": "2026-0042", "to": "street"}
        await g.says("小陈", "节点 招标完成 #1")
        g.bot_said("【#1】办理中：招标完成")
        await g.says("物业小周", "上报 #1 街道")
        g.bot_said("谢谢您关心", "上报要由社区来做")


async def test_nothing_is_agreed_on_before_it_is_confirmed() -> None:
    """Measures, handing up and pauses need a ticket that somebody confirmed."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        for words in ("措施 换水泵 #1", "上报 街道 #1", "暂停 明天 等人 #1"):
            await g.says("小陈", words)
            g.bot_said("【#1】还没确认")


async def test_a_pause_has_a_reason_and_a_last_day() -> None:
    """暂停 moves the limit and tells why; 恢复计时 lets it run again; without a day the bot says how it is done."""
    async with Group() as g:
        await _accepted(g)
        before = _settle(g)
        await g.says("物业小周", "暂停 #1 等配件")
        g.bot_said("要写明原因和到哪天为止", "例如")
        await g.says("物业小周", "暂停 #1 3月20日 等配件")
        g.bot_said("【#1】暂停到3月20日：等配件", to=GROUP)
        after = _settle(g)
        assert before is not None
        assert after is not None
        assert after > before
        await g.says("王阿姨", "查 #1")
        g.bot_said("暂停到3月20日（等配件）")
        await g.says("物业小周", "恢复计时 #1")
        g.bot_said("【#1】恢复办理")
        assert _settle(g) == before
        await g.says("物业小周", "恢复计时 #1")
        g.bot_said("没有暂停")


@pytest.mark.parametrize("way", ["quote", "quote of the reporter", "code", "report", "accept"])
async def test_a_promise_is_kept_in_silence(way: str) -> None:
    """明天上午来修 by the property company becomes a date; nothing more is said, and 查 knows it."""
    async with Group() as g:
        report = await g.says("王阿姨", LEAK)
        await g.says("李楼长", "确认")
        match way:
            case "quote":
                await g.quotes("物业小周", "明天上午来修")
            case "quote of the reporter":
                quote = Quote(message_id=report.message_id, text=report.text)
                await g.says("物业小周", "明天上午来修", quote=quote)
            case "code":
                await g.says("物业小周", "#1 明天上午来修")
            case "report":
                await g.says("物业小周", "办理中 #1 明天上午来修")
            case _:
                await g.says("物业小周", "接单 #1，明天上午来修")
        if way in ("report", "accept"):
            assert len(g.fresh) == 1
        else:
            g.bot_is_silent()
        owed = promise_due(g.ticket())
        assert owed is not None
        assert owed[1] == NOON.replace(day=11, hour=12, minute=0)
        assert (owed[0].data["words"], owed[0].by) == ("明天上午来修", identity("物业小周"))
        await g.says("王阿姨", "查 #1")
        g.bot_said("物业说明天12点前有结果")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("王阿姨", "#1 明天上午来修"),
        ("物业小周", "#1 明天来不了"),
        ("物业小周", "#1 明天来修吗？"),
        ("物业小周", "明天上午来修"),
    ],
)
async def test_what_binds_nobody(who: str, words: str) -> None:
    """A resident promises nothing, a refusal or a question is none, and what names no ticket is about none."""
    async with Group() as g:
        await _accepted(g)
        await g.passes(minutes=45)
        await g.says(who, words)
        g.bot_is_silent()
        assert not g.ticket().events("promised")


async def test_a_newer_promise_takes_the_place_of_the_older_one() -> None:
    """Only the last word about when counts; what is settled owes none."""
    async with Group() as g:
        await _accepted(g)
        await g.says("物业小周", "#1 明天上午来修")
        await g.says("物业小周", "#1 后天上午来修")
        owed = promise_due(g.ticket())
        assert owed is not None
        assert owed[1].day == 12
        await g.says("物业小周", "办结 #1")
        await g.says("物业小周", "#1 明天再来看看")
        assert len(g.ticket().events("promised")) == 2
        assert g.status() is Status.RESOLVED
