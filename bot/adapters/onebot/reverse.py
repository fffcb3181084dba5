"""Reverse WebSocket: the implementation dials us, which is the common set-up."""

import structlog
from aiohttp import web

from bot.adapters.onebot.access import refusal_of_token
from bot.adapters.onebot.fields import ident
from bot.adapters.onebot.lines import SocketLine, role_of
from bot.adapters.onebot.reception import Reception
from bot.adapters.onebot.settings import OneBotSettings

log = structlog.get_logger(__name__)

PATH = "/onebot/v11/ws"
#: Seconds between pings; a peer that does not answer them is gone.
PING = 30.0


class ReverseServer:
    """The door at which implementations knock."""

    def __init__(self, settings: OneBotSettings, reception: Reception) -> None:
        """Lets in whoever shows the token, and hands what they say to *reception*."""
        self._settings = settings
        self._reception = reception

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it closes."""
        status = refusal_of_token(request.headers, request.query, self._settings.token)
        if status or not self._reception.is_open:
            log.warning("onebot_connection_refused", remote=request.remote, status=status or 503)
            return web.Response(status=status or 503)
        socket = web.WebSocketResponse(max_msg_size=self._settings.max_frame, heartbeat=PING, timeout=2.0)
        await socket.prepare(request)
        line = SocketLine(socket, role_of(request.headers.get("X-Client-Role", "")))
        account = ident(request.headers.get("X-Self-ID", ""))
        log.info("onebot_connected", account=account, role=line.role.value, remote=request.remote)
        await self._reception.listen(line, account)
        log.info("onebot_disconnected", account=account, role=line.role.value, code=socket.close_code)
        return socket
