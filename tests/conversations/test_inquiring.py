"""几点来水, 电梯修好没: asked of nobody in particular, answered by the ticket that stands, once in a while."""

from dataclasses import replace

import pytest

from bot.domain.places import Place
from bot.domain.records import PostStatus
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Status
from tests.cast import ESTATE, GROUP, OTHER_GROUP, private_chat
from tests.conversations.group import Group

NO_WATER = "3号楼停水了，有人管吗"
LIFT = "2单元电梯坏了，有人管吗"


async def test_a_question_is_answered_once() -> None:
    """王阿姨 asks what 赵大爷 reported: one short answer, no ticket; asked again by whomever, the bot is silent."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        await g.passes(minutes=10)
        await g.says("王阿姨", "今天几点来水？")
        said = g.bot_said("【#1】3号楼", "水电气暖：已记录，等楼长确认，09:30起。有消息会在群里说。", to=GROUP)
        assert len(g.fresh) == 1
        assert ESTATE not in said
        assert len(g.tickets) == 1
        for who in ("王阿姨", "赵大爷", "一个陌生人"):
            await g.says(who, "到底几点来水啊")
            g.bot_is_silent()


async def test_the_answer_quotes_the_question() -> None:
    """It answers the one who asked, and is counted as told."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        asked = await g.says("王阿姨", "今天几点来水")
        assert [p.reply_to for p in g.fresh] == [asked.message_id]
        assert len(g.ticket().events("told")) == 2


async def test_after_half_an_hour_it_is_told_again() -> None:
    """The half hour counts from the answer, not by the clock on the wall; then the ticket is told as it stands."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        await g.passes(minutes=28)
        await g.says("王阿姨", "今天几点来水")
        g.bot_said("等楼长确认")
        await g.passes(minutes=20)
        await g.says("一个陌生人", "几点来水啊")
        g.bot_is_silent()
        await g.passes(minutes=15)
        await g.says("一个陌生人", "几点来水啊")
        g.bot_said("等楼长确认")


async def test_it_says_where_the_matter_stands_and_what_was_promised() -> None:
    """Each step is told in its own words, with the last that whoever works on it said, masked."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        for who, words, stands in (
            ("小陈", "转 物业 #1", "已转物业公司，等接单，09:30起"),
            ("物业小周", "接单 #1", "物业公司处理中，09:30起。有消息"),
            ("物业小周", "办理中 #1 3-2-501那边在抢修，预计14点恢复，电话13800138000", "那边在抢修，预计14点恢复"),
        ):
            await g.says(who, words)
            await g.passes(minutes=31)
            await g.says("王阿姨", "今天几点来水")
            g.bot_said("【#1】3号楼", stands, to=GROUP)


async def test_what_was_said_before_it_came_back_is_not_told() -> None:
    """Once it was not solved after all, the old words about it count no more."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        for who, words in (("小陈", "办理中 #1 预计10点恢复"), ("小陈", "办结 #1"), ("赵大爷", "没解决 #1")):
            await g.says(who, words)
        await g.passes(minutes=31)
        await g.says("王阿姨", "今天几点来水")
        g.bot_said("处理中，09:30起。有消息会在群里说。")


async def test_yesterdays_ticket_says_so() -> None:
    """What began on another day is told with the day."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        await g.passes(days=1)
        await g.says("王阿姨", "今天几点来水")
        g.bot_said("昨天09:30起")
        await g.passes(days=1)
        await g.says("王阿姨", "今天几点来水")
        g.bot_said("3月10日09:30起")


async def test_what_was_settled_is_told_kindly() -> None:
    """电梯修好没, asked after 办结, hears when and how, and what to do if it is not; two days later nothing."""
    async with Group() as g:
        await g.says("赵大爷", LIFT)
        await g.says("小陈", "办结 #1 换了门机")
        await g.passes(hours=2)
        await g.says("王阿姨", "电梯修好没")
        g.bot_said("【#1】3号楼2单元 电梯：09:31已办结：换了门机。还没好请在群里说一声。", to=GROUP)
        await g.passes(days=2)
        assert g.status() is Status.CLOSED
        await g.says("王阿姨", "电梯修好没")
        g.bot_is_silent()


async def test_without_a_ticket_the_bot_is_silent() -> None:
    """A question that nothing answers makes neither a post nor a ticket."""
    async with Group() as g:
        await g.says("王阿姨", "今天几点来水")
        g.bot_is_silent()
        assert g.tickets == []


async def test_another_building_is_not_answered() -> None:
    """The people of building 5 do not hear of the water of building 3."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        await g.says("孙姐", "今天几点来水", conversation=OTHER_GROUP)
        g.bot_is_silent()


async def test_the_whole_estate_is_answered_in_each_group() -> None:
    """A matter of all buildings answers each group once."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        async with g.work() as work:
            await work.tickets.save(replace(g.ticket(), place=Place(estate=ESTATE)))
            await work.commit()
        for who, group in (("王阿姨", GROUP), ("孙姐", OTHER_GROUP)):
            await g.says(who, "今天几点来水", conversation=group)
            g.bot_said("【#1】幸福里 水电气暖", to=group)
            await g.says(who, "今天几点来水呢", conversation=group)
            g.bot_is_silent()


async def test_a_private_matter_is_not_told_in_the_group() -> None:
    """Once it is somebody's own business, the group hears nothing of it, however it asks."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        await g.says("李楼长", "改私事 #1")
        assert g.ticket().tier is Tier.PRIVATE
        await g.says("王阿姨", "今天几点来水")
        g.bot_is_silent()


async def test_ones_own_ticket_answers_in_private() -> None:
    """In the private chat with the bot the question is about one's own tickets; a neighbour's are not told there."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        await g.says("赵大爷", "几点来水", conversation=private_chat("赵大爷"))
        g.bot_said("【#1】3号楼", to=private_chat("赵大爷"))
        await g.says("王阿姨", "几点来水", conversation=private_chat("王阿姨"))
        assert not any("#1】" in p.text for p in g.fresh)


async def test_the_record_under_way_is_answer_enough() -> None:
    """Asked in the same breath in which it was reported, the record itself answers."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER, at_once=True)
        await g.says("王阿姨", "几点来水")
        g.bot_said("【#1】已记录")
        assert len(g.fresh) == 1


async def test_an_alarm_is_not_repeated_by_questions() -> None:
    """While an emergency waits, its alarm has said what matters."""
    async with Group() as g:
        await g.says("赵大爷", "有人困在电梯里")
        await g.passes(minutes=3)
        await g.says("王阿姨", "电梯修好没")
        g.bot_is_silent()


async def test_an_old_question_is_nobodys_any_more() -> None:
    """What was asked during an outage and is heard an hour later is not answered."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        late = g.written("王阿姨", "今天几点来水")
        await g.passes(hours=1)
        await g.hears(late)
        g.bot_is_silent()


@pytest.mark.parametrize("text", ["怎么又停水了", "又停水了，几点来水都不说"])
async def test_a_report_is_not_answered_as_a_question(text: str) -> None:
    """Trouble told as a question goes its ordinary way."""
    async with Group() as g:
        await g.says("赵大爷", NO_WATER)
        await g.says("王阿姨", text)
        g.bot_is_silent()


async def test_a_silent_policy_answers_nobody() -> None:
    """While a history is imported, questions in it are not answered."""
    async with Group(silent=True) as g:
        await g.says("赵大爷", NO_WATER)
        await g.passes(minutes=5)
        await g.says("王阿姨", "今天几点来水")
        assert await g.database.outbox.in_status(PostStatus.SENT) == []
