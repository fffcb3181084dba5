"""Fetches the pictures of tickets soon after they were sent, for platforms let go of them within hours."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.domain.errors import DeliveryError
from bot.domain.records import Picture, PictureStatus
from bot.ports import Adapter, Changes, Clock, PictureStore, UnitOfWorkFactory

log = structlog.get_logger(__name__)

TRIES = 4


class PictureWorker:
    """Fetches, re-encodes and keeps pictures."""

    def __init__(
        self,
        *,
        work: UnitOfWorkFactory,
        adapters: Mapping[str, Adapter],
        store: PictureStore,
        clock: Clock,
        changes: Changes,
    ) -> None:
        self._work = work
        self._adapters = adapters
        self._store = store
        self._clock = clock
        self._changes = changes

    async def run(self, idle_seconds: float = 2.0) -> None:
        """Work until cancelled."""
        while True:
            try:
                done = await self.run_due()
            except Exception:
                log.exception("pictures_failed")
                done = 0
            if not done:
                await self._clock.sleep(idle_seconds)

    async def run_due(self) -> int:
        """Fetch what is due; how many were tried."""
        async with self._work() as work:
            due = await work.pictures.due(self._clock.now())
        for picture in due:
            result = await self._fetched(picture)
            async with self._work() as work:
                await work.pictures.update(result)
                await work.commit()
            self._changes.notify()
        return len(due)

    async def _fetched(self, picture: Picture) -> Picture:
        """*picture* as it is after one try."""
        adapter = self._adapters.get(picture.conversation.platform)
        try:
            if adapter is None:
                raise DeliveryError("no such platform", permanent=True)
            file = await self._store.keep(await adapter.fetch(picture.attachment))
        except DeliveryError as error:
            return self._later(picture, error)
        return replace(picture, status=PictureStatus.KEPT, file=file, attempts=picture.attempts + 1)

    def _later(self, picture: Picture, error: DeliveryError) -> Picture:
        log.warning("picture_failed", ticket=picture.ticket, error=str(error), permanent=error.permanent)
        attempts = picture.attempts + 1
        if error.permanent or attempts >= TRIES:
            return replace(picture, status=PictureStatus.FAILED, attempts=attempts)
        return replace(picture, attempts=attempts, due_at=self._clock.now() + timedelta(seconds=10 * 3**attempts))
