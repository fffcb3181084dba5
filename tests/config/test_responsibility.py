"""The responsibility list: the one that comes with the program is whole, and every mistake in another one is told."""

from pathlib import Path

import pytest

from bot.domain.calendar import Span, Unit
from bot.domain.errors import ConfigError
from bot.domain.responsibility import BODY_MARK, ResponsibilityList
from bot.domain.taxonomy import Category, Tier
from bot.domain.text import masked
from config.responsibility import load_responsibility

LIST = load_responsibility()
TYPES = ("", *LIST.types)
LINES = [(c, t) for c in Category for t in Tier]
EXTENDS = 'extends = "default"\n'


def loaded(folder: Path, text: str) -> ResponsibilityList:
    file = folder / "my.toml"
    file.write_text(text, "utf-8")
    return load_responsibility(file)


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        loaded(folder, text)
    return str(error.value).splitlines()


@pytest.mark.parametrize("estate", TYPES)
def test_every_category_and_tier_has_a_whole_line_in_every_type_of_estate(estate: str) -> None:
    """Somebody known is responsible, somebody else watches, three to five steps, grounds, limits, and kind words."""
    for category, tier in LINES:
        line = LIST.line(category, tier, estate)
        assert {line.body, *line.supporting} <= LIST.bodies.keys()
        assert line.body not in line.supporting
        assert 3 <= len(line.steps) <= 5, line.key
        assert line.supervisor, line.key
        assert line.basis, line.key
        assert line.advice, line.key
        assert line.supervisor != LIST.body_name(line.body), f"{line.key} watches over itself"
        assert not BODY_MARK.search("".join((*line.steps, line.advice)))


def test_advice_can_be_said_in_a_group() -> None:
    """It holds nothing that a post would have to mask, and sends nobody away."""
    for category, tier in LINES:
        advice = LIST.line(category, tier).advice
        assert masked(advice) == advice
        assert "不归" not in advice


def test_danger_is_counted_in_hours_by_the_clock() -> None:
    """What can hurt somebody tonight does not wait for opening hours."""
    for category in (Category.ELEVATOR, Category.UTILITIES, Category.FIRE, Category.FALLING, Category.LEAK):
        assert LIST.line(category, Tier.SMALL).accept.unit is Unit.HOURS
    elevator = LIST.line(Category.ELEVATOR, Tier.SMALL)
    assert (elevator.accept, elevator.settle) == (Span(1, Unit.HOURS), Span(2, Unit.WORKING_DAYS))


def test_an_unmanaged_estate_falls_back_to_the_community_with_the_street_behind_it() -> None:
    """No line there names a property company or an owners' committee; what is common has the guarantor."""
    for category, tier in LINES:
        line = LIST.line(category, tier, "unmanaged")
        assert not {"property", "committee"} & {line.body, *line.supporting}, line.key
        assert "物业公司" not in "".join((*line.steps, line.advice)), line.key
        if tier is not Tier.PRIVATE and line.body != "street":
            assert "street" in line.supporting, line.key
        if tier is Tier.PRIVATE and LIST.line(category, tier).body == "household":
            assert "street" not in line.supporting, line.key
    small = LIST.line(Category.ELEVATOR, Tier.SMALL, "unmanaged")
    assert (small.key, small.body, small.supervisor) == ("unmanaged.elevator.small", "community", "街道办事处")


def test_the_housing_operator_stands_in_for_the_committee() -> None:
    """In 保障房 what owners decide is the operator's, and the grounds say so."""
    line = LIST.line(Category.PROPERTY, Tier.SMALL, "affordable")
    assert (line.body, "没有业委会" in line.basis) == ("operator", True)
    assert LIST.line(Category.LEAK, Tier.SMALL, "affordable") == LIST.line(Category.LEAK, Tier.SMALL)


def test_an_own_file_changes_only_what_it_says(tmp_path: Path) -> None:
    """With `extends`, the rest of a line and all other lines stay; the version is another one."""
    own = loaded(tmp_path, EXTENDS + 'version = "幸福社区"\n[leak.small]\nsettle = "1wd"\n')
    before, after = LIST.line(Category.LEAK, Tier.SMALL), own.line(Category.LEAK, Tier.SMALL)
    assert after.settle == Span(1, Unit.WORKING_DAYS)
    assert (after.body, after.steps, after.accept) == (before.body, before.steps, before.accept)
    assert own.line(Category.NOISE, Tier.BIG) == LIST.line(Category.NOISE, Tier.BIG)
    assert own.version.startswith("幸福社区-")


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    """A changed word is another version though nobody touched the number; a comment or the order is not."""
    plain = loaded(tmp_path, EXTENDS)
    assert loaded(tmp_path, "# 注\n" + EXTENDS).version == plain.version == LIST.version
    assert loaded(tmp_path, EXTENDS + '[leak.small]\nadvice = "请先关阀"\n').version != plain.version
    a, b = '[leak.small]\nsettle = "1wd"\n', '[noise.small]\nsettle = "1wd"\n'
    assert loaded(tmp_path, EXTENDS + a + b).version == loaded(tmp_path, EXTENDS + b + a).version


