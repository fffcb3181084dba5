"""私事: advice in private where it can be had there, else in the group; mediation that nobody else hears of."""

import pytest

from bot.adapters.transcript.adapter import TranscriptAdapter
from bot.domain.errors import DeliveryError
from bot.domain.messages import OutboundMessage, Receipt
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Status
from bot.domain.waiting import Desk, desk
from config.directory import load_directory
from tests.cast import GROUP, PLATFORM, private_chat
from tests.conversations.group import Group

BOILER = "我家热水器没有水，有没有师傅"
LEAK = "2单元楼道水管漏水了，有人管吗"


class Shy(TranscriptAdapter):
    """A platform that takes no private post."""

    async def send(self, message: OutboundMessage) -> Receipt:
        """No chats with strangers."""
        if not message.conversation.is_group:
            raise DeliveryError("not a friend", permanent=True)
        return await super().send(message)


async def test_the_advice_comes_in_private() -> None:
    """The reporter reads what to do and whom to ask in their own chat; the group reads nothing; then it closes."""
    async with Group(directory=load_directory()) as g:
        await g.says("王阿姨", BOILER)
        text = g.bot_said("【#1】家庭内部的事记下了", to=private_chat("王阿姨"))
        assert all(entry.name in text for entry in g.policy.entries(g.ticket().category))
        assert "不归" not in text
        assert [p.conversation.key for p in g.fresh] == [private_chat("王阿姨").key]
        await g.passes(hours=25)
        assert g.status() is Status.CLOSED
        assert desk(g.ticket()) == ()


async def test_who_cannot_be_reached_reads_it_in_the_group() -> None:
    """A platform that takes no private post: the group hears the short advice, once, and that counts as told."""
    async with Group() as g:
        g.adapter = Shy(platform=PLATFORM)
        g.outbox._adapters = {g.adapter.platform: g.adapter}
        await g.says("王阿姨", BOILER)
        g.bot_said("【#1】家庭内部的事记下了", to=GROUP)
        assert len(g.fresh) == 1
        await g.passes(hours=25)
        assert g.status() is Status.CLOSED


async def test_in_a_private_chat_it_is_answered_there() -> None:
    """改私事 by the leader in the group: the group reads that, the reporter the advice, and nobody reads a door."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "改私事 #1")
        g.bot_said("改为私事", to=GROUP)
        g.bot_said("先关自家水阀", to=private_chat("王阿姨"))
        assert (g.ticket().tier, g.ticket().body) == (Tier.PRIVATE, "")


async def test_what_was_not_settled_waits_for_a_worker() -> None:
    """没解决 on a private matter is on again, without a body and without a limit, on the worker's desk."""
    async with Group() as g:
        await g.says("王阿姨", BOILER)
        await g.says("王阿姨", "没解决 #1")
        g.bot_said("重新办理")
        assert g.status() is Status.IN_PROGRESS
        assert Desk.UNASSIGNED in desk(g.ticket())


@pytest.mark.parametrize("way", ["group", "private"])
async def test_mediation_is_asked_for_in_private(way: str) -> None:
    """调解 is answered in private, once it is on the desk; the group never reads of it; 回访 takes it off again."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "确认")
        if way == "group":
            await g.says("王阿姨", "调解 #1")
        else:
            await g.says("王阿姨", "调解", conversation=private_chat("王阿姨"))
        g.bot_said("【#1】已请社区来调解", to=private_chat("王阿姨"))
        assert len(g.fresh) == 1
        assert Desk.MEDIATION in desk(g.ticket())
        await g.says("王阿姨", "调解 #1")
        assert len(g.ticket().events("mediation_asked")) == 1
        await g.says("赵大爷", "查 #1")
        assert "调解" not in g.bot_said("【#1】")
        await g.says("小陈", "回访 满意 谈妥了 #1", conversation=private_chat("小陈"))
        assert Desk.MEDIATION not in desk(g.ticket())
        assert not any("调解" in p.text for p in g.adapter.posts if p.conversation.is_group)


async def test_mediation_on_what_was_folded_in() -> None:
    """Who reported a merged ticket asks for mediation on the one that took it."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.later_says("赵大爷", "楼下垃圾堆成山了，没人收")
        await g.says("李楼长", "合并 #2 #1")
        await g.says("赵大爷", "调解 #2")
        assert Desk.MEDIATION in desk(g.ticket(1))
        assert not g.ticket(2).events("mediation_asked")
