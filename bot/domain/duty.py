"""The roster: who is called in an emergency, where and when."""

from dataclasses import dataclass
from datetime import datetime, time

from bot.domain.members import Grant, Role
from bot.domain.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One person's standing duty. Hours are local; from equal to until is around the clock; they may pass midnight."""

    platform: str
    user_id: str
    name: str = ""
    #: Empty: everywhere.
    estate: str = ""
    building: str = ""
    begins: time = time(0, 0)
    ends: time = time(0, 0)
    #: Monday is 0; empty: every day. A night belongs to the day on which it begins.
    days: frozenset[int] = frozenset()

    def is_on(self, at: datetime) -> bool:
        """Is it their turn at the local time *at*?"""
        clock, day = at.time(), at.weekday()
        if self.begins == self.ends:
            return self._on_day(day)
        if self.begins < self.ends:
            return self._on_day(day) and self.begins <= clock < self.ends
        return (clock >= self.begins and self._on_day(day)) or (clock < self.ends and self._on_day((day - 1) % 7))

    def covers(self, place: Place) -> bool:
        """Are they called for *place*?"""
        return Grant(role=Role.PROPERTY, estate=self.estate, building=self.building).covers(place)

    def _on_day(self, day: int) -> bool:
        return not self.days or day in self.days
