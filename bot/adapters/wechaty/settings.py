"""What one WeChat account needs to know, checked once when it is made."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address

from bot.adapters.fetching import is_public
from bot.domain.errors import ConfigError

_NAME = re.compile(r"[a-z0-9_-]{1,32}")
_ENDPOINT = re.compile(r"(?P<host>[A-Za-z0-9_.-]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})")


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatySettings:
    """One account behind one gateway. Raises `ConfigError` when it cannot work."""

    #: What the operator calls the account; a folder is named after it.
    name: str = "main"
    #: `127.0.0.1:8788`. The library speaks plain text only, so the gateway is on this host or in a private network.
    endpoint: str
    #: Shared with the gateway; never empty, for whoever has it speaks as the account.
    token: str = field(repr=False)
    #: Seconds that one call may take, and starting the puppet.
    call_timeout: float = 10.0
    start_timeout: float = 20.0
    #: Seconds between two dings, and without a dong after which the gateway counts as frozen.
    ding_every: float = 5.0
    silence: float = 13.0
    #: Seconds before the first and the slowest attempt to connect again.
    reconnect_first: float = 0.5
    reconnect_most: float = 8.0
    #: Seconds to wait for our own echo where the puppet gives no id.
    receipt_wait: float = 3.0
    #: Bytes of the largest picture that is taken in.
    max_picture: int = 10 * 1024 * 1024

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        where = f"wechaty.accounts.{self.name}"
        if not _NAME.fullmatch(self.name):
            raise ConfigError(f"{where}: 账号的名字只用小写字母、数字、- 和 _，例如 wechaty.accounts.main")
        if not self.token.strip():
            raise ConfigError(f"{where}.token 不能为空：请设一个与网关相同的长随机字符串")
        if not self.token.isascii() or not self.token.isprintable() or " " in self.token:
            raise ConfigError(f"{where}.token 只能用字母、数字和英文标点，不能有空格")
        if not (match := _ENDPOINT.fullmatch(self.endpoint)) or not 0 < int(match["port"]) < 65536:
            raise ConfigError(f"{where}.endpoint 应像 127.0.0.1:8788（不带 http://）")
        if _is_public(self.host):
            raise ConfigError(f"{where}.endpoint 在公网上，而网关不加密：把网关放在本机，或走隧道")

    @property
    def host(self) -> str:
        """The gateway's host."""
        return self.endpoint.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The gateway's port."""
        return int(self.endpoint.rpartition(":")[2])


def _is_public(host: str) -> bool:
    """Is *host* the number of a public host? A name is taken on trust: in a compose file it is the service's."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return is_public(host)
