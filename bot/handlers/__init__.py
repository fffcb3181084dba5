"""One async function per command. `execute` finds it, checks who may, and turns refusals into a polite sentence."""

from bot.handlers.context import Context
from bot.handlers.execute import execute

__all__ = ["Context", "execute"]
