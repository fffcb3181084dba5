"""Forward WebSocket: we dial the implementation, and dial again for as long as it takes."""

import asyncio
from collections.abc import Iterator
from random import SystemRandom

import aiohttp
import structlog

from bot.adapters.onebot.access import bearer
from bot.adapters.onebot.accounts import Accounts
from bot.adapters.onebot.actions import Action
from bot.adapters.onebot.fields import ident
from bot.adapters.onebot.lines import Role, SocketLine
from bot.adapters.onebot.reception import Reception
from bot.adapters.onebot.reverse import PING
from bot.adapters.onebot.settings import OneBotSettings
from bot.domain.errors import DeliveryError

log = structlog.get_logger(__name__)

_RANDOM = SystemRandom()


class ForwardClient:
    """Keeps one connection to `ws_url` up."""

    def __init__(
        self, settings: OneBotSettings, session: aiohttp.ClientSession, accounts: Accounts, reception: Reception
    ) -> None:
        """Dials with *session*, hands what it hears to *reception*."""
        self._settings = settings
        self._session = session
        self._accounts = accounts
        self._reception = reception

    async def run(self) -> None:
        """Connect, listen, and connect again; runs until it is cancelled."""
        waits = self._waits()
        while True:
            try:
                if await self._connect():
                    waits = self._waits()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("onebot_dial_failed", error=type(error).__name__, status=getattr(error, "status", None))
            except Exception as error:
                log.error("onebot_dial_failed", error=type(error).__name__)
            await asyncio.sleep(next(waits))

    async def _connect(self) -> bool:
        """Serve one connection; True if it proved to be a working one.

        Implementations that dislike the token open the socket, say so and close it: that is no working one.
        """
        async with asyncio.timeout(self._settings.action_timeout):
            socket = await self._session.ws_connect(
                self._settings.ws_url,
                headers=bearer(self._settings.token),
                max_msg_size=self._settings.max_frame,
                heartbeat=PING,
                timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
            )
        line = SocketLine(socket, Role.UNIVERSAL)
        login = asyncio.create_task(self._log_in(line))
        try:
            account = await self._reception.listen(line, "")
        finally:
            login.cancel()
            await socket.close()
        log.info("onebot_disconnected", role=line.role.value, code=socket.close_code)
        return bool(account)

    async def _log_in(self, line: SocketLine) -> None:
        """Ask whose line this is: not every implementation greets with a lifecycle event."""
        try:
            response = await line.call(Action("get_login_info"), self._settings.action_timeout)
        except DeliveryError:
            return
        account = ident(response.data.get("user_id")) if isinstance(response.data, dict) else ""
        if account:
            await self._accounts.attach(account, line)

    def _waits(self) -> Iterator[float]:
        """Seconds before each next attempt: doubling, with jitter, so that many bots do not knock at once."""
        wait = self._settings.reconnect_first
        while True:
            yield wait * _RANDOM.uniform(0.5, 1.0)
            wait = min(2 * wait, self._settings.reconnect_most)
