"""What one group decides for itself is kept to: when it is quiet, how much it hears, what gets a ticket."""

from dataclasses import replace
from datetime import time, timedelta

from bot.domain.groups import GroupRules
from bot.domain.messages import ConversationKind, ConversationRef
from bot.domain.taxonomy import Category
from bot.workers.digests import Digests
from tests import cast
from tests.conversations.group import Group


async def decides(g: Group, ref: ConversationRef = cast.GROUP, **rules: object) -> None:
    """The group decides something."""
    async with g.work() as work:
        known = await work.conversations.get(ref.key)
        assert known is not None
        await work.conversations.save(replace(known, rules=GroupRules(**rules)))  # type: ignore[arg-type]
        await work.commit()


async def test_quiet_hours_of_its_own() -> None:
    """A group that wants quiet until ten hears its news at ten, though the settings say seven."""
    async with Group() as g:
        await decides(g, quiet_from=time(20), quiet_until=time(10))
        await g.says("王阿姨", "3单元楼道水管漏水了")
        g.bot_is_silent()
        await g.passes(hours=1)
        g.bot_said("【#1】")


async def test_quiet_hours_do_not_hold_danger() -> None:
    """An emergency passes a group's own quiet hours."""
    async with Group() as g:
        await decides(g, quiet_from=time(8), quiet_until=time(20))
        await g.says("王阿姨", "有人困在电梯里了")
        g.bot_said("紧急")


async def test_budget_of_its_own() -> None:
    """A group that wants one piece of news a day gets the second one tomorrow."""
    async with Group() as g:
        await decides(g, daily_budget=1)
        await g.says("王阿姨", "3单元楼道水管漏水了")
        g.bot_said("【#1】")
        await g.later_says("赵大爷", "垃圾堆在门口三天没人清了")
        assert len(g.tickets) == 2
        g.bot_is_silent()
        await g.passes(hours=24)
        g.bot_said("【#2】")


#: The day of the cast is a Tuesday; it begins at half past nine.
WEEKLY = Digests(weekly=time(10), weekday=1)


def lists(g: Group) -> list[int]:
    """The hours at which the group's list came."""
    return [
        p.sent_at.astimezone(cast.ZONE).hour
        for p in g.database.outbox._shelf.all()
        if p.sent_at and "本周清单" in p.text and p.conversation.key == cast.GROUP.key
    ]


async def test_weekly_list_as_usual() -> None:
    """A group that decided nothing gets the list at the usual hour."""
    async with Group(digests=WEEKLY) as g:
        await g.says("王阿姨", "3单元楼道水管漏水了")
        await g.goes_on(hours=4)
        assert lists(g) == [10]


async def test_weekly_list_at_its_own_hour() -> None:
    """The list comes at the hour that the group chose, once, and not at the usual one."""
    async with Group(digests=WEEKLY) as g:
        await decides(g, digest_at=time(11))
        await g.says("王阿姨", "3单元楼道水管漏水了")
        await g.goes_on(hours=4)
        assert lists(g) == [11]


async def test_no_weekly_list() -> None:
    """A group that wants no list gets none."""
    async with Group(digests=WEEKLY) as g:
        await decides(g, no_digest=True)
        await g.says("王阿姨", "3单元楼道水管漏水了")
        await g.goes_on(hours=4)
        assert lists(g) == []


async def test_left_alone() -> None:
    """A category that the group wants left alone gets no ticket there, in another group it does, and danger always."""
    async with Group() as g:
        await decides(g, left_alone=frozenset({Category.PARKING, Category.FIRE}))
        await g.says("王阿姨", "又有人占车位")
        assert g.tickets == []
        await g.says("孙姐", "又有人占车位", conversation=cast.OTHER_GROUP)
        assert [t.category for t in g.tickets] == [Category.PARKING]
        await g.says("赵大爷", "3号楼着火了")
        g.bot_said("紧急")
        assert len(g.tickets) == 2


async def unreachable(g: Group) -> None:
    """What is said in private cannot be delivered: it is given up."""
    async with g.work() as work:
        for post in await work.outbox.claim_due(g.clock.now() + timedelta(minutes=5)):
            assert post.conversation.kind is ConversationKind.PRIVATE
            assert post.instead is None
        await work.commit()


async def test_private_matters_are_kept_out_of_the_group() -> None:
    """Where the group wants so, a private matter has no sentence for the group, even if the private one fails."""
    async with Group() as g:
        await decides(g, private_here=False)
        await g.hears(g.written("王阿姨", "家里热水器坏了，谁会修"), silence=timedelta(0))
        await unreachable(g)
    async with Group() as g:
        await g.hears(g.written("王阿姨", "家里热水器坏了，谁会修"), silence=timedelta(0))
        async with g.work() as work:
            posts = await work.outbox.claim_due(g.clock.now() + timedelta(minutes=5))
        assert [p.instead is not None for p in posts] == [True]
