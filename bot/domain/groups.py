"""What one group decides for itself, and the notice that tells its people what the bot reads and keeps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby

from bot.domain.members import Grant, Member, Role
from bot.domain.places import Place, place_key, same_place
from bot.domain.taxonomy import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRules:
    """The settings of one group. None: as the program's settings say."""

    #: News waits through these hours; both or neither. Local time.
    quiet_from: time | None = None
    quiet_until: time | None = None
    #: So many posts of news in a day.
    daily_budget: int | None = None
    #: When the weekly list comes. Local time.
    digest_at: time | None = None
    #: The weekly list never comes.
    no_digest: bool = False
    #: Matters of these categories get no ticket here, unless there is danger.
    left_alone: frozenset[Category] = frozenset()
    #: May a private matter be answered here where the private chat cannot be reached?
    private_here: bool = True

    @property
    def own(self) -> tuple[object, ...]:
        """Everything but the categories, in a fixed order."""
        night = (self.quiet_from, self.quiet_until)
        return (*night, self.daily_budget, self.digest_at, self.no_digest, self.private_here)


#: A group that has decided nothing.
AS_USUAL = GroupRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyNotice:
    """What every group is told once, and again in each new version."""

    version: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGiven:
    """The record that a group was told: when, which version, and the words."""

    conversation_key: str
    version: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A building, and who leads it."""

    estate: str
    building: str
    leaders: tuple[Member, ...] = ()


def coverage(places: Iterable[Place], members: Iterable[Member]) -> list[Cover]:
    """Every building that *places* or roles name, with its leaders; an estate without buildings stands as one."""
    people = list(members)
    named = [p for p in places if p.estate]
    named += [Place(estate=g.estate, building=g.building) for m in people for g in m.grants if g.estate]
    known: dict[str, dict[str, Place]] = {}
    for place in named:
        known.setdefault(place_key(place.estate), {}).setdefault(place_key(place.building), place)
    found = [p for buildings in known.values() for key, p in buildings.items() if key or len(buildings) == 1]
    ordered = sorted(found, key=lambda p: (p.estate, _natural(p.building)))
    return [
        Cover(estate=p.estate, building=p.building, leaders=tuple(m for m in people if leads(m, p))) for p in ordered
    ]


def serves(member: Member, place: Place) -> bool:
    """Does *member* work for the community at *place*, surely? An unknown estate is only for who serves all."""
    return any(
        g.role in (Role.WORKER, Role.ADMIN)
        and (not g.estate or same_place(g.estate, place.estate))
        and (not g.building or (bool(place.building) and same_place(g.building, place.building)))
        for g in member.grants
    )


def leads(member: Member, place: Place) -> bool:
    """Is *member* the leader of just that building, or of the whole estate?"""
    return any(g.role is Role.LEADER and bool(g.estate) and g.covers(place) for g in member.grants)


def only_leader_of(member: Member, grant: Grant, covers: Iterable[Cover]) -> list[Cover]:
    """The buildings that nobody leads once *member* has lost *grant*."""
    if grant.role is not Role.LEADER:
        return []
    left = Member(identity=member.identity, name=member.name, grants=tuple(g for g in member.grants if g != grant))
    alone = [c for c in covers if [m.identity for m in c.leaders] == [member.identity]]
    return [c for c in alone if not leads(left, Place(estate=c.estate, building=c.building))]


def _natural(name: str) -> list[tuple[int, str]]:
    """3号楼 before 12号楼."""
    parts = ("".join(run) for _, run in groupby(name, str.isdecimal))
    return [(int(p), "") if p.isdecimal() else (0, p) for p in parts]
