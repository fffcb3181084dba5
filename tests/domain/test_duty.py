"""Whose turn it is."""

from datetime import time

import pytest

from bot.domain.duty import Duty
from bot.domain.places import Place
from tests.cast import ESTATE
from tests.domain.working import at

NIGHT = Duty(platform="p", user_id="1", begins=time(18), ends=time(8), days=frozenset({0}))
DAY = Duty(platform="p", user_id="2", begins=time(8), ends=time(18))
ALWAYS = Duty(platform="p", user_id="3", days=frozenset({5, 6}))


@pytest.mark.parametrize(
    ("duty", "day", "hour", "on"),
    [
        (NIGHT, 9, 18, True),
        (NIGHT, 9, 23, True),
        (NIGHT, 10, 7, True),
        (NIGHT, 10, 8, False),
        (NIGHT, 9, 7, False),
        (NIGHT, 10, 19, False),
        (DAY, 10, 8, True),
        (DAY, 10, 18, False),
        (ALWAYS, 14, 3, True),
        (ALWAYS, 16, 3, False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(duty: Duty, day: int, hour: int, on: bool) -> None:
    """Hours may pass midnight; the same hour twice is around the clock; no days are all days."""
    assert duty.is_on(at(day, hour)) is on


def test_a_duty_has_a_place() -> None:
    """Who is on for one building is not called to another; who is on everywhere is."""
    third = Duty(platform="p", user_id="1", estate=ESTATE, building="3号楼")
    assert third.covers(Place(estate=ESTATE, building="三幢"))
    assert not third.covers(Place(estate=ESTATE, building="5号楼"))
    assert DAY.covers(Place(estate="别处", building="1号楼"))
