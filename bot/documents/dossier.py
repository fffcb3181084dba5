"""The dossier (卷宗) of one matter, to be sent up: built from the ticket's own history, without a name or a door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.documents.course import Teller
from bot.documents.hiding import Cover, cover_for
from bot.documents.paper import Paper, Photo, Section
from bot.domain.deadlines import Deadlines, deadlines
from bot.domain.members import Member
from bot.domain.policy import Policy
from bot.domain.text import shortened
from bot.domain.tickets import Part, Ticket, TicketEvent, TicketMessage
from bot.domain.waiting import Desk, desk

_FOOTER = "本件由楼事通从工单经过生成；住户的姓名、电话、门牌已略去。照片和原话里可能还有个人信息，上送前请看一遍。"
#: With these the round is over: what was due before stays what was due.
_ENDS = frozenset({"resolved", "rejected", "referred", "withdrawn", "merged", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Everything that a dossier is made of."""

    ticket: Ticket
    #: Tickets that were folded into it.
    merged: tuple[Ticket, ...] = ()
    photos: tuple[Photo, ...] = ()
    #: Everybody who holds a role: their names are left out too.
    members: tuple[Member, ...] = ()
    policy: Policy
    zone: tzinfo
    #: Show the door of the matter (not of those who reported it).
    with_room: bool = False

    @property
    def family(self) -> tuple[Ticket, ...]:
        """The ticket, then those folded into it."""
        return (self.ticket, *self.merged)


def dossier(matter: Matter, printed: datetime) -> Paper:
    """The paper about *matter*, as it stood when it was *printed*."""
    cover = cover_for(matter.family, matter.members)
    teller = Teller(cover=cover, responsibility=matter.policy.responsibility, zone=matter.zone)
    ticket = matter.ticket
    return Paper(
        title=f"{ticket.tier.label}卷宗 {ticket.code}：{_subject(matter, cover)}",
        facts=_facts(matter, cover, teller, printed),
        sections=(
            _reported(matter, cover, teller),
            _measures(ticket, cover, teller),
            _promises(ticket, cover, teller),
            _references(ticket, teller),
            _limits(ticket, matter, teller),
            _notes(ticket),
            _course(ticket, teller),
        ),
        photos=matter.photos,
        footer=_FOOTER,
    )


def _place(matter: Matter, cover: Cover, *, door: bool) -> str:
    place = matter.ticket.place
    known = cover.hide(f"{place.estate}{place.building}{place.unit}")
    return f"{known}{place.room if door else ''}{cover.hide(place.spot)}" or "小区"


def _subject(matter: Matter, cover: Cover) -> str:
    where, what = _place(matter, cover, door=False), cover.hide(matter.ticket.summary)
    return shortened(f"{where} {matter.ticket.category.label}：{what}", 80)


def _facts(matter: Matter, cover: Cover, teller: Teller, printed: datetime) -> tuple[tuple[str, str], ...]:
    ticket, line = matter.ticket, matter.policy.line(matter.ticket)
    names = matter.policy.responsibility.body_name
    facts = (
        ("编号", ticket.code),
        ("现状", ticket.status.label),
        ("位置", _place(matter, cover, door=matter.with_room)),
        ("类别", f"{ticket.category.label} · {ticket.tier.label} · {ticket.urgency.label}"),
        ("反映户数", f"{households(matter)}户"),
        ("责任主体", names(ticket.body or line.body)),
        ("协办", "、".join(map(names, line.supporting))),
        ("监督", line.supervisor),
        ("清单依据", line.basis),
        ("清单", _which_line(matter)),
        ("记录时间", teller.time(ticket.opened_at)),
        ("生成时间", teller.time(printed)),
    )
    return tuple((name, value) for name, value in facts if value)


def _which_line(matter: Matter) -> str:
    """The line and version that the ticket follows, and whether the list has changed since."""
    ticket, now = matter.ticket, matter.policy.responsibility.version
    if not ticket.list_line:
        return ""
    changed = "" if ticket.list_version == now else f"；清单已更新，本页依据取自 {now}"
    return f"{ticket.list_line}（{ticket.list_version}{changed}）"


