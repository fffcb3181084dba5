"""Tickets as plain data: whole, for programs. Names of reporters stay out; ids of messages are in."""

from typing import Any

from bot.domain.tickets import Ticket, TicketEvent


def ticket_data(ticket: Ticket) -> dict[str, Any]:
    """*ticket* as JSON-able data: codes as in the taxonomy, times in ISO 8601."""
    return {
        "code": ticket.code,
        "number": ticket.number,
        "status": ticket.status.value,
        "kind": ticket.kind.value,
        "category": ticket.category.value,
        "tier": ticket.tier.value,
        "urgency": ticket.urgency.value,
        "confidence": round(ticket.confidence, 4),
        "place": {
            "estate": ticket.place.estate,
            "building": ticket.place.building,
            "unit": ticket.place.unit,
            "room": ticket.place.room,
            "spot": ticket.place.spot,
        },
        "summary": ticket.summary,
        "reporters": len(ticket.reporters),
        "supporters": len(ticket.supporters),
        "body": ticket.body,
        "conversations": [c.key for c in ticket.conversations],
        "message_ids": [m.message_id for m in ticket.messages],
        "merged_into": ticket.merged_into or None,
        "previous": ticket.previous or None,
        "ratings": sorted(ticket.ratings.values()),
        "opened_at": ticket.opened_at.isoformat(),
        "active_at": ticket.active_at.isoformat(),
        "told_at": _time(ticket.told_at),
        "resolved_at": _time(ticket.resolved_at),
        "closed_at": _time(ticket.closed_at),
        "close_after": _time(ticket.close_after),
        "evidence": [{"source": e.source, "words": e.words, "weight": e.weight} for e in ticket.evidence],
        "history": [_event(e) for e in ticket.history],
    }


def _time(value: Any) -> str | None:
    return value.isoformat() if value else None


def _event(event: TicketEvent) -> dict[str, Any]:
    return {"at": event.at.isoformat(), "event": event.name, "role": event.role or "bot", **event.data}
