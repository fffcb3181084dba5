"""The laws of members, codes, conversations and pictures, for every kind of storage."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.errors import BotError
from bot.domain.members import Grant, Member, Role
from bot.domain.messages import Identity
from bot.domain.places import Place
from bot.domain.records import PictureStatus
from bot.ports import UnitOfWorkFactory
from tests.storage.samples import (
    CHEN,
    DAY,
    GROUP,
    HOME,
    HOUR,
    LI,
    MINUTE,
    NOW,
    OTHER_GROUP,
    PRIVATE,
    STRANGER,
    WANG,
    ZHOU,
    conversation,
    invitation,
    picture,
    ticket,
)

LEADER_OF_3 = Grant(role=Role.LEADER, estate="幸福里", building="3号楼")
LEADER_OF_4 = Grant(role=Role.LEADER, estate="幸福里", building="4号楼")
WORKER = Grant(role=Role.WORKER)


async def test_stranger(begin: UnitOfWorkFactory) -> None:
    """Somebody unknown is a member without roles."""
    async with begin() as uow:
        assert await uow.members.get(STRANGER) == Member(identity=STRANGER)


async def test_grant_and_revoke(begin: UnitOfWorkFactory) -> None:
    """A role given twice is held once; taken back, it is gone, and the name stays."""
    async with begin() as uow:
        await uow.members.grant(LI, "李楼长", LEADER_OF_4)
        await uow.members.grant(LI, "", LEADER_OF_3)
        await uow.members.grant(LI, "李姐", LEADER_OF_3)
        await uow.commit()
    async with begin() as uow:
        assert await uow.members.get(LI) == Member(identity=LI, name="李姐", grants=(LEADER_OF_4, LEADER_OF_3))
        await uow.members.revoke(LI, LEADER_OF_4)
        await uow.members.revoke(LI, WORKER)
        await uow.members.revoke(STRANGER, WORKER)
        assert await uow.members.get(LI) == Member(identity=LI, name="李姐", grants=(LEADER_OF_3,))
        await uow.members.revoke(LI, LEADER_OF_3)
        assert await uow.members.get(LI) == Member(identity=LI, name="李姐")
        assert await uow.members.listed() == []


async def test_in_role_at(begin: UnitOfWorkFactory) -> None:
    """Members in role at a place are those of the platform whose scope covers it, with all their roles, by key."""
    on_qq = Identity(platform="onebot", user_id="1")
    async with begin() as uow:
        await uow.members.grant(LI, "李楼长", LEADER_OF_3)
        await uow.members.grant(LI, "李楼长", LEADER_OF_4)
        await uow.members.grant(ZHOU, "物业小周", Grant(role=Role.PROPERTY, estate="和平里"))
        await uow.members.grant(on_qq, "小陈", WORKER)
        await uow.members.grant(CHEN, "小陈", WORKER)
        await uow.members.grant(WANG, "王阿姨", LEADER_OF_4)
        here = await uow.members.in_role_at("onebot", replace(HOME, building="三幢"))
        assert [m.identity for m in here] == [on_qq, LI]
        assert here[1].grants == (LEADER_OF_3, LEADER_OF_4)
        assert [m.identity for m in await uow.members.in_role_at("web", Place())] == [CHEN]
        assert [m.name for m in await uow.members.listed()] == ["小陈", "王阿姨", "李楼长", "物业小周", "小陈"]


async def test_invitation_round_trips(begin: UnitOfWorkFactory) -> None:
    """An invitation comes back equal; using it says by whom and when; a hash is invited once."""
    async with begin() as uow:
        await uow.members.add_invitation(invitation())
        assert await uow.members.invitation("5f4d") == invitation()
        assert await uow.members.invitation("ffff") is None
        assert await uow.members.use_invitation("5f4d", LI, NOW)
        assert await uow.members.invitation("5f4d") == replace(invitation(), used_by=LI, used_at=NOW)
        assert not await uow.members.use_invitation("ffff", LI, NOW)
        with pytest.raises(BotError):
            await uow.members.add_invitation(invitation())


async def test_invitation_used_by_two(begin: UnitOfWorkFactory) -> None:
    """Of two who use the same code at once, one gets the role."""
    async with begin() as uow:
        await uow.members.add_invitation(invitation())
        await uow.commit()

    async def use(who: Identity) -> bool:
        async with begin() as uow:
            mine = await uow.members.use_invitation("5f4d", who, NOW)
            await asyncio.sleep(0.01)
            await uow.commit()
        return mine

    assert sorted(await asyncio.gather(use(LI), use(STRANGER))) == [False, True]


async def test_wrong_codes(begin: UnitOfWorkFactory) -> None:
    """Wrong tries are counted by person, from the given time on."""
    async with begin() as uow:
        for at in (NOW, NOW, NOW + HOUR):
            await uow.members.note_wrong_code(STRANGER, at)
        assert await uow.members.wrong_codes_since(STRANGER, NOW) == 3
        assert await uow.members.wrong_codes_since(STRANGER, NOW + MINUTE) == 1
        assert await uow.members.wrong_codes_since(LI, NOW) == 0


async def test_conversations(begin: UnitOfWorkFactory) -> None:
    """A conversation is what was saved last; all of them come by key."""
    first, other = conversation(), conversation(OTHER_GROUP, silent_until=datetime.max.replace(tzinfo=UTC))
    private = conversation(PRIVATE, name="", watermark_at=NOW, watermark_id="m1")
    changed = replace(first, ref=replace(GROUP, account="10002"), enabled=True, estate="幸福里", building="3号楼")
    async with begin() as uow:
        for new in (private, other, first, changed):
            await uow.conversations.save(new)
        await uow.commit()
    async with begin() as uow:
        assert await uow.conversations.get(GROUP.key) == changed
        assert await uow.conversations.get("onebot/group/0") is None
        assert await uow.conversations.listed() == [changed, other, private]


async def test_conversation_saved_by_two(begin: UnitOfWorkFactory) -> None:
    """Two who meet the same conversation at once both succeed."""

    async def meet(name: str) -> None:
        async with begin() as uow:
            await uow.conversations.save(conversation(name=name))
            await uow.commit()

    await asyncio.gather(meet("甲"), meet("乙"))
    async with begin() as uow:
        assert len(await uow.conversations.listed()) == 1


async def test_pictures(begin: UnitOfWorkFactory) -> None:
    """A picture waits until it is due, is kept in its new state, and belongs to its ticket."""
    async with begin() as uow:
        first, second = await uow.tickets.add(ticket()), await uow.tickets.add(ticket())
        later = picture(first.number, due_at=NOW + HOUR)
        for new in (later, picture(first.number), picture(second.number, "m2", due_at=NOW - HOUR)):
            await uow.pictures.add(new)
        due = await uow.pictures.due(NOW)
        assert [replace(p, id=0) for p in due] == [
            picture(second.number, "m2", due_at=NOW - HOUR),
            picture(first.number),
        ]
        assert await uow.pictures.due(NOW, limit=1) == due[:1]
        kept = replace(due[1], status=PictureStatus.KEPT, attempts=1, file="ab/abcd.jpg")
        await uow.pictures.update(kept)
        assert await uow.pictures.due(NOW + DAY, limit=1) == due[:1]
        assert [replace(p, id=0) for p in await uow.pictures.of_ticket(first.number)] == [later, replace(kept, id=0)]


async def test_pictures_of_recalled_message(begin: UnitOfWorkFactory) -> None:
    """The pictures of a recalled message are forgotten and come back once, so that their files can go."""
    async with begin() as uow:
        number = (await uow.tickets.add(ticket())).number
        for new in (picture(number, file="ab/1.jpg"), picture(number, "m2"), picture(number, conversation=OTHER_GROUP)):
            await uow.pictures.add(new)
        removed = await uow.pictures.remove_of_message(GROUP.key, "m1")
        assert [p.file for p in removed] == ["ab/1.jpg"]
        assert await uow.pictures.remove_of_message(GROUP.key, "m1") == []
        assert len(await uow.pictures.of_ticket(number)) == 2
