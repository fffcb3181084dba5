"""The words for what a message is about. The codes are an interface: stored, exported and used as labels."""

from enum import StrEnum
from typing import TypeVar


class Named(StrEnum):
    """A code with the name that people read."""

    label: str

    def __new__(cls, code: str, label: str = "") -> "Named":
        """Make a member whose value is *code* and whose `label` is what people see."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label or code
        return member


class Kind(Named):
    """What a message is, to the intake."""

    COMPLAINT = "complaint", "投诉"
    REQUEST = "request", "求助"
    SUGGESTION = "suggestion", "建议"
    INQUIRY = "inquiry", "咨询"
    PRAISE = "praise", "表扬"
    CHATTER = "chatter", "闲聊"


#: The kinds that become tickets.
ISSUE_KINDS = frozenset({Kind.COMPLAINT, Kind.REQUEST, Kind.SUGGESTION})


class Category(Named):
    """What an issue is about."""

    ELEVATOR = "elevator", "电梯"
    LEAK = "leak", "漏水渗水"
    UTILITIES = "utilities", "水电气暖"
    DRAINAGE = "drainage", "下水管网"
    NOISE = "noise", "噪音扰民"
    SANITATION = "sanitation", "环境卫生"
    PARKING = "parking", "停车管理"
    EBIKE = "ebike", "电动车管理"
    FIRE = "fire", "消防安全"
    SECURITY = "security", "治安门禁"
    FALLING = "falling", "高空抛物坠物"
    FACILITIES = "facilities", "公共设施"
    GREENING = "greening", "绿化养护"
    PETS = "pets", "宠物管理"
    BUILDING = "building", "违建装修"
    PROPERTY = "property", "物业服务"
    NEIGHBOUR = "neighbour", "邻里纠纷"
    TRAFFIC = "traffic", "周边交通"
    SERVICES = "services", "民生服务"
    HOUSEHOLD = "household", "家庭内部"
    OTHER = "other", "其他"


class Tier(Named):
    """Whose business an issue is (三事分流)."""

    BIG = "big", "大事"
    SMALL = "small", "小事"
    PRIVATE = "private", "私事"


class Urgency(Named):
    """How long an issue can wait."""

    EMERGENCY = "emergency", "紧急"
    URGENT = "urgent", "加急"
    NORMAL = "normal", "一般"


#: Higher is more pressing.
URGENCY_RANK = {Urgency.NORMAL: 0, Urgency.URGENT: 1, Urgency.EMERGENCY: 2}


N = TypeVar("N", bound=Named)


def by_label(words: type[N], label: str) -> N | None:
    """The member of *words* that people call *label*, by its name, its code or an unambiguous part of the name."""
    label = label.strip()
    exact = [w for w in words if label in (w.label, w.value)]
    part = [w for w in words if label and label in w.label]
    found = exact or part
    return found[0] if len(found) == 1 else None
