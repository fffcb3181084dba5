"""A held message is decided by a person: it is an issue, or it is none."""

import pytest

from bot.domain.commands import DecideReview, HoldForReview
from bot.domain.errors import InvalidTransition, NotPermitted, ReviewNotFound
from bot.domain.members import Grant, Role
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Kind, Tier, Urgency
from bot.domain.tickets import Status
from tests import cast
from tests.cast import actor, reading
from tests.conversations.group import Group

HERE = Place(estate=cast.ESTATE, building="3号楼")


async def held(g: Group, text: str = "楼下又开始了", **seen: object) -> int:
    """The number of the review of what 王阿姨 wrote."""
    thought = reading(Category.LEAK, 0.2, **seen)
    await g.at_the_desk(HoldForReview(message=g.written("王阿姨", text), classification=thought, place=HERE))
    return (await g.database.reviews.listed())[-1].id


def decided(number: int, who: str = "小陈", **labels: object) -> DecideReview:
    """*who* decides at the desk."""
    return DecideReview(by=actor(who, conversation=None, message_id=""), review=number, **labels)  # type: ignore[arg-type]


async def test_an_issue_becomes_a_confirmed_ticket() -> None:
    """With the person's labels, the writer as reporter, the group told, and the message no longer waiting."""
    async with Group() as g:
        ticket = await g.at_the_desk(decided(await held(g), category=Category.NOISE, urgency=Urgency.URGENT))
        assert ticket is not None
        assert (len(ticket.events("confirmed")), ticket.category, ticket.urgency) == (1, Category.NOISE, Urgency.URGENT)
        assert ticket.kind is Kind.COMPLAINT
        assert [m.text for m in ticket.messages] == ["楼下又开始了"]
        assert ticket.reporters == (cast.identity("王阿姨"),)
        assert "噪音" in "".join(p.text for p in g.adapter.posts)
        assert await g.database.reviews.listed() == await g.database.reviews.dismissed() == []


async def test_the_history_says_what_the_bot_had_thought() -> None:
    """Who reviewed it is in the history, with the labels that the person found."""
    async with Group() as g:
        await g.at_the_desk(decided(await held(g), category=Category.NOISE))
        opened, reviewed, confirmed = g.ticket().history[:3]
        assert (opened.name, opened.data["category"]) == ("opened", "noise")
        assert (reviewed.name, reviewed.role, reviewed.data["category"]) == ("reviewed", "worker", "leak")
        assert reviewed.data["decided"] == ["category"]
        assert (confirmed.name, confirmed.role) == ("confirmed", "worker")


async def test_a_private_matter_is_referred() -> None:
    """What a person calls private is answered with the way to settle it, as any private matter is."""
    async with Group() as g:
        await g.at_the_desk(decided(await held(g), category=Category.HOUSEHOLD, tier=Tier.PRIVATE))
        assert g.status() is Status.REFERRED


async def test_an_emergency_is_announced_as_one() -> None:
    """A person who finds an emergency in the list has it announced like any other."""
    async with Group() as g:
        number = await held(g, "有股怪味")
        await g.at_the_desk(decided(number, category=Category.UTILITIES, urgency=Urgency.EMERGENCY))
        assert any("119" in p.text or "燃气" in p.text for p in g.adapter.posts)
        assert g.ticket().events("confirmed")


async def test_no_issue_is_dismissed_in_silence() -> None:
    """It waits no longer, nothing is said, and what the bot thought stays to be learned from until it expires."""
    async with Group() as g:
        number = await held(g)
        assert await g.at_the_desk(decided(number)) is None
        assert await g.database.reviews.listed() == []
        (kept,) = await g.database.reviews.dismissed()
        assert (kept.is_dismissed, kept.classification.category) == (True, Category.LEAK)
        assert not g.tickets
        assert not g.adapter.posts
        await g.passes(days=8)
        assert await g.database.reviews.dismissed() == []


async def test_a_decision_is_made_once() -> None:
    """What was decided, or never waited, cannot be decided."""
    async with Group() as g:
        number = await held(g)
        await g.at_the_desk(decided(number))
        for gone in (number, 99):
            with pytest.raises(ReviewNotFound):
                await g.at_the_desk(decided(gone, category=Category.NOISE))


async def test_a_message_that_came_into_a_ticket_meanwhile_is_no_second_one() -> None:
    """A message belongs to one ticket; a review that would open another is refused, not doubled."""
    async with Group() as g:
        said = await g.says("王阿姨", "3单元楼道漏水了")
        seen = reading(Category.LEAK, 0.2)
        await g.at_the_desk(HoldForReview(message=said, classification=seen, place=HERE))
        (waiting,) = await g.database.reviews.listed()
        with pytest.raises(InvalidTransition, match="#1"):
            await g.at_the_desk(decided(waiting.id, category=Category.LEAK))
        assert len(g.tickets) == 1


@pytest.mark.parametrize("who", ["王阿姨", "物业小周", "钱楼长", "一个陌生人"])
@pytest.mark.parametrize("category", [None, Category.NOISE])
async def test_only_who_may_confirm_there_may_decide(who: str, category: Category | None) -> None:
    """Residents, the property company and the leader of another building may not decide."""
    async with Group() as g:
        number = await held(g)
        with pytest.raises(NotPermitted):
            await g.at_the_desk(decided(number, who, category=category))
        assert len(await g.database.reviews.listed()) == 1


async def test_the_leader_of_the_building_may_decide() -> None:
    """Whoever may confirm a ticket there may also decide about a message."""
    async with Group() as g:
        assert Grant(role=Role.LEADER, estate=cast.ESTATE, building="3号楼") == cast.GRANTS["李楼长"]
        await g.at_the_desk(decided(await held(g), "李楼长", category=Category.NOISE))
        assert g.ticket().events("confirmed")
