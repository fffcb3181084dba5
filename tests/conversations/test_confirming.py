"""确认 · 属实 · 1, 不是 · 误报 · 0: by quote, by code, bare, with a question back, and by those who may not."""

import pytest

from bot.domain.commands import ExtendTicket, Joining
from bot.domain.places import Place
from bot.domain.tickets import Part, Status
from tests.cast import GROUP, OTHER_GROUP, identity
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"
RUBBISH = "楼下垃圾堆成山了，没人收"


async def test_a_report_is_acknowledged_once_and_the_leader_is_asked() -> None:
    """One short post for one matter, with the leader mentioned, and nothing for a neighbour's +1."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        g.bot_said("【#1】已记录", "3号楼2单元", "漏水渗水", "确认", to=GROUP)
        assert g.fresh[0].mentions == (identity("李楼长").user_id,)
        await g.says("赵大爷", "我家也是，漏水漏得厉害")
        g.bot_is_silent()
        assert g.ticket().supporters == (identity("赵大爷"),)


@pytest.mark.parametrize("words", ["确认", "属实", "１", "確認 謝謝"])
@pytest.mark.parametrize("who", ["李楼长", "小陈"])
@pytest.mark.parametrize("by_id", [True, False])
async def test_confirm_by_quoting_the_bot(words: str, who: str, by_id: bool) -> None:
    """A leader or worker quotes the bot, by id as in QQ or by words as in WeChat, and the ticket is confirmed and assigned."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.quotes(who, words, by_id=by_id)
        g.bot_said("【#1】已确认", "物业公司负责", to=GROUP)
        assert g.status() is Status.ASSIGNED
        assert g.ticket().events("confirmed")[0].by == identity(who)


async def test_confirm_by_code_and_bare() -> None:
    """#1 names the ticket among two; then 确认 alone can only mean the other one."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.later_says("赵大爷", RUBBISH)
        await g.says("李楼长", "确认 #1")
        g.bot_said("【#1】已确认")
        await g.says("李楼长", "确认")
        g.bot_said("【#2】已确认")


async def test_the_bot_asks_which_one_is_meant() -> None:
    """With two pending tickets 确认 alone is answered by a question that names both, and nothing changes."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.later_says("赵大爷", RUBBISH)
        await g.says("李楼长", "确认")
        g.bot_said("哪一个", "【#1】", "【#2】")
        assert {t.status for t in g.tickets} == {Status.PENDING}


@pytest.mark.parametrize("words", ["误报", "不是", "0"])
async def test_reject(words: str) -> None:
    """误报 sets the ticket aside and tells the group how to disagree."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.quotes("李楼长", words)
        g.bot_said("【#1】经核实不受理", "没解决 #1")
        assert g.status() is Status.REJECTED


@pytest.mark.parametrize(
    "words", ["误报 是自家的拖把水，打13800138000问我", "误报 #1 是自家的拖把水，打13800138000问我"]
)
async def test_reject_with_a_reason(words: str) -> None:
    """The reason is told and kept, without the phone number in it."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", words)
        g.bot_said("【#1】经核实不受理：是自家的拖把水")
        assert "13800138000" not in str(g.ticket().history)


async def test_what_the_bot_advises_after_a_rejection_works() -> None:
    """The reporter disagrees in the bot's own words, and the ticket is on again, with somebody responsible."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "误报")
        await g.says("王阿姨", "没解决 #1")
        g.bot_said("【#1】", "重新办理")
        assert (g.status(), g.ticket().body) == (Status.ASSIGNED, "property")


@pytest.mark.parametrize("words", ["确认", "误报 瞎说", "改大事", "转 物业", "接单", "办结"])
async def test_who_may_not_gets_one_polite_sentence_once(words: str) -> None:
    """A neighbour who orders the bot about is told who may, once; the ticket stays as it is."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.quotes("赵大爷", words)
        g.bot_said("【#1】谢谢您关心")
        await g.quotes("赵大爷", words)
        g.bot_is_silent()
        await g.says("赵大爷", f"{words.split(maxsplit=1)[0]} #1" if words != "转 物业" else "转 物业 #1")
        g.bot_is_silent()
        assert g.status() is Status.PENDING


async def test_a_resident_who_says_so_bare_is_not_talking_to_the_bot() -> None:
    """确认 of a neighbour is ordinary talk."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("赵大爷", "确认")
        g.bot_is_silent()
        assert g.status() is Status.PENDING


async def test_a_leader_decides_in_their_own_building_only() -> None:
    """The leader of building 5 may not confirm a ticket of building 3."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("钱楼长", "确认 #1", conversation=OTHER_GROUP)
        g.bot_said("【#1】谢谢您关心", to=OTHER_GROUP)
        assert g.status() is Status.PENDING


async def test_an_unknown_number_is_answered() -> None:
    """A code that no ticket has is answered by one sentence that names it, also as the second one of a merge."""
    async with Group() as g:
        await g.says("李楼长", "确认 #99")
        g.bot_said("没有工单#99")
        await g.says("王阿姨", LEAK)
        await g.quotes("李楼长", "合并 #98")
        g.bot_said("没有工单#98")
        assert g.status() is Status.PENDING


async def test_what_the_status_does_not_allow_is_said_politely() -> None:
    """Confirming twice is answered by where the ticket stands, under its code."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "确认 #1")
        await g.says("李楼长", "确认 #1")
        g.bot_said("【#1】现在是「已派单」")


async def test_a_private_matter_is_advised_and_not_handed_to_anybody() -> None:
    """A locksmith is the household's own business: advice at once, and the ticket is referred."""
    async with Group() as g:
        await g.says("王阿姨", "我家门打不开了，谁能介绍个开锁的师傅")
        g.bot_said("【#1】家庭内部的事记下了")
        assert g.status() is Status.REFERRED


async def test_an_emergency_does_not_wait_for_a_leader() -> None:
    """Somebody in a lift: at once the right number and an @ to those on duty, at night too."""
    async with Group() as g:
        await g.passes(hours=14)
        await g.says("王阿姨", "快来人，有人困在电梯里了")
        text = g.bot_said("【#1】紧急", "119", to=GROUP)
        assert "确认" not in text
        assert set(g.fresh[0].mentions) >= {identity(n).user_id for n in ("李楼长", "小陈", "物业小周")}


async def test_a_matter_that_becomes_dangerous_is_an_emergency() -> None:
    """When the reporter adds that somebody smells gas, the group is alarmed, once."""
    async with Group() as g:
        await g.says("王阿姨", "2单元楼道水管漏水了，有人管吗")
        await g.at_the_desk(_extended(g, "漏水旁边有煤气味！"))
        await g.at_the_desk(_extended(g, "煤气味越来越大"))
        assert sum("紧急" in p.text for p in g.adapter.posts) == 1


def _extended(g: Group, text: str) -> ExtendTicket:
    message = g.written("王阿姨", text)
    [reading] = g.classifier.classify_many([text])
    return ExtendTicket(
        number=1, messages=(Joining(message=message, part=Part.DETAIL),), classification=reading, place=Place()
    )
