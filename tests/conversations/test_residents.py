"""What residents say to the bot: 我家也是, 查, 我的诉求, 催, 撤回, 没解决, 满意, 评, 帮助."""

from datetime import timedelta

import pytest

from bot.domain.tickets import Status
from tests.cast import GROUP, identity, private_chat
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"
RUBBISH = "楼下垃圾堆成山了，没人收"


@pytest.mark.parametrize("words", ["我家也是", "+1", "同上", "＋１"])
@pytest.mark.parametrize("way", ["quote", "code"])
async def test_supporting_by_telling_the_bot(words: str, way: str) -> None:
    """Said to the bot, +1 counts a household in, once, and says how many there are."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        for _ in range(2):
            if way == "quote":
                await g.quotes("赵大爷", words)
            else:
                await g.says("赵大爷", f"{words} #1")
            g.bot_said("【#1】已加上您，共2户反映")
        assert g.ticket().supporters == (identity("赵大爷"),)


async def test_supporting_by_quoting_the_neighbour() -> None:
    """Quoting the report itself is enough, and the bot says nothing."""
    async with Group() as g:
        report = await g.says("王阿姨", LEAK)
        await g.quotes_neighbour("赵大爷", "我家也是", report)
        g.bot_is_silent()
        assert g.ticket().supporters == (identity("赵大爷"),)


@pytest.mark.parametrize("words", ["查 #1", "查询1", "#1 到哪了"])
async def test_looking_up(words: str) -> None:
    """Anybody may ask where a ticket stands."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("一个陌生人", words)
        g.bot_said("【#1】3号楼2单元", "待确认", "1户反映", to=GROUP)


async def test_looking_up_bare_and_in_doubt() -> None:
    """查询 alone is for one's own ticket; with two of them the bot asks which."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("王阿姨", "查询")
        g.bot_said("【#1】", "待确认")
        await g.later_says("赵大爷", RUBBISH)
        await g.says("王阿姨", "+1 #2")
        await g.says("王阿姨", "查询")
        g.bot_said("哪一个", "【#1】", "【#2】")
        await g.says("一个陌生人", "查询")
        g.bot_is_silent()


async def test_ones_own_list_comes_in_private() -> None:
    """我的诉求 asked in the group is answered in the person's own chat only."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("王阿姨", "我的诉求")
        g.bot_said("【#1】3号楼2单元", "待确认", to=private_chat("王阿姨"))
        assert all(not p.conversation.is_group and not p.reply_to for p in g.fresh)
        await g.says("赵大爷", "我的诉求", conversation=private_chat("赵大爷"))
        g.bot_said("您还没有反映过诉求", to=private_chat("赵大爷"))


@pytest.mark.parametrize(("who", "words"), [("王阿姨", "催 #1"), ("王阿姨", "催办"), ("一个陌生人", "催一下 #1")])
async def test_urging(who: str, words: str) -> None:
    """催 is noted, and answered by who has it; bare it is for one's own ticket."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says(who, words)
        g.bot_said("【#1】已催办", "物业公司负责")
        assert g.ticket().events("urged")[0].by == identity(who)


async def test_urging_what_is_over_is_answered() -> None:
    """There is nothing to urge about a resolved ticket."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("小陈", "办结 #1")
        await g.says("王阿姨", "催 #1")
        g.bot_said("【#1】已经是「已办结」")


@pytest.mark.parametrize("words", ["撤回 #1", "撤回", "撤銷 #1 謝謝"])
async def test_withdrawing_ones_own(words: str) -> None:
    """The reporter takes the ticket back, and the group is told."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("王阿姨", words)
        g.bot_said("【#1】", "撤回", to=GROUP)
        assert g.status() is Status.WITHDRAWN


async def test_nobody_withdraws_anothers_ticket() -> None:
    """Neither a neighbour nor the leader takes back what somebody else reported."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        for who in ("赵大爷", "李楼长"):
            await g.quotes(who, "撤回", said="已记录")
            g.bot_said("【#1】谢谢您关心", "反映人")
        assert g.status() is Status.PENDING


async def _resolved(g: Group) -> None:
    await g.says("王阿姨", LEAK)
    await g.says("赵大爷", "我家也是 #1")
    await g.says("小陈", "办结 #1 换了管")


