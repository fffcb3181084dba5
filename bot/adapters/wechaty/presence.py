"""Is the account in? What the gateway and the line say about it, told once for each change."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.adapters.wechaty.values import PLATFORM, Why
from bot.domain.messages import ChannelState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How an account stands, for whoever looks at it: the console, the terminal."""

    #: What the operator calls the account.
    name: str
    #: Its WeChat id; empty until it was in for the first time.
    account: str = ""
    online: bool = False
    #: Why it is out; None when it is in, or nobody knows yet.
    why: Why | None = None
    #: What to show as a QR code; empty: nothing is to be scanned. A secret, not for logs.
    code: str = ""
    since: datetime


class Presence:
    """The state of one account. Its id is kept in a file: a gateway that is gone at the start does not tell it."""

    def __init__(
        self,
        name: str,
        directory: Path,
        publish: Callable[[ChannelState], Awaitable[None]],
        now: Callable[[], datetime],
        watch: Callable[[Login], None],
    ) -> None:
        """Unknown yet. Changes of being in or out go to *publish*; those, and new codes, to *watch*."""
        self._file = directory / f"{name}.account"
        self._publish = publish
        self._now = now
        self._watch = watch
        self._told: bool | None = None
        self._login = Login(name=name, account=self._remembered(), since=now())

    @property
    def login(self) -> Login:
        """How the account stands."""
        return self._login

    @property
    def account(self) -> str:
        """Its id; empty if it was never in."""
        return self._login.account

    @property
    def online(self) -> bool:
        """Is it in, over a line that lives?"""
        return self._login.online

    async def come(self, account: str) -> None:
        """It is in, as *account*."""
        if self.online and account == self.account:
            return
        if self.account and account != self.account:
            await self.go(Why.LOGOUT)
            self._told = None
        self._set(Login(name=self._login.name, account=account, online=True, since=self._now()))
        self._remember(account)
        log.info("wechaty_online", name=self._login.name, account=account)
        await self._tell("connected", self._login.since)

    async def go(self, why: Why, since: datetime | None = None) -> None:
        """It is out, and was so *since* then at the latest: what was said from then on may be lost."""
        login = self._login
        if login.online or login.why is not why:
            at = max(since or self._now(), login.since)
            keeps = login.since if login.why else at
            self._set(Login(name=login.name, account=login.account, why=why, since=keeps))
            log.warning("wechaty_offline", name=login.name, account=login.account, why=why.value)
            await self._tell(why.value, at)

    async def ask(self, code: str) -> None:
        """It is out, and somebody has to scan *code*; an empty one was scanned, and is now to be confirmed."""
        await self.go(Why.SCAN)
        login = self._login
        if login.code != code:
            self._set(Login(name=login.name, account=login.account, why=Why.SCAN, code=code, since=login.since))

    def _set(self, login: Login) -> None:
        self._login = login
        self._watch(login)

    async def _tell(self, reason: str, at: datetime) -> None:
        """Publish the state if it is news; an account that was never in has no groups that could miss it."""
        online = self._login.online
        if self.account and self._told is not online:
            self._told = online
            state = ChannelState(platform=PLATFORM, account=self.account, online=online, at=at, reason=reason)
            await self._publish(state)

    def _remembered(self) -> str:
        try:
            return self._file.read_text("utf-8").strip()[:128]
        except OSError:
            return ""

    def _remember(self, account: str) -> None:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.write_text(account, "utf-8")
        except OSError as error:
            log.warning("wechaty_account_not_kept", name=self._login.name, error=type(error).__name__)
