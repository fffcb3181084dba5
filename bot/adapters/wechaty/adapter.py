"""WeChat as a platform: several accounts, each behind a gateway of its own."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.wechaty.account import Account
from bot.adapters.wechaty.codec import message_behind
from bot.adapters.wechaty.compat import load
from bot.adapters.wechaty.presence import Login
from bot.adapters.wechaty.reception import Deliver
from bot.adapters.wechaty.settings import WechatySettings
from bot.adapters.wechaty.values import PLATFORM
from bot.domain.errors import DeliveryError
from bot.domain.messages import Attachment, ConversationRef, InboundMessage, OutboundMessage, Receipt


class WechatyAdapter:
    """Implements `ports.Adapter`. What was said while an account was out is lost: the platform keeps no history."""

    def __init__(
        self,
        settings: Sequence[WechatySettings],
        directory: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        watch: Callable[[Login], None] = lambda _: None,
    ) -> None:
        """Not connected yet. *directory* is for what the library and we must write; *watch* is shown every change of a
        login and every code to scan. Raises `ConfigError` where the library cannot be had."""
        load(directory)
        self._accounts = [Account(s, directory, now=now, watch=watch) for s in settings]

    @property
    def platform(self) -> str:
        """The name that conversations of this platform carry."""
        return PLATFORM

    @property
    def logins(self) -> tuple[Login, ...]:
        """How each account stands, with the code to scan if there is one: for the console."""
        return tuple(account.login for account in self._accounts)

    async def start(self, sink: Deliver) -> None:
        """Begin to connect; give what is heard to *sink*."""
        for account in self._accounts:
            await account.start(sink)

    async def stop(self) -> None:
        """Hang up; nothing is given to the sink afterwards, and the accounts stay logged in."""
        await asyncio.gather(*(account.stop() for account in self._accounts))

    async def send(self, message: OutboundMessage) -> Receipt:
        """Send *message*. WeChat lets no program quote, so `reply_to` is left out. Raises `DeliveryError`."""
        return await self._account(message.conversation.account).send(message)

    async def send_picture(self, conversation: ConversationRef, data: bytes) -> Receipt:
        """Post a picture, scaled down where it is larger than a gateway takes. Raises `DeliveryError`."""
        return await self._account(conversation.account).send_picture(conversation.id, data)

    async def was_sent(self, conversation: ConversationRef, text: str, since: datetime) -> str | None:
        """The id of the bot's own message with *text* since then, None if unknown: no echo proves nothing."""
        return self._account(conversation.account).was_sent(conversation.id, text, since)

    async def history(self, conversation: ConversationRef, since: datetime) -> Sequence[InboundMessage]:
        """Nothing: WeChat tells no program what was said before."""
        return ()

    async def fetch(self, attachment: Attachment) -> bytes:
        """The bytes of a picture. Raises `DeliveryError`; *permanent* when it is too large, none, or not ours."""
        account, message_id = message_behind(attachment.source)
        if not message_id:
            raise DeliveryError("picture: no reference", permanent=True)
        return await self._account(account).fetch(message_id)

    def online(self, account: str = "") -> bool:
        """Is *account* in? An empty one: is any?"""
        return any(a.online and (not account or a.is_called(account)) for a in self._accounts)

    def _account(self, account: str) -> Account:
        if not account and len(self._accounts) == 1:
            return self._accounts[0]
        found = next((a for a in self._accounts if a.is_called(account)), None)
        if found is None:
            raise DeliveryError("wechat: no such account")
        return found
