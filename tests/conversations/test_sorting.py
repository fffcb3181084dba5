"""改小事 · 改大事 · 改私事, 改类, 合并, 拆分, 转: what leaders and workers put in order."""

from dataclasses import replace

import pytest

from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Status
from tests.cast import GROUP, OTHER_GROUP, private_chat
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"
RUBBISH = "楼下垃圾堆成山了，没人收"


@pytest.mark.parametrize(
    ("words", "tier", "status", "follows"),
    [
        ("改大事", Tier.BIG, Status.PENDING, "住建部门负责"),
        ("改小事", Tier.SMALL, Status.PENDING, "物业公司负责"),
        ("改私事", Tier.PRIVATE, Status.REFERRED, "已经发给反映人"),
    ],
)
@pytest.mark.parametrize("way", ["quote", "code", "bare"])
async def test_a_tier_is_changed_and_the_answer_says_what_follows(
    words: str, tier: Tier, status: Status, follows: str, way: str
) -> None:
    """改大事 names who is responsible now; 改私事 shows its reporter the way to settle it, in private."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        if way == "quote":
            await g.quotes("李楼长", words)
        else:
            await g.says("李楼长", f"{words} #1" if way == "code" else words)
        g.bot_said("【#1】改为", tier.label, follows, to=GROUP)
        if tier is Tier.PRIVATE:
            g.bot_said("先关自家水阀", to=private_chat("王阿姨"))
        assert (g.ticket().tier, g.status()) == (tier, status)


async def test_a_private_matter_that_is_public_after_all() -> None:
    """改小事 on a referred ticket confirms it, and the list's body gets it."""
    async with Group() as g:
        await g.says("王阿姨", "我家热水器没有水，有没有师傅")
        await g.says("李楼长", "改小事 #1")
        g.bot_said("【#1】改为小事", "负责")
        assert (g.status(), g.ticket().close_after) == (Status.ASSIGNED, None)


@pytest.mark.parametrize("words", ["改类 停车", "改类停车 #1", "改類 停車"])
async def test_a_category_is_changed_and_the_answer_says_who_acts(words: str) -> None:
    """改类 停车 moves the ticket and names the responsible body."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", words)
        g.bot_said("【#1】改类为「停车管理」", "负责")
        assert g.ticket().category is Category.PARKING


async def test_an_unknown_category_is_answered_by_the_list() -> None:
    """改类 飞碟 is answered by all the categories, and asks which when two tickets could be meant."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "改类 飞碟")
        g.bot_said("没有这个类别", "停车管理")
        await g.later_says("赵大爷", RUBBISH)
        await g.says("李楼长", "改类 停车")
        g.bot_said("哪一个", "【#1】", "【#2】")


@pytest.mark.parametrize("way", ["quote", "two codes", "bare"])
async def test_merging_and_its_exact_undoing(way: str) -> None:
    """合并 folds one ticket into another and tells so; 拆分 gives back exactly what there was."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.later_says("赵大爷", RUBBISH)
        before = g.ticket(2)
        if way == "quote":
            await g.quotes("李楼长", "合并 #1", said="【#2】")
        else:
            await g.says("李楼长", "合并 #2 #1" if way == "two codes" else "合并 #1")
        g.bot_said("【#2】已并入#1")
        assert (g.status(2), g.ticket(2).merged_into) == (Status.MERGED, 1)
        await g.says("王阿姨", "查 #2")
        g.bot_said("【#2】", "已并入#1")
        await g.says("小陈", "拆分 #2")
        g.bot_said("【#2】已从#1拆出", "待确认")
        after = g.ticket(2)
        noted = {"history": before.history, "version": before.version}
        assert replace(after, told_at=before.told_at, look_at=before.look_at, **noted) == before
        assert after.history[: len(before.history)] == before.history


async def test_splitting_by_quoting_the_merge() -> None:
    """拆分 in a quote of the bot's merge post undoes that merge."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.later_says("赵大爷", RUBBISH)
        await g.says("李楼长", "合并 #2 #1")
        await g.quotes("李楼长", "拆分", by_id=False, said="已并入")
        g.bot_said("【#2】已从#1拆出")