def households(matter: Matter) -> int:
    """How many different people raised the matter or joined in."""
    return max(len({who for t in matter.family for who in (*t.reporters, *t.supporters)}), 1)


def _reported(matter: Matter, cover: Cover, teller: Teller) -> Section:
    """What was said, oldest first; what was taken back stays gone."""
    messages = sorted((m for t in matter.family for m in t.messages if not m.recalled), key=lambda m: m.at)
    rows = [(teller.time(m.at), _speaker(m, cover), m.part.label, _said(m, cover)) for m in messages]
    return Section(title="反映的情况", columns=("时间", "谁", "说的是", "原话（已略去个人信息）"), rows=tuple(rows))


def _speaker(message: TicketMessage, cover: Cover) -> str:
    return cover.aliases.get(message.sender, "承办方" if message.part is Part.PROGRESS else "住户")


def _said(message: TicketMessage, cover: Cover) -> str:
    pictures = f"〔照片{len(message.attachments)}张〕" if message.attachments else ""
    return f"{cover.hide(message.text)}{pictures}"


def _measures(ticket: Ticket, cover: Cover, teller: Teller) -> Section:
    rows = [
        (
            cover.hide(str(e.data.get("what", ""))),
            cover.hide(str(e.data.get("who", ""))),
            teller.day(str(e.data["by_when"])) if e.data.get("by_when") else "",
        )
        for e in ticket.events("measured")
    ]
    return Section(title="措施", columns=("做什么", "谁来做", "期限"), rows=tuple(rows))


def _promises(ticket: Ticket, cover: Cover, teller: Teller) -> Section:
    rows = [
        (teller.time(e.at), cover.hide(str(e.data.get("words", ""))), teller.day(str(e.data["due"])))
        for e in ticket.events("promised")
    ]
    return Section(title="承诺", columns=("何时说的", "说了什么", "答应的时间"), rows=tuple(rows))


def _references(ticket: Ticket, teller: Teller) -> Section:
    rows = [(teller.time(e.at), teller.sentence(e)) for e in ticket.events("sent_up")]
    return Section(title="上报与外部编号", columns=("时间", "上报"), rows=tuple(rows))


def _limits(ticket: Ticket, matter: Matter, teller: Teller) -> Section:
    """What was due when, in the present round or, when it has ended, in the last one."""
    rules = matter.policy.rules
    limits = deadlines(_running(ticket), rules.calendar, rules.limits)
    return Section(title="时限", columns=("事项", "到期"), rows=tuple(_due(limits, teller)))


def _running(ticket: Ticket) -> tuple[TicketEvent, ...]:
    """The history up to where the last round was ended."""
    begun = max((n for n, e in enumerate(ticket.history) if e.name in ("opened", "reopened")), default=0)
    ends = [n for n, e in enumerate(ticket.history) if n > begun and e.name in _ENDS]
    return ticket.history[: ends[0]] if ends and not ticket.is_open else ticket.history


def _due(limits: Deadlines, teller: Teller) -> Iterable[tuple[str, str]]:
    named = (("确认", limits.desk), ("接单", limits.accept), ("办结", limits.settle))
    return [(name, teller.time(at)) for name, at in named if at]


def _notes(ticket: Ticket) -> Section:
    """Why a worker has to look at it; that somebody asked for mediation is nobody else's business."""
    reasons = [(reason.label,) for reason in desk(ticket) if reason is not Desk.MEDIATION]
    return Section(title="社区注意", columns=("事由",), rows=tuple(reasons))


def _course(ticket: Ticket, teller: Teller) -> Section:
    told = ((e, teller.sentence(e)) for e in ticket.history)
    rows = [(teller.time(e.at), teller.cover.who(e.by, e.role), words) for e, words in told if words]
    return Section(title="办理经过", columns=("时间", "谁", "经过"), rows=tuple(rows))