@pytest.mark.parametrize("who", ["王阿姨", "赵大爷", "小陈"])
@pytest.mark.parametrize("words", ["没解决 #1", "还没修好 #1，还在滴", "沒解決 ＃１"])
async def test_reopening(who: str, words: str) -> None:
    """Reporter, supporter or worker object, and the work goes on; nothing closes by itself any more."""
    async with Group() as g:
        await _resolved(g)
        await g.says(who, words)
        g.bot_said("【#1】", "重新办理", to=GROUP)
        await g.passes(hours=48)
        assert g.status() is Status.IN_PROGRESS


async def test_reopening_by_quote_bare_and_after_closing() -> None:
    """没解决 works as a quote and bare, and even on a closed ticket; not for a stranger, not on what is under way."""
    async with Group() as g:
        await _resolved(g)
        await g.quotes("一个陌生人", "没解决", said="已办结")
        g.bot_said("【#1】谢谢您关心")
        await g.quotes("王阿姨", "没解决", said="已办结")
        assert g.status() is Status.IN_PROGRESS
        await g.says("王阿姨", "没解决 #1")
        g.bot_said("【#1】还没有办结")
        await g.says("小陈", "办结 #1")
        await g.says("赵大爷", "没解决")
        assert g.status() is Status.IN_PROGRESS
        await g.says("小陈", "办结 #1")
        await g.passes(hours=25)
        assert g.status() is Status.CLOSED
        await g.says("王阿姨", "没解决 #1")
        assert g.status() is Status.IN_PROGRESS


@pytest.mark.parametrize(
    ("words", "stars"), [("满意", 5), ("不满意", 1), ("评 5", 5), ("评３分", 3), ("滿意 謝謝", 5), ("评2 #1", 2)]
)
@pytest.mark.parametrize("way", ["say", "quote"])
async def test_rating(words: str, stars: int, way: str) -> None:
    """The people it concerns give stars, bare, by code or by quote; the last word of each counts."""
    async with Group() as g:
        await _resolved(g)
        await g.says("王阿姨", "评 4 #1")
        await (g.quotes("王阿姨", words, said="已办结") if way == "quote" else g.says("王阿姨", words))
        g.bot_said("【#1】", "谢谢" if stars >= 3 else "回访")
        assert g.ticket().ratings == {identity("王阿姨").key: stars}


async def test_who_may_not_rate() -> None:
    """A stranger and the property company do not rate; nobody rates what is not done."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("王阿姨", "评 5 #1")
        g.bot_said("【#1】还没有办结")
        await g.says("小陈", "办结 #1")
        for who in ("一个陌生人", "物业小周"):
            await g.says(who, "评 5 #1")
            g.bot_said("【#1】谢谢您关心")
        assert g.ticket().ratings == {}


@pytest.mark.parametrize("words", ["帮助", "幫助", "help", "@小楼 帮助"])
async def test_help(words: str) -> None:
    """Anybody is told what can be said."""
    async with Group() as g:
        await g.says("一个陌生人", words)
        g.bot_said("有事直接在群里说", "引用我的话")


async def test_the_acknowledgement_waits_for_the_breath() -> None:
    """A report in three messages is acknowledged once."""
    async with Group() as g:
        await g.says("王阿姨", LEAK, at_once=True)
        await g.says("王阿姨", "水管漏水漏得好大", at_once=True)
        await g.says("王阿姨", "楼道水管漏水一地都是")
        assert len(g.adapter.posts) == 1
        assert len(g.ticket().messages) == 3


async def test_an_unsure_ticket_is_kept_in_silence() -> None:
    """Below `speak_above` a ticket is recorded and nothing is said."""
    async with Group(speak_above=0.999, objections=timedelta(hours=1)) as g:
        await g.says("王阿姨", LEAK)
        g.bot_is_silent()
        assert g.status() is Status.PENDING


async def test_strangers_learn_nothing_by_code() -> None:
    """A private matter is looked up by those it concerns; any other only from groups of its estate or by a role."""
    async with Group() as g:
        await g.later_says("王阿姨", "我家门打不开了，谁认识开锁的师傅")
        await g.says("赵大爷", "查 #1")
        g.bot_said("没有工单#1")
        await g.says("王阿姨", "查 #1")
        g.bot_said("【#1】", "家庭内部")
        await g.says("一个陌生人", "查 #1", conversation=private_chat("一个陌生人"))
        g.bot_said("没有工单#1")


async def test_an_overtaken_question_is_not_asked() -> None:
    """A report that is taken back at once is not put to the leader any more."""
    async with Group() as g:
        said = await g.says("王阿姨", "2单元楼道水管漏水了，有人管吗", at_once=True)
        await g.takes_back(said)
        await g.passes(minutes=5)
        assert not [post for post in g.adapter.posts if "请楼长" in post.text]
