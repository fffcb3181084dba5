"""接单, 办理中, 办结: what the property company and workers report, with pictures too."""

from datetime import timedelta

import pytest

from bot.domain.commands import ResolveTicket
from bot.domain.messages import PostingStopped
from bot.domain.records import PostStatus
from bot.domain.tickets import Part, Status
from tests.cast import GROUP, PICTURE, actor, private_chat
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"
RUBBISH = "楼下垃圾堆成山了，没人收"


async def _confirmed(g: Group, *reports: str) -> None:
    for who, text in zip(("王阿姨", "赵大爷"), reports or (LEAK,), strict=False):
        await g.later_says(who, text)
    for number in range(1, len(g.tickets) + 1):
        await g.says("李楼长", f"确认 #{number}")


@pytest.mark.parametrize("who", ["物业小周", "小陈"])
@pytest.mark.parametrize("way", ["quote", "code", "bare"])
async def test_the_whole_loop(who: str, way: str) -> None:
    """Accept, report, resolve, each told to the group, each by quote, by code or bare; then nobody objects."""
    async with Group() as g:
        await _confirmed(g)

        async def does(words: str) -> None:
            if way == "quote":
                await g.quotes(who, words)
            else:
                await g.says(who, f"{words} #1" if way == "code" else words)

        await does("接单")
        g.bot_said("【#1】物业公司已接单", to=GROUP)
        assert g.status() is Status.IN_PROGRESS
        await does("办理中 师傅在路上")
        g.bot_said("【#1】办理中：师傅在路上", to=GROUP)
        await does("办结 换了新管子")
        g.bot_said("【#1】已办结：换了新管子", "没解决 #1", "评", to=GROUP)
        assert g.status() is Status.RESOLVED
        await g.passes(hours=25)
        assert g.status() is Status.CLOSED
        assert [e.name for e in g.ticket().history if e.name not in ("told", "call_back_due")] == [
            "opened", "confirmed", "assigned", "accepted", "progressed", "resolved", "closed",
        ]  # fmt: skip


@pytest.mark.parametrize(("words", "part"), [("办理中 在拆墙", Part.PROGRESS), ("办结 好了", Part.PROGRESS)])
async def test_a_picture_comes_with_the_report(words: str, part: Part) -> None:
    """A picture sent with 办理中 or 办结 belongs to the ticket and is fetched."""
    async with Group() as g:
        await _confirmed(g)
        await g.says("物业小周", "接单")
        await g.quotes("物业小周", words, attachments=(PICTURE,))
        assert g.ticket().messages[-1].part is part
        assert [p.attachment for p in await g.database.pictures.of_ticket(1)] == [PICTURE]


async def test_a_picture_comes_with_the_report_in_private() -> None:
    """办结 with a photo in the bot's private chat: the group's post carries it; said in the group, it is there already."""
    async with Group() as g:
        await _confirmed(g)
        await g.says("物业小周", "接单")
        private = private_chat("物业小周")
        message = await g.says("物业小周", "办结 #1 换好了", conversation=private, attachments=(PICTURE,))
        async with g.work() as work:
            posts = await work.outbox.in_status(PostStatus.SENT)
        [told] = [p for p in posts if p.event == "resolved"]
        assert (told.conversation.key, told.proof) == (GROUP.key, (message.message_id,))
        assert {p.proof for p in posts if p is not told} == {()}


async def test_photos_sent_before_the_words() -> None:
    """Two photos without words and then 办结 in the private chat: both belong to the ticket and go out, once."""
    async with Group() as g:
        await _confirmed(g, LEAK, RUBBISH)
        private = private_chat("物业小周")
        photos = [
            await g.says("物业小周", "[图片]", conversation=private, attachments=(PICTURE,), at_once=True) for _ in "12"
        ]
        g.bot_is_silent()
        await g.says("物业小周", "办结 #1 换好了", conversation=private, at_once=True)
        await g.says("物业小周", "办结 #2 清走了", conversation=private)
        shown = tuple(p.message_id for p in photos)
        assert tuple(p.message_id for p in await g.database.pictures.of_ticket(1)) == shown
        assert await g.database.pictures.of_ticket(2) == []
        async with g.work() as work:
            posts = await work.outbox.in_status(PostStatus.SENT)
        assert [p.proof for p in posts if p.event == "resolved" and p.conversation.is_group] == [shown, ()]


async def test_photos_of_something_else_stay_out() -> None:
    """What somebody else shows, or showed long before the words, is no proof of the work."""
    async with Group() as g:
        await _confirmed(g)
        await g.says("物业小周", "[图片]", attachments=(PICTURE,))
        await g.passes(minutes=10)
        await g.says("孙姐", "[图片]", attachments=(PICTURE,), at_once=True)
        await g.says("物业小周", "办结 #1 换好了")
        assert await g.database.pictures.of_ticket(1) == []


