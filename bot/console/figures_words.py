"""What a figure is called, where a list says by what it is filtered. Pure functions."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from bot.domain.figures.names import CountName, RateName, Reason, TimeName
from bot.domain.policy import Policy
from bot.domain.taxonomy import Category, Named, Tier

_PARTS = {"met": "做到的", "missed": "没做到的", "all": "算在内的"}
_KINDS: dict[str, type[Named]] = {"count": CountName, "rate": RateName, "time": TimeName}
_WHOLE = {"heat": "收到", "pending": "待确认", "leader": "楼长办过", "imported": "导入的旧事"}


def in_plain_words(figure: str, policy: Policy) -> str:
    """What the address of a *figure* names: `解决率，没做到的，电梯，2026-03-02至2026-03-08`."""
    parts = dict(parse_qsl(figure))
    return "，".join(word for word in _words(parts, policy) if word) or "一个数"


def _words(parts: dict[str, str], policy: Policy) -> Iterable[str]:
    yield from _name(parts.get("of", ""))
    axis, code = parts.get("axis", ""), parts.get("code", "")
    if axis == "body":
        yield policy.responsibility.body_name(code) if code else "没有责任主体"
    elif axis in ("tier", "category"):
        yield _label(Tier if axis == "tier" else Category, code)
    elif code and parts.get("of") != "leader":
        building = code.rpartition("/")[2]
        yield f"{building}号楼" if building.isdecimal() else code.strip("/")
    yield _label(Category, parts.get("category", ""))
    yield f"{parts['week']}那一周" if "week" in parts else parts.get("period", "").replace("..", "至")


def _name(of: str) -> Iterable[str]:
    kind, _, rest = of.partition("-")
    name, _, part = rest.partition("-")
    if kind in _KINDS:
        yield _label(_KINDS[kind], name)
        yield _PARTS.get(part, "") or (f"不计：{_label(Reason, part)}" if part else "")
    elif kind == "cluster":
        yield f"集中问题#{name}{'，上一期' if part else ''}"
    else:
        yield _WHOLE.get(kind, "")


def _label(words: type[Named], code: str) -> str:
    return next((word.label for word in words if word == code), "")
