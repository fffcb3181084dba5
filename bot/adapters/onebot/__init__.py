"""QQ through OneBot 11: NapCat, LLBot, Lagrange and their kin. The only room that knows that protocol."""

from bot.adapters.onebot.adapter import OneBotAdapter
from bot.adapters.onebot.settings import Mode, OneBotSettings

__all__ = ["Mode", "OneBotAdapter", "OneBotSettings"]
