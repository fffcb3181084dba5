"""WeChat through a Wechaty gateway on the same host. The only room that knows that library and its wire."""

from bot.adapters.wechaty.adapter import WechatyAdapter
from bot.adapters.wechaty.settings import WechatySettings

__all__ = ["WechatyAdapter", "WechatySettings"]
