"""Everything that comes over a wire passes here: parsed, decoded, and put on its way. Nothing in it can be fatal."""

import json
from collections.abc import Callable
from datetime import datetime

import aiohttp
import structlog

from bot.adapters.onebot.accounts import Accounts
from bot.adapters.onebot.codec import decode, is_response
from bot.adapters.onebot.decoded import Decoded, Heartbeat, Refused
from bot.adapters.onebot.fields import Frame, ident
from bot.adapters.onebot.lanes import Lanes
from bot.adapters.onebot.lines import Line, SocketLine
from bot.domain.messages import ChannelState, InboundMessage

log = structlog.get_logger(__name__)

_DATA = (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)


class Reception:
    """Takes frames in from every line."""

    def __init__(self, accounts: Accounts, lanes: Lanes, now: Callable[[], datetime]) -> None:
        """Keeps *accounts* up to date and puts events on their *lanes*."""
        self._accounts = accounts
        self._lanes = lanes
        self._now = now

    @property
    def is_open(self) -> bool:
        """Is anybody listening?"""
        return self._lanes.is_open

    async def listen(self, line: SocketLine, account: str) -> None:
        """Take in everything that comes over *line* until it closes; *account* is "" until a frame tells."""
        try:
            if account:
                await self._accounts.attach(account, line)
            async for message in line.socket:
                if message.type in _DATA:
                    await self.take(message.data, account, line)
                elif message.type is aiohttp.WSMsgType.ERROR:
                    log.warning("onebot_socket_error", account=account, error=type(message.data).__name__)
        finally:
            line.lose()
            await self._accounts.detach(line)

    async def take(self, raw: str | bytes, account: str, line: Line) -> None:
        """Take one frame in; whatever is wrong with it ends here."""
        try:
            frame = json.loads(raw)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict):
            log.warning("onebot_frame_dropped", account=account, reason="no JSON object")
            return
        try:
            await self._sort(frame, account, line)
        except Exception as error:
            event = decode_name(frame)
            log.warning("onebot_frame_dropped", account=account, event_name=event, reason=type(error).__name__)

    async def _sort(self, frame: Frame, account: str, line: Line) -> None:
        if is_response(frame):
            if not (isinstance(line, SocketLine) and line.answer(frame)):
                log.debug("onebot_response_unclaimed", account=account)
            return
        account = ident(frame.get("self_id")) or account
        if account:
            await self._accounts.attach(account, line)
        await self._act(decode(frame, account=account, now=self._now()), account)

    async def _act(self, decoded: Decoded, account: str) -> None:
        match decoded:
            case Refused():
                log.debug("onebot_frame_refused", account=account, event_name=decoded.event, reason=decoded.reason)
            case Heartbeat():
                await self._accounts.beat(decoded)
            case ChannelState():
                await self._accounts.declare(decoded)
            case _:
                if isinstance(decoded, InboundMessage):
                    await self._accounts.spoken(account)
                await self._lanes.put(f"{account}/{decoded.conversation.key}", decoded)


def decode_name(frame: Frame) -> str:
    """What kind of event *frame* says it is."""
    return str(frame.get("post_type"))[:32]
