"""Who says 「别记我」 is left alone: nothing is taken down, yet in danger the number is said."""

from bot.domain.records import Review
from tests import cast
from tests.conversations.group import Group


async def reviews(g: Group) -> list[Review]:
    """What waits to be looked at."""
    async with g.work() as work:
        return await work.reviews.listed()


async def test_said_in_the_group() -> None:
    """After 「别记我」 their complaints make no ticket and no review; a neighbour's do."""
    async with Group() as g:
        await g.says("王阿姨", "别记我")
        g.bot_said("不再记")
        await g.says("王阿姨", "3单元楼道水管漏水了")
        await g.says("王阿姨", "听着滴答滴答的，不知道是哪里")
        g.bot_is_silent()
        assert g.tickets == []
        assert await reviews(g) == []
        await g.says("赵大爷", "楼道水管漏水了")
        assert [m.sender for m in g.ticket().messages] == [cast.identity("赵大爷")]


async def test_said_in_private() -> None:
    """Said in private it holds in the group too."""
    async with Group() as g:
        await g.says("王阿姨", "请不要记我的话", conversation=cast.private_chat("王阿姨"))
        g.bot_said("不再记")
        await g.says("王阿姨", "3单元楼道水管漏水了")
        assert g.tickets == []


async def test_what_was_heard_is_forgotten() -> None:
    """What they said just before does not come into a neighbour's ticket, nor stay in the review list."""
    async with Group() as g:
        await g.says("王阿姨", "听着滴答滴答的，不知道是哪里")
        await g.says("王阿姨", "别记我")
        assert await reviews(g) == []
        assert cast.identity("王阿姨") not in {
            h.message.sender.identity for h in g.dispatcher._windows.recent(cast.GROUP.key, g.clock.now())
        }


async def test_plus_one_does_not_count() -> None:
    """Their 「我家也是」 adds nobody to a neighbour's ticket."""
    async with Group() as g:
        await g.says("赵大爷", "楼道水管漏水了")
        await g.says("王阿姨", "别记我")
        await g.quotes("王阿姨", "我家也是", said="【#1】")
        await g.says("王阿姨", "我家也漏水")
        assert g.ticket().supporters == ()


async def test_danger() -> None:
    """In danger the number is said at once and those on duty are called, and nothing is kept."""
    async with Group() as g:
        await g.says("王阿姨", "别记我")
        await g.says("王阿姨", "楼下着火了")
        g.bot_said("紧急。", "119", "没有记录")
        assert cast.identity("李楼长").user_id in g.fresh[0].mentions
        assert g.tickets == []


async def test_asking_still_works() -> None:
    """Who is left alone can still ask the bot, and can take it back."""
    async with Group() as g:
        await g.says("赵大爷", "楼道水管漏水了")
        await g.says("王阿姨", "别记我")
        await g.says("王阿姨", "查 #1")
        g.bot_said("【#1】")
        await g.says("王阿姨", "可以记我")
        g.bot_said("照常记")
        await g.later_says("王阿姨", "垃圾堆在门口三天没人清了")
        assert len(g.tickets) == 2


async def test_talk_about_it_is_no_wish() -> None:
    """A sentence that only holds the words changes nothing."""
    async with Group() as g:
        await g.says("王阿姨", "你们别记我昨天说的气话哈，我不是那个意思")
        g.bot_is_silent()
        await g.says("王阿姨", "3单元楼道水管漏水了")
        assert len(g.tickets) == 1