async def test_the_people_of_a_merged_ticket_speak_for_the_whole() -> None:
    """Whoever reported what was folded in may rate the ticket that took it, and counts among its households."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.later_says("赵大爷", RUBBISH)
        await g.says("李楼长", "合并 #2 #1")
        await g.says("小陈", "查 #1")
        g.bot_said("【#1】", "2户反映")
        await g.says("小陈", "办结 #1")
        await g.says("赵大爷", "不满意 #1")
        g.bot_said("【#1】收到")
        await g.says("一个陌生人", "我家也是 #2")
        g.bot_said("【#1】已加上您")


async def test_merging_asks_when_in_doubt_and_refuses_nonsense() -> None:
    """With two others the bot asks; a ticket is not folded into itself; a neighbour may not."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.later_says("赵大爷", RUBBISH)
        await g.later_says("孙姐", "单元门口有人占车位，谁的车")
        await g.says("李楼长", "合并 #1")
        g.bot_said("哪一个", "【#2】", "【#3】")
        await g.says("赵大爷", "合并 #2 #1")
        g.bot_said("【#2】谢谢您关心")
        await g.says("李楼长", "拆分 #1")
        g.bot_said("【#1】没有合并过")


async def test_a_leader_may_not_merge_into_another_building() -> None:
    """Both tickets of a merge must lie within the leader's scope."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.later_says("孙姐", "5号楼1单元电梯坏了，没人修", conversation=OTHER_GROUP)
        await g.says("李楼长", "合并 #1 #2")
        g.bot_said("谢谢您关心")
        await g.says("小陈", "合并 #1 #2")
        g.bot_said("【#1】已并入#2", to=GROUP)


@pytest.mark.parametrize(("words", "body"), [("转 物业", "property"), ("转社区", "community"), ("轉 物業", "property")])
@pytest.mark.parametrize("way", ["quote", "code", "bare"])
async def test_assigning(words: str, body: str, way: str) -> None:
    """转 物业 hands a ticket over, confirms it if need be, and tells who is asked."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        if way == "quote":
            await g.quotes("小陈", words)
        else:
            await g.says("李楼长", f"{words} #1" if way == "code" else words)
        g.bot_said("【#1】已转", "接单")
        assert (g.status(), g.ticket().body) == (Status.ASSIGNED, body)
        assert g.ticket().events("confirmed")


async def test_assigning_asks_when_in_doubt_and_ignores_unknown_bodies() -> None:
    """转物业 with two tickets asks which; 转 and a word nobody is responsible under is talk."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.later_says("赵大爷", RUBBISH)
        await g.says("李楼长", "转物业")
        g.bot_said("派单", "哪一个")
        await g.says("李楼长", "转发一下")
        g.bot_is_silent()


async def test_a_bare_code_answers_the_question_back() -> None:
    """Asked which ticket is meant, 「#2」 is answer enough."""
    async with Group() as g:
        await g.later_says("王阿姨", "2单元楼道水管漏水了，有人管吗")
        await g.later_says("赵大爷", "楼下垃圾堆成山了，没人收")
        await g.says("李楼长", "确认")
        await g.says("李楼长", "#2")
        assert [t.status for t in g.tickets] == [Status.PENDING, Status.ASSIGNED]


async def test_a_bare_code_out_of_the_blue_is_talk() -> None:
    """A code that answers nothing does nothing."""
    async with Group() as g:
        await g.later_says("王阿姨", "2单元楼道水管漏水了，有人管吗")
        await g.says("李楼长", "今天天气不错")
        await g.says("李楼长", "#1")
        assert g.tickets[0].status is Status.PENDING
