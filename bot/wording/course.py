"""What is said as a ticket goes its way: one sentence for each step."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.domain.directory import Entry
from bot.domain.responsibility import Line, ResponsibilityList
from bot.domain.taxonomy import Tier, Urgency
from bot.domain.text import masked, shortened
from bot.domain.tickets import Ticket
from bot.wording.parts import code, hours, own_words, subject


def opened(ticket: Ticket) -> str:
    """A matter was taken down; the leader is asked."""
    pressing = f"·{ticket.urgency.label}" if ticket.urgency is not Urgency.NORMAL else ""
    again = f"，和之前的#{ticket.previous}相似" if ticket.previous else ""
    return f"{code(ticket)}已记录：{subject(ticket)}（{ticket.tier.label}{pressing}）{again}。请楼长回复「确认」或「误报」。"


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
    why = f"（{own_words(reason)}）" if reason else ""
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


def marked_told(ticket: Ticket) -> str:
    """A worker told people in their own way."""
    return f"{code(ticket)}已记下：结果由社区告知了。"


def advised_in_private(ticket: Ticket) -> str:
    """To who confirmed a private matter: nobody has to act, and its reporter knows what to do."""
    return f"{code(ticket)}是{ticket.tier.label}，办法已经发给反映人。"


def declined(ticket: Ticket, was: str, reason: str, responsibility: ResponsibilityList) -> str:
    """The body *was* responsible and gave it back; who has it now."""
    left = f"{code(ticket)}{responsibility.body_name(was)}退回（{own_words(reason)}）"
    if ticket.body:
        return f"{left}，已转{responsibility.body_name(ticket.body)}，时限不变。"
    return f"{left}，由社区定谁来办，时限不变。"


def contested(ticket: Ticket, tier: Tier) -> str:
    """Somebody says that it is *tier*."""
    return f"{code(ticket)}记下了：您认为是{tier.label}，由社区来定。"


def upheld(ticket: Ticket, reason: str) -> str:
    """The tier stays."""
    return f"{code(ticket)}社区看过了，还是{ticket.tier.label}{f'：{own_words(reason)}' if reason else ''}。"


def measured(ticket: Ticket, what: str, who: str, by: date | None) -> str:
    """What is done, by whom, by when."""
    when = f"{by.month}月{by.day}日前" if by else ""
    more = "，".join(part for part in (own_words(who), when) if part)
    return f"{code(ticket)}措施：{own_words(what)}{f'（{more}）' if more else ''}。"


def sent_up(ticket: Ticket, body: str, reference: str) -> str:
    """An authority has it."""
    number = f"，编号{reference}" if reference and masked(reference) == reference else ""
    return f"{code(ticket)}已上报{body}{number}，有进展会在这里说。"


def paused(ticket: Ticket, reason: str, until: datetime) -> str:
    """Its clock stands still. *until* is local."""
    return f"{code(ticket)}暂停到{until.month}月{until.day}日：{own_words(reason)}。"


def resumed(ticket: Ticket) -> str:
    """Its clock runs again."""
    return f"{code(ticket)}恢复办理，时限继续算。"


def mediation_asked(ticket: Ticket) -> str:
    """In private, to who asked for mediation."""
    return f"{code(ticket)}已请社区来调解，会单独联系您，群里不会提。"


def called_back(ticket: Ticket) -> str:
    """To a worker who called back."""
    return f"{code(ticket)}回访记下了。"