async def test_a_picture_of_a_refused_report_is_not_kept() -> None:
    """办结 on what is resolved already is refused, and its picture is nobody's."""
    async with Group() as g:
        await _confirmed(g)
        await g.says("物业小周", "办结 #1")
        await g.says("物业小周", "办结 #1", attachments=(PICTURE,))
        g.bot_said("【#1】现在是「已办结」")
        assert await g.database.pictures.of_ticket(1) == []


async def test_a_note_is_told_without_its_secrets() -> None:
    """Phones, plates and doors in a note never reach the group, nor the history."""
    async with Group() as g:
        await _confirmed(g)
        await g.says("物业小周", "接单")
        await g.says("物业小周", "办理中 3-2-501的管子，师傅13800138000，车京A12345")
        g.bot_said("【#1】办理中：3-2的管子", "（电话）", "（车牌）")
        note = str(g.ticket().events("progressed")[-1].data)
        assert "13800138000" not in note
        assert "501" not in note


@pytest.mark.parametrize("words", ["接单", "办理中 来看看", "办结"])
async def test_two_tickets_are_asked_about_and_residents_refused(words: str) -> None:
    """Bare with two tickets the bot asks which; the leader and a neighbour may not do the property's work."""
    async with Group() as g:
        await _confirmed(g, LEAK, RUBBISH)
        if words != "接单":
            await g.says("物业小周", "接单 #1")
            await g.says("物业小周", "接单 #2")
        before = [t.status for t in g.tickets]
        await g.says("物业小周", words)
        g.bot_said("哪一个", "【#1】", "【#2】")
        for who in ("李楼长", "赵大爷"):
            await g.quotes(who, words, said="【#1】已确认")
            g.bot_said("【#1】谢谢您关心", "物业或社区")
        assert [t.status for t in g.tickets] == before


async def test_closing_waits_for_the_telling_and_for_objections() -> None:
    """A ticket resolved at night closes a day after the group was told in the morning: all have the whole day."""
    async with Group() as g:
        await _confirmed(g)
        await g.passes(hours=13)
        await g.at_the_desk(_resolve(g))
        g.bot_is_silent()
        await g.passes(hours=9)
        g.bot_said("【#1】已办结")
        await g.passes(hours=22)
        assert g.status() is Status.RESOLVED
        await g.passes(hours=2)
        assert g.status() is Status.CLOSED


async def test_nothing_closes_that_nobody_was_told() -> None:
    """While the bot may not post in the group, a resolved ticket stays open to objections."""
    async with Group() as g:
        await _confirmed(g)
        await g.hears(PostingStopped(conversation=GROUP, until=None, at=g.clock.now()))
        await g.at_the_desk(_resolve(g))
        await g.passes(hours=30)
        assert g.status() is Status.RESOLVED
        await g.hears(PostingStopped(conversation=GROUP, until=g.clock.now(), at=g.clock.now()))
        await g.passes(hours=24)
        await g.passes(hours=1)
        assert g.status() is Status.CLOSED


async def test_a_look_up_in_private_is_not_the_telling() -> None:
    """That somebody asked in private does not mean that the group was told."""
    async with Group() as g:
        await _confirmed(g)
        await g.hears(PostingStopped(conversation=GROUP, until=None, at=g.clock.now()))
        await g.at_the_desk(_resolve(g))
        await g.says("小陈", "查 #1", conversation=private_chat("小陈"))
        g.bot_said("【#1】", "已办结")
        await g.passes(hours=30)
        assert g.status() is Status.RESOLVED


async def test_rejected_and_referred_tickets_close_too() -> None:
    """What is not taken on, or is a private matter, is told and closes when nobody objects."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "误报")
        await g.later_says("赵大爷", "我家门打不开了，谁认识开锁的师傅")
        g.bot_said("【#2】")
        await g.passes(hours=25)
        assert (g.status(1), g.status(2)) == (Status.CLOSED, Status.CLOSED)


async def test_a_private_emergency_that_is_confirmed_leaves_time_to_object() -> None:
    """确认 on a private matter refers it; it closes a day later, not at once."""
    async with Group(objections=timedelta(hours=24)) as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "改私事")
        await g.passes(hours=20)
        assert g.status() is Status.REFERRED


def _resolve(g: Group) -> ResolveTicket:
    return ResolveTicket(by=actor("小陈", g.clock.now(), conversation=None, message_id=""), number=1, note="换了管")
