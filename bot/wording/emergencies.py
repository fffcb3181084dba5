"""What is said when there is danger: what to do now, and to whom it is said again."""

import re

from bot.domain.taxonomy import Category
from bot.domain.tickets import Ticket
from bot.wording.parts import code, subject

#: What to do at once, by category; else `_ANY_EMERGENCY`.
_EMERGENCY = {
    Category.ELEVATOR: "有人被困请按轿厢内呼叫键，别扒门；请物业值班立即到场，必要时拨119",
    Category.UTILITIES: "有煤气味请开窗离开，别开关电器、别在楼道打电话，到室外拨119和燃气抢修；带电的线请远离，拨95598",
    Category.FIRE: "请马上拨119，走楼梯，别坐电梯",
    Category.EBIKE: "冒烟起火请马上拨119，离车和电池远一点，别坐电梯",
    Category.SECURITY: "请先保证自己安全，马上拨110",
    Category.NEIGHBOUR: "请先保证自己安全，马上拨110，伤人拨120",
    Category.SERVICES: "请马上拨120，附近的邻居请搭把手",
    Category.OTHER: "有人受伤请马上拨120，危险请远离并拨110",
    Category.DRAINAGE: "请远离积水和井口，别让孩子靠近，必要时拨119",
    Category.LEAK: "请先关总阀和电闸，物业值班请马上到场",
    Category.FALLING: "请绕开这一片，有人受伤拨120",
}
_ANY_EMERGENCY = "请先保证人的安全，火警119、急救120、报警110"
#: What was said tells more than the category: the first line that fits counts.
_BY_WORDS = (
    (re.compile(r"走失|走丢|失联"), "请马上拨110，不用等24小时；见到的邻居请在群里说一声"),
    (re.compile(r"触电|被电|漏电|麻手"), "别用手拉人，先拉电闸，马上拨120；供电抢修拨95598"),
    (re.compile(r"坠楼|跳楼|轻生|坠落|砸[到着]人|摔下"), "请马上拨120和110，别搬动伤者，绕开这一片"),
    (re.compile(r"[困关卡].{0,6}(?:电?梯|轿厢)|电梯.{0,8}[困关卡]"), _EMERGENCY[Category.ELEVATOR]),
    (
        re.compile(r"煤气|燃气|天然气|瓦斯"),
        "请开窗离开，别开关电器、别在楼道打电话，到室外拨119和燃气抢修；有人不舒服拨120",
    ),
    (re.compile(r"着火|起火|失火|火苗|浓烟|黑烟|冒烟"), _EMERGENCY[Category.FIRE]),
    (re.compile(r"晕倒|昏倒|昏迷|不省人事|抽搐|叫不醒|没呼吸|心梗"), "请马上拨120，附近的邻居请搭把手"),
)


def emergency(ticket: Ticket, *, called: bool) -> str:
    """Something dangerous: what to do now. *called*: are people on duty mentioned in the same post?"""
    duty = "已请值班人员到场。" if called else ""
    return f"{code(ticket)}紧急：{subject(ticket)}。{_at_once(ticket)}。{duty}"


def danger(said: str, category: Category, *, called: bool) -> str:
    """Something dangerous, told by somebody who wants nothing taken down: what to do now. Nothing is recorded."""
    duty = "已请值班人员到场。" if called else ""
    return f"紧急。{_advice(said, category)}。{duty}这件事没有记录，请直接打电话。"


def _at_once(ticket: Ticket) -> str:
    """What to do now, by what was said, else by the category."""
    return _advice(" ".join(m.text for m in ticket.messages), ticket.category)


def _advice(said: str, category: Category) -> str:
    by_words = next((advice for words, advice in _BY_WORDS if words.search(said)), "")
    return by_words or _EMERGENCY.get(category, _ANY_EMERGENCY)


def alarm_repeated(ticket: Ticket) -> str:
    """Nobody has answered an emergency."""
    return f"{code(ticket)}紧急，还没有人回应：{subject(ticket)}。请值班人员马上处理，并在群里回一声。"
