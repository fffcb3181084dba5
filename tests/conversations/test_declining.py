"""Whose it is: the list assigns, 退回 with a reason and a proposal, two bounces, 接单 once for all, 转 with a reason."""

from datetime import timedelta

import pytest

from bot.domain.deadlines import deadlines
from bot.domain.places import place_key
from bot.domain.tickets import Status
from bot.domain.waiting import Desk, desk, waits_for
from tests.cast import ESTATE, GROUP
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"


async def _confirmed(g: Group) -> None:
    await g.says("王阿姨", LEAK)
    await g.says("李楼长", "确认")


async def test_the_list_assigns_and_says_by_when() -> None:
    """确认 hands the ticket to the body of its line at once; the post and 查 say who, by when and on what grounds."""
    async with Group() as g:
        await _confirmed(g)
        g.bot_said("【#1】已确认", "由物业公司负责", "内接单", "内办结", to=GROUP)
        ticket = g.ticket()
        assert (ticket.status, ticket.body, ticket.list_line) == (Status.ASSIGNED, "property", "leak.small")
        assert ticket.list_version == g.policy.responsibility.version
        await g.says("王阿姨", "查 #1")
        g.bot_said("已派单", "物业公司负责", "预计", "前", f"三事清单{ticket.list_version}版「漏水渗水·小事」")


async def test_an_estate_without_a_property_company() -> None:
    """In an unmanaged estate the community gets what the property company would have got."""
    async with Group(estate_types={place_key(ESTATE): "unmanaged"}) as g:
        await _confirmed(g)
        g.bot_said("由社区居委会负责")
        assert g.ticket().body == "community"


@pytest.mark.parametrize("way", ["quote", "code"])
async def test_a_proposal_is_followed_once(way: str) -> None:
    """退回 with a reason and a name: the bot hands it on at once, and the clock of the first assignment runs on."""
    async with Group() as g:
        await _confirmed(g)
        rules = g.policy.rules
        due = deadlines(g.ticket().history, rules.calendar, rules.limits).settle
        words = "退回 是市政管网，应由自来水公司办"
        await (g.quotes("物业小周", words) if way == "quote" else g.says("物业小周", f"{words} #1"))
        g.bot_said("【#1】物业公司退回", "市政管网", "已转自来水公司", "时限不变", to=GROUP)
        assert (g.status(), g.ticket().body) == (Status.ASSIGNED, "water")
        assert deadlines(g.ticket().history, rules.calendar, rules.limits).settle == due


async def test_the_second_bounce_comes_to_the_worker() -> None:
    """Two bounces end the ping-pong: it waits on the worker's desk, though another body was proposed."""
    async with Group() as g:
        await _confirmed(g)
        await g.says("物业小周", "退回 #1 应由自来水公司办")
        await g.says("小陈", "退回 #1 自来水公司说归物业")
        g.bot_said("【#1】自来水公司退回", "由社区定")
        assert (g.status(), g.ticket().body) == (Status.CONFIRMED, "")
        assert Desk.BOUNCED in desk(g.ticket())
        assert waits_for(g.ticket()) == "worker"


async def test_without_a_proposal_it_comes_to_the_worker() -> None:
    """Nobody is guessed: 退回 that names no other body waits for a worker, who hands it on."""
    async with Group() as g:
        await _confirmed(g)
        await g.says("物业小周", "退回 #1 这不归物业管")
        g.bot_said("由社区定")
        assert Desk.BOUNCED in desk(g.ticket())
        await g.says("小陈", "转 社区 #1")
        assert (g.status(), g.ticket().body, desk(g.ticket())) == (Status.ASSIGNED, "community", ())


async def test_a_reason_is_needed() -> None:
    """退回 alone is answered by how it is done."""
    async with Group() as g:
        await _confirmed(g)
        await g.says("物业小周", "退回 #1")
        g.bot_said("【#1】", "要说明理由", "例如")
        assert g.status() is Status.ASSIGNED


async def test_the_first_to_accept_stays_responsible() -> None:
    """After 接单 there is no 退回; 转 takes a reason, which everybody reads."""
    async with Group() as g:
        await _confirmed(g)
        await g.says("物业小周", "接单")
        await g.says("物业小周", "退回 #1 应由自来水公司办")
        g.bot_said("接了单就要负责到底")
        await g.says("小陈", "转 社区 #1")
        g.bot_said("已经有人接单", "说明理由")
        await g.says("小陈", "转 社区 要几栋楼一起协调 #1")
        g.bot_said("已转社区居委会处理（要几栋楼一起协调）", to=GROUP)
        assert (g.status(), g.ticket().body) == (Status.ASSIGNED, "community")


@pytest.mark.parametrize("words", ["退回", "暂停 明天 等人", "调解", "措施 换锁", "上报 街道", "维持", "恢复计时"])
async def test_everyday_words_are_not_for_the_bot(words: str) -> None:
    """Without a quote or a code, whoever says them, these words are talk."""
    async with Group() as g:
        await _confirmed(g)
        for who in ("王阿姨", "李楼长", "小陈", "物业小周"):
            await g.says(who, words)
            g.bot_is_silent()
        assert g.status() is Status.ASSIGNED


async def test_taking_on_what_nobody_confirmed_starts_its_clock() -> None:
    """接单 on a pending ticket makes it the list's body's, with limits; so does taking up what was set aside."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("物业小周", "接单 #1")
        assert [e.name for e in g.ticket().history][1:4] == ["told", "confirmed", "assigned"]
        await g.says("物业小周", "办结 #1")
        await g.passes(days=3)
        await g.passes(minutes=5)
        await g.says("物业小周", "接单 #1")
        rules = g.policy.rules
        due = deadlines(g.ticket().history, rules.calendar, rules.limits).settle
        assert due is not None
        assert due > g.clock.now() + timedelta(hours=1)
