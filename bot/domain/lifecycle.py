"""What can happen to a ticket. Each function returns the changed ticket with one more line of history.

All of them raise `InvalidTransition` where the table in `tickets` does not allow the step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import InvalidTransition
from bot.domain.messages import Identity
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
    return record(ticket, doer, "opened", category=ticket.category.value, tier=ticket.tier.value)


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
    return replace(move(ticket, Status.CONFIRMED, doer, "confirmed"), close_after=None)


def rejected(ticket: Ticket, doer: Doer, reason: str, objections: timedelta) -> Ticket:
    """It is no issue, or not one for here."""
    return replace(move(ticket, Status.REJECTED, doer, "rejected", reason=reason), close_after=doer.at + objections)


def referred(ticket: Ticket, doer: Doer, objections: timedelta) -> Ticket:
    """The reporter was shown the way to settle a private matter; it closes when they do not object."""
    return replace(move(ticket, Status.REFERRED, doer, "referred"), close_after=doer.at + objections)


def assigned(ticket: Ticket, doer: Doer, body: str) -> Ticket:
    """Hand it to the responsible *body*. A pending one is thereby confirmed."""
    ready = confirmed(ticket, doer) if ticket.status is Status.PENDING and ticket.tier is not Tier.PRIVATE else ticket
    return replace(move(ready, Status.ASSIGNED, doer, "assigned", body=body), body=body)


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
    return changed


def recategorised(ticket: Ticket, doer: Doer, category: Category) -> Ticket:
    """Say what it really is about."""
    changed = replace(ticket, category=category)
    return record(changed, doer, "recategorised", before=ticket.category.value, category=category.value)


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
    changed = move(ticket, before, doer, "split", **{"from": ticket.merged_into})
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
    return replace(record(ticket, Doer(at=at), "told", post=key, status=status.value), told_at=at)


def may_close(ticket: Ticket, now: datetime) -> bool:
    """Was this ending told, and is the time for objections over?"""
    if ticket.status not in ENDING or ticket.close_after is None or now < ticket.close_after:
        return False
    ended = max(n for n, e in enumerate(ticket.history) if e.name == ticket.status.value)
    return any(e.name == "told" and e.data.get("status") == ticket.status for e in ticket.history[ended:])


def closed(ticket: Ticket, now: datetime) -> Ticket:
    """File it away: told, and nobody objected."""
    if not may_close(ticket, now):
        raise InvalidTransition(f"{ticket.code}还不能归档：要先告知，并过了异议期")
    return replace(move(ticket, Status.CLOSED, Doer(at=now), "closed"), closed_at=now, close_after=None)
