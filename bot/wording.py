"""Every sentence the bot ever says. Each begins with the ticket's code, and none names a reporter or a door."""

from collections.abc import Iterable
from datetime import timedelta

from bot.domain.members import Action, Role
from bot.domain.responsibility import ResponsibilityList
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.text import masked, shortened
from bot.domain.tickets import Status, Ticket

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


def code(ticket: Ticket) -> str:
    """The mark that every sentence about *ticket* begins with: `【#42】`."""
    return f"【{ticket.code}】"


def subject(ticket: Ticket) -> str:
    """Place and category, as a group may read them: `3号楼2单元 电梯`."""
    return " ".join(part for part in (ticket.place.public, ticket.category.label) if part)


def opened(ticket: Ticket) -> str:
    """A matter was taken down; the leader is asked."""
    pressing = f"·{ticket.urgency.label}" if ticket.urgency is not Urgency.NORMAL else ""
    again = f"，和之前的#{ticket.previous}相似" if ticket.previous else ""
    return f"{code(ticket)}已记录：{subject(ticket)}（{ticket.tier.label}{pressing}）{again}。请楼长回复「确认」或「误报」。"


def emergency(ticket: Ticket, *, called: bool) -> str:
    """Something dangerous: what to do now. *called*: are people on duty mentioned in the same post?"""
    duty = "已请值班人员到场。" if called else ""
    return f"{code(ticket)}紧急：{subject(ticket)}。{_EMERGENCY.get(ticket.category, _ANY_EMERGENCY)}。{duty}"


