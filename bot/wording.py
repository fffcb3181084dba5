"""Every sentence the bot ever says. Each begins with the ticket's code, and none names a reporter or a door."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.domain.directory import Entry
from bot.domain.lifecycle import is_paused
from bot.domain.members import Action, Role
from bot.domain.responsibility import Line, ResponsibilityList
from bot.domain.schedule import promise_due
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.text import masked, shortened
from bot.domain.tickets import Status, Ticket, TicketEvent

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
    return f"{code(ticket)}紧急：{subject(ticket)}。{_at_once(ticket)}。{duty}"


def _at_once(ticket: Ticket) -> str:
    """What to do now, by what was said, else by the category."""
    said = " ".join(m.text for m in ticket.messages)
    by_words = next((advice for words, advice in _BY_WORDS if words.search(said)), "")
    return by_words or _EMERGENCY.get(ticket.category, _ANY_EMERGENCY)


def advised(ticket: Ticket, line: Line, entries: Iterable[Entry] = ()) -> str:
    """A private matter: how to settle it, and in private also whom to ask."""
    known = "；".join(f"{e.name}{' ' if e.phone else ''}{e.phone}{f'（{e.note}）' if e.note else ''}" for e in entries)
    ask = f"可以问问：{known}。" if known else ""
    return f"{code(ticket)}{ticket.category.label}的事记下了。{line.advice}{ask}"


def confirmed(ticket: Ticket, line: Line, responsibility: ResponsibilityList) -> str:
    """It is so; who acts, and by when."""
    body = responsibility.body_name(ticket.body or line.body)
    return (
        f"{code(ticket)}已确认：{subject(ticket)}（{ticket.tier.label}），由{body}负责，"
        f"{line.accept.label}内接单、{line.settle.label}内办结。"
    )


def rejected(ticket: Ticket, reason: str) -> str:
    """It is not taken on, and why."""
    why = f"：{masked(shortened(reason, 60))}" if reason else ""
    return f"{code(ticket)}经核实不受理{why}。有不同意见请回复「没解决 {ticket.code}」。"


def retiered(ticket: Ticket, line: Line, responsibility: ResponsibilityList) -> str:
    """The tier was changed, and what follows."""
    if ticket.tier is Tier.PRIVATE:
        return f"{code(ticket)}改为{ticket.tier.label}，办法已经发给反映人。"
    return f"{code(ticket)}改为{ticket.tier.label}，由{responsibility.body_name(ticket.body or line.body)}负责。"


def recategorised(ticket: Ticket, line: Line, responsibility: ResponsibilityList) -> str:
    """The category was changed, and what follows."""
    named = f"{code(ticket)}改类为「{ticket.category.label}」，{ticket.tier.label}"
    if ticket.tier is Tier.PRIVATE:
        return f"{named}。"
    return f"{named}，由{responsibility.body_name(ticket.body or line.body)}负责。"


def merged(ticket: Ticket, into: Ticket) -> str:
    """Two tickets are one matter."""
    return f"{code(ticket)}已并入{into.code}（{subject(into)}），后续进展看{into.code}。"


def split(ticket: Ticket, was_in: int) -> str:
    """A merge was undone."""
    return f"{code(ticket)}已从#{was_in}拆出，恢复为「{ticket.status.label}」。"


def assigned(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """Somebody was made responsible."""
    reason = str(ticket.events("assigned")[-1].data.get("reason", "")) if ticket.events("assigned") else ""
    why = f"（{_words(reason)}）" if reason else ""
    return f"{code(ticket)}已转{responsibility.body_name(ticket.body)}处理{why}：{subject(ticket)}。请回复「接单」。"


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
    words = f"{moment(said.at, now)}：{_words(said.data[_SAID[said.name]])}。" if said else ""
    return f"{code(ticket)}{subject(ticket)}：{stands}，{moment(ticket.opened_at, now)}起。{words}有消息会在群里说。"


def settled(ticket: Ticket, now: datetime) -> str:
    """What somebody who asks in passing is told of a ticket that was settled lately. *now* is local, as above."""
    done = ticket.events("resolved")[-1]
    what = f"：{_words(done.data['note'])}" if done.data.get("note") else ""
    return f"{code(ticket)}{subject(ticket)}：{moment(done.at, now)}已办结{what}。还没好请在群里说一声。"


def moment(at: datetime, now: datetime) -> str:
    """*at* as people say it at *now*, by the clock of *now*: `10:20`, `昨天10:20`, `3月9日10:20`."""
    local = at.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    day = {0: "", 1: "昨天"}.get(days, f"{local.month}月{local.day}日")
    return f"{day}{local:%H:%M}"


def _last_said(ticket: Ticket) -> TicketEvent | None:
    """The last word of whoever works on *ticket*, since it was last reopened."""
    for event in reversed(ticket.history):
        if event.name == "reopened":
            return None
        if event.data.get(_SAID.get(event.name, "")):
            return event
    return None


def _words(said: object) -> str:
    """Somebody's own words within a sentence of the bot."""
    return shortened(masked(str(said)), 60).rstrip("。.！!")


