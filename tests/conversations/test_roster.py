"""Whom an emergency calls: whose turn it is by the roster, else everybody with a role there."""

from datetime import time

import pytest

from bot.domain.duty import Duty
from tests import cast
from tests.conversations.group import Group
from tests.conversations.test_clock_steps import TRAPPED, march

DAY = Duty(platform=cast.PLATFORM, user_id="day", estate=cast.ESTATE, begins=time(8), ends=time(18))
NIGHT = Duty(platform=cast.PLATFORM, user_id="night", begins=time(18), ends=time(8))
ELSEWHERE = Duty(platform=cast.PLATFORM, user_id="five", estate=cast.ESTATE, building="5号楼")
OTHER_PLATFORM = Duty(platform="nowhere", user_id="other")


@pytest.mark.parametrize(("hour", "called"), [(10, ("day",)), (23, ("night",))])
async def test_whose_turn_it_is_is_called(hour: int, called: tuple[str, ...]) -> None:
    """By local time and place, on the platform of the group; nobody else is disturbed."""
    async with Group(duty=(DAY, NIGHT, ELSEWHERE, OTHER_PLATFORM)) as g:
        g.clock.move_to(march(10, hour))
        await g.says("王阿姨", TRAPPED)
        [post] = g.fresh
        assert post.mentions == called
        assert "已请值班人员到场" in post.text


@pytest.mark.parametrize("duty", [(), (ELSEWHERE,)])
async def test_without_a_turn_everybody_with_a_role_is_called(duty: tuple[Duty, ...]) -> None:
    """Leader, property and worker of the place; not the leader of another building."""
    async with Group(duty=duty) as g:
        await g.says("王阿姨", TRAPPED)
        everybody = {cast.identity(n).user_id for n in ("李楼长", "物业小周", "小陈")}
        assert set(g.fresh[0].mentions) == everybody
