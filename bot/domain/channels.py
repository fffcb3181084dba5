"""The accounts that the bot speaks through: how each stands, and when it was last known to be at work."""

from dataclasses import dataclass
from datetime import datetime

#: Platforms as people call them.
PLATFORMS = {
    "onebot": "QQ",
    "wechaty": "微信",
    "web": "演示",
    "transcript": "聊天记录",
    "console": "后台",
    "desk": "命令行",
}
#: Platforms that lose what is said while nobody listens.
FORGETFUL = frozenset({"wechaty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLogin:
    """How an account that has to be logged in stands."""

    platform: str
    #: What the operator calls it.
    name: str
    #: Its id there; empty until it was in for the first time.
    account: str = ""
    online: bool = False
    #: Why it is out; empty when it is in, or nobody knows yet.
    why: str = ""
    #: What to show as a QR code; empty: nothing is to be scanned. A secret: whoever scans it has the account.
    code: str = ""
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """When the program last had an account at work."""

    platform: str
    account: str
    at: datetime
