"""The parts of rows that many tables share ↔ domain values: conversations, places, people, evidence."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Row as SqlRow

from bot.domain.classification import Classification, Evidence
from bot.domain.messages import Attachment, AttachmentKind, ConversationKind, ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Kind, Tier, Urgency

#: A row as it comes from the database; its types are those of the table.
Stored = SqlRow[Any]
T = TypeVar("T")

#: Databases limit the parameters of one statement.
_AT_ONCE = 500


def portions(keys: Iterable[T]) -> Iterator[list[T]]:
    """*keys*, each once, in lists that are short enough for one statement."""
    rest = list(dict.fromkeys(keys))
    for start in range(0, len(rest), _AT_ONCE):
        yield rest[start : start + _AT_ONCE]


def ref_columns(ref: ConversationRef) -> dict[str, Any]:
    """The columns of `InConversation`."""
    return {
        "platform": ref.platform,
        "kind": ref.kind.value,
        "conversation_id": ref.id,
        "account": ref.account,
        "conversation_key": ref.key,
    }


def ref_of(row: Stored) -> ConversationRef:
    """The conversation of *row*."""
    return ConversationRef(
        platform=row.platform, kind=ConversationKind(row.kind), id=row.conversation_id, account=row.account
    )


def place_columns(place: Place) -> dict[str, Any]:
    """The columns of `AtPlace`."""
    return {
        "estate": place.estate,
        "building": place.building,
        "unit": place.unit,
        "room": place.room,
        "spot": place.spot,
    }


def place_of(row: Stored) -> Place:
    """The place of *row*."""
    return Place(estate=row.estate, building=row.building, unit=row.unit, room=row.room, spot=row.spot)


def person_of(platform: str | None, user_id: str | None) -> Identity | None:
    """The person whom two optional columns name."""
    return None if platform is None or user_id is None else Identity(platform=platform, user_id=user_id)


def attachment_json(attachment: Attachment) -> dict[str, Any]:
    """*attachment* for a JSON column."""
    return {"kind": attachment.kind.value, "source": attachment.source, "name": attachment.name}


def attachment_of(data: dict[str, Any]) -> Attachment:
    """The attachment that `attachment_json` wrote."""
    return Attachment(kind=AttachmentKind(data["kind"]), source=data["source"], name=data["name"])


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """*evidence* for a JSON column."""
    return {"source": evidence.source, "words": evidence.words, "weight": evidence.weight}


def evidence_of(data: dict[str, Any]) -> Evidence:
    """The evidence that `evidence_json` wrote."""
    return Evidence(source=data["source"], words=data["words"], weight=data["weight"])


def classification_json(value: Classification) -> dict[str, Any]:
    """*value* for a JSON column."""
    return {
        "kind": value.kind.value,
        "category": value.category.value,
        "tier": value.tier.value,
        "urgency": value.urgency.value,
        "issue": value.issue,
        "category_confidence": value.category_confidence,
        "evidence": [evidence_json(e) for e in value.evidence],
    }


def classification_of(data: dict[str, Any]) -> Classification:
    """The classification that `classification_json` wrote."""
    return Classification(
        kind=Kind(data["kind"]),
        category=Category(data["category"]),
        tier=Tier(data["tier"]),
        urgency=Urgency(data["urgency"]),
        issue=data["issue"],
        category_confidence=data["category_confidence"],
        evidence=tuple(evidence_of(e) for e in data["evidence"]),
    )
