"""What can happen to a ticket. Each function returns the changed ticket with one more line of history.

All of them raise `InvalidTransition` where the table in `tickets` does not allow the step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.deadlines import pauses
from bot.domain.errors import InvalidTransition
from bot.domain.messages import Identity
from bot.domain.responsibility import Line
from bot.domain.taxonomy import URGENCY_RANK, Category, Tier, Urgency
from bot.domain.tickets import ENDING, TRANSITIONS, Part, Status, Ticket, TicketEvent, TicketMessage

Data = Mapping[str, str | int | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Who does something, in which role, and when. Nobody (`by=None`) is the bot."""

    by: Identity | None = None
    role: str = ""
    at: datetime


def record(ticket: Ticket, doer: Doer, name: str, **data: str | int | list[str]) -> Ticket:
    """Add the event *name* to the history of *ticket*, and nothing else."""
    event = TicketEvent(at=doer.at, name=name, by=doer.by, role=doer.role, data={k: v for k, v in data.items() if v})
    return replace(ticket, history=(*ticket.history, event))


def move(ticket: Ticket, to: Status, doer: Doer, name: str, **data: str | int | list[str]) -> Ticket:
    """Set the status of *ticket* to *to*, as the event *name*, if the table allows it; a merged one is only split."""
    if to not in TRANSITIONS[ticket.status] or (ticket.status is Status.MERGED and name != "split"):
        raise InvalidTransition(f"{ticket.code}现在是「{ticket.status.label}」，不能改成「{to.label}」")
    changed = record(ticket, doer, name, before=ticket.status.value, **data)
    return replace(changed, status=to)


def opened(ticket: Ticket, doer: Doer) -> Ticket:
    """Begin the history of a new *ticket*."""
    labels = {"category": ticket.category.value, "tier": ticket.tier.value}
    return record(ticket, doer, "opened", **labels, previous=ticket.previous)


def recurred(ticket: Ticket, at: datetime, again: Ticket) -> Ticket:
    """The matter of the ended *ticket* has come back as the new ticket *again*."""
    return record(ticket, Doer(at=at), "recurred", again=again.number)


def joined(ticket: Ticket, message: TicketMessage) -> Ticket:
    """Add *message*; its sender becomes a supporter if that is its part and they did not report it themselves."""
    if ticket.has_message(*message.ref):
        return ticket
    messages = tuple(sorted((*ticket.messages, message), key=lambda m: m.at))
    changed = replace(ticket, messages=messages, active_at=max(ticket.active_at, message.at))
    if message.part is Part.SUPPORT:
        return supported(changed, message.sender, message.at)
    return changed


def supported(ticket: Ticket, who: Identity, at: datetime) -> Ticket:
    """Count *who* as a supporter, once; a reporter is not a supporter of the same ticket."""
    if who in ticket.reporters or who in ticket.supporters:
        return ticket
    changed = replace(ticket, supporters=(*ticket.supporters, who))
    return record(changed, Doer(by=who, role="resident", at=at), "supported")


def raised(ticket: Ticket, urgency: Urgency, doer: Doer) -> Ticket:
    """Make *ticket* as pressing as *urgency*; never less pressing than it is."""
    if URGENCY_RANK[urgency] <= URGENCY_RANK[ticket.urgency]:
        return ticket
    return record(replace(ticket, urgency=urgency), doer, "raised", urgency=urgency.value)


def confirmed(ticket: Ticket, doer: Doer, objections: timedelta = timedelta()) -> Ticket:
    """A leader or worker says that it is so. A private matter goes to referral instead, open to *objections*."""
    if ticket.tier is Tier.PRIVATE and ticket.status is Status.PENDING:
        return referred(ticket, doer, objections)
    if ticket.tier is Tier.PRIVATE and ticket.status is Status.REFERRED:
        raise InvalidTransition(f"{ticket.code}是私事，已经给了办法；要社区来办，请回复「改小事 {ticket.code}」")
    if ticket.status is Status.ASSIGNED:
        raise InvalidTransition(f"{ticket.code}现在是「{ticket.status.label}」，已经确认过了")
    return replace(move(ticket, Status.CONFIRMED, doer, "confirmed"), close_after=None)


