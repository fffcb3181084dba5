"""The codes are an interface: stored, exported and used as labels."""

import pytest

from bot.domain.responsibility import Body, Line, ResponsibilityList
from bot.domain.taxonomy import ISSUE_KINDS, URGENCY_RANK, Category, Kind, Named, Tier, Urgency, by_label

#: A copy of the codes and the names that people see.
CODES: dict[type[Named], str] = {
    Kind: "complaint=投诉 request=求助 suggestion=建议 inquiry=咨询 praise=表扬 chatter=闲聊",
    Category: (
        "elevator=电梯 leak=漏水渗水 utilities=水电气暖 drainage=下水管网 noise=噪音扰民 sanitation=环境卫生 "
        "parking=停车管理 ebike=电动车管理 fire=消防安全 security=治安门禁 falling=高空抛物坠物 facilities=公共设施 "
        "greening=绿化养护 pets=宠物管理 building=违建装修 property=物业服务 neighbour=邻里纠纷 traffic=周边交通 "
        "services=民生服务 household=家庭内部 other=其他"
    ),
    Tier: "big=大事 small=小事 private=私事",
    Urgency: "emergency=紧急 urgent=加急 normal=一般",
}


@pytest.mark.parametrize("words", CODES, ids=lambda w: w.__name__)
def test_the_codes_are_those_of_the_specification(words: type[Named]) -> None:
    """Nobody renames, adds or drops a code without changing this copy."""
    assert " ".join(f"{w.value}={w.label}" for w in words) == CODES[words]


def test_issues_are_complaints_requests_and_suggestions() -> None:
    """An inquiry, praise and chatter are no issue by themselves."""
    assert {k.value for k in ISSUE_KINDS} == {"complaint", "request", "suggestion"}


def test_urgencies_are_ordered() -> None:
    """An emergency presses more than an urgent matter, and that more than a normal one."""
    assert sorted(Urgency, key=lambda u: URGENCY_RANK[u]) == [Urgency.NORMAL, Urgency.URGENT, Urgency.EMERGENCY]


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("停车", Category.PARKING),
        ("停车管理", Category.PARKING),
        (" parking ", Category.PARKING),
        ("漏水", Category.LEAK),
        ("电梯", Category.ELEVATOR),
        ("管理", None),
        ("飞碟", None),
        ("", None),
    ],
)
def test_a_category_is_found_by_an_unambiguous_part_of_its_name(said: str, category: Category | None) -> None:
    """Name, code or a part that only one name has; an ambiguous part is no answer."""
    assert by_label(Category, said) is category


def test_a_code_without_a_name_is_its_own_name() -> None:
    """What has no label is shown by its code."""

    class Bare(Named):
        """Without labels."""

        X = "x"

    assert Bare.X.label == "x"


LIST = ResponsibilityList(
    version="1",
    bodies={"property": Body(code="property", name="物业公司", aliases=("物业",))},
    defaults=dict.fromkeys(Tier, Line(body="property")),
    lines={(Category.FIRE, Tier.BIG): Line(body="fire", advice="拨119")},
)


def test_the_list_names_a_body_for_every_category_and_tier() -> None:
    """A category has its own line or the default of its tier; an unknown body is called by its code."""
    assert LIST.line(Category.FIRE, Tier.BIG).body == "fire"
    assert LIST.line(Category.FIRE, Tier.SMALL).body == "property"
    assert (LIST.body_name("property"), LIST.body_name("fire")) == ("物业公司", "fire")
    assert LIST.by_name() == {"property": "property", "物业公司": "property", "物业": "property"}
