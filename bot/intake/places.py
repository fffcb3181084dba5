"""Reading places: 三号楼二单元501, 3#2-501, 地下车库, and the card of the sender."""

import re
from dataclasses import replace
from functools import lru_cache

from bot.domain.places import Place, arabic
from bot.domain.taxonomy import Category
from bot.domain.text import clean

_TRIPLE = re.compile(
    r"(?<![\d.:-])(?P<b>\d{1,3}|[A-Z])(?:号楼|栋|幢|座|#|-|号)\s*(?P<u>\d{1,2})(?:单元|门洞?|-)\s*(?P<r>\d{3,4})(?!\d)"
)
_PAIR = re.compile(r"(?<![\d.:-])(?P<a>\d{1,3}|[A-Z])(?:-|(?:号楼|栋|幢|座|#|单元)-?)\s*(?P<r>\d{3,4})(?![\d.元块年])")
_BUILDING = re.compile(r"(?<![\d.:-])(?P<b>\d{1,3}|[A-Z])\s*(?P<word>号楼|栋|幢|座|#楼|#(?!\d{2,}))")
_UNIT = re.compile(r"(?<![\d.:-])(?P<u>\d{1,2}|[A-Z])\s*(?:单元|门洞|门栋)")
_ROOM = re.compile(
    r"(?<![\d.:#年/-])(?P<r>\d{3,4})(?:室|户|房|家(?!电|具))"
    r"|^(?!1(?:10|14|19|20|22)(?!\d))(?P<r2>\d{3,4})(?=[\u4e00-\u9fff\s])(?![年元块多个人路斤米分天])"
)
_AT_HOME = re.compile(
    "我家|我们家|俺家|额家|我屋|屋里|家里|自家|室内|客厅|卧室|厨房|卫生间|厕所|阳台|次卧|主卧|书房|天花板|吊顶|地板|我这"
)
_CARD_ROOM = re.compile(r"(?<![\d-])(?P<r>\d{3,4})(?!\d)")

#: Spots of an estate, the longer name first where one holds the other.
SPOTS = (
    "地下车库", "地下停车场", "地下室", "停车场", "地库", "车库", "负一层", "负二层", "B1", "B2", "车棚", "天台", "楼顶", "屋顶", "大堂",
    "大厅", "电梯厅", "楼道", "楼梯间", "消防通道", "东门", "西门", "南门", "北门", "正门", "后门", "侧门", "大门口", "小区门口",
    "中心广场", "广场", "花园", "凉亭", "游乐场", "儿童乐园", "健身区", "沙坑", "篮球场", "垃圾房", "垃圾站", "垃圾亭", "公厕",
    "快递柜", "驿站", "围墙", "人行道", "马路", "路口", "公交站", "地铁口", "巷口", "河边",
)  # fmt: skip
#: A matter there is not a matter of one building, unless the text names one.
OUTSIDE = frozenset(
    {"地下车库", "地下停车场", "停车场", "地库", "车库", "负一层", "负二层", "B1", "B2", "车棚", "东门", "西门", "南门", "北门", "正门",
     "后门", "侧门", "大门口", "小区门口", "中心广场", "广场", "花园", "凉亭", "游乐场", "儿童乐园", "健身区", "沙坑", "篮球场",
     "垃圾房", "垃圾站", "垃圾亭", "公厕", "快递柜", "驿站", "围墙", "人行道", "马路", "路口", "公交站", "地铁口", "巷口", "河边"}
)  # fmt: skip
#: What happens inside a building, near the door of whoever tells it.
INDOORS = frozenset(
    {Category.ELEVATOR, Category.LEAK, Category.UTILITIES, Category.DRAINAGE, Category.NOISE, Category.HOUSEHOLD,
     Category.NEIGHBOUR, Category.FACILITIES, Category.FIRE, Category.EBIKE, Category.SECURITY, Category.FALLING,
     Category.SANITATION, Category.SERVICES}
)  # fmt: skip
#: What lies outside every building.
OUTDOORS = frozenset({Category.TRAFFIC, Category.PARKING, Category.GREENING, Category.PROPERTY})


def _counter(word: str) -> str:
    """The counter of a building as people expect to read it back."""
    return word if word in ("栋", "幢", "座") else "号楼"


@lru_cache(maxsize=4096)  # every standing ticket asks it of the same message
def in_text(text: str) -> Place:
    """The place that *text* names; parts that it does not name stay empty."""
    plain = arabic(clean(text).upper())
    place = Place(spot=next((s for s in SPOTS if s in text.upper()), ""))
    if m := _TRIPLE.search(plain):
        return replace(place, building=f"{m['b']}号楼", unit=f"{m['u']}单元", room=m["r"])
    building, unit, room = _BUILDING.search(plain), _UNIT.search(plain), _ROOM.search(plain)
    pair = _PAIR.search(plain)
    if pair and building:
        room = pair
    return replace(
        place,
        building=f"{building['b']}{_counter(building['word'])}" if building else "",
        unit=f"{unit['u']}单元" if unit else "",
        room=(room.groupdict().get("r") or room.groupdict().get("r2") or "") if room else "",
    )


def on_card(name: str, group: Place) -> Place:
    """Where the sender lives, by their group card; *group* says what a bare `2-501` leaves out."""
    plain = arabic(clean(name).upper())
    if m := _TRIPLE.search(plain):
        return Place(building=f"{m['b']}号楼", unit=f"{m['u']}单元", room=m["r"])
    if m := _PAIR.search(plain):
        return _pair(m["a"], m["r"], plain, group)
    building, unit = _BUILDING.search(plain), _UNIT.search(plain)
    room = _CARD_ROOM.search(plain)
    return Place(
        building=f"{building['b']}{_counter(building['word'])}" if building else "",
        unit=f"{unit['u']}单元" if unit else "",
        room=room["r"] if room else "",
    )


def _pair(first: str, room: str, text: str, group: Place) -> Place:
    """`2-501` is unit and door in the group of one building, building and door in the group of an estate."""
    if "单元" in text or (group.building and first.isdigit() and not re.search("号楼|栋|幢|座|#", text)):
        return Place(unit=f"{first}单元", room=room)
    return Place(building=f"{first}{'座' if first.isalpha() else '号楼'}", room=room)


def of_matter(texts: list[str], card: str, group: Place, category: Category) -> Place:
    """Where the matter told in *texts* is: from the words, else from the sender's *card*, else from the *group*.

    A spot outside (东门, 地下车库) keeps the card and the group's building out of it, and so does a category that
    lies outside every building.
    """
    said = Place(estate=group.estate)
    for text in texts:
        said = said.filled_from(in_text(text))
    own = on_card(card, group)
    if category is not Category.HOUSEHOLD and not any(_AT_HOME.search(text) for text in texts):
        own = replace(own, room="")  # the stairwell's leak is not at the door of whoever tells it
    if said.building:
        return said.filled_from(own) if category in INDOORS and not _elsewhere(said, group) else said
    if said.spot in OUTSIDE or (category in OUTDOORS and not said.unit):
        return said
    home = own.filled_from(Place(building=group.building))
    if category in INDOORS:
        return said.filled_from(home).filled_from(group)
    return said.filled_from(Place(building=home.building if group.building else ""))


def _elsewhere(said: Place, group: Place) -> bool:
    """Does the text name another building than the group's own?"""
    return bool(group.building) and not Place(building=group.building).agrees_with(Place(building=said.building))
