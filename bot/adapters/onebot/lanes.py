"""From the wire to the sink: in order within a conversation, side by side across them, never more than we can hold."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.domain.messages import InboundEvent

log = structlog.get_logger(__name__)

Deliver = Callable[[InboundEvent], Awaitable[None]]
#: Events that may be under way at once; beyond that the wire has to wait.
CAPACITY = 500


class Lanes:
    """One lane per conversation. *prepare* completes an event, which may take its time, before it is delivered."""

    def __init__(self, prepare: Callable[[InboundEvent], Awaitable[InboundEvent]], capacity: int = CAPACITY) -> None:
        """Lanes that lead nowhere until they are opened."""
        self._prepare = prepare
        self._deliver: Deliver | None = None
        self._last: dict[str, asyncio.Task[None]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(capacity)

    @property
    def is_open(self) -> bool:
        """Is there somebody to deliver to?"""
        return self._deliver is not None

    def open(self, deliver: Deliver) -> None:
        """Deliver to *deliver* from now on."""
        self._deliver = deliver

    def close(self) -> None:
        """Deliver nothing more."""
        self._deliver = None
        for task in self._under_way:
            task.cancel()

    async def put(self, lane: str, event: InboundEvent) -> None:
        """Send *event* on its way, behind whatever is in its *lane*; nowhere, if nobody listens."""
        if not self.is_open:
            return
        await self._room.acquire()
        task = asyncio.create_task(self._travel(event, self._last.get(lane)))
        self._last[lane] = task
        self._under_way.add(task)
        task.add_done_callback(lambda done: self._arrived(lane, done))

    def _arrived(self, lane: str, task: asyncio.Task[None]) -> None:
        self._room.release()
        self._under_way.discard(task)
        if self._last.get(lane) is task:
            del self._last[lane]

    async def _travel(self, event: InboundEvent, ahead: asyncio.Task[None] | None) -> None:
        try:
            event = await self._prepare(event)
            if ahead is not None:
                await asyncio.wait([ahead])
            if self._deliver is not None:
                await self._deliver(event)
        except Exception as error:
            # No traceback: its renderer may print local variables, and with them what residents wrote.
            log.error("onebot_event_lost", kind=type(event).__name__, error=type(error).__name__)