def rejected(ticket: Ticket, doer: Doer, reason: str, objections: timedelta) -> Ticket:
    """It is no issue, or not one for here."""
    return replace(move(ticket, Status.REJECTED, doer, "rejected", reason=reason), close_after=doer.at + objections)


def referred(ticket: Ticket, doer: Doer, objections: timedelta) -> Ticket:
    """The reporter was shown the way to settle a private matter; it closes when they do not object."""
    return replace(move(ticket, Status.REFERRED, doer, "referred"), close_after=doer.at + objections, body="")


def assigned(
    ticket: Ticket, doer: Doer, body: str, line: Line | None = None, version: str = "", reason: str = ""
) -> Ticket:
    """Hand it to the responsible *body*, with the limits of *line* of that *version*. A pending one is so confirmed.

    Who has accepted stays responsible: it takes a *reason* to hand their ticket over.
    """
    if ticket.status is Status.IN_PROGRESS and ticket.body and not reason:
        raise InvalidTransition(
            f"{ticket.code}已经有人接单；要换人请说明理由，例如「转 社区 要几栋楼一起协调 {ticket.code}」"
        )
    ready = confirmed(ticket, doer) if ticket.status is Status.PENDING and ticket.tier is not Tier.PRIVATE else ticket
    limits = {"accept": str(line.accept), "settle": str(line.settle)} if line else {}
    changed = lined(ready, line, version) if line else ready
    return replace(move(changed, Status.ASSIGNED, doer, "assigned", body=body, reason=reason, **limits), body=body)


def lined(ticket: Ticket, line: Line, version: str) -> Ticket:
    """Keep which *line* of which *version* of the responsibility list the ticket follows."""
    return replace(ticket, list_line=line.key, list_version=version)


def declined(ticket: Ticket, doer: Doer, reason: str, proposal: str) -> Ticket:
    """The body says that it is not theirs, why, and whose it is. Who has accepted stays responsible."""
    if ticket.status is not Status.ASSIGNED:
        raise InvalidTransition(
            f"{ticket.code}现在是「{ticket.status.label}」，不能退回；接了单就要负责到底，可以请社区协调"
        )
    if not reason:
        raise InvalidTransition(f"退回{ticket.code}要说明理由，例如「退回 {ticket.code} 是市政管网，应由自来水公司办」")
    changed = move(ticket, Status.CONFIRMED, doer, "declined", body=ticket.body, reason=reason, proposal=proposal)
    return replace(changed, body="")


def accepted(ticket: Ticket, doer: Doer, body: str) -> Ticket:
    """Whoever must act takes it on, even again; the first to accept stays responsible."""
    changed = move(ticket, Status.IN_PROGRESS, doer, "accepted", body=ticket.body or body)
    return replace(changed, body=ticket.body or body, resolved_at=None, closed_at=None, close_after=None)


def progressed(ticket: Ticket, doer: Doer, note: str, body: str) -> Ticket:
    """Note what was done; the first note also accepts the ticket."""
    ready = ticket if ticket.status is Status.IN_PROGRESS else accepted(ticket, doer, body)
    return record(ready, doer, "progressed", note=note)


def resolved(ticket: Ticket, doer: Doer, note: str, objections: timedelta) -> Ticket:
    """The work is done; the group may object for *objections* before it closes."""
    changed = move(ticket, Status.RESOLVED, doer, "resolved", note=note)
    return replace(changed, resolved_at=doer.at, close_after=doer.at + objections)


def reopened(ticket: Ticket, doer: Doer, reason: str) -> Ticket:
    """It was not solved after all."""
    if ticket.is_open and ticket.status is not Status.REFERRED:
        raise InvalidTransition(f"{ticket.code}还没有办结，现在是「{ticket.status.label}」")
    changed = move(ticket, Status.IN_PROGRESS, doer, "reopened", reason=reason)
    return replace(changed, resolved_at=None, closed_at=None, close_after=None)


