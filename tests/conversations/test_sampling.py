"""What was left alone, drawn to be looked at: only where a group allows it, for seven days, and nobody's words after."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.at_work import AtWork
from bot.domain.classification import Classification
from bot.domain.commands import AnswerSample, ReconsiderReview, SwitchSampling
from bot.domain.errors import BotError, InvalidTransition, NotPermitted, ReviewNotFound
from bot.domain.learning import Sample, quota
from bot.domain.members import Grant, Role
from bot.domain.messages import Identity
from bot.domain.taxonomy import Category
from tests import cast
from tests.cast import GROUP, NOON, actor
from tests.conversations.group import Group
from tests.conversations.readings import Readings
from tests.conversations.test_reviewing import decided, held

CHATTER = "今天太阳真好，3-2-501的被子晒了"


def at_desk(who: str) -> cast.Actor:
    """*who*, in the console."""
    return actor(who, conversation=None, message_id="")


async def switched(g: Group, who: str = "小陈", *, on: bool = True) -> None:
    """*who* lets the group of building 3 be sampled, or no longer."""
    await g.at_the_desk(SwitchSampling(by=at_desk(who), conversation_key=GROUP.key, sampled=on))


async def drawn(g: Group) -> list[Sample]:
    """What is kept now."""
    return await g.database.samples.listed()


def test_a_week_has_as_many_as_were_asked_for() -> None:
    """However many are asked for, the days of a week add up to just that, evenly."""
    for weekly in range(40):
        week = [quota(weekly, NOON.date() + timedelta(days=n)) for n in range(7)]
        assert sum(week) == weekly
        assert max(week) - min(week) <= 1


async def test_no_group_is_sampled_unasked() -> None:
    """Chatter is forgotten with the window; nothing of it is kept where nobody allowed it."""
    async with Group() as g:
        await g.says("王阿姨", CHATTER)
        assert await drawn(g) == []


async def test_only_so_many_a_day_and_not_the_first_ones() -> None:
    """Of thirty lines two are kept, chosen by lot; the words are masked and no name stands beside them."""
    async with Group() as g:
        await switched(g)
        for n in range(30):
            await g.says("王阿姨", f"{CHATTER}{n}", at_once=True)
        kept = await drawn(g)
        assert len(kept) == 2 == quota(14, NOON.date())
        assert {s.message_id for s in kept} != {"m1", "m2"}
        assert all("501" not in s.text and "太阳" in s.text for s in kept)
        assert "王阿姨" not in repr(kept)


async def test_a_sample_is_gone_after_seven_days() -> None:
    """Answered or not, the words live for seven days; that it was judged stays, without a word."""
    async with Group() as g:
        await switched(g)
        await g.says("王阿姨", CHATTER)
        await g.says("赵大爷", f"{CHATTER}么")
        await g.at_the_desk(AnswerSample(by=at_desk("小陈"), sample=1, issue=False))
        await g.passes(days=6, hours=23)
        assert len(await drawn(g)) == 2
        await g.passes(hours=1)
        assert await drawn(g) == []
        judged = await g.database.samples.judged(NOON - cast.DAY)
        assert [(j.sample, j.issue, j.place.building) for j in judged] == [(1, False, "3号楼")]


async def test_a_recalled_message_vanishes() -> None:
    """What its writer took back, nobody looks at."""
    async with Group() as g:
        await switched(g)
        said = await g.says("王阿姨", CHATTER)
        assert len(await drawn(g)) == 1
        await g.takes_back(said)
        assert await drawn(g) == []


async def test_what_comes_into_a_ticket_was_not_left_alone() -> None:
    """A picture that a report takes in is no longer a sample."""
    async with Group() as g:
        await switched(g)
        await g.says("王阿姨", "[图片]", attachments=(cast.PICTURE,), at_once=True)
        assert len(await drawn(g)) == 1
        await g.says("王阿姨", "2单元楼道水管漏水了，有人管吗")
        assert len(g.ticket().messages) == 2
        assert await drawn(g) == []


async def test_who_wants_nothing_taken_down_is_never_drawn() -> None:
    """An objection counts here too."""
    async with Group() as g:
        await switched(g)
        async with g.work() as work:
            await work.members.opt(cast.identity("王阿姨"), NOON)
            await work.commit()
        await g.says("王阿姨", CHATTER)
        assert await drawn(g) == []


async def test_switching_off_forgets_at_once() -> None:
    """Who no longer allows it need not wait seven days."""
    async with Group() as g:
        await switched(g)
        await g.says("王阿姨", CHATTER)
        await switched(g, on=False)
        assert await drawn(g) == []
        await g.says("王阿姨", CHATTER)
        assert await drawn(g) == []


async def test_only_the_community_of_the_place_switches_it_on() -> None:
    """A leader, a resident and the worker of another estate are refused; an unknown group is said so."""
    async with Group() as g:
        for who in ("李楼长", "王阿姨", "物业小周"):
            with pytest.raises(NotPermitted):
                await switched(g, who)
        elsewhere = replace(cast.member("小陈"), grants=(Grant(role=Role.WORKER, estate="别的小区"),))
        by = replace(at_desk("小陈"), member=elsewhere)
        with pytest.raises(NotPermitted):
            await g.at_the_desk(SwitchSampling(by=by, conversation_key=GROUP.key, sampled=True))
        with pytest.raises(BotError, match="没有这个群"):
            await g.at_the_desk(SwitchSampling(by=at_desk("小陈"), conversation_key="x/group/1", sampled=True))


async def test_an_answer_is_kept_and_taken_back() -> None:
    """Who answered may take it back; whoever comes second is told what was said."""
    async with Group() as g:
        await switched(g)
        await g.says("王阿姨", CHATTER)
        by = at_desk("小陈")
        await g.at_the_desk(AnswerSample(by=by, sample=1, issue=True, category=Category.NOISE))
        answer = (await drawn(g))[0].answer
        assert answer is not None
        assert (answer.issue, answer.category, answer.by) == (True, Category.NOISE, cast.identity("小陈"))
        other = replace(by, member=replace(by.member, identity=Identity(platform="desk", user_id="zhang")))
        with pytest.raises(InvalidTransition, match="已经有人判为「是事」"):
            await g.at_the_desk(AnswerSample(by=other, sample=1, issue=False))
        await g.at_the_desk(AnswerSample(by=by, sample=1, issue=None))
        assert (await drawn(g))[0].answer is None
        assert await g.database.samples.judged(NOON - cast.DAY) == []


async def test_a_message_is_understood_by_one_classifier() -> None:
    """A model that is put to work while a batch is being understood begins with the next batch."""
    later = Readings(poison="漏")

    class Overtaken(Readings):
        """Another is put to work as soon as this one has read."""

        def classify_many(self, texts: Sequence[str]) -> list[Classification]:
            """Read, and be replaced."""
            at_work.use(later)
            return super().classify_many(texts)

    at_work = AtWork(Overtaken())
    async with Group() as g:
        g.dispatcher._classifier = at_work.current
        await g.says("王阿姨", "2单元楼道漏水了", at_once=True)
        at_work.use(Overtaken())
        await g.says("赵大爷", "我家门口也漏水")
        assert len(g.tickets) == 1
        assert at_work.current() is later


async def test_a_dismissed_message_can_wait_again() -> None:
    """「不是诉求」 is taken back as long as the message lives; what never was dismissed is not there."""
    async with Group() as g:
        number = await held(g)
        again = ReconsiderReview(by=at_desk("小陈"), review=number)
        with pytest.raises(ReviewNotFound):
            await g.at_the_desk(again)
        await g.at_the_desk(decided(number))
        assert await g.database.reviews.listed() == []
        await g.at_the_desk(again)
        assert [r.id for r in await g.database.reviews.listed()] == [number]
        assert await g.database.reviews.dismissed() == []
