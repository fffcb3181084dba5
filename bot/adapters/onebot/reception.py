"""Everything that comes over a wire passes here: parsed, decoded, and put on its way. Nothing in it can be fatal."""

import json
from collections.abc import Callable
from datetime import datetime

import aiohttp
import structlog

from bot.adapters.onebot.accounts import Accounts
from bot.adapters.onebot.codec import decode, is_response
from bot.adapters.onebot.decoded import Decoded, Heartbeat, Refused, refused
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
        self._lines: set[SocketLine] = set()

    @property
    def is_open(self) -> bool:
        """Is anybody listening?"""
        return self._lanes.is_open

    def hang_up(self) -> None:
        """Close every line that is open."""
        for line in list(self._lines):
            line.drop()

    async def listen(self, line: SocketLine, account: str) -> str:
        """Take in everything that comes over *line* until it closes; *account* is "" until a frame tells.

        Returns the account that it turned out to be.
        """
        self._lines.add(line)
        try:
            if account:
                await self._accounts.attach(account, line)
            async for message in line.socket:
                if message.type in _DATA:
                    account = await self.take(message.data, account, line)
                elif message.type is aiohttp.WSMsgType.ERROR:
                    log.warning("onebot_socket_error", account=account, error=type(message.data).__name__)
            return account
        finally:
            self._lines.discard(line)
            line.lose()
            await self._accounts.detach(line)

    async def take(self, raw: str | bytes, account: str, line: Line) -> str:
        """Take one frame in and return whose it is; whatever is wrong with it ends here."""
        try:
            frame = json.loads(raw)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict):
            log.warning("onebot_frame_dropped", account=account, reason="no JSON object")
            return account
        account = ident(frame.get("self_id")) or account
        try:
            await self._sort(frame, account, line)
        except Exception as error:
            event = refused(frame, "").event
            log.warning("onebot_frame_dropped", account=account, event_name=event, reason=type(error).__name__)
        return account

    async def _sort(self, frame: Frame, account: str, line: Line) -> None:
        if is_response(frame):
            if not (isinstance(line, SocketLine) and line.answer(frame)):
                log.debug("onebot_response_unclaimed", account=account)
            return
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
            case InboundMessage() if self._accounts.are_ours(decoded.sender.identity.user_id):
                log.debug("onebot_frame_refused", account=account, event_name="message", reason="own account")
            case _:
                if isinstance(decoded, InboundMessage):
                    await self._accounts.spoken(account)
                await self._lanes.put(f"{account}/{decoded.conversation.key}", decoded)