def contested(ticket: Ticket, doer: Doer, tier: Tier) -> Ticket:
    """Somebody says that it is *tier*; a worker decides."""
    if tier is ticket.tier:
        raise InvalidTransition(f"{ticket.code}已经是{tier.label}")
    if ticket.status in (Status.CLOSED, Status.MERGED, Status.WITHDRAWN):
        raise InvalidTransition(f"{ticket.code}已经是「{ticket.status.label}」")
    # It does not close over an objection that nobody has decided.
    return replace(record(ticket, doer, "contested", tier=tier.value), close_after=None)


def upheld(ticket: Ticket, doer: Doer, reason: str, objections: timedelta) -> Ticket:
    """The tier stays as it is, although it was contested; an ending is open to *objections* anew."""
    if not is_contested(ticket):
        raise InvalidTransition(f"{ticket.code}没有人对层级提出异议")
    changed = record(ticket, doer, "tier_upheld", reason=reason, tier=ticket.tier.value)
    return _closing_again(changed, doer, objections)


def _closing_again(ticket: Ticket, doer: Doer, objections: timedelta) -> Ticket:
    """*ticket*, whose ending was held up by an objection to its tier, on its way to be closed again."""
    if ticket.status not in ENDING or ticket.close_after is not None:
        return ticket
    return replace(ticket, close_after=doer.at + objections)


def list_proposed(ticket: Ticket, doer: Doer, before: Ticket) -> Ticket:
    """The tier was rightly contested: the line that *before* followed should name the new tier."""
    return record(
        ticket,
        doer,
        "list_proposed",
        category=before.category.value,
        before=before.tier.value,
        tier=ticket.tier.value,
        line=before.list_line,
        version=before.list_version,
    )


def is_contested(ticket: Ticket) -> bool:
    """Does an objection to the tier wait for a decision?"""
    return contested_as(ticket) is not None


def contested_as(ticket: Ticket) -> Tier | None:
    """What somebody says its tier should be, while that waits for a decision."""
    marks = [e for e in ticket.history if e.name in ("contested", "tier_upheld", "retiered")]
    return Tier(str(marks[-1].data["tier"])) if marks and marks[-1].name == "contested" else None


def awaits_mediation(ticket: Ticket) -> bool:
    """Was mediation asked for, and did nobody call back since?"""
    names = [e.name for e in ticket.history if e.name in ("mediation_asked", "called_back")]
    return bool(names) and names[-1] == "mediation_asked"


def measured(ticket: Ticket, doer: Doer, what: str, who: str, by_when: str) -> Ticket:
    """Agree on a measure: *what*, by *who*, *by_when* (a date, ISO 8601; empty: not said)."""
    _under_way(ticket)
    return record(ticket, doer, "measured", what=what, who=who, by_when=by_when)


def sent_up(ticket: Ticket, doer: Doer, reference: str, to: str) -> Ticket:
    """The matter was handed to an authority *to*, which knows it as *reference*."""
    _under_way(ticket)
    return record(ticket, doer, "sent_up", reference=reference, to=to)


def promised(ticket: Ticket, doer: Doer, words: str, at: datetime) -> Ticket:
    """Somebody who must act said when: *words*, by *at*. A newer promise takes the place of the older one."""
    _still_open(ticket)
    return record(ticket, doer, "promised", words=words, due=at.isoformat())


def paused(ticket: Ticket, doer: Doer, reason: str, until: datetime) -> Ticket:
    """Let its time limits stand still *until* then, for a *reason* that everybody can read; never an emergency's."""
    _under_way(ticket)
    if ticket.urgency is Urgency.EMERGENCY:
        raise InvalidTransition(f"{ticket.code}是紧急的事，不能暂停")
    if not reason or until <= doer.at:
        raise InvalidTransition(f"暂停{ticket.code}要写明原因和到哪天为止，例如「暂停 {ticket.code} 12月5日 等配件」")
    return record(ticket, doer, "paused", reason=reason, until=until.isoformat())


def resumed(ticket: Ticket, doer: Doer) -> Ticket:
    """Let its time limits run again, earlier than was said."""
    _under_way(ticket)
    if not is_paused(ticket, doer.at):
        raise InvalidTransition(f"{ticket.code}没有暂停，时限一直在算")
    return record(ticket, doer, "resumed")


