"""Keeps the line to one gateway up: dings, notices when nothing comes back, and connects again for as long as it takes.

The account's login belongs to the gateway: hanging up here does not end it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from random import SystemRandom

import structlog

from bot.adapters.wechaty.events import event_of
from bot.adapters.wechaty.line import Line, LineError
from bot.adapters.wechaty.settings import WechatySettings
from bot.adapters.wechaty.values import Dong, Event, Trouble, Why

log = structlog.get_logger(__name__)

_RANDOM = SystemRandom()


class Supervisor:
    """Runs one line after the other; `line` is the one that is up."""

    def __init__(
        self,
        settings: WechatySettings,
        connect: Callable[[], Line],
        *,
        heard: Callable[[Event], Awaitable[None]],
        lost: Callable[[Why, datetime | None], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        """*connect* makes a line, *heard* takes its events, *lost* is told when it is gone and since when."""
        self._settings = settings
        self._connect = connect
        self._heard = heard
        self._lost = lost
        self._now = now
        self._line: Line | None = None
        #: Loop time of the last sign of life.
        self._alive = 0.0
        #: Did this gateway ever answer a ding by a dong, and did its newest line bring any event?
        self._dongs = False
        self._served = False
        #: Was the last line dropped by us? Then the gateway may still think that somebody listens.
        self._dropped = False

    @property
    def line(self) -> Line:
        """The line that is up. Raises `LineError` if none is."""
        if self._line is None:
            raise LineError("gateway", Why.ABSENT)
        return self._line

    async def run(self) -> None:
        """Serve, and connect again; runs until it is cancelled."""
        waits = self._waits()
        while True:
            self._served = False
            try:
                why = await self._serve()
            except Exception as error:
                log.error("wechaty_line_failed", name=self._settings.name, error=type(error).__name__)
                why = Why.FAILED
            if self._served:
                waits = self._waits()
            await self._lost(why, self._now() - timedelta(seconds=self._silent_for()) if self._served else None)
            await asyncio.sleep(next(waits))

    async def _serve(self) -> Why:
        """Serve one line until it ends; why it ended."""
        line = self._connect()
        work = [asyncio.create_task(self._listen(line)), asyncio.create_task(self._mind(line))]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._line = None
            for task in work:
                task.cancel()
            ends = await asyncio.gather(*work, return_exceptions=True)
            line.close()
        why = next((_why(end) for end in ends if not isinstance(end, asyncio.CancelledError)), Why.LOST)
        if why is Why.TAKEN and self._dropped:
            await self._take_back()
        self._dropped = why is Why.FROZEN
        return why

    async def _listen(self, line: Line) -> Why:
        """Hand on what the gateway tells, until it ends the stream: then somebody else has taken it, or it stops."""
        async for number, payload in line.events():
            event = event_of(number, payload)
            self._line, self._served = line, True
            self._dongs |= isinstance(event, Dong)
            self._sign_of_life()
            if isinstance(event, Trouble):
                log.warning("wechaty_trouble", name=self._settings.name)
            try:
                await self._heard(event)
            except Exception as error:
                log.error("wechaty_event_lost", kind=type(event).__name__, error=type(error).__name__)
        return Why.LOST

    async def _mind(self, line: Line) -> Why:
        """Start the puppet and ding, until nothing has come back for too long."""
        await line.start()
        self._sign_of_life()
        while (left := self._settings.silence - self._silent_for()) > 0:
            ding = asyncio.create_task(self._ding(line))
            await asyncio.sleep(min(self._settings.ding_every, left))
            ding.cancel()
        return Why.FROZEN

    async def _ding(self, line: Line) -> None:
        """Ding. A puppet that never gave a dong is known to live by taking the ding."""
        try:
            await line.ding()
        except LineError as error:
            log.debug("wechaty_ding_failed", name=self._settings.name, why=error.why.value)
            return
        if not self._dongs:
            self._sign_of_life()

    async def _take_back(self) -> None:
        """The line that we dropped still listens, as the gateway sees it: end it."""
        line = self._connect()
        try:
            await line.take_over()
        except LineError as error:
            log.warning("wechaty_take_over_failed", name=self._settings.name, why=error.why.value)
        finally:
            line.close()

    def _sign_of_life(self) -> None:
        self._alive = asyncio.get_running_loop().time()

    def _silent_for(self) -> float:
        return asyncio.get_running_loop().time() - self._alive

    def _waits(self) -> Iterator[float]:
        """Seconds before each next attempt: doubling, with jitter."""
        wait = self._settings.reconnect_first
        while True:
            yield wait * _RANDOM.uniform(0.5, 1.0)
            wait = min(2 * wait, self._settings.reconnect_most)


def _why(end: object) -> Why:
    if isinstance(end, Why):
        return end
    if isinstance(end, LineError):
        return end.why
    log.error("wechaty_line_failed", error=type(end).__name__)
    return Why.FAILED
