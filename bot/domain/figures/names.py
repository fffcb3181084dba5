"""The names of the figures, and why a ticket is left out of one. The codes are an interface: JSON carries them."""

from bot.domain.taxonomy import Named


class CountName(Named):
    """What is counted."""

    RECEIVED = "received", "收到"
    SETTLED = "settled", "办结"
    #: Private matters that were shown a way.
    REFERRED = "referred", "私事转介"
    #: At the end of the period, referred ones aside.
    OPEN = "open", "在办"
    #: Open tickets whose groups have heard nothing for too long, at the end of the period.
    DEBT = "debt", "欠群里回话"


class RateName(Named):
    """Shares, each with those it leaves out."""

    RESPONDED = "responded", "响应率"
    SETTLED = "settled", "解决率"
    SATISFIED = "satisfied", "满意率"
    HELD = "held", "落实率"
    ON_TIME = "on_time", "按时率"
    REOPENED = "reopened", "重开率"


class TimeName(Named):
    """How long something took, in working hours."""

    CONFIRM = "confirm", "确认用时"
    ACCEPT = "accept", "接单用时"
    SETTLE = "settle", "办结用时"


class Reason(Named):
    """Why a ticket is in neither part of a rate. Each is printed beside the rate with its count."""

    PRIVATE = "private", "私事"
    WITHIN = "within", "还在时限内"
    PAUSED = "paused", "有理由暂停"
    REJECTED = "rejected", "不受理"
    #: It would be easy to hide a matter so: counted by itself.
    UNREASONED = "unreasoned", "不受理且没写理由"
    MERGED = "merged", "已合并"
    WITHDRAWN = "withdrawn", "已撤回"
    UNRATED = "unrated", "没有评价"
    EARLY = "early", "观察期未满"
    UNLIMITED = "unlimited", "没有时限"


class Axis(Named):
    """What the figures are told apart by."""

    TIER = "tier", "三事"
    CATEGORY = "category", "类别"
    BUILDING = "building", "楼栋"
    BODY = "body", "责任主体"


#: In one rate: it is in the numerator, it is only in the denominator, or it is left out.
Verdict = bool | Reason
