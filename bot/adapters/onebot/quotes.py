"""A reply names only the id of what it quotes; the words have to be asked for, and may never come."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.adapters.onebot.actions import Action, Response, get_message
from bot.adapters.onebot.content import content_of
from bot.domain.errors import DeliveryError
from bot.domain.messages import InboundEvent, InboundMessage, Quote

log = structlog.get_logger(__name__)

#: Carries out an action as an account, within so many seconds. Raises `DeliveryError` unless it worked.
Call = Callable[[str, Action, float], Awaitable[Response]]


class Quotes:
    """Fills in the words of quotes."""

    def __init__(self, call: Call, seconds: float) -> None:
        """Asks by *call*, and waits *seconds* at most."""
        self._call = call
        self._seconds = seconds

    async def fill(self, event: InboundEvent) -> InboundEvent:
        """*event* with the words that it quotes; as it was if it quotes none, or if they cannot be had."""
        if not isinstance(event, InboundMessage) or event.quote is None or event.quote.text:
            return event
        text = await self._text(event.conversation.account, event.quote.message_id)
        return replace(event, quote=Quote(message_id=event.quote.message_id, text=text))

    async def _text(self, account: str, message_id: str) -> str:
        try:
            response = await self._call(account, get_message(message_id), self._seconds)
        except DeliveryError as error:
            log.info("onebot_quote_not_found", account=account, message_id=message_id, error=str(error))
            return ""
        return content_of(response.data, account).text if isinstance(response.data, dict) else ""
