"""What the clock does by itself: each step once, to the right people, at a time when people read."""

from datetime import datetime, timedelta

import pytest

from bot.domain.commands import NotePromise, ReportProgress, ResolveTicket
from bot.domain.records import PostStatus
from bot.domain.tickets import Status
from bot.domain.waiting import Desk, desk
from tests import cast
from tests.cast import GROUP, ZONE
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"
TRAPPED = "有人困在电梯里了"


def march(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A time in March 2026; the 10th is a Tuesday, and the tests begin on it at 9:30."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


async def until(g: Group, when: datetime) -> None:
    """The group goes on until *when*."""
    span = when - g.clock.now()
    await g.goes_on(seconds=span.total_seconds())


async def handed(g: Group, text: str = LEAK) -> None:
    """A complaint that was confirmed, and so given to the property company."""
    await g.says("王阿姨", text)
    await g.says("李楼长", "确认 #1")


async def writes_privately(g: Group, *people: str) -> None:
    """*people* have written to the bot in private, so it may write to them there."""
    for who in people:
        await g.says(who, "帮助", conversation=cast.private_chat(who))


def names(g: Group, number: int = 1) -> list[str]:
    """The history, without what was told."""
    return [e.name for e in g.ticket(number).history if e.name != "told"]


async def test_a_leader_is_reminded_in_private_and_then_the_desk_has_it() -> None:
    """After two working hours one private word, after four the worker's desk, and nothing in the group."""
    async with Group() as g:
        await writes_privately(g, "李楼长")
        await g.says("王阿姨", LEAK)
        before = len(g.adapter.posts)
        await until(g, march(10, 17))
        assert [p.conversation.key for p in g.adapter.posts[before:]] == [cast.private_chat("李楼长").key]
        assert "【#1】还没有确认" in g.adapter.posts[-1].text
        assert names(g) == ["opened", "reminded", "desked"]
        assert desk(g.ticket()) == (Desk.UNCONFIRMED,)


async def test_a_leader_without_a_private_chat_is_asked_in_the_group() -> None:
    """One short post with an @, and none to a stranger's private chat."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await until(g, march(10, 12))
        g.bot_said("【#1】还没有确认", to=GROUP)
        assert cast.identity("李楼长").user_id in g.adapter.posts[-1].mentions
        assert cast.identity("钱楼长").user_id not in g.adapter.posts[-1].mentions


async def test_what_was_answered_in_the_night_is_not_asked_in_the_morning() -> None:
    """A reminder that waits for the end of the quiet hours is dropped when somebody confirmed meanwhile."""
    async with Group() as g:
        g.clock.move_to(march(10, 16, 50))
        await handed(g)
        await until(g, march(10, 23))
        await g.says("物业小周", "接单 #1")
        before = len(g.adapter.posts)
        await until(g, march(11, 8))
        assert not [p for p in g.adapter.posts[before:] if "还没有接单" in p.text]


async def test_over_a_weekend_nobody_is_reminded() -> None:
    """What was raised on a Friday evening is remembered on Monday; the weekend is silent."""
    async with Group() as g:
        g.clock.move_to(march(13, 17, 30))
        await g.says("王阿姨", LEAK)
        await until(g, march(16, 9))
        assert names(g) == ["opened"]
        await until(g, march(16, 11, 30))
        assert names(g) == ["opened", "reminded"]


async def test_the_property_company_is_asked_once_to_accept() -> None:
    """In the group, with an @ for its people; after that it is on the worker's desk."""
    async with Group() as g:
        await handed(g)
        before = len(g.adapter.posts)
        await until(g, march(11, 9))
        [post] = g.adapter.posts[before:]
        assert "【#1】还没有接单" in post.text
        assert post.mentions == (cast.identity("物业小周").user_id,)
        assert Desk.UNACCEPTED in desk(g.ticket())


async def test_a_limit_is_warned_of_said_to_be_over_and_passed_up() -> None:
    """Who acts hears before; the group hears once, honestly, with an @ for the leader; then worker and street."""
    async with Group() as g:
        await writes_privately(g, "物业小周", "小陈")
        await handed(g)
        await g.says("物业小周", "接单 #1")
        before = len(g.adapter.posts)
        await until(g, march(18, 12))
        said = [(p.conversation.key, p.text) for p in g.adapter.posts[before:]]
        zhou, chen = cast.private_chat("物业小周").key, cast.private_chat("小陈").key
        assert [where for where, _ in said] == [zhou, GROUP.key, chen, chen]
        assert "前要有结果" in said[0][1]
        assert said[1][1] == "【#1】比答复的时间晚了，已请楼长催办。"
        assert "请社区协调" in said[2][1]
        assert "上报街道" in said[3][1]
        assert [e.data.get("level") for e in g.ticket().events("escalated")] == [1, 2, 3]
        assert Desk.OVERDUE in desk(g.ticket())


async def test_a_promise_is_asked_after_once_at_its_time() -> None:
    """Who promised is mentioned, with their words; progress before that spares the question."""
    async with Group() as g:
        await handed(g)
        await g.says("物业小周", "接单 #1")
        await _promises(g, "明天上午来修", march(11, 12))
        await until(g, march(11, 11))
        assert "promise_asked" not in names(g)
        await until(g, march(11, 12, 30))
        g.bot_said("【#1】之前说「明天上午来修」，来了吗？")
        assert g.fresh[-1].mentions == (cast.identity("物业小周").user_id,)
        await until(g, march(12, 16))
        g.bot_is_silent()
        await _promises(g, "后天下午来换", march(13, 15))
        await g.at_the_desk(ReportProgress(by=cast.actor("物业小周", g.clock.now()), number=1, note="换好一半"))
        await until(g, march(13, 16))
        assert names(g).count("promise_asked") == 1


async def _promises(g: Group, words: str, due: datetime) -> None:
    by = cast.actor("物业小周", g.clock.now(), conversation=None)
    await g.at_the_desk(NotePromise(by=by, number=1, words=words, due=due))


async def test_an_alarm_that_nobody_answers_is_repeated_once() -> None:
    """After five minutes in the group with an @, and to the worker in private; at night too; then no more."""
    async with Group() as g:
        await writes_privately(g, "小陈")
        g.clock.move_to(march(11, 3))
        await g.says("王阿姨", TRAPPED)
        before = len(g.adapter.posts)
        await g.goes_on(minutes=2, every=timedelta(minutes=1))
        assert len(g.adapter.posts) == before
        await g.goes_on(minutes=30, every=timedelta(minutes=1))
        said = {p.conversation.key for p in g.adapter.posts[before:] if "还没有人回应" in p.text}
        assert said == {GROUP.key, cast.private_chat("小陈").key}
        assert len(g.adapter.posts) == before + 2
        assert cast.identity("物业小周").user_id in g.adapter.posts[-1].mentions + g.adapter.posts[-2].mentions


async def test_an_alarm_that_is_answered_is_not_repeated() -> None:
    """Somebody accepted: everybody knows."""
    async with Group() as g:
        await g.says("王阿姨", TRAPPED)
        await g.says("物业小周", "接单 #1")
        await g.goes_on(minutes=20, every=timedelta(minutes=1))
        g.bot_is_silent()
        assert "alarm_repeated" not in names(g)


async def test_after_five_silent_days_a_word_rides_with_the_next_post() -> None:
    """It is no reason to speak; with the next sentence about another ticket it goes out, and pays the debt."""
    async with Group() as g:
        await handed(g)
        await g.says("物业小周", "接单 #1")
        await _promises(g, "下周来", march(24, 12))
        await until(g, march(16, 16))
        told, count = g.ticket().told_at, len(g.adapter.posts)
        await until(g, march(24, 9))
        assert "debt" in names(g)
        assert not [p for p in g.adapter.posts[count:] if "仍在办理" in p.text]
        await g.says("孙姐", "垃圾桶又满了，怎么没人收")
        text = g.bot_said("【#2】", "【#1】仍在办理")
        assert text.index("【#2】") < text.index("【#1】仍在办理")
        assert told is not None
        assert (g.ticket().told_at or told) > told
        await g.says("李楼长", "确认 #2")
        assert "仍在办理" not in g.fresh[-1].text


async def test_a_debt_that_was_paid_otherwise_is_not_said() -> None:
    """What the group heard meanwhile, or what has ended, needs no 「仍在办理」."""
    async with Group() as g:
        await handed(g)
        await g.says("物业小周", "接单 #1")
        await until(g, march(24, 9))
        await g.says("物业小周", "办理中 #1 配件到了")
        await g.says("孙姐", "垃圾桶又满了，怎么没人收")
        assert not [p for p in g.adapter.posts if "仍在办理" in p.text]


async def test_after_a_downtime_everything_is_recorded_and_one_thing_said() -> None:
    """A clock that stood still for two weeks says in the group only that it is late."""
    async with Group() as g:
        await handed(g)
        before = len(g.adapter.posts)
        g.clock.move_to(march(25, 10))
        await g.passes(minutes=5)
        await g.passes(minutes=5)
        assert names(g)[-6:] == ["chased", "warned", "escalated", "escalated", "escalated", "debt"]
        assert [p.text for p in g.adapter.posts[before:]] == ["【#1】比答复的时间晚了，已请楼长催办。"]


async def test_a_restart_between_steps_says_nothing_twice() -> None:
    """A second clock on the same store, or the same one anew, finds every step taken."""
    async with Group() as g:
        await handed(g)
        await until(g, march(13, 12))
        history, said = names(g), [p.text for p in g.adapter.posts]
        for _ in range(3):
            g.clock_worker._made.clear()
            await g.passes(minutes=1)
        assert (names(g), [p.text for p in g.adapter.posts]) == (history, said)
        assert len(set(said)) == len(said)


@pytest.mark.parametrize("told_by", ["bot", "worker"])
async def test_an_ending_that_could_not_be_told_comes_to_the_desk(told_by: str) -> None:
    """Once, when the time for objections is over; told by hand or by the bot, people have that time from then on."""
    async with Group() as g:
        await handed(g)
        await _away(g, away=True)
        await g.at_the_desk(_resolves(g))
        await until(g, march(12, 12))
        assert (g.status(), desk(g.ticket())) == (Status.RESOLVED, (Desk.UNTOLD,))
        assert names(g).count("untold") == 1
        if told_by == "worker":
            await g.says("小陈", "已告知 #1", conversation=cast.private_chat("小陈"))
        await _away(g, away=False)
        await g.passes(minutes=1)
        assert desk(g.ticket()) == ()
        await until(g, march(13, 9))
        assert g.status() is Status.RESOLVED
        await until(g, march(13, 13))
        assert g.status() is Status.CLOSED
        assert [p.status for p in g.database.outbox._shelf.all() if "已办结" in p.text] == [PostStatus.SENT]


def _resolves(g: Group) -> ResolveTicket:
    return ResolveTicket(by=cast.actor("物业小周", g.clock.now(), conversation=None), number=1, note="好了")


async def _away(g: Group, *, away: bool) -> None:
    """The platform is away, or back."""
    g.outbox._adapters = {} if away else {g.adapter.platform: g.adapter}
