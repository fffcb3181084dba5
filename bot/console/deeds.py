"""What can be done to a ticket here: one table of buttons, and the commands of the chat that each of them gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.console.forms import Asked, Choices, Field
from bot.domain import commands as c
from bot.domain.commands import ACTION_OF, Actor, TicketCommand
from bot.domain.lifecycle import awaits_mediation, is_contested, is_paused
from bot.domain.members import Member, may
from bot.domain.policy import Policy
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import ENDING, TRANSITIONS, Status, Ticket
from bot.domain.waiting import is_untold

_WORKED_ON = frozenset({Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS})
_REASON = Field(name="reason", label="理由", hint="群里会看到")
_NOTE = Field(name="note", label="说明", hint="群里会看到")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One button."""

    name: str
    label: str
    #: The key on 今日; empty: only on the ticket's own page.
    key: str = ""
    #: What permission it needs.
    command: type[TicketCommand]
    fits: Callable[[Ticket], bool]
    make: Callable[[Actor, Ticket, Mapping[str, Any]], list[TicketCommand]]
    fields: tuple[Field, ...] = ()


def _to(status: Status) -> Callable[[Ticket], bool]:
    return lambda t: status in TRANSITIONS[t.status] and t.status is not Status.MERGED


def _simple(command: Callable[..., TicketCommand]) -> Callable[[Actor, Ticket, Mapping[str, Any]], list[TicketCommand]]:
    return lambda by, t, values: [command(by=by, number=t.number, **values)]


def _tiered(tier: Tier) -> Callable[[Actor, Ticket, Mapping[str, Any]], list[TicketCommand]]:
    """It is *tier*; a ticket that waits to be confirmed is confirmed with it, a contested one decided."""

    def make(by: Actor, ticket: Ticket, _values: Mapping[str, Any]) -> list[TicketCommand]:
        pending = ticket.status is Status.PENDING
        if ticket.tier is tier:
            upheld = [c.UpholdTier(by=by, number=ticket.number)] if is_contested(ticket) else []
            return [*upheld, *([c.ConfirmTicket(by=by, number=ticket.number)] if pending else [])]
        confirm = [c.ConfirmTicket(by=by, number=ticket.number)] if pending and tier is not Tier.PRIVATE else []
        return [c.RetierTicket(by=by, number=ticket.number, tier=tier), *confirm]

    return make


def _has_tier(tier: Tier) -> Callable[[Ticket], bool]:
    return lambda t: t.is_open and (t.tier is not tier or t.status is Status.PENDING or is_contested(t))


def _measure(by: Actor, ticket: Ticket, values: Mapping[str, Any]) -> list[TicketCommand]:
    day = values.get("by_when")
    plain = {name: value for name, value in values.items() if name != "by_when"}
    return [c.AddMeasure(by=by, number=ticket.number, by_when=day.date() if day else None, **plain)]


def _call_back(by: Actor, ticket: Ticket, values: Mapping[str, Any]) -> list[TicketCommand]:
    happy = values["satisfied"] == "yes"
    return [c.CallBack(by=by, number=ticket.number, satisfied=happy, note=values.get("note", ""))]


def _recategorise(by: Actor, ticket: Ticket, values: Mapping[str, Any]) -> list[TicketCommand]:
    return [c.RecategoriseTicket(by=by, number=ticket.number, category=Category(values["category"]))]


def _contest(by: Actor, ticket: Ticket, values: Mapping[str, Any]) -> list[TicketCommand]:
    return [c.ContestTier(by=by, number=ticket.number, tier=Tier(values["tier"]))]


def _worked_on(ticket: Ticket) -> bool:
    return ticket.status in _WORKED_ON


