"""What the QQ side needs to know, checked once when it is made."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.errors import ConfigError


class Mode(StrEnum):
    """How the OneBot implementation and we find each other; several may be used at once."""

    #: It dials us at `/onebot/v11/ws`.
    REVERSE = "reverse"
    #: We dial it at `ws_url`.
    FORWARD = "forward"
    #: It posts events to `/onebot/v11/http`; we post actions to `http_url`.
    HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneBotSettings:
    """The settings of the OneBot adapter. Raises `ConfigError` when they cannot work."""

    #: Shared with the implementation; never empty, because open ports were taken over in 2025.
    token: str = field(repr=False)
    modes: tuple[Mode, ...] = (Mode.REVERSE,)
    ws_url: str = ""
    http_url: str = ""
    #: Signs the posted events.
    http_secret: str = field(default="", repr=False)
    #: Seconds that an action may take.
    action_timeout: float = 15.0
    #: Seconds that looking up a quoted message may take.
    quote_timeout: float = 3.0
    #: Bytes of the largest frame or posted event.
    max_frame: int = 4 * 1024 * 1024
    #: Seconds without a heartbeat after which an account counts as offline, if three heartbeats take less.
    silence: float = 90.0
    #: Seconds before the first and the slowest attempt to dial again.
    reconnect_first: float = 1.0
    reconnect_most: float = 60.0
    #: Seconds between two looks whether an implementation without a socket is still there.
    probe_every: float = 30.0

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if not self.token.strip():
            raise ConfigError("onebot.token 不能为空：请设置一个与 OneBot 实现端相同的长随机字符串")
        if not self.modes:
            raise ConfigError("onebot.modes 不能为空：至少写 reverse、forward、http 之一")
        if Mode.FORWARD in self.modes and not self.ws_url.startswith(("ws://", "wss://")):
            raise ConfigError("onebot.ws_url 应是 ws:// 或 wss:// 开头的地址（modes 里有 forward）")
        if Mode.HTTP in self.modes:
            self._check_http()

    def _check_http(self) -> None:
        if not self.http_url.startswith(("http://", "https://")):
            raise ConfigError("onebot.http_url 应是 http:// 或 https:// 开头的地址（modes 里有 http）")
        if not self.http_secret:
            raise ConfigError("onebot.http_secret 不能为空：上报的事件必须签名（modes 里有 http）")