def is_paused(ticket: Ticket, at: datetime) -> bool:
    """Do its time limits stand still *at* that moment?"""
    return any(begin <= at < end for begin, end in pauses(ticket.history))


def mediation_asked(ticket: Ticket, doer: Doer) -> Ticket:
    """Somebody it concerns asks the community to mediate; nobody else hears of it."""
    if ticket.status in (Status.MERGED, Status.WITHDRAWN):
        raise InvalidTransition(f"{ticket.code}已经是「{ticket.status.label}」")
    return record(ticket, doer, "mediation_asked")


def called_back(ticket: Ticket, doer: Doer, *, satisfied: bool, note: str) -> Ticket:
    """A worker asked the people again: after it ended, or because they had asked for mediation."""
    asked = bool(ticket.events("mediation_asked")) and ticket.status is not Status.MERGED
    if not asked and ticket.status not in (*ENDING, Status.CLOSED):
        raise InvalidTransition(f"{ticket.code}现在是「{ticket.status.label}」，办结后再回访吧")
    return record(ticket, doer, "called_back", satisfied="yes" if satisfied else "no", note=note)


def _still_open(ticket: Ticket) -> None:
    if not ticket.is_open:
        raise InvalidTransition(f"{ticket.code}已经是「{ticket.status.label}」")


def _under_way(ticket: Ticket) -> None:
    """Somebody must have said that it is so, and whose it is."""
    if ticket.status is Status.PENDING:
        raise InvalidTransition(f"{ticket.code}还没确认，请先回复「确认」")
    if ticket.status not in (Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS):
        raise InvalidTransition(f"{ticket.code}现在是「{ticket.status.label}」")


def rated(ticket: Ticket, doer: Doer, stars: int) -> Ticket:
    """Note *stars* (1 to 5) by the doer, in place of any earlier ones by the same person."""
    if ticket.status not in (Status.RESOLVED, Status.CLOSED, Status.REFERRED):
        raise InvalidTransition(f"{ticket.code}还没有办结，办结后再评价吧")
    if doer.by is None or not 1 <= stars <= 5:
        raise InvalidTransition("评分是1到5分")
    changed = replace(ticket, ratings={**ticket.ratings, doer.by.key: stars})
    return record(changed, doer, "rated", stars=stars)


def withdrawn(ticket: Ticket, doer: Doer) -> Ticket:
    """Its reporter takes it back."""
    return replace(move(ticket, Status.WITHDRAWN, doer, "withdrawn"), closed_at=doer.at, close_after=None)


def urged(ticket: Ticket, doer: Doer) -> Ticket:
    """Somebody asks for it again."""
    if not ticket.is_open:
        raise InvalidTransition(f"{ticket.code}已经是「{ticket.status.label}」")
    return record(ticket, doer, "urged")


def retiered(ticket: Ticket, doer: Doer, tier: Tier, objections: timedelta) -> Ticket:
    """Say whose business it really is. 私事 is referred; a referred one that becomes public is confirmed."""
    changed = record(replace(ticket, tier=tier), doer, "retiered", before=ticket.tier.value, tier=tier.value)
    if tier is Tier.PRIVATE and Status.REFERRED in TRANSITIONS[ticket.status]:
        return referred(changed, doer, objections)
    if tier is not Tier.PRIVATE and ticket.status is Status.REFERRED:
        return confirmed(changed, doer)
    return _closing_again(changed, doer, objections) if is_contested(ticket) else changed


def recategorised(ticket: Ticket, doer: Doer, category: Category) -> Ticket:
    """Say what it really is about."""
    changed = replace(ticket, category=category)
    return record(changed, doer, "recategorised", before=ticket.category.value, category=category.value)


def understood(ticket: Ticket, category: Category | None, at: datetime) -> Ticket:
    """Correct the bot's own guess of the category; once a person has dealt with *ticket*, it stands."""
    guessed = ticket.status is Status.PENDING and not any(e.name == "recategorised" and e.by for e in ticket.history)
    if category is None or category is ticket.category or not guessed:
        return ticket
    return recategorised(ticket, Doer(at=at), category)


