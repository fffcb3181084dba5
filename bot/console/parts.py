"""What every page of the console is given, and who is looking at it."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from aiohttp import web

from bot.console.codes import FreshCodes
from bot.console.scope import Scope
from bot.domain.channels import ChannelLogin
from bot.domain.groups import AS_USUAL, GroupRules
from bot.domain.logins import Session
from bot.domain.members import Member
from bot.domain.policy import Policy
from bot.handlers.context import Context
from bot.ports import Changes, Clock, Learning, UnitOfWork, UnitOfWorkFactory

#: Where the console is mounted.
ROOT = "/console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The outside of the console."""

    work: UnitOfWorkFactory
    #: Makes units of work that only read; pages take these, and never wait for a writer.
    reading: UnitOfWorkFactory
    policy: Policy
    changes: Changes
    clock: Clock
    zone: tzinfo
    #: The bytes of a picture by its file name. Raises `DeliveryError` where there is none.
    picture: Callable[[str], Awaitable[bytes]]
    #: Trains and changes models; None: not here.
    learning: Learning | None = None
    #: What holds in a group that has decided nothing for itself.
    usual: GroupRules = AS_USUAL
    #: Estates that the settings name.
    estates: tuple[str, ...] = ()
    #: How accounts stand that have to be logged in by a code.
    logins: Callable[[], Sequence[ChannelLogin]] = tuple
    #: Binding codes that were just made, each for the session that made it.
    fresh: FreshCodes = field(default_factory=FreshCodes)
    #: How much two texts speak of the same thing, 0 to 1.
    similarity: Callable[[str, str], float] = lambda _a, _b: 0.0
    #: How people reach the server: `https://loushi.example.org`; empty: only on this machine.
    url: str = ""
    #: Cookies only over TLS. On a loopback address they always go over plain HTTP too.
    cookie_secure: bool = True
    #: Is there a proxy in front that says whose request it is (the last X-Forwarded-For)?
    behind_proxy: bool = False
    #: One password is checked at a time: many at once would slip past the counting, and each takes much memory.
    door: asyncio.Lock = field(default_factory=asyncio.Lock)

    def now(self) -> datetime:
        """The present time, local."""
        return self.clock.now().astimezone(self.zone)

    def context(self, work: UnitOfWork) -> Context:
        """What handlers are given."""
        return Context(work=work, policy=self.policy, now=self.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is looking, with which session."""

    member: Member
    session: Session
    #: The session's secret; it never leaves the cookie.
    token: str

    @property
    def scope(self) -> Scope:
        """What they may see."""
        return Scope.of(self.member)

    @property
    def name(self) -> str:
        """What the console calls them."""
        return self.member.name or self.member.identity.user_id

    @property
    def csrf(self) -> str:
        """What every form of theirs carries."""
        return csrf_of(self.token)


def csrf_of(token: str) -> str:
    """The mark of forms that were made for the holder of the cookie *token*."""
    return hashlib.sha256(f"loushi-form:{token}".encode()).hexdigest()


CONSOLE = web.AppKey("console", Console)
_VISITOR = web.RequestKey("visitor", Visitor)


def console_of(request: web.Request) -> Console:
    """The console that *request* is for."""
    return request.config_dict[CONSOLE]


def visitor_of(request: web.Request) -> Visitor:
    """Who sends *request*; only behind the guard, which lets nobody else in."""
    return request[_VISITOR]


def known_visitor(request: web.Request) -> Visitor | None:
    """Who sends *request*, if that is known."""
    return request.get(_VISITOR)


def let_in(request: web.Request, visitor: Visitor) -> None:
    """Remember who sends *request*."""
    request[_VISITOR] = visitor
