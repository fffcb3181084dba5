"""What is due by itself: steps of tickets, digests, forgetting what must not be kept, writing watermarks down.

Due times are columns; the worker asks the database what has come. Restarting loses nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.domain.commands import TakeSteps
from bot.domain.errors import StaleTicket
from bot.domain.policy import Policy
from bot.handlers import Context, execute
from bot.handlers.noticing import give_notices
from bot.ports import Changes, Clock, UnitOfWorkFactory
from bot.workers.digests import NONE, Digests, make, make_own

log = structlog.get_logger(__name__)

#: How often it is looked for groups that were not told of the notice, and for groups with an hour of their own.
LOOKS_EVERY = timedelta(seconds=30)
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
        digests: Digests = NONE,
    ) -> None:
        self._work = work
        self._policy = policy
        self._clock = clock
        self._changes = changes
        self._keep_watermarks = keep_watermarks
        self._digests = digests
        #: Digests of today that are made, by name and day; others may have made them.
        self._made: set[tuple[str, object]] = set()
        self._looked_at: datetime | None = None

    async def run(self, every_seconds: float = 5.0) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.run_due()
            except Exception:
                log.exception("clock_failed")
            await self._clock.sleep(every_seconds)

    async def run_due(self) -> int:
        """Do everything that is due now; how many tickets took a step."""
        now = self._clock.now()
        await self._keep_watermarks()
        async with self._work() as work:
            due = await work.tickets.due(now)
            await work.reviews.forget(now)
            await work.samples.forget(now)
            await work.inbox.forget(now - KEYS_KEPT)
            await work.commit()
        stepped = 0
        for number in due:
            stepped += await self._step(number)
        await self._digest()
        await self._tell_groups()
        if stepped:
            self._changes.notify()
        return stepped

    async def _step(self, number: int) -> bool:
        """Let one ticket take its steps; somebody who was faster wins, and one that fails stops no other."""
        now = self._clock.now()
        try:
            async with self._work() as work:
                command = TakeSteps(number=number, at=now)
                done = await execute(command, Context(work=work, policy=self._policy, now=now))
                await work.commit()
        except StaleTicket:
            return False
        except Exception:
            log.exception("steps_failed", ticket=number)
            return False
        return done is not None

    async def _digest(self) -> None:
        """Make the digests whose time it is."""
        now, calendar = self._clock.now(), self._policy.rules.calendar
        today = now.astimezone(calendar.zone).date()
        for name in self._digests.due(now, calendar):
            if (name, today) in self._made:
                continue
            async with self._work() as work:
                await make(name, Context(work=work, policy=self._policy, now=now))
                await work.commit()
            self._made = {m for m in self._made if m[1] == today} | {(name, today)}

    async def _tell_groups(self) -> None:
        """Now and then: what groups are told by themselves, and at an hour that they chose."""
        now = self._clock.now()
        if self._looked_at is not None and now - self._looked_at < LOOKS_EVERY:
            return
        self._looked_at = now
        async with self._work() as work:
            context = Context(work=work, policy=self._policy, now=now)
            await make_own(self._digests, context)
            await give_notices(context)
            await work.commit()
