"""Rows of a ticket ↔ the ticket."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from bot.domain.messages import Identity
from bot.domain.places import Place, place_key
from bot.domain.taxonomy import Category, Kind, Tier, Urgency
from bot.domain.tickets import Part, Status, Ticket, TicketEvent, TicketMessage
from bot.domain.waiting import desk, waits_for
from storage.backlog_rules import NEVER, PRESSING, apart, said
from storage.rows import (
    Stored,
    attachment_json,
    attachment_of,
    evidence_json,
    evidence_of,
    person_of,
    place_columns,
    place_of,
    ref_columns,
    ref_of,
)
from storage.tables.columns import storable
from storage.ticket_rules import live_until

T = TypeVar("T", Ticket, TicketMessage, Place)
REPORTER = "reporter"
SUPPORTER = "supporter"


def ticket_columns(ticket: Ticket) -> dict[str, Any]:
    """The row of *ticket* itself, without what hangs on it."""
    return {
        **place_columns(ticket.place),
        **ref_columns(ticket.home),
        **_judgement_columns(ticket),
        **_course_columns(ticket),
        "number": ticket.number,
        "estate_key": place_key(ticket.place.estate),
        "building_key": place_key(ticket.place.building),
        "version": ticket.version,
    }


def _judgement_columns(ticket: Ticket) -> dict[str, Any]:
    """What it is about."""
    return {
        "issue_kind": ticket.kind.value,
        "category": ticket.category.value,
        "tier": ticket.tier.value,
        "urgency": ticket.urgency.value,
        "pressing": PRESSING[ticket.urgency],
        "confidence": ticket.confidence,
        "summary": ticket.summary,
        "evidence": [evidence_json(e) for e in ticket.evidence],
        "ratings": dict(ticket.ratings),
    }


def _course_columns(ticket: Ticket) -> dict[str, Any]:
    """What became of it."""
    return {
        "status": ticket.status.value,
        "body": ticket.body,
        "opened_at": ticket.opened_at,
        "active_at": ticket.active_at,
        "told_at": ticket.told_at,
        "resolved_at": ticket.resolved_at,
        "closed_at": ticket.closed_at,
        "close_after": ticket.close_after,
        "look_at": ticket.look_at,
        "due_at": ticket.due_at or NEVER,
        "debt_at": ticket.debt_at or NEVER,
        "list_line": ticket.list_line,
        "list_version": ticket.list_version,
        "desk": " ".join(reason.value for reason in desk(ticket)),
        "waits_for": waits_for(ticket),
        "merged_into": ticket.merged_into or None,
        "previous": ticket.previous or None,
        "live_until": live_until(ticket),
    }


def as_stored(ticket: Ticket) -> Ticket:
    """*ticket* as it will be read back: without what no database takes."""
    messages = tuple(_storable(m, "text", "sender_name") for m in ticket.messages)
    place = _storable(ticket.place, "estate", "building", "unit", "room", "spot")
    return _storable(replace(ticket, place=place, messages=messages), "summary")


def _storable(value: T, *names: str) -> T:
    """*value* with the words in those fields as a database takes them."""
    said = {name: storable(getattr(value, name)) for name in names}
    changed: dict[str, Any] = {name: words for name, words in said.items() if words != getattr(value, name)}
    return replace(value, **changed) if changed else value


def search_columns(ticket: Ticket) -> dict[str, Any]:
    """What *ticket* is found by."""
    return {"rowid": ticket.number, "said": said(ticket), "apart": apart(ticket)}


def message_columns(number: int, position: int, message: TicketMessage) -> dict[str, Any]:
    """The row of one message of ticket *number*."""
    return {
        **ref_columns(message.conversation),
        "ticket": number,
        "position": position,
        "message_id": message.message_id,
        "sender_platform": message.sender.platform,
        "sender_id": message.sender.user_id,
        "sender_name": message.sender_name,
        "at": message.at,
        "text": message.text,
        "part": message.part.value,
        "attachments": [attachment_json(a) for a in message.attachments],
        "recalled": message.recalled,
    }


def message_of(row: Stored) -> TicketMessage:
    """The message of *row*."""
    return TicketMessage(
        conversation=ref_of(row),
        message_id=row.message_id,
        sender=Identity(platform=row.sender_platform, user_id=row.sender_id),
        sender_name=row.sender_name,
        at=row.at,
        text=row.text,
        part=Part(row.part),
        attachments=tuple(attachment_of(a) for a in row.attachments),
        recalled=row.recalled,
    )


def voices_columns(ticket: Ticket) -> list[dict[str, Any]]:
    """The rows of all reporters and supporters of *ticket*."""
    voices = [(REPORTER, n, person) for n, person in enumerate(ticket.reporters)]
    voices += [(SUPPORTER, n, person) for n, person in enumerate(ticket.supporters)]
    return [
        {
            "ticket": ticket.number,
            "relation": relation,
            "position": position,
            "platform": person.platform,
            "user_id": person.user_id,
            "person_key": person.key,
        }
        for relation, position, person in voices
    ]


def event_columns(number: int, position: int, event: TicketEvent) -> dict[str, Any]:
    """The row of one line of the history of ticket *number*."""
    return {
        "ticket": number,
        "position": position,
        "at": event.at,
        "name": event.name,
        "by_platform": event.by.platform if event.by else None,
        "by_id": event.by.user_id if event.by else None,
        "role": event.role,
        "data": dict(event.data),
    }


def event_of(row: Stored) -> TicketEvent:
    """The event of *row*."""
    by = person_of(row.by_platform, row.by_id)
    return TicketEvent(at=row.at, name=row.name, by=by, role=row.role, data=row.data)


def _some(at: datetime | None) -> datetime | None:
    return None if at == NEVER else at


def ticket_of(row: Stored, messages: Iterable[Stored], voices: Iterable[Stored], events: Iterable[Stored]) -> Ticket:
    """The whole ticket, from its *row* and the rows of its parts, each in order."""
    people = [(v.relation, Identity(platform=v.platform, user_id=v.user_id)) for v in voices]
    return Ticket(
        number=row.number,
        status=Status(row.status),
        kind=Kind(row.issue_kind),
        category=Category(row.category),
        tier=Tier(row.tier),
        urgency=Urgency(row.urgency),
        confidence=row.confidence,
        place=place_of(row),
        home=ref_of(row),
        summary=row.summary,
        messages=tuple(message_of(m) for m in messages),
        reporters=tuple(person for relation, person in people if relation == REPORTER),
        supporters=tuple(person for relation, person in people if relation == SUPPORTER),
        evidence=tuple(evidence_of(e) for e in row.evidence),
        history=tuple(event_of(e) for e in events),
        body=row.body,
        opened_at=row.opened_at,
        active_at=row.active_at,
        told_at=row.told_at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        close_after=row.close_after,
        look_at=row.look_at,
        due_at=_some(row.due_at),
        debt_at=_some(row.debt_at),
        list_line=row.list_line,
        list_version=row.list_version,
        ratings=row.ratings,
        merged_into=row.merged_into or 0,
        previous=row.previous or 0,
        version=row.version,
    )
