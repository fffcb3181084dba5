"""What a paper may say of people: residents are 住户A, 住户B; names, numbers and doors that are known do not appear."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.members import Member, Role
from bot.domain.messages import Identity
from bot.domain.text import masked, visible
from bot.domain.tickets import Part, Ticket

#: Full-width letters, digits and marks as narrow ones, so that a number is seen however it was typed.
_NARROW = {code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]}
_NARROW |= {ord(a): ord(b) for a, b in {"－": "-", "＃": "#", "＠": "@", "—": "-"}.items()}
_MENTION = re.compile(r"@[^\s@,，。：:！!？?]{1,20}")
_PLACE_IN_CARD = re.compile(r"[A-Za-z]?\d+(?:号楼|号院|单元|栋|幢|座|楼|号|室|户|房|#|-|\s)*")
_DOOR = re.compile(r"(?<!\d)\d{3,4}(?!\d)")
_LOOSE = re.compile(r"[\s\-_·|/（）()【】\[\],，.。]+")
#: What many cards say; no name.
_NO_NAMES = frozenset({"业主", "住户", "居民", "邻居", "物业", "社区", "楼长", "居委", "管家", "租户", "房东", "单元"})
_SOMEBODY, _SOME_DOOR = "某人", "某户"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What is said for whom."""

    #: Residents of the matter, by their letters.
    aliases: Mapping[Identity, str]
    #: What would give somebody away, the longest first → what is said instead.
    instead: tuple[tuple[str, str], ...]
    doors: frozenset[str]

    def hide(self, text: str) -> str:
        """*text* without the names, doors and numbers that are known here, and without any phone, plate or ID."""
        text = visible(text).translate(_NARROW)
        for name, alias in self.instead:
            text = text.replace(name, alias)
        text = _DOOR.sub(lambda m: _SOME_DOOR if m.group() in self.doors else m.group(), text)
        return masked(_MENTION.sub(f"@{_SOMEBODY}", text))

    def who(self, identity: Identity | None, role: str) -> str:
        """Somebody of the history as a paper calls them."""
        if identity is None:
            return "楼事通"
        if role and role != Role.RESIDENT:
            return Role(role).label
        return self.aliases.get(identity, "住户")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody who holds a role, made ready once for many matters."""

    held: Mapping[Identity, Member]
    #: What would give them away, the longest first → their role.
    instead: Mapping[str, str]


def roster_of(members: Iterable[Member]) -> Roster:
    """The roster of *members*; who holds no role is not in it."""
    held = {m.identity: m for m in members if m.grants}
    instead: dict[str, str] = {}
    for who, member in held.items():
        for name in names_in(member.name, who):
            instead.setdefault(name, member.grants[0].role.label)
    return Roster(held=held, instead=dict(sorted(instead.items(), key=lambda pair: -len(pair[0]))))


def cover_for(tickets: Iterable[Ticket], members: Iterable[Member] | Roster) -> Cover:
    """The cover for one matter: the ticket and those merged into it, and everybody who holds a role."""
    family, roster = list(tickets), members if isinstance(members, Roster) else roster_of(members)
    aliases = {who: f"住户{_letters(n)}" for n, who in enumerate(_residents(family))}
    said = {m.sender: m.sender_name for t in family for m in t.messages}
    known = ((who, roster.held[who].name) for who in aliases if who in roster.held)
    own: dict[str, str] = {}
    for who, card in (*said.items(), *known):
        label = roster.held[who].grants[0].role.label if who in roster.held else _SOMEBODY
        for name in names_in(card, who):
            own.setdefault(name, aliases.get(who, label))
    instead = {**roster.instead, **own}
    doors = {t.place.room.translate(_NARROW) for t in family if t.place.room}
    doors |= {door for card in said.values() for door in _DOOR.findall(card.translate(_NARROW))}
    return Cover(
        aliases=aliases,
        instead=tuple(sorted(instead.items(), key=lambda pair: -len(pair[0]))),
        doors=frozenset(doors),
    )


@lru_cache(maxsize=4096)
def names_in(card: str, who: Identity) -> frozenset[str]:
    """What of a group card, or of an account, would tell a reader who it is."""
    card = visible(card).translate(_NARROW)
    pieces = {card, *_LOOSE.split(_PLACE_IN_CARD.sub(" ", card))}
    pieces |= {p.removeprefix(word) for p in set(pieces) for word in _NO_NAMES if p != word}
    names = {p for p in pieces if len(p) >= 2 and p not in _NO_NAMES and not p.isdigit()}
    return frozenset(names | ({who.user_id} if len(who.user_id) >= 5 else set()))


def _residents(family: list[Ticket]) -> list[Identity]:
    """Who raised the matter, who joined in, who added something: each once, in that order."""
    spoke = (m.sender for t in family for m in t.messages if m.part is not Part.PROGRESS)
    people = (*(who for t in family for who in (*t.reporters, *t.supporters)), *spoke)
    return list(dict.fromkeys(people))


def _letters(number: int) -> str:
    """A, B, … Z, AA, AB, …"""
    word = chr(ord("A") + number % 26)
    return _letters(number // 26 - 1) + word if number >= 26 else word
