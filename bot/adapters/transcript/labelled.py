"""Reads conversations with known tickets (`classifiers/data/README.md` gives the form), for fitting and measuring."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from bot.adapters.transcript.records import Line, Room, Transcript
from bot.domain.errors import ConfigError
from bot.domain.members import Role
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Kind, Tier, Urgency

_ROLES = {"r": Role.RESIDENT, "l": Role.LEADER, "p": Role.PROPERTY, "w": Role.WORKER}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTicket:
    """A ticket as a good community worker would make it."""

    key: str
    kind: Kind
    category: Category
    tier: Tier
    urgency: Urgency
    place: Place
    messages: tuple[str, ...]
    #: The message by which it should exist.
    first: str
    #: Other answers that are right too.
    categories: frozenset[Category] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A transcript and its tickets."""

    transcript: Transcript
    tickets: tuple[KnownTicket, ...]


def read_labelled(path: Path, zone: tzinfo) -> Labelled:
    """The conversation in *path*. Raises `ConfigError`, naming file and line."""
    rooms: list[Room] = []
    heads: dict[str, list[str]] = {}
    lines: list[Line] = []
    members: dict[str, list[str]] = {}
    day = ""
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        fields = raw.split("\t")
        if not raw.strip() or raw.startswith("#"):
            continue
        try:
            if fields[0] == "room":
                rooms.append(Room(id=fields[1], name=fields[2], place=Place(estate=fields[3], building=_at(fields, 4))))
            elif fields[0] == "ticket":
                heads[fields[1]] = fields
            elif fields[0] == "day":
                day = fields[1]
            else:
                lines.append(_line(fields, day, zone))
                members[fields[0]] = [] if fields[5] == "-" else fields[5].split(",")
        except (IndexError, ValueError, KeyError) as error:
            raise ConfigError(f"{path} 第{number}行: 读不懂这一行（{error!r}）") from error
    transcript = Transcript(name=path.stem, rooms=tuple(rooms), lines=tuple(sorted(lines, key=lambda x: x.at)))
    return Labelled(transcript=transcript, tickets=tuple(_ticket(f, members) for f in heads.values()))


def _at(fields: list[str], n: int) -> str:
    return fields[n] if len(fields) > n else ""


def _line(fields: list[str], day: str, zone: tzinfo) -> Line:
    return Line(
        id=fields[0],
        at=datetime.fromisoformat(f"{day}T{fields[1]}").replace(tzinfo=zone),
        room=fields[2],
        sender=fields[4],
        name=fields[4],
        text=fields[7],
        role=_ROLES[fields[3]],
        reply_to="" if fields[6] == "-" else fields[6],
    )


def _several(words: str) -> list[str]:
    return [w.strip() for w in re.split("[,|]", words) if w.strip()]


def _ticket(fields: list[str], members: dict[str, list[str]]) -> KnownTicket:
    key = fields[1]
    also = dict(part.split("=", 1) for part in _at(fields, 9).split(";") if "=" in part)
    inside = tuple(m for m, keys in members.items() if any(k.rstrip("*") == key for k in keys))
    return KnownTicket(
        key=key,
        kind=Kind(fields[2]),
        category=Category(fields[3]),
        tier=Tier(fields[4]),
        urgency=Urgency(fields[5]),
        place=Place(building=_at(fields, 6), unit=_at(fields, 7), room=_at(fields, 8)),
        messages=inside,
        first=next(m for m, keys in members.items() if f"{key}*" in keys),
        categories=frozenset(Category(c) for c in _several(also.get("category", ""))),
        tiers=frozenset(Tier(t) for t in _several(also.get("tier", ""))),
        note=_at(fields, 10),
    )