def advised(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """A private matter: how to settle it."""
    advice = responsibility.line(ticket.category, Tier.PRIVATE).advice
    return f"{code(ticket)}{ticket.category.label}的事记下了。{advice}"


def confirmed(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """It is so; who acts."""
    body = responsibility.body_name(responsibility.line(ticket.category, ticket.tier).body)
    return f"{code(ticket)}已确认：{subject(ticket)}（{ticket.tier.label}），由{body}负责。{body}回复「接单」开始办理。"


def rejected(ticket: Ticket, reason: str) -> str:
    """It is not taken on, and why."""
    why = f"：{masked(shortened(reason, 60))}" if reason else ""
    return f"{code(ticket)}经核实不受理{why}。有不同意见请回复「没解决 {ticket.code}」。"


def retiered(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """The tier was changed, and what follows."""
    line = responsibility.line(ticket.category, ticket.tier)
    if ticket.tier is Tier.PRIVATE:
        return f"{code(ticket)}改为{ticket.tier.label}。{line.advice}"
    return f"{code(ticket)}改为{ticket.tier.label}，由{responsibility.body_name(line.body)}负责。"


def recategorised(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """The category was changed, and what follows."""
    body = responsibility.body_name(responsibility.line(ticket.category, ticket.tier).body)
    return f"{code(ticket)}改类为「{ticket.category.label}」，{ticket.tier.label}，由{body}负责。"


def merged(ticket: Ticket, into: Ticket) -> str:
    """Two tickets are one matter."""
    return f"{code(ticket)}已并入{into.code}（{subject(into)}），后续进展看{into.code}。"


def split(ticket: Ticket, was_in: int) -> str:
    """A merge was undone."""
    return f"{code(ticket)}已从#{was_in}拆出，恢复为「{ticket.status.label}」。"


def assigned(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """Somebody was made responsible."""
    return f"{code(ticket)}已转{responsibility.body_name(ticket.body)}处理：{subject(ticket)}。请回复「接单」。"


def accepted(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """Somebody is on it."""
    return f"{code(ticket)}{responsibility.body_name(ticket.body)}已接单，正在处理。"


def progressed(ticket: Ticket, note: str) -> str:
    """How it goes."""
    what = f"：{masked(shortened(note, 100))}" if note else ""
    return f"{code(ticket)}办理中{what}。"


def resolved(ticket: Ticket, note: str, objections: timedelta) -> str:
    """It is done, and how long one may object."""
    what = f"：{masked(shortened(note, 100))}" if note else ""
    return (
        f"{code(ticket)}已办结{what}。没解决请在{hours(objections)}内回复「没解决 {ticket.code}」；"
        f"也请反映的邻居回复「评 1~5」。"
    )


def reopened(ticket: Ticket) -> str:
    """It is on again."""
    return f"{code(ticket)}有邻居反映还没解决，已重新办理。"


def rated(ticket: Ticket, stars: int) -> str:
    """Thanks for a rating."""
    thanks = "谢谢评价" if stars >= 3 else "收到，没做好的地方社区会回访"
    return f"{code(ticket)}{thanks}。"


def urged(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """It was asked for again."""
    body = ticket.body or responsibility.line(ticket.category, ticket.tier).body
    return f"{code(ticket)}已催办，现在是「{ticket.status.label}」，由{responsibility.body_name(body)}负责。"


def withdrawn(ticket: Ticket) -> str:
    """Its reporter took it back."""
    return f"{code(ticket)}已按反映人的意思撤回。"


def supported(ticket: Ticket, households: int) -> str:
    """Somebody joined in by quoting the bot."""
    return f"{code(ticket)}已加上您，共{households}户反映。"


def status(ticket: Ticket, households: int, responsibility: ResponsibilityList) -> str:
    """Where it stands."""
    body = f"，{responsibility.body_name(ticket.body)}负责" if ticket.body else ""
    where = f"，已并入#{ticket.merged_into}" if ticket.merged_into else ""
    since = ticket.opened_at.strftime("%m月%d日")
    return f"{code(ticket)}{subject(ticket)}：{ticket.status.label}{where}{body}。{since}记录，{max(households, 1)}户反映。"


def own_list(tickets: Iterable[Ticket]) -> str:
    """Somebody's own tickets."""
    lines = [f"{code(t)}{subject(t)}：{t.status.label}" for t in tickets]
    return "\n".join(lines) if lines else "您还没有反映过诉求。有事在群里说就行。"


HELP = (
    "有事直接在群里说，我会记下来并跟到办结。\n"
    "大家：我家也是 #号 · 查 #号 · 我的诉求 · 催 #号 · 撤回 #号 · 没解决 #号 · 评 1~5\n"
    "楼长、社区：确认 · 误报 · 改小事/改大事/改私事 · 改类 停车 · 合并 #号 · 拆分 #号 · 转 物业\n"
    "物业：接单 · 办理中 进展 · 办结 结果\n"
    "引用我的话回复，可以不写号。"
)


def categories() -> str:
    """The categories that 改类 knows."""
    return "没有这个类别。可以改成：" + "、".join(c.label for c in Category)


def ask_which(action: Action, tickets: Iterable[Ticket]) -> str:
    """Several tickets could be meant."""
    known = list(tickets)
    if not known:
        return f"没找到可以{action.label}的工单，请带上编号，例如「#12」。"
    lines = "\n".join(f"{code(t)}{subject(t)}" for t in known[:5])
    return f"要{action.label}的是哪一个？请带上编号，例如「{known[0].code}」：\n{lines}"


def not_permitted(ticket: Ticket, action: Action) -> str:
    """Somebody may not do this."""
    return f"{code(ticket)}谢谢您关心，{action.label}要由{_WHO.get(action, '反映人')}来做。"


_WHO = {
    Action.CONFIRM: "楼长或社区",
    Action.REJECT: "楼长或社区",
    Action.RECLASSIFY: "楼长或社区",
    Action.MERGE: "楼长或社区",
    Action.SPLIT: "楼长或社区",
    Action.ASSIGN: "楼长或社区",
    Action.ACCEPT: "物业或社区",
    Action.PROGRESS: "物业或社区",
    Action.RESOLVE: "物业或社区",
    Action.REOPEN: "反映人或附议的邻居",
    Action.RATE: "反映人或附议的邻居",
}


def not_found(reason: str) -> str:
    """No such ticket."""
    return f"{reason}，请看看编号对不对。"


def not_possible(number: int, reason: str) -> str:
    """The status of #*number* does not allow it."""
    return f"【#{number}】{reason.removeprefix(f'#{number}')}。"


def bound(role: Role, where: str) -> str:
    """A role was bound."""
    return f"绑定成功：您现在是{where}{role.label}。回复「帮助」看看能做什么。"


WRONG_CODE = "这个绑定码不对，或已经用过、过期了。请向社区再要一个。"
LOCKED_OUT = "输错次数太多，请一小时后再试。"


def merged_posts(texts: Iterable[str]) -> str:
    """Several sentences in one post."""
    return "\n".join(texts)


def digest(tickets: Iterable[tuple[int, str]]) -> str:
    """Many pieces of news in one post: the latest status of each ticket, as number and status code."""
    latest = dict(tickets)
    lines = [f"【#{number}】{Status(status).label}" for number, status in latest.items()]
    return "\n".join([*lines, f"以上{len(latest)}件的近况，回复「查 #号」看详情。"])


def hours(span: timedelta) -> str:
    """A span as people say it."""
    whole = round(span.total_seconds() / 3600)
    return f"{whole}小时" if whole else f"{round(span.total_seconds() / 60)}分钟"
