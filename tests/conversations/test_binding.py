"""绑定 839201: a code works once, for its role and building, for a day; five wrong tries lock a sender out."""

from bot.domain.members import Grant, Role
from bot.domain.tickets import Status
from tests.cast import ESTATE, private_chat
from tests.conversations.group import Group

LEADER_OF_3 = Grant(role=Role.LEADER, estate=ESTATE, building="3号楼")


def _wrong(code: str) -> str:
    """Another code of six digits."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_a_code_binds_its_role_for_its_building() -> None:
    """With the code of a leader of building 3, somebody may confirm there from then on."""
    async with Group() as g:
        code = await g.invites(Role.LEADER, "3号楼")
        await g.says("赵大爷", f"绑定 {code}", conversation=private_chat("赵大爷"))
        g.bot_said("绑定成功", "3号楼楼长", to=private_chat("赵大爷"))
        assert await g.grants_of("赵大爷") == (LEADER_OF_3,)
        await g.says("王阿姨", "2单元楼道水管漏水了，有人管吗")
        await g.says("赵大爷", "确认")
        assert g.status() is Status.ASSIGNED


async def test_a_code_works_once() -> None:
    """Whoever comes second has a code that is used."""
    async with Group() as g:
        code = await g.invites(Role.PROPERTY)
        await g.says("赵大爷", f"绑定 {code}")
        await g.says("孙姐", f"绑定{code}")
        g.bot_said("已经用过")
        assert await g.grants_of("孙姐") == ()


async def test_a_code_works_for_a_day() -> None:
    """Twenty-four hours later the code is worth nothing."""
    async with Group() as g:
        early, late = await g.invites(Role.LEADER, "3号楼"), await g.invites(Role.LEADER, "3号楼")
        await g.passes(hours=23, minutes=58)
        await g.says("赵大爷", f"绑定 {early}")
        g.bot_said("绑定成功")
        await g.passes(minutes=2)
        await g.says("孙姐", f"绑定 {late}")
        g.bot_said("过期")
        assert await g.grants_of("孙姐") == ()


async def test_five_wrong_tries_lock_a_sender_out_for_an_hour() -> None:
    """After five wrong codes even the right one is refused, for an hour, and for this sender only."""
    async with Group() as g:
        code, other = await g.invites(Role.LEADER, "3号楼"), await g.invites(Role.LEADER, "3号楼")
        for _ in range(5):
            await g.says("赵大爷", f"绑定 {_wrong(code) if _wrong(code) != other else _wrong(other)}")
            g.bot_said("绑定码不对")
        await g.says("赵大爷", f"绑定 {code}")
        g.bot_said("一小时后")
        assert await g.grants_of("赵大爷") == ()
        await g.says("孙姐", f"绑定 {other}")
        g.bot_said("绑定成功")
        await g.passes(hours=1)
        await g.says("赵大爷", f"绑定 {code}")
        g.bot_said("绑定成功")


async def test_codes_are_not_kept() -> None:
    """The store knows a hash of the code, never the code."""
    async with Group() as g:
        code = await g.invites(Role.LEADER, "3号楼")
        [kept] = g.database.members._invitations.all()
        assert code not in repr(kept)
