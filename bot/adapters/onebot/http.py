"""HTTP: the implementation posts signed events to us, and we post actions to it."""

import asyncio
import json

import aiohttp
import structlog
from aiohttp import web

from bot.adapters.onebot.access import bearer, refusal_of_signature
from bot.adapters.onebot.accounts import Accounts
from bot.adapters.onebot.actions import Action, Response, response_of
from bot.adapters.onebot.decoded import Heartbeat
from bot.adapters.onebot.fields import ident
from bot.adapters.onebot.lines import Role
from bot.adapters.onebot.reception import Reception
from bot.adapters.onebot.settings import OneBotSettings
from bot.domain.errors import DeliveryError

log = structlog.get_logger(__name__)

PATH = "/onebot/v11/http"
TOO_LARGE = 413


class HttpLine:
    """A line without a socket: one implementation, one account."""

    def __init__(
        self, settings: OneBotSettings, session: aiohttp.ClientSession, accounts: Accounts, reception: Reception
    ) -> None:
        """Posts actions with *session*, hands posted events to *reception*."""
        self._settings = settings
        self._session = session
        self._accounts = accounts
        self._reception = reception
        self._account = ""

    @property
    def role(self) -> Role:
        """What it is for."""
        return Role.HTTP

    def drop(self) -> None:
        """There is nothing to hang up."""

    async def handle(self, request: web.Request) -> web.Response:
        """Take one posted event in."""
        body = await _read(request.content, self._settings.max_frame)
        if body is None:
            return web.Response(status=TOO_LARGE)
        status = refusal_of_signature(request.headers, body, self._settings.http_secret)
        if status or not self._reception.is_open:
            log.warning("onebot_event_refused", remote=request.remote, status=status or 503)
            return web.Response(status=status or 503)
        self._account = ident(request.headers.get("X-Self-ID", "")) or self._account
        await self._reception.take(body, self._account, self)
        return web.Response(status=204)

    async def call(self, action: Action, seconds: float) -> Response:
        """Post *action* and read its response."""
        url = f"{self._settings.http_url.rstrip('/')}/{action.name}"
        try:
            async with asyncio.timeout(seconds):
                return await self._post(url, action)
        except TimeoutError as error:
            raise DeliveryError(f"{action.name}: no answer in time", ambiguous=True) from error
        except aiohttp.ClientConnectorError as error:
            raise DeliveryError(f"{action.name}: not connected") from error
        except (aiohttp.ClientError, ValueError, RecursionError) as error:
            raise DeliveryError(f"{action.name}: connection lost", ambiguous=True) from error

    async def probe(self) -> None:
        """Look now and then whether the implementation is there; runs until it is cancelled."""
        while True:
            try:
                await self._look()
            except DeliveryError as error:
                log.info("onebot_not_reachable", account=self._account, error=str(error))
                if self._account:
                    await self._accounts.beat(Heartbeat(account=self._account, online=False, interval=0))
            await asyncio.sleep(self._settings.probe_every)

    async def _look(self) -> None:
        if not self._account:
            response = await self.call(Action("get_login_info"), self._settings.action_timeout)
            self._account = ident(response.data.get("user_id")) if isinstance(response.data, dict) else ""
        if self._account:
            await self._accounts.attach(self._account, self)
            status = await self.call(Action("get_status"), self._settings.action_timeout)
            online = not (isinstance(status.data, dict) and status.data.get("online") is False)
            await self._accounts.beat(Heartbeat(account=self._account, online=online, interval=0))

    async def _post(self, url: str, action: Action) -> Response:
        body = json.dumps(action.params, ensure_ascii=False).encode()
        headers = bearer(self._settings.token) | {"Content-Type": "application/json"}
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as reply:
            if reply.status in (401, 403, 404):
                raise DeliveryError(f"{action.name}: HTTP {reply.status}", permanent=True)
            frame = json.loads(await _read(reply.content, self._settings.max_frame) or b"")
        return response_of(frame if isinstance(frame, dict) else {})


async def _read(stream: aiohttp.StreamReader, limit: int) -> bytes | None:
    """All of *stream*; None if that is more than *limit* bytes."""
    body = bytearray()
    async for piece in stream.iter_chunked(64 * 1024):
        body += piece
        if len(body) > limit:
            return None
    return bytes(body)
