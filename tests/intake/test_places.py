"""Reading places out of words, cards and groups."""

from pathlib import Path

import pytest

from bot.domain.places import Place
from bot.domain.taxonomy import Category
from bot.intake.places import in_text, of_matter, on_card

TABLE = Path(__file__).with_name("places.tsv")
HERE = Place(estate="幸福里", building="3号楼")
ESTATE = Place(estate="幸福里")


def _lines() -> list[tuple[str, Place]]:
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("# ")]
    cells = [[c.strip() for c in (*row, "", "", "", "")] for row in rows]
    return [(c[0], Place(building=c[1], unit=c[2], room=c[3], spot=c[4])) for c in cells]


@pytest.mark.parametrize(("text", "place"), _lines())
def test_a_place_is_read_as_the_table_says(text: str, place: Place) -> None:
    """Each line of places.tsv is read as exactly that place; dates, prices and hotlines are none."""
    assert in_text(text) == place


@pytest.mark.parametrize(
    ("card", "group", "place"),
    [
        ("3-2-501 王阿姨", HERE, Place(building="3号楼", unit="2单元", room="501")),
        ("3号楼二单元501", ESTATE, Place(building="3号楼", unit="2单元", room="501")),
        ("2-501", HERE, Place(unit="2单元", room="501")),
        ("2-501", ESTATE, Place(building="2号楼", room="501")),
        ("A-501 老李", ESTATE, Place(building="A座", room="501")),
        ("2单元501", ESTATE, Place(unit="2单元", room="501")),
        ("3号楼-501", HERE, Place(building="3号楼", room="501")),
        ("501老王", HERE, Place(room="501")),
        ("3栋", HERE, Place(building="3栋")),
        ("2单元 小红", HERE, Place(unit="2单元")),
        ("岁月静好🌸", HERE, Place()),
        ("", HERE, Place()),
    ],
)
def test_a_card_says_where_somebody_lives(card: str, group: Place, place: Place) -> None:
    """A group card is read with what its group leaves out: 2-501 is unit and door in the group of one building."""
    assert on_card(card, group) == place


CARD = "3-2-501 王阿姨"


@pytest.mark.parametrize(
    ("texts", "group", "category", "place"),
    [
        (["漏水了"], HERE, Category.LEAK, Place(estate="幸福里", building="3号楼", unit="2单元")),
        (["我家漏水了"], HERE, Category.LEAK, Place(estate="幸福里", building="3号楼", unit="2单元", room="501")),
        (["1单元漏水了"], HERE, Category.LEAK, Place(estate="幸福里", building="3号楼", unit="1单元")),
        (
            ["垃圾没人收", "3单元门口"],
            HERE,
            Category.SANITATION,
            Place(estate="幸福里", building="3号楼", unit="3单元"),
        ),
        (["东门堵死了"], HERE, Category.PARKING, Place(estate="幸福里", spot="东门")),
        (["地下车库漏水"], HERE, Category.LEAK, Place(estate="幸福里", spot="地下车库")),
        (["物业费太贵"], HERE, Category.PROPERTY, Place(estate="幸福里")),
        (["5号楼漏水"], HERE, Category.LEAK, Place(estate="幸福里", building="5号楼")),
        (["3号楼漏水"], HERE, Category.LEAK, Place(estate="幸福里", building="3号楼", unit="2单元")),
        (["狗没拴"], HERE, Category.PETS, Place(estate="幸福里", building="3号楼")),
        (["狗没拴"], ESTATE, Category.PETS, Place(estate="幸福里")),
        (["漏水了"], ESTATE, Category.LEAK, Place(estate="幸福里", building="3号楼", unit="2单元")),
        (["1单元停车乱"], HERE, Category.PARKING, Place(estate="幸福里", building="3号楼", unit="1单元")),
    ],
)
def test_where_a_matter_is(texts: list[str], group: Place, category: Category, place: Place) -> None:
    """From the words, else from the card, else from the group; what lies outside has no building."""
    assert of_matter(texts, CARD, group, category) == place
