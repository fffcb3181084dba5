"""Time: the real one, and one that is told (replay and tests)."""

import asyncio
from datetime import UTC, datetime, timedelta


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present time in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class ToldClock:
    """A clock that stands still until it is told the time; sleeping moves it on."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """The time it was told."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Move on by *seconds*, at once; others get their turn, as they would in real time."""
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def move_to(self, at: datetime) -> None:
        """Tell it that it is *at*; it never goes back."""
        self._now = max(self._now, at)