DEEDS: tuple[Deed, ...] = (
    Deed(
        name="confirm",
        label="确认",
        key="c",
        command=c.ConfirmTicket,
        fits=lambda t: t.status is Status.PENDING,
        make=_simple(c.ConfirmTicket),
    ),
    *(
        Deed(
            name=tier.value,
            label=f"定为{tier.label}",
            key=key,
            command=c.RetierTicket,
            fits=_has_tier(tier),
            make=_tiered(tier),
        )
        for key, tier in zip("123", (Tier.BIG, Tier.SMALL, Tier.PRIVATE), strict=True)
    ),
    Deed(
        name="reject",
        label="不受理",
        key="x",
        command=c.RejectTicket,
        fits=_to(Status.REJECTED),
        make=_simple(c.RejectTicket),
        fields=(_REASON,),
    ),
    Deed(
        name="assign",
        label="派单",
        key="a",
        command=c.AssignTicket,
        fits=_to(Status.ASSIGNED),
        make=_simple(c.AssignTicket),
        fields=(
            Field(name="body", label="交给谁", asked=Asked.CHOICE, choices="bodies", required=True),
            Field(name="reason", label="理由", hint="已有人接单时要写"),
        ),
    ),
    Deed(
        name="merge",
        label="合并到",
        key="m",
        command=c.MergeTicket,
        fits=_to(Status.MERGED),
        make=_simple(c.MergeTicket),
        fields=(Field(name="into", label="并入哪一张", asked=Asked.NUMBER, required=True, hint="编号，例如 12"),),
    ),
    Deed(
        name="split",
        label="拆出来",
        command=c.SplitTicket,
        fits=lambda t: t.status is Status.MERGED,
        make=_simple(c.SplitTicket),
    ),
    Deed(
        name="recategorise",
        label="改类别",
        command=c.RecategoriseTicket,
        fits=lambda t: t.is_open,
        make=_recategorise,
        fields=(Field(name="category", label="类别", asked=Asked.CHOICE, choices="categories", required=True),),
    ),
    Deed(
        name="accept",
        label="接单",
        command=c.AcceptTicket,
        fits=lambda t: t.status in (Status.CONFIRMED, Status.ASSIGNED),
        make=_simple(c.AcceptTicket),
    ),
    Deed(
        name="progress",
        label="登记进展",
        command=c.ReportProgress,
        fits=_worked_on,
        make=_simple(c.ReportProgress),
        fields=(Field(name="note", label="进展", required=True, hint="群里会看到"),),
    ),
    Deed(
        name="measure",
        label="商定措施",
        command=c.AddMeasure,
        fits=_worked_on,
        make=_measure,
        fields=(
            Field(name="what", label="做什么", required=True),
            Field(name="who", label="谁来做", asked=Asked.CHOICE, choices="bodies"),
            Field(name="by_when", label="哪天前", asked=Asked.DAY),
        ),
    ),
    Deed(
        name="promise",
        label="登记承诺",
        command=c.NotePromise,
        fits=_worked_on,
        make=_simple(c.NotePromise),
        fields=(
            Field(name="words", label="怎么说的", required=True),
            Field(name="due", label="哪天前", asked=Asked.DAY, required=True),
        ),
    ),
    Deed(
        name="send_up",
        label="上报",
        command=c.SendUp,
        fits=_worked_on,
        make=_simple(c.SendUp),
        fields=(
            Field(name="to", label="报到哪里", asked=Asked.CHOICE, choices="bodies"),
            Field(name="reference", label="那边的编号"),
        ),
    ),
    Deed(
        name="pause",
        label="暂停计时",
        command=c.PauseTicket,
        fits=lambda t: _worked_on(t) and t.urgency is not Urgency.EMERGENCY,
        make=_simple(c.PauseTicket),
        fields=(
            Field(name="reason", label="为什么", required=True, hint="群里会看到"),
            Field(name="until", label="到哪天", asked=Asked.DAY, required=True),
        ),
    ),
    Deed(
        name="resume",
        label="恢复计时",
        command=c.ResumeTicket,
        fits=lambda t: _worked_on(t) and is_paused(t, max(e.at for e in t.history)),
        make=_simple(c.ResumeTicket),
    ),
    Deed(
        name="resolve",
        label="办结",
        command=c.ResolveTicket,
        fits=lambda t: t.is_open and t.status is not Status.REFERRED,
        make=_simple(c.ResolveTicket),
        fields=(_NOTE,),
    ),
    Deed(
        name="told",
        label="标记已告知",
        command=c.MarkTold,
        fits=lambda t: t.status in ENDING and is_untold(t),
        make=_simple(c.MarkTold),
    ),
    Deed(
        name="call_back",
        label="登记回访",
        command=c.CallBack,
        fits=lambda t: t.status in (*ENDING, Status.CLOSED) or awaits_mediation(t),
        make=_call_back,
        fields=(
            Field(name="satisfied", label="满意吗", asked=Asked.CHOICE, choices="satisfied", required=True),
            Field(name="note", label="怎么说的"),
        ),
    ),
    Deed(
        name="reopen",
        label="重新办理",
        command=c.ReopenTicket,
        fits=lambda t: t.status in (*ENDING, Status.CLOSED),
        make=_simple(c.ReopenTicket),
        fields=(_REASON,),
    ),
    Deed(
        name="uphold",
        label="维持层级",
        command=c.UpholdTier,
        fits=is_contested,
        make=_simple(c.UpholdTier),
        fields=(_REASON,),
    ),
    Deed(
        name="contest",
        label="对层级有异议",
        command=c.ContestTier,
        fits=lambda t: t.is_open,
        make=_contest,
        fields=(Field(name="tier", label="应为", asked=Asked.CHOICE, choices="tiers", required=True),),
    ),
    Deed(name="urge", label="催办", command=c.UrgeTicket, fits=_worked_on, make=_simple(c.UrgeTicket)),
)
BY_NAME = {deed.name: deed for deed in DEEDS}


def possible(ticket: Ticket, member: Member) -> list[Deed]:
    """What *member* can do to *ticket* now."""
    return [d for d in DEEDS if d.fits(ticket) and may(member, ACTION_OF[d.command], ticket.place, frozenset())]


def choices(policy: Policy) -> Choices:
    """The lists that fields choose from."""
    return {
        "bodies": {b.code: b.name for b in policy.responsibility.bodies.values()},
        "categories": {c.value: c.label for c in Category},
        "tiers": {t.value: t.label for t in Tier},
        "satisfied": {"yes": "满意", "no": "不满意"},
    }
