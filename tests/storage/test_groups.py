"""The laws of groups' own rules, notices, beats, looks and of who wants nothing kept, for every kind of storage."""

from dataclasses import replace
from datetime import time

import pytest

from bot.domain.channels import Beat
from bot.domain.groups import GroupRules, NoticeGiven
from bot.domain.logins import Look
from bot.domain.members import Grant, Member, Role
from bot.domain.places import Place
from bot.domain.records import Gap
from bot.domain.taxonomy import Category
from bot.ports import UnitOfWorkFactory
from tests.storage.samples import CHEN, GROUP, HOME, HOUR, LI, NOW, OTHER_GROUP, WANG, conversation, invitation, ticket

RULES = GroupRules(
    quiet_from=time(21, 30),
    quiet_until=time(8),
    daily_budget=3,
    digest_at=time(18),
    left_alone=frozenset({Category.PARKING, Category.NOISE}),
    private_here=False,
)


@pytest.mark.parametrize("rules", [GroupRules(), RULES, GroupRules(no_digest=True)])
async def test_rules_round_trip(begin: UnitOfWorkFactory, rules: GroupRules) -> None:
    """What a group decided comes back equal."""
    async with begin() as uow:
        await uow.conversations.save(conversation(rules=RULES))
        await uow.conversations.save(conversation(rules=rules))
        await uow.commit()
    async with begin() as uow:
        assert await uow.conversations.get(GROUP.key) == conversation(rules=rules)


async def test_notices(begin: UnitOfWorkFactory) -> None:
    """The record of a notice is kept as it was given, once for each group and version, oldest first."""
    first = NoticeGiven(conversation_key=GROUP.key, version="1", at=NOW, text="大家好")
    later = replace(first, version="2", at=NOW + HOUR)
    other = replace(first, conversation_key=OTHER_GROUP.key, at=NOW + HOUR * 2)
    async with begin() as uow:
        for given in (other, later, first, replace(first, text="别的话", at=NOW + HOUR)):
            await uow.conversations.note_notice(given)
        await uow.commit()
    async with begin() as uow:
        assert await uow.conversations.notices() == [first, later, other]


async def test_beats(begin: UnitOfWorkFactory) -> None:
    """Of each account the last beat is known."""
    async with begin() as uow:
        for account, at in (("2", NOW), ("1", NOW), ("1", NOW + HOUR)):
            await uow.gaps.beat(Beat(platform="onebot", account=account, at=at))
        await uow.commit()
    async with begin() as uow:
        assert await uow.gaps.beats() == [
            Beat(platform="onebot", account="1", at=NOW + HOUR),
            Beat(platform="onebot", account="2", at=NOW),
        ]


async def test_filled_gaps(begin: UnitOfWorkFactory) -> None:
    """A gap is filled once; who filled it first is remembered, and an unknown number is no error."""
    async with begin() as uow:
        await uow.gaps.begin(Gap(platform="onebot", account="1", begin=NOW, reason="stopped"))
        [gap] = await uow.gaps.listed()
        assert not gap.is_filled
        await uow.gaps.fill([gap.id, 999], "history")
        await uow.gaps.fill([gap.id], "console/chen")
        assert (await uow.gaps.listed())[0].details == {"filled": "history"}


async def test_opting(begin: UnitOfWorkFactory) -> None:
    """Somebody who wants nothing kept is known as such, with a role or without, until they take it back."""
    async with begin() as uow:
        await uow.members.grant(LI, "李楼长", Grant(role=Role.LEADER, estate="幸福里"))
        for who in (WANG, LI):
            await uow.members.opt(who, NOW)
        assert await uow.members.get(WANG) == Member(identity=WANG, opted_out_at=NOW)
        assert [m.opted_out_at for m in await uow.members.listed()] == [NOW]
        assert await uow.members.opted_out() == 2
        await uow.members.opt(WANG, None)
        assert await uow.members.get(WANG) == Member(identity=WANG)
        assert (await uow.members.get(LI)).name == "李楼长"
        assert await uow.members.opted_out() == 1


async def test_looks(begin: UnitOfWorkFactory) -> None:
    """Who looked at whose number is kept in order."""
    async with begin() as uow:
        for at in (NOW + HOUR, NOW):
            await uow.members.note_look(Look(of=LI, who=CHEN, at=at, reason="加好友"))
        assert [look.at for look in await uow.members.looks()] == [NOW, NOW + HOUR]
        assert (await uow.members.looks())[0].of == LI


async def test_open_invitations(begin: UnitOfWorkFactory) -> None:
    """Only codes that can still be used are open; one that was used cannot be withdrawn any more."""
    usable = replace(invitation(), code_hash="aa", expires_at=NOW + HOUR)
    async with begin() as uow:
        for code, expires in (("aa", NOW + HOUR), ("bb", NOW), ("cc", NOW + HOUR)):
            await uow.members.add_invitation(replace(usable, code_hash=code, expires_at=expires))
        await uow.members.use_invitation("cc", LI, NOW)
        assert await uow.members.open_invitations(NOW) == [usable]
        for code in ("aa", "cc", "ff"):
            await uow.members.withdraw_invitation(code)
        assert await uow.members.open_invitations(NOW) == []
        assert await uow.members.invitation("cc") is not None


async def test_buildings(begin: UnitOfWorkFactory) -> None:
    """Every building that a ticket names is listed once, without units and doors."""
    async with begin() as uow:
        for place in (
            HOME,
            replace(HOME, unit="9单元", room="1"),
            replace(HOME, building="8号楼"),
            Place(building="1号楼"),
        ):
            await uow.tickets.add(ticket(place=place))
        assert await uow.tickets.buildings() == [
            Place(estate=HOME.estate, building=b) for b in sorted({HOME.building, "8号楼"})
        ]
