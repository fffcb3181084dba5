"""Which platforms the settings ask for. WeChat's library is loaded here, and only when there is a WeChat account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web
from rich.console import Console

from bot.app import data_dir, onebot_of
from bot.domain.channels import ChannelLogin
from bot.domain.errors import BotError, ConfigError
from bot.ports import Adapter
from config.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.wechaty import WechatyAdapter
    from bot.adapters.wechaty.presence import Login
    from bot.adapters.wechaty.settings import WechatySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Platforms:
    """What the program talks through."""

    adapters: Sequence[Adapter]
    #: What puts routes on the server.
    mounts: Sequence[Callable[[web.Application], None]] = ()
    #: How the accounts stand that are logged in by a code.
    logins: Callable[[], Sequence[ChannelLogin]] = tuple
    #: What the operator reads once it runs.
    greeting: str


def platforms_of(settings: Settings, console: Console) -> Platforms:
    """QQ, WeChat, or both. Codes to scan are drawn on *console*. Raises `ConfigError` when neither is set up."""
    adapters: list[Adapter] = []
    mounts: list[Callable[[web.Application], None]] = []
    greetings = []
    logins: Callable[[], Sequence[ChannelLogin]] = tuple
    if _speaks_qq(settings):
        onebot = onebot_of(settings)
        adapters.append(onebot)
        mounts.append(onebot.mount)
        where = f"{settings.server.host}:{settings.server.port}"
        greetings.append(f"在 {where} 等 OneBot 连接：ws://{where}/onebot/v11/ws")
    if settings.wechaty.accounts:
        wechat = _wechat(settings, console)
        adapters.append(wechat)
        logins = partial(_logins, wechat)
        names = "、".join(f"{n}（{a.endpoint}）" for n, a in settings.wechaty.accounts.items())
        greetings.append(f"去连微信的网关：{names}")
    return Platforms(adapters=adapters, mounts=mounts, logins=logins, greeting="\n".join(greetings))


def check_platforms(settings: Settings) -> None:
    """Raise `ConfigError` if a platform could not be started; nothing is started."""
    if _speaks_qq(settings):
        onebot_of(settings)
    if settings.wechaty.accounts:
        from bot.adapters.wechaty.compat import load

        _accounts(settings)
        load(data_dir(settings) / "wechaty")


async def log_in(settings: Settings, name: str, console: Console) -> str:
    """Log the account *name* in by a code on *console*; its WeChat id. Raises `BotError`, `ConfigError`."""
    from bot.adapters.wechaty import login

    accounts = {a.name: a for a in _accounts(settings)}
    if not accounts:
        raise ConfigError(
            "没有设置微信号：请写一节 [wechaty.accounts.main]，或设 LOUSHI_WECHATY__ACCOUNTS__MAIN__TOKEN"
        )
    if not name and len(accounts) > 1:
        raise BotError(f"有几个微信号，请写明是哪一个：{'、'.join(accounts)}")
    chosen = accounts.get(name or next(iter(accounts)))
    if chosen is None:
        raise BotError(f"没有叫「{name}」的微信号，有的是：{'、'.join(accounts)}")
    return await login.log_in(chosen, data_dir(settings) / "wechaty", lambda state: _show(state, console))


def _speaks_qq(settings: Settings) -> bool:
    """Is QQ wanted? Without a WeChat account it is what a missing token is asked for."""
    return bool(settings.onebot.token) or not settings.wechaty.accounts


def _logins(wechat: "WechatyAdapter") -> list[ChannelLogin]:
    """The logins of WeChat as everybody else knows them."""
    return [
        ChannelLogin(
            platform=wechat.platform,
            name=login.name,
            account=login.account,
            online=login.online,
            why=login.why.value if login.why else "",
            code=login.code,
            since=login.since,
        )
        for login in wechat.logins
    ]


def _wechat(settings: Settings, console: Console) -> "WechatyAdapter":
    from bot.adapters.wechaty import WechatyAdapter

    directory = data_dir(settings) / "wechaty"
    return WechatyAdapter(_accounts(settings), directory, watch=lambda login: _show(login, console))


def _accounts(settings: Settings) -> "list[WechatySettings]":
    from bot.adapters.wechaty.settings import WechatySettings

    ours = settings.wechaty
    return [
        WechatySettings(
            name=name,
            endpoint=account.endpoint,
            token=account.token,
            call_timeout=ours.call_timeout,
            ding_every=ours.ding_every,
            silence=ours.silence,
        )
        for name, account in ours.accounts.items()
    ]


def _show(login: "Login", console: Console) -> None:
    """Draw the code that is to be scanned. It goes to the terminal only: whoever scans it has the account."""
    from bot.adapters.wechaty.login import drawn

    if login.code:
        console.print(f"请用微信号「{login.name}」的手机扫码登录（码会过期，过期就画新的）：", markup=False)
        console.out(drawn(login.code), highlight=False)
