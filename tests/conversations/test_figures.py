"""What a group lives through, seen in the figures: the events that the handlers really write are those that count."""

from datetime import timedelta

from bot.domain.commands import CallBack
from bot.domain.figures.names import CountName, RateName, Reason, TimeName
from bot.domain.figures.period import Period
from bot.domain.figures.report import Report, report
from tests.cast import actor
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"
RUBBISH = "楼下垃圾堆成山了，没人收"


def figures(g: Group) -> Report:
    """March, as it is known in the group by now."""
    now = g.clock.now()
    return report(g.tickets, Period.of("2026-03", now), now, g.policy)


async def test_a_morning_in_figures() -> None:
    """One matter is settled, rated and closed; one is a false alarm; one waits, within its limit."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "确认 #1")
        await g.says("物业小周", "接单 #1")
        await g.says("物业小周", "办结 #1 换了水管")
        await g.says("王阿姨", "评 5 #1")
        await g.later_says("赵大爷", RUBBISH)
        await g.says("李楼长", "误报 #2 已经收走了")
        await g.goes_on(hours=26)
        await g.later_says("赵大爷", "电梯又坏了，停在5楼不动")
        found = figures(g)
        rates = found.total.rates
        assert found.total.counts[CountName.RECEIVED] == (1, 2, 3)
        assert rates[RateName.RESPONDED].met == (1, 2)
        assert (rates[RateName.SETTLED].met, rates[RateName.SETTLED].missed) == ((1,), ())
        assert rates[RateName.SETTLED].left_out == {Reason.WITHIN: (3,), Reason.REJECTED: (2,)}
        assert (rates[RateName.SATISFIED].met, rates[RateName.ON_TIME].met) == ((1,), (1,))
        assert rates[RateName.HELD].left_out == {Reason.EARLY: (1,)}
        assert set(found.total.times[TimeName.SETTLE].hours) == {1}


async def test_what_comes_back_is_seen() -> None:
    """「没解决」 counts as reopened and not lasting; a call back that hears no good reopens as well."""
    async with Group() as g:
        for number, who in ((1, "王阿姨"), (2, "赵大爷")):
            await g.later_says(who, LEAK if number == 1 else RUBBISH)
            await g.says("李楼长", f"确认 #{number}")
            await g.says("物业小周", f"办结 #{number}")
        await g.says("王阿姨", "没解决 #1")
        await g.at_the_desk(CallBack(by=actor("小陈", g.clock.now()), number=2, satisfied=False, note="还是脏"))
        await g.passes(minutes=1)
        rates = figures(g).total.rates
        assert rates[RateName.REOPENED].met == (1, 2)
        assert rates[RateName.HELD].missed == (1, 2)
        assert rates[RateName.SATISFIED].missed == (2,)
        assert rates[RateName.SETTLED].left_out == {Reason.WITHIN: (1, 2)}


async def test_the_same_matter_a_week_later_counts_against_the_first() -> None:
    """A new ticket names the old one, and the old one is no lasting settlement any more."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.says("李楼长", "确认 #1")
        await g.says("物业小周", "办结 #1")
        await g.goes_on(days=8, every=timedelta(hours=6))
        assert not figures(g).total.rates[RateName.HELD].missed
        await g.says("王阿姨", LEAK)
        assert g.ticket(2).previous == 1
        assert figures(g).total.rates[RateName.HELD].missed == (1,)


async def test_nobody_answers() -> None:
    """After four working hours a ticket is not answered; after five working days its group is owed a word."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        await g.passes(hours=3)
        assert figures(g).total.rates[RateName.RESPONDED].left_out == {Reason.WITHIN: (1,)}
        await g.goes_on(days=9, every=timedelta(hours=6))
        found = figures(g).total
        assert found.rates[RateName.RESPONDED].missed == (1,)
        assert (found.rates[RateName.SETTLED].missed, found.counts[CountName.DEBT]) == ((1,), (1,))
