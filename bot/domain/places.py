"""Where a matter is: estate, building, unit, room, and a spot in words."""

import re
from dataclasses import dataclass

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NUMERAL = re.compile("[零〇一二两三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九]+")
SUFFIX = re.compile("号楼|号院|单元|门洞|幢|栋|座|楼|号|门|室|#|-|\\s")


def arabic(text: str) -> str:
    """Rewrite Chinese numerals below one hundred in *text* as digits: 十二幢 → 12幢."""

    def value(match: re.Match[str]) -> str:
        word = match.group()
        if "十" not in word:
            return "".join(str(DIGITS[c]) for c in word)
        tens, _, ones = word.partition("十")
        return str((DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0))

    return NUMERAL.sub(value, text)


def place_key(name: str) -> str:
    """What tells one building or unit from another, however it is written: 3号楼, 三幢 and 3# are all `3`."""
    return SUFFIX.sub("", arabic(name.upper()))


def same_place(a: str, b: str) -> bool:
    """Do *a* and *b* name the same building (or unit)? An unknown one (empty) is the same as none."""
    return place_key(a) == place_key(b)


def building_key(place: "Place") -> str:
    """What tells the building of *place* from those of every estate; "" if neither estate nor building is known."""
    keys = place_key(place.estate), place_key(place.building)
    return "/".join(keys) if any(keys) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place inside or beside an estate; every part may be unknown (empty)."""

    estate: str = ""
    #: As people say it, with its counter: `3号楼`, `A座`.
    building: str = ""
    #: `2单元`.
    unit: str = ""
    #: The door: `501`. Never shown to a group.
    room: str = ""
    #: A spot in words: `地下车库`, `东门`.
    spot: str = ""

    @property
    def public(self) -> str:
        """The place as a group may see it: without the door."""
        return f"{self.building}{self.unit}{self.spot}" or self.estate

    def agrees_with(self, other: "Place") -> bool:
        """Could both be the same place? Parts that one of them does not know do not count against it."""
        pairs = ((self.estate, other.estate), (self.building, other.building), (self.unit, other.unit))
        return all(not a or not b or same_place(a, b) for a, b in pairs)

    def is_spot_of(self, other: "Place") -> bool:
        """Is it the very place of *other*: agreeing, and as exact about the building, the spot and the door?"""
        mine, theirs = (self.building, self.spot, self.room), (other.building, other.spot, other.room)
        building = bool(self.building) == bool(other.building)
        named = all(not a or not b or a == b for a, b in zip(mine[1:], theirs[1:], strict=True))
        return building and named and self.agrees_with(other)

    def filled_from(self, other: "Place") -> "Place":
        """This place with its unknown parts taken from *other*, from the largest part down, while they agree."""
        if not self.agrees_with(other):
            return self
        return Place(
            estate=self.estate or other.estate,
            building=self.building or other.building,
            unit=self.unit or other.unit,
            room=self.room or other.room,
            spot=self.spot or other.spot,
        )
