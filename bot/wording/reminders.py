"""What the clock says: to the leader, to the body, to the worker, to the group."""

from datetime import datetime

from bot.domain.responsibility import ResponsibilityList
from bot.domain.text import masked, shortened
from bot.domain.tickets import Ticket
from bot.wording.parts import code, hour, subject


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
    return f"{code(ticket)}{hour(due)}前要有结果：{subject(ticket)}。请{body}说说进展。"


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


def still_open(ticket: Ticket, responsibility: ResponsibilityList) -> str:
    """The group has heard nothing for days."""
    who = f"由{responsibility.body_name(ticket.body)}负责" if ticket.body else ticket.status.label
    return f"{code(ticket)}仍在办理：{subject(ticket)}，{who}。"


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
    return f"提醒：{name}{hour(since)}起不在线{why}。不在线时群里说的话收不到，请回头翻看一下群聊。"
