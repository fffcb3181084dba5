"""Which bot accounts are reachable, over which lines, and whether QQ itself is online behind them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.adapters.onebot.actions import Action, Response, failure_of
from bot.adapters.onebot.decoded import PLATFORM, Heartbeat
from bot.adapters.onebot.lines import Line
from bot.domain.errors import DeliveryError
from bot.domain.messages import ChannelState

#: Reasons for being offline that a heartbeat can lift. A declared one it cannot: NapCat's heartbeats go on saying
#: `online` after QQ has thrown the account out.
_LIFTED_BY_HEARTBEAT = frozenset({"silent", "heartbeat"})


@dataclass(slots=True)
class _Presence:
    """What is known of one account."""

    lines: list[Line] = field(default_factory=list)
    online: bool = False
    #: Why it is offline: `silent`, `heartbeat`, `disconnected`, or `declared` by a notice.
    cause: str = ""
    heard: float = 0.0
    #: Seconds between heartbeats; 0: it sends none.
    interval: float = 0.0

    @property
    def callable(self) -> Line | None:
        """The newest line that takes actions."""
        return next((line for line in reversed(self.lines) if line.role.takes_actions), None)


class Accounts:
    """The accounts; every change of their state goes to *publish*, once."""

    def __init__(
        self, publish: Callable[[ChannelState], Awaitable[None]], now: Callable[[], datetime], silence: float
    ) -> None:
        """No accounts yet. *silence*: seconds without a heartbeat that are allowed at least."""
        self._publish = publish
        self._now = now
        self._silence = silence
        self._known: dict[str, _Presence] = {}

    def online(self, account: str = "") -> bool:
        """Can *account* send now? An empty one: can any?"""
        return any(p.online and p.callable for name, p in self._known.items() if account in ("", name))

    def are_ours(self, user_id: str) -> bool:
        """Is *user_id* one of the bot's own accounts? What one of them says is no news to another."""
        return user_id in self._known

    def reaches(self, account: str) -> bool:
        """Is there a line that takes actions for *account*?"""
        return self._line(account) is not None

    def named(self, account: str) -> str:
        """*account*, or, where it is empty, the only one there is; empty if nobody can say which is meant."""
        reachable = [name for name, presence in self._known.items() if presence.callable]
        return account or (reachable[0] if len(reachable) == 1 else "")

    async def call(self, account: str, action: Action, seconds: float) -> Response:
        """Carry out *action* as *account*; an empty one means the only one. Raises `DeliveryError` unless it worked."""
        line = self._line(account)
        if line is None:
            raise DeliveryError(f"{action.name}: not connected")
        response = await line.call(action, seconds)
        if not response.ok:
            raise failure_of(response, action)
        return response

    async def attach(self, account: str, line: Line) -> None:
        """*line* belongs to *account*. It takes the place of an older one; events may have been missed in between."""
        presence = self._known.setdefault(account, _Presence())
        presence.heard = asyncio.get_running_loop().time()
        if line in presence.lines:
            return
        await self.detach(line)
        for old in [old for old in presence.lines if line.role.replaces(old.role)]:
            presence.lines.remove(old)
            old.drop()
        presence.lines.append(line)
        if line.role.brings_events:
            await self._set(account, online=True, cause="", reason="connected", repeated=True)

    async def detach(self, line: Line) -> None:
        """*line* is gone."""
        for account, presence in list(self._known.items()):
            if line in presence.lines:
                presence.lines.remove(line)
                if line.role.brings_events and not any(rest.role.brings_events for rest in presence.lines):
                    await self._set(account, online=False, cause="disconnected")

    async def beat(self, heartbeat: Heartbeat) -> None:
        """Take a *heartbeat* in."""
        presence = self._known.setdefault(heartbeat.account, _Presence())
        presence.interval = heartbeat.interval or presence.interval
        if not heartbeat.online:
            await self._set(heartbeat.account, online=False, cause="heartbeat")
        elif presence.cause in _LIFTED_BY_HEARTBEAT:
            await self._set(heartbeat.account, online=True, cause="", reason="heartbeat")

    async def declare(self, state: ChannelState) -> None:
        """Take the word of a notice or a lifecycle event for it."""
        cause = "" if state.online else "declared"
        await self._set(state.account, online=state.online, cause=cause, reason=state.reason, at=state.at)

    async def spoken(self, account: str) -> None:
        """A message came in: whatever was declared, it is online."""
        presence = self._known.get(account)
        if presence and presence.cause in ("declared", "silent"):
            await self._set(account, online=True, cause="", reason="message")

    async def watch(self) -> None:
        """Count accounts as offline whose heartbeats have stopped; runs until it is cancelled."""
        while True:
            await asyncio.sleep(min(15.0, self._silence / 3))
            time = asyncio.get_running_loop().time()
            for account, presence in list(self._known.items()):
                allowed = max(self._silence, 3 * presence.interval)
                if presence.online and presence.interval and time - presence.heard > allowed:
                    await self._set(account, online=False, cause="silent")

    def _line(self, account: str) -> Line | None:
        names = [account] if account else list(self._known)
        lines = [p.callable for name in names if (p := self._known.get(name)) and p.callable]
        return lines[0] if len(lines) == 1 else None

    async def _set(
        self,
        account: str,
        *,
        online: bool,
        cause: str,
        reason: str = "",
        at: datetime | None = None,
        repeated: bool = False,
    ) -> None:
        presence = self._known.setdefault(account, _Presence())
        changed = repeated or presence.online is not online
        # What was declared stays declared, even if the socket then closes or the heartbeat owns up.
        keeps = presence.cause == "declared" and not online
        presence.online, presence.cause = online, "declared" if keeps else cause
        if changed:
            state = ChannelState(platform=PLATFORM, account=account, online=online, at=at or self._now())
            await self._publish(replace(state, reason=reason or cause))