def test_a_whole_file_stands_alone(tmp_path: Path) -> None:
    """Without `extends` nothing of the default list is left; a default of a tier serves the categories without a line."""
    text = 'version = "1"\n[bodies.a]\nname = "甲"\n' + "".join(
        f'[defaults.{t}]\nbody = "a"\nadvice = "问甲"\n' for t in Tier
    )
    own = loaded(tmp_path, text)
    assert (list(own.bodies), list(own.types)) == (["a"], [])
    assert {own.line(c, t).body for c, t in LINES} == {"a"}
    assert own.line(Category.LEAK, Tier.BIG).key == "leak.big"


def test_a_list_with_holes_is_told_every_hole(tmp_path: Path) -> None:
    """Each missing line is named, by category and tier, in people's words."""
    found = mistakes(tmp_path, 'version = "1"\n[bodies.a]\nname = "甲"\n[leak.small]\nbody = "a"\n')
    assert "缺少电梯的大事这一行" in found[0]
    assert "还有 50 处" in found[-1]
    assert not any("漏水渗水的小事" in line for line in found)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[leak.small]\nbody = "propety"\n', "[leak.small] 没有「propety」这个责任主体（body），是不是想写 property？"),
        ('[leak.small]\nsupporting = ["nobody"]\n', "没有「nobody」"),
        ('[leak.small]\nsupporting = "street"\n', "supporting 要写成方括号"),
        ('[leek.small]\nbody = "property"\n', "没有「leek」这个项，是不是想写 leak？"),
        ('[leak.smal]\nbody = "property"\n', "[leak] 没有「smal」这个项，是不是想写 small？"),
        ('[leak.small]\nadvise = "x"\n', "[leak.small] 没有「advise」这个项，是不是想写 advice？"),
        ('[leak.small]\nsettle = "3d"\n', "[leak.small] settle：「3d」不是时限"),
        ("[leak.small]\nsettle = 3\n", "settle 要写成带引号的文字"),
        ('[leak.small]\nbody = ""\n', "[leak.small] 缺少 body"),
        ('[leak]\nsmall = "property"\n', "[leak.small] 要写成一节"),
        ('[leak.private]\nadvice = ""\n', "[leak.private] 缺少 advice"),
        ('[leak.private]\nadvice = "这不归我管"\n', "不要写「不归我管」"),
        ('[leak.small]\nadvice = "请{propery}来"\n', "{propery}"),
        ('[types.unmanaged]\ninstead = { property = "comunity" }\n', "[types.unmanaged] 没有「comunity」"),
        ('[types.unmanaged]\nguarantee = "x"\n', "[types.unmanaged] 没有「x」"),
        ('[types.unmanaged]\nbody = "x"\n', "[types.unmanaged] 没有「body」"),
        ('[types.unmanaged.leak.small]\naccept = "soon"\n', "[types.unmanaged.leak.small]"),
        ('[types.new]\nguarantee = "street"\n', "[types.new] 缺少 name"),
        ('[bodies.new]\nname = "物业"\n', "[bodies.new] 「物业」已经是 property 的叫法"),
        ('[bodies.street]\nrole = "boss"\n', "[bodies.street] 没有「boss」这个角色"),
        ("version = 3\n", "version 要写成带引号的文字"),
        ('version = ""\n', "缺少 version"),
        ("bodies = 3\n", "[bodies] 要写成一节"),
        ("x = [", "不是正确的 TOML"),
    ],
)
def test_every_mistake_is_one_sentence_that_says_where(tmp_path: Path, text: str, says: str) -> None:
    """Each line of the error names the file, the list and the place, and what would be right."""
    found = mistakes(tmp_path, EXTENDS + text)
    assert any(says in line for line in found), found
    assert all("my.toml" in line and "三事清单" in line for line in found)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Who made three mistakes reads three sentences, not one after another."""
    text = '[leak.small]\nsettle = "x"\nbody = "y"\n[types.new]\n'
    assert len(mistakes(tmp_path, EXTENDS + text)) == 3


def test_only_the_default_can_be_extended(tmp_path: Path) -> None:
    """Another word after `extends` is a mistake, and a missing file is named."""
    assert "extends" in mistakes(tmp_path, 'extends = "other"\n')[0]
    with pytest.raises(ConfigError, match=r"none\.toml: 没有这个文件（三事清单）"):
        load_responsibility(tmp_path / "none.toml")
