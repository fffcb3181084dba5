"""Writes down which accounts are at work, so that after a stop it is known from when on nothing was heard."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.domain.channels import Beat
from bot.domain.records import Gap
from bot.ports import Adapter, Clock, UnitOfWork, UnitOfWorkFactory

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=60)
#: A shorter stop is none: somebody restarted the program.
PATIENCE = timedelta(minutes=3)
#: Why there is a gap.
STOPPED = "stopped"


class Heartbeat:
    """Minds the accounts of *adapters*."""

    def __init__(self, *, work: UnitOfWorkFactory, adapters: Mapping[str, Adapter], clock: Clock) -> None:
        self._work = work
        self._adapters = adapters
        self._clock = clock

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._clock.sleep(EVERY.total_seconds())
            try:
                await self.beat()
            except Exception:
                log.exception("heartbeat_failed")

    async def note_downtime(self) -> int:
        """Before anything is heard: begin a gap for every account that was at work before a long stop; how many."""
        now, begun = self._clock.now(), 0
        async with self._work() as work:
            for beat in await work.gaps.beats():
                if beat.platform in self._adapters and now - beat.at > PATIENCE:
                    gap = Gap(platform=beat.platform, account=beat.account, begin=beat.at, reason=STOPPED)
                    await work.gaps.begin(gap)
                    begun += 1
            await work.commit()
        return begun

    async def beat(self) -> None:
        """Write down which accounts are at work now."""
        now = self._clock.now()
        async with self._work() as work:
            for platform, account in await self._accounts(work):
                if self._adapters[platform].online(account):
                    await work.gaps.beat(Beat(platform=platform, account=account, at=now))
            await work.commit()

    async def _accounts(self, work: UnitOfWork) -> list[tuple[str, str]]:
        """The accounts that take part in a group, or were at work before."""
        groups = [c.ref for c in await work.conversations.listed() if c.ref.is_group and c.enabled]
        known = {(ref.platform, ref.account) for ref in groups if ref.account}
        known |= {(beat.platform, beat.account) for beat in await work.gaps.beats()}
        return sorted(pair for pair in known if pair[0] in self._adapters)
