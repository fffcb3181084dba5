"""What is said to who asks, or asks wrongly."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.lifecycle import is_paused
from bot.domain.members import Action, Role
from bot.domain.responsibility import ResponsibilityList
from bot.domain.schedule import promise_due
from bot.domain.taxonomy import Category
from bot.domain.tickets import Status, Ticket, TicketEvent
from bot.wording.parts import by_when, code, moment, own_words, subject


def status(
    ticket: Ticket, households: int, responsibility: ResponsibilityList, now: datetime, due: datetime | None = None
) -> str:
    """Where it stands, when it is *due* and on what grounds. *now* is local, as are the times told."""
    body = f"，{responsibility.body_name(ticket.body)}负责" if ticket.body else ""
    where = f"，已并入#{ticket.merged_into}" if ticket.merged_into else ""
    since = ticket.opened_at.astimezone(now.tzinfo).strftime("%m月%d日")
    return (
        f"{code(ticket)}{subject(ticket)}：{ticket.status.label}{where}{body}{_expected(ticket, now, due)}。"
        f"{_promised(ticket, now)}{since}记录，{max(households, 1)}户反映{_grounds(ticket)}。"
    )


_STANDS = {
    Status.PENDING: "已记录，等{leader}确认",
    Status.CONFIRMED: "已确认，等安排人处理",
    Status.ASSIGNED: "已转{body}，等接单",
    Status.IN_PROGRESS: "{body}处理中",
}
#: Events that say how it goes, and the fact of theirs that everybody may read.
_SAID = {"progressed": "note", "promised": "words", "paused": "reason"}


def standing(ticket: Ticket, body: str, now: datetime) -> str:
    """What somebody who asks in passing is told of an open ticket of *body*. *now* is local, as are the times told."""
    leader = "社区" if ticket.events("desked") else "楼长"
    stands = _STANDS.get(ticket.status, ticket.status.label).format(body=body, leader=leader)
    said = _last_said(ticket)
    words = f"{moment(said.at, now)}：{own_words(said.data[_SAID[said.name]])}。" if said else ""
    return f"{code(ticket)}{subject(ticket)}：{stands}，{moment(ticket.opened_at, now)}起。{words}有消息会在群里说。"


def settled(ticket: Ticket, now: datetime) -> str:
    """What somebody who asks in passing is told of a ticket that was settled lately. *now* is local, as above."""
    done = ticket.events("resolved")[-1]
    what = f"：{own_words(done.data['note'])}" if done.data.get("note") else ""
    return f"{code(ticket)}{subject(ticket)}：{moment(done.at, now)}已办结{what}。还没好请在群里说一声。"


def _last_said(ticket: Ticket) -> TicketEvent | None:
    """The last word of whoever works on *ticket*, since it was last reopened."""
    for event in reversed(ticket.history):
        if event.name == "reopened":
            return None
        if event.data.get(_SAID.get(event.name, "")):
            return event
    return None


def own_list(tickets: Iterable[Ticket]) -> str:
    """Somebody's own tickets."""
    lines = [f"{code(t)}{subject(t)}：{t.status.label}" for t in tickets]
    return "\n".join(lines) if lines else "您还没有反映过诉求。有事在群里说就行。"


HELP = (
    "有事直接在群里说，我会记下来并跟到办结。\n"
    "大家：我家也是 #号 · 查 #号 · 我的诉求 · 催 #号 · 撤回 #号 · 没解决 #号 · 评 1~5 · 应为大事 #号 · 调解 #号 · 别记我\n"
    "楼长、社区：确认 · 误报 · 改小事/改大事/改私事 · 改类 停车 · 合并 #号 · 拆分 #号 · 转 物业\n"
    "物业、社区：接单 · 退回 理由 · 办理中 进展 · 措施 做什么 谁 周五前 · 暂停 12月5日 原因 · 恢复计时 · 办结 结果\n"
    "社区：维持 理由 · 上报 编号 · 回访 满意/不满意\n"
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
    Action.TELL: "社区",
    Action.RATE: "反映人或附议的邻居",
    Action.DECLINE: "承办单位",
    Action.CONTEST: "反映人、附议的邻居或楼长",
    Action.UPHOLD: "社区",
    Action.MEASURE: "楼长、物业或社区",
    Action.SEND_UP: "社区",
    Action.PROMISE: "承办单位",
    Action.PAUSE: "物业或社区",
    Action.RESUME: "物业或社区",
    Action.MEDIATE: "反映人或附议的邻居",
    Action.CALL_BACK: "社区",
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


def _expected(ticket: Ticket, now: datetime, due: datetime | None) -> str:
    """When it should be done; while its clock stands still, until when and why."""
    still = [e for e in ticket.events("paused") if is_paused(ticket, now)]
    if still:
        until = datetime.fromisoformat(str(still[-1].data["until"])).astimezone(now.tzinfo)
        return f"，暂停到{until.month}月{until.day}日（{own_words(still[-1].data['reason'])}）"
    if due is None:
        return ""
    return f"，预计{by_when(due, now)}" if due > now else f"，原定{by_when(due, now)}，已经晚了"


def _promised(ticket: Ticket, now: datetime) -> str:
    """The promise that is still to be kept."""
    owed = promise_due(ticket)
    if owed is None:
        return ""
    who = {"property": "物业", "worker": "社区", "admin": "社区"}.get(owed[0].role, "")
    return f"{who}说{by_when(owed[1], now)}有结果。"


def _grounds(ticket: Ticket) -> str:
    """The line of the list that decided."""
    if not ticket.list_line or not ticket.list_version:
        return ""
    return f"。依据：三事清单{ticket.list_version}版「{ticket.category.label}·{ticket.tier.label}」"


def way_in(link: str) -> str:
    """A one-time link, for its reader alone."""
    return f"打开后台（10分钟内有效，只能用一次，请不要转发）：{link}"


NO_ADDRESS = "后台的网址还没有设置，请找社区的管理员。"
NO_ENTRY = "后台只给楼长和社区工作者用。您想查自己的诉求，说「我的诉求」就行。"
