"""What is due by itself: closing tickets, forgetting what must not be kept, writing watermarks down.

Due times are columns; the worker asks the database what has come. Restarting loses nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.domain.commands import CloseDueTicket
from bot.domain.errors import StaleTicket
from bot.domain.policy import Policy
from bot.handlers import Context, execute
from bot.ports import Changes, Clock, UnitOfWorkFactory

log = structlog.get_logger(__name__)

#: Message keys are remembered this long: longer than any platform replays.
KEYS_KEPT = timedelta(days=400)


class ClockWorker:
    """Does what is due."""

    def __init__(
        self,
        *,
        work: UnitOfWorkFactory,
        policy: Policy,
        clock: Clock,
        changes: Changes,
        keep_watermarks: Callable[[], Awaitable[None]],
    ) -> None:
        self._work = work
        self._policy = policy
        self._clock = clock
        self._changes = changes
        self._keep_watermarks = keep_watermarks

    async def run(self, every_seconds: float = 5.0) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.run_due()
            except Exception:
                log.exception("clock_failed")
            await self._clock.sleep(every_seconds)

    async def run_due(self) -> int:
        """Do everything that is due now; how many tickets were closed."""
        now = self._clock.now()
        await self._keep_watermarks()
        async with self._work() as work:
            due = await work.tickets.due_to_close(now)
            await work.reviews.forget(now)
            await work.inbox.forget(now - KEYS_KEPT)
            await work.commit()
        closed = 0
        for number in due:
            closed += await self._close(number)
        if closed:
            self._changes.notify()
        return closed

    async def _close(self, number: int) -> bool:
        """Close one ticket if it may be; somebody who was faster wins."""
        now = self._clock.now()
        try:
            async with self._work() as work:
                command = CloseDueTicket(number=number, at=now)
                done = await execute(command, Context(work=work, policy=self._policy, now=now))
                await work.commit()
        except StaleTicket:
            return False
        return done is not None
