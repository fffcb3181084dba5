"""Names of places, and how two of them compare."""

import pytest

from bot.domain.places import Place, arabic, place_key, same_place


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("三号楼", "3号楼"),
        ("十二幢", "12幢"),
        ("十幢", "10幢"),
        ("二十楼", "20楼"),
        ("九十九号", "99号"),
        ("五零一", "501"),
        ("两单元", "2单元"),
        ("〇", "0"),
        ("没有数字", "没有数字"),
        ("3号楼", "3号楼"),
    ],
)
def test_chinese_numerals_become_digits(text: str, digits: str) -> None:
    """Numerals below one hundred, and doors read digit by digit, become digits; the rest stays."""
    assert arabic(text) == digits


@pytest.mark.parametrize("name", ["3号楼", "三号楼", "3幢", "三栋", "3#", "3 号楼", "3座", "三单元", "3"])
def test_a_building_has_one_key_however_it_is_written(name: str) -> None:
    """3号楼, 三幢 and 3# are the same building."""
    assert place_key(name) == "3"
    assert same_place(name, "3号楼")


@pytest.mark.parametrize(("a", "b"), [("3号楼", "13号楼"), ("A座", "B座"), ("3号楼", ""), ("十三幢", "3幢")])
def test_different_buildings_differ(a: str, b: str) -> None:
    """Another number or letter is another building, and none is not any."""
    assert not same_place(a, b)


def test_letters_of_buildings_have_no_case() -> None:
    """a座 is A座."""
    assert same_place("a座", "A座")


WHOLE = Place(estate="幸福里", building="3号楼", unit="2单元", room="501", spot="楼道")


@pytest.mark.parametrize(
    ("other", "agrees"),
    [
        (Place(), True),
        (WHOLE, True),
        (Place(building="三幢"), True),
        (Place(building="5号楼"), False),
        (Place(building="3号楼", unit="1单元"), False),
        (Place(estate="别处"), False),
        (Place(room="302"), True),
        (Place(spot="东门"), True),
    ],
)
def test_places_agree_unless_a_known_part_differs(other: Place, agrees: bool) -> None:
    """Only estate, building and unit count, and only where both know them."""
    assert WHOLE.agrees_with(other) is agrees
    assert other.agrees_with(WHOLE) is agrees


def test_a_place_is_filled_from_one_that_agrees() -> None:
    """Unknown parts are taken over, known ones stay, and nothing is taken from another place."""
    half = Place(building="三幢", spot="楼道")
    assert half.filled_from(Place(building="3号楼", unit="2单元", room="501")) == Place(
        building="三幢", unit="2单元", room="501", spot="楼道"
    )
    assert half.filled_from(Place(building="5号楼", unit="2单元")) == half


@pytest.mark.parametrize(
    ("place", "public"),
    [
        (WHOLE, "3号楼2单元楼道"),
        (Place(estate="幸福里", room="501"), "幸福里"),
        (Place(), ""),
        (Place(spot="东门"), "东门"),
    ],
)
def test_a_group_never_reads_a_door(place: Place, public: str) -> None:
    """What a group may see of a place has no door in it."""
    assert place.public == public


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Place(building="3号楼", unit="2单元"), Place(building="三幢", unit="2单元"), True),
        (Place(building="3号楼", unit="2单元"), Place(building="3号楼"), True),
        (Place(building="3号楼", unit="2单元"), Place(building="3号楼", unit="1单元"), False),
        (Place(building="3号楼"), Place(), False),
        (Place(spot="东门"), Place(spot="西门"), False),
        (Place(spot="东门"), Place(), True),
        (Place(building="3号楼", room="501"), Place(building="3号楼", room="602"), False),
    ],
)
def test_the_very_place(one: Place, other: Place, same: bool) -> None:
    """The same spot is named as exactly: a matter of the estate has not come back in one building."""
    assert one.is_spot_of(other) is same
    assert other.is_spot_of(one) is same