def merged(ticket: Ticket, doer: Doer, into: Ticket) -> Ticket:
    """Fold *ticket* into another one. Its messages and people stay with it, so that undoing is exact."""
    if into.number == ticket.number or into.merged_into or not into.is_open:
        raise InvalidTransition(f"{ticket.code}不能合并到{into.code}")
    changed = move(ticket, Status.MERGED, doer, "merged", into=into.number)
    return replace(changed, merged_into=into.number)


def split(ticket: Ticket, doer: Doer) -> Ticket:
    """Undo a merge: the ticket is again what it was."""
    if ticket.status is not Status.MERGED:
        raise InvalidTransition(f"{ticket.code}没有合并过，不用拆分")
    before = Status(str(ticket.events("merged")[-1].data["before"]))
    changed = move(ticket, before, doer, "split", restored=before.value, **{"from": ticket.merged_into})
    return replace(changed, merged_into=0)


def recalled(ticket: Ticket, doer: Doer, conversation_key: str, message_id: str) -> Ticket:
    """A message of it was taken back: its words go. A pending ticket that has nothing else left is withdrawn."""
    messages = tuple(
        replace(m, recalled=True, text="", attachments=()) if m.ref == (conversation_key, message_id) else m
        for m in ticket.messages
    )
    changed = record(replace(ticket, messages=messages), doer, "recalled", message=message_id)
    reports_left = [m for m in messages if m.part in (Part.REPORT, Part.SUPPORT) and not m.recalled]
    if reports_left:
        return changed
    changed = replace(changed, summary="（原消息已撤回）")
    return withdrawn(changed, doer) if ticket.status is Status.PENDING else changed


def told(ticket: Ticket, at: datetime, key: str, status: Status) -> Ticket:
    """The group (or, for a private matter, the reporter) was told that the ticket is *status*; *key* names the post."""
    return _heard(ticket, Doer(at=at), status, key)


def told_by_hand(ticket: Ticket, doer: Doer) -> Ticket:
    """A worker told people of the ending where the bot could not."""
    if ticket.status not in ENDING:
        raise InvalidTransition(f"{ticket.code}现在是「{ticket.status.label}」，有了结果才用标记已告知")
    if ending_told(ticket):
        raise InvalidTransition(f"{ticket.code}的结果已经告知过了")
    return _heard(ticket, doer, ticket.status, "")


def _heard(ticket: Ticket, doer: Doer, status: Status, key: str) -> Ticket:
    """People know that it is *status*. From hearing of an ending they have the whole time to object to it."""
    changed = replace(record(ticket, doer, "told", post=key, status=status.value), told_at=doer.at)
    late = status is ticket.status and status in ENDING and not ending_told(ticket)
    if not late or ticket.close_after is None:
        return changed
    objections = ticket.close_after - since_ending(ticket)[0].at
    return replace(changed, close_after=max(ticket.close_after, doer.at + objections))


def since_ending(ticket: Ticket) -> tuple[TicketEvent, ...]:
    """The history of an ended *ticket* from its present ending on."""
    return ticket.history[max((n for n, e in enumerate(ticket.history) if e.name == ticket.status.value), default=0) :]


def ending_told(ticket: Ticket) -> bool:
    """Was the present ending of *ticket* told?"""
    return any(e.name == "told" and e.data.get("status") == ticket.status for e in since_ending(ticket))


def may_close(ticket: Ticket, now: datetime) -> bool:
    """Was this ending told, and is the time for objections over?"""
    if ticket.status not in ENDING or ticket.close_after is None or now < ticket.close_after:
        return False
    return ending_told(ticket)


def closed(ticket: Ticket, now: datetime) -> Ticket:
    """File it away: told, and nobody objected."""
    if not may_close(ticket, now):
        raise InvalidTransition(f"{ticket.code}还不能归档：要先告知，并过了异议期")
    return replace(move(ticket, Status.CLOSED, Doer(at=now), "closed"), closed_at=now, close_after=None)
