"""What the operator says of estates, hours and own tables reaches the rules of the program."""

from datetime import time
from pathlib import Path

import pytest

from bot.app import policy_of
from bot.domain.errors import ConfigError
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier
from config.settings import load_settings
from tests import cast

EXAMPLE = Path(__file__).parents[2] / "config" / "community.example.toml"


def settings(folder: Path, text: str):
    file = folder / "my.toml"
    file.write_text(text, "utf-8")
    return load_settings(file, {})


def test_the_example_is_a_good_one() -> None:
    """It loads whole, with its own list and directory beside it, and shows every kind of estate."""
    policy = policy_of(load_settings(EXAMPLE, {}))
    assert set(policy.estate_types.values()) == {"commodity", "affordable", "old", "unmanaged"}
    assert policy.responsibility.version.startswith("2026-12")
    assert policy.responsibility.line(Category.PARKING, Tier.SMALL).supporting[0] == "parkings"
    assert policy.entries(Category.NEIGHBOUR)[0].name == "幸福社区便民服务站"
    assert policy.rules.calendar.opens == time(8, 30)
    assert policy.duty


def test_the_type_of_an_estate_decides_the_line(tmp_path: Path) -> None:
    """A ticket of an unmanaged estate goes to the community, however its name is written; another one does not."""
    policy = policy_of(settings(tmp_path, '[estates."河沿三号院"]\ntype = "unmanaged"\n'))
    here = cast.ticket(place=Place(estate="河沿3号院"), category=Category.ELEVATOR)
    assert policy.line(here).body == "community"
    assert policy.line(cast.ticket(category=Category.ELEVATOR)).body == "property"


def test_without_settings_the_calendar_knows_the_holidays(tmp_path: Path) -> None:
    """The rules of the program use the package's calendar and the shipped tables."""
    policy = policy_of(settings(tmp_path, ""))
    assert policy.rules.calendar.knows(2026)
    assert policy.directory
    assert policy.estate_types == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[estates."甲"]\ntype = "unmanged"\n', "没有「unmanged」这种小区类型，可以写：commodity（商品房小区）"),
        ('[estates."1号院"]\ntype = "old"\n[estates."一号院"]\ntype = "unmanaged"\n', "同一个名字"),
        ('[estates."甲"]\ntyp = "old"\n', "是不是想写 type？"),
        ('[hours]\nopens = "17:00:00"\ncloses = "09:00:00"\n', "下班要比上班晚"),
        ('responsibility = "none.toml"\n', "none.toml: 没有这个文件（三事清单）"),
        ('directory = "none.toml"\n', "none.toml: 没有这个文件（便民名录）"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, says: str) -> None:
    """An unknown type, two types for one estate, wrong hours, a table that is not there."""
    with pytest.raises(ConfigError) as error:
        policy_of(settings(tmp_path, text))
    assert says in str(error.value)