def own_list(tickets: Iterable[Ticket]) -> str:
    """Somebody's own tickets."""
    lines = [f"{code(t)}{subject(t)}：{t.status.label}" for t in tickets]
    return "\n".join(lines) if lines else "您还没有反映过诉求。有事在群里说就行。"


HELP = (
    "有事直接在群里说，我会记下来并跟到办结。\n"
    "大家：我家也是 #号 · 查 #号 · 我的诉求 · 催 #号 · 撤回 #号 · 没解决 #号 · 评 1~5 · 应为大事 #号 · 调解 #号\n"
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
    seconds = span.total_seconds()
    whole = round(seconds / 3600)
    if whole:
        return f"{whole}小时"
    return f"{round(seconds / 60)}分钟" if seconds >= 60 else f"{round(seconds)}秒"


# What the clock says

#: How sentences about tickets begin: by this a pasted one is recognised.
MARKS = ("【#", "本周清单")
#: A list names at most so many tickets.
LISTED = 10


def reminded(ticket: Ticket) -> str:
    """The leader is asked again."""
    return f"{code(ticket)}还没有确认：{subject(ticket)}。请楼长回复「确认 {ticket.code}」或「误报 {ticket.code}」。"


def chased(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """Nobody has accepted in time."""
    body = responsibility.body_name(ticket.body)
    return f"{code(ticket)}还没有接单：{subject(ticket)}。请{body}回复「接单」；不归您管的请回复「退回 理由」。"


def warned(ticket: Ticket, responsibility: ResponsibilityList, due: datetime) -> str:
    """The limit is near. *due* is local."""
    body = responsibility.body_name(ticket.body)
    return f"{code(ticket)}{_hour(due)}前要有结果：{subject(ticket)}。请{body}说说进展。"


def late(ticket: Ticket, *, called: bool) -> str:
    """The limit is over, said honestly. *called*: is a leader mentioned in the same post?"""
    return f"{code(ticket)}比答复的时间晚了，{'已请楼长催办' if called else '社区会跟进'}。"


def escalated(ticket: Ticket, level: int) -> str:
    """To a worker: the limit is over for longer. Level 2 is theirs, 3 the street's."""
    what = "请社区协调" if level == 2 else "再办不下来请上报街道"
    return f"{code(ticket)}超期还没有办结：{subject(ticket)}，{what}。"


def promise_asked(ticket: Ticket, words: str) -> str:
    """What was promised is due."""
    said = f"「{masked(shortened(words, 30))}」" if words else "今天来"
    return f"{code(ticket)}之前说{said}，来了吗？请回一声进展。"


def alarm_repeated(ticket: Ticket) -> str:
    """Nobody has answered an emergency."""
    return f"{code(ticket)}紧急，还没有人回应：{subject(ticket)}。请值班人员马上处理，并在群里回一声。"


def still_open(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """The group has heard nothing for days."""
    who = f"由{responsibility.body_name(ticket.body)}负责" if ticket.body else ticket.status.label
    return f"{code(ticket)}仍在办理：{subject(ticket)}，{who}。"


def marked_told(ticket: Ticket) -> str:
    """A worker told people in their own way."""
    return f"{code(ticket)}已记下：结果由社区告知了。"


def to_do(items: Sequence[tuple[Ticket, str]]) -> str:
    """What waits for somebody this morning, each with the reason."""
    lines = [f"{code(t)}{subject(t)}：{why}" for t, why in items[:LISTED]]
    more = [f"还有{len(items) - LISTED}件"] if len(items) > LISTED else []
    return "\n".join([f"今天等您的有{len(items)}件：", *lines, *more])


def week(new: int, done: int, still: Sequence[Ticket]) -> str:
    """A group's list: counts, and what is still open."""
    counts = f"本周清单：新增{new}件，办结{done}件，在办{len(still)}件。"
    lines = [f"{code(t)}{subject(t)}：{t.status.label}" for t in still[:LISTED]]
    more = [f"还有{len(still) - LISTED}件在办"] if len(still) > LISTED else []
    return "\n".join([counts, *lines, *more])


#: Why an account is out, as a worker understands it; nothing is said of what nobody could mend.
_OUT = {
    "logout": "被退出登录了，要有人去扫码",
    "scan": "要有人去扫码登录",
    "refused": "网关不认口令",
    "taken": "网关被别的程序占着",
    "absent": "连不上网关",
    "lost": "连不上网关",
    "frozen": "网关没有反应",
}


def account_out(name: str, since: datetime, reason: str) -> str:
    """An account is out, *since* then (local time), and what is said meanwhile is lost."""
    why = f"（{_OUT[reason]}）" if reason in _OUT else ""
    return f"提醒：{name}{_hour(since)}起不在线{why}。不在线时群里说的话收不到，请回头翻看一下群聊。"


def _hour(at: datetime) -> str:
    """A local time as people say it: `3月12日17点`."""
    return f"{at.month}月{at.day}日{at.hour}点" + (f"{at.minute}分" if at.minute else "")


# What people say on the way: limits, bounces, objections, promises


def by_when(at: datetime, now: datetime) -> str:
    """*at* as the end of a time limit, as people say it at *now*, by the clock of *now*: `周三17点前`."""
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    near = {0: "今天", 1: "明天", 2: "后天"}.get(days, "周" + "一二三四五六日"[local.weekday()] if 0 < days < 7 else "")
    return f"{near or f'{local.month}月{local.day}日'}{local.hour}点{f'{local.minute}分' if local.minute else ''}前"


def _expected(ticket: Ticket, now: datetime, due: datetime | None) -> str:
    """When it should be done; while its clock stands still, until when and why."""
    still = [e for e in ticket.events("paused") if is_paused(ticket, now)]
    if still:
        until = datetime.fromisoformat(str(still[-1].data["until"])).astimezone(now.tzinfo)
        return f"，暂停到{until.month}月{until.day}日（{_words(still[-1].data['reason'])}）"
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


def advised_in_private(ticket: Ticket) -> str:
    """To who confirmed a private matter: nobody has to act, and its reporter knows what to do."""
    return f"{code(ticket)}是{ticket.tier.label}，办法已经发给反映人。"


def declined(ticket: Ticket, was: str, reason: str, responsibility: ResponsibilityList) -> str:
    """The body *was* responsible and gave it back; who has it now."""
    left = f"{code(ticket)}{responsibility.body_name(was)}退回（{_words(reason)}）"
    if ticket.body:
        return f"{left}，已转{responsibility.body_name(ticket.body)}，时限不变。"
    return f"{left}，由社区定谁来办，时限不变。"


def contested(ticket: Ticket, tier: Tier) -> str:
    """Somebody says that it is *tier*."""
    return f"{code(ticket)}记下了：您认为是{tier.label}，由社区来定。"


def upheld(ticket: Ticket, reason: str) -> str:
    """The tier stays."""
    return f"{code(ticket)}社区看过了，还是{ticket.tier.label}{f'：{_words(reason)}' if reason else ''}。"


def measured(ticket: Ticket, what: str, who: str, by: date | None) -> str:
    """What is done, by whom, by when."""
    when = f"{by.month}月{by.day}日前" if by else ""
    more = "，".join(part for part in (_words(who), when) if part)
    return f"{code(ticket)}措施：{_words(what)}{f'（{more}）' if more else ''}。"


def sent_up(ticket: Ticket, body: str, reference: str) -> str:
    """An authority has it."""
    number = f"，编号{reference}" if reference and masked(reference) == reference else ""
    return f"{code(ticket)}已上报{body}{number}，有进展会在这里说。"


def paused(ticket: Ticket, reason: str, until: datetime) -> str:
    """Its clock stands still. *until* is local."""
    return f"{code(ticket)}暂停到{until.month}月{until.day}日：{_words(reason)}。"


def resumed(ticket: Ticket) -> str:
    """Its clock runs again."""
    return f"{code(ticket)}恢复办理，时限继续算。"


def mediation_asked(ticket: Ticket) -> str:
    """In private, to who asked for mediation."""
    return f"{code(ticket)}已请社区来调解，会单独联系您，群里不会提。"


def called_back(ticket: Ticket) -> str:
    """To a worker who called back."""
    return f"{code(ticket)}回访记下了。"


# Into the console


def way_in(link: str) -> str:
    """A one-time link, for its reader alone."""
    return f"打开后台（10分钟内有效，只能用一次，请不要转发）：{link}"


NO_ADDRESS = "后台的网址还没有设置，请找社区的管理员。"
NO_ENTRY = "后台只给楼长和社区工作者用。您想查自己的诉求，说「我的诉求」就行。"
