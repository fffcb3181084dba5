"""How each account of the bot stands, told from what is stored: in or out since when, what was missed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.scope import Scope
from bot.domain.channels import PLATFORMS, ChannelLogin
from bot.domain.records import Conversation, Gap

#: Why an account is or was out, as the community understands it.
_WHY = {
    "stopped": "楼事通停着",
    "history": "历史消息取不全",
    "logout": "被退出登录了，要有人扫码",
    "scan": "等人扫码登录",
    "refused": "网关不认口令",
    "taken": "网关被别的程序占着",
    "absent": "连不上网关",
    "lost": "连不上网关",
    "frozen": "网关没有反应",
    "silent": "没有心跳",
    "heartbeat": "账号掉线",
    "disconnected": "连接断了",
    "declared": "账号掉线",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One account."""

    platform: str
    account: str
    name: str = ""
    online: bool
    #: In or out since then; None: unknown.
    since: datetime | None = None
    why: str = ""
    last_heard: datetime | None = None
    #: Stretches of which nobody knows yet what was said.
    gaps: tuple[Gap, ...] = ()
    #: Can it be logged in by a code now?
    asks: bool = False

    @property
    def label(self) -> str:
        """What people call it."""
        number = self.account or self.name
        return f"{PLATFORMS.get(self.platform, self.platform)} {number}"


def why(gap: Gap) -> str:
    """The reason of *gap* in words."""
    return _WHY.get(gap.reason, gap.reason) or "账号不在线"


def place_of(gap: Gap) -> str:
    """The account of *gap*, in words."""
    return f"{PLATFORMS.get(gap.platform, gap.platform)} {gap.account}"


def of_scope(gaps: Iterable[Gap], conversations: Iterable[Conversation], scope: Scope) -> list[Gap]:
    """Those of *gaps* that concern a group which the visitor serves; an administrator of everything sees all."""
    accounts = {(c.ref.platform, c.ref.account) for c in scope.groups(conversations)}
    return [g for g in gaps if scope.is_unbounded or (g.platform, g.account) in accounts]


def unfilled(gaps: Iterable[Gap]) -> list[Gap]:
    """Those of which it is not known what was said."""
    return [g for g in gaps if not g.is_filled]


def channels(groups: Sequence[Conversation], gaps: Sequence[Gap], logins: Sequence[ChannelLogin]) -> list[Channel]:
    """Every account that takes part in one of *groups*, or that has to be logged in."""
    by_account = {(login.platform, login.account): login for login in logins if login.account}
    nameless = [login for login in logins if not login.account]
    known = {(c.ref.platform, c.ref.account) for c in groups if c.ref.account} | by_account.keys()
    found = [_channel(key, groups, gaps, by_account.get(key)) for key in sorted(known)]
    return [*found, *(_login(login) for login in nameless)]


def _channel(
    key: tuple[str, str], groups: Sequence[Conversation], gaps: Sequence[Gap], login: ChannelLogin | None
) -> Channel:
    mine = [g for g in gaps if (g.platform, g.account) == key]
    lasting = next((g for g in mine if g.end is None), None)
    ended = max((g.end for g in mine if g.end), default=None)
    heard = [c.watermark_at for c in groups if (c.ref.platform, c.ref.account) == key and c.watermark_at]
    online = login.online if login is not None else lasting is None
    return Channel(
        platform=key[0],
        account=key[1],
        name=login.name if login else "",
        online=online,
        since=lasting.begin if lasting else ended,
        why=why(lasting) if lasting else "",
        last_heard=max(heard, default=None),
        gaps=tuple(g for g in unfilled(mine) if g.end is not None),
        asks=bool(login and login.code and not login.online),
    )


def _login(login: ChannelLogin) -> Channel:
    """An account that was never in."""
    return Channel(
        platform=login.platform,
        account="",
        name=login.name,
        online=login.online,
        since=login.since,
        why=_WHY.get(login.why, "还没登录过"),
        asks=bool(login.code) and not login.online,
    )
