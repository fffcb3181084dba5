"""Logging an account in from the terminal: a QR code that a phone can scan there, until the account is in."""

import asyncio
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.wechaty.account import Account
from bot.adapters.wechaty.presence import Login
from bot.adapters.wechaty.settings import WechatySettings
from bot.adapters.wechaty.values import Why
from bot.domain.errors import BotError
from bot.domain.messages import InboundEvent

#: Why it is no use to go on waiting, in the operator's words.
_HOPELESS = {
    Why.ABSENT: "网关没有开：{endpoint} 上没有程序在听",
    Why.REFUSED: "口令不对：两边的 token 要一样（{endpoint}）",
    Why.TAKEN: "网关正被另一个程序用着（多半是正在运行的楼事通）：二维码在它的终端里",
}


def drawn(code: str) -> str:
    """*code* as a QR code of half blocks, dark on light, for a terminal."""
    import segno

    out = io.StringIO()
    segno.make(code, micro=False, error="l").terminal(out=out, compact=True)
    return out.getvalue()


async def log_in(
    settings: WechatySettings, directory: Path, show: Callable[[Login], None], seconds: float = 300.0
) -> str:
    """Wait until the account is in; its WeChat id. *show* is given each change, and each code to scan.

    Raises `BotError` if the gateway cannot be used, or nobody scans within *seconds*.
    """
    changed: asyncio.Queue[Login] = asyncio.Queue()
    account = Account(settings, directory, now=lambda: datetime.now(UTC), watch=changed.put_nowait)
    await account.start(_nowhere)
    try:
        async with asyncio.timeout(seconds):
            while not (login := await changed.get()).online:
                if login.why in _HOPELESS:
                    raise BotError(_HOPELESS[login.why].format(endpoint=settings.endpoint))
                show(login)
        return login.account
    except TimeoutError as error:
        raise BotError(f"等了 {seconds:.0f} 秒没有登录成功") from error
    finally:
        await account.stop()


async def _nowhere(event: InboundEvent) -> None:
    """Somebody else will hear it."""
