"""The wire between those who change something and the views that show it. A watcher never misses the last change."""

import asyncio
from collections.abc import AsyncIterator


class Changes:
    """Implements `ports.Changes` within one process and one event loop."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    @property
    def upcoming(self) -> asyncio.Event:
        """The event that the next change sets."""
        return self._next

    def notify(self) -> None:
        """Something has changed."""
        happened, self._next = self._next, asyncio.Event()
        happened.set()

    def watch(self) -> AsyncIterator[None]:
        """Yields at every change from this call on; several changes while nobody looked are one."""
        return _Watch(self)


class _Watch:
    """Remembers the change it waits for between two looks, so that none falls in between."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._awaited = changes.upcoming

    def __aiter__(self) -> "_Watch":
        return self

    async def __anext__(self) -> None:
        await self._awaited.wait()
        self._awaited = self._changes.upcoming
