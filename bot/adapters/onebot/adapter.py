"""QQ as a platform: puts the transports, the accounts and the codec together."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from bot.adapters.fetching import LOOPBACK, PictureSession, decode_picture, fetch_picture, picture_session
from bot.adapters.onebot import actions, http, reverse
from bot.adapters.onebot.accounts import Accounts
from bot.adapters.onebot.decoded import PLATFORM
from bot.adapters.onebot.forward import ForwardClient
from bot.adapters.onebot.history import History
from bot.adapters.onebot.http import HttpLine
from bot.adapters.onebot.lanes import Deliver, Lanes
from bot.adapters.onebot.quotes import Quotes
from bot.adapters.onebot.reception import Reception
from bot.adapters.onebot.reverse import ReverseServer
from bot.adapters.onebot.settings import Mode, OneBotSettings
from bot.domain.errors import DeliveryError
from bot.domain.messages import Attachment, ChannelState, ConversationRef, InboundMessage, OutboundMessage, Receipt


class OneBotAdapter:
    """One or several QQ accounts behind OneBot 11 implementations. `mount` it before the web application starts."""

    def __init__(
        self,
        settings: OneBotSettings,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        allow_loopback_pictures: bool = False,
    ) -> None:
        """Not listening yet. *now* dates what frames leave undated; *allow_loopback_pictures* is for tests."""
        self._settings = settings
        self._allow_loopback = allow_loopback_pictures
        self._accounts = Accounts(self._publish, now, settings.silence)
        self._quotes = Quotes(self._accounts.call, settings.quote_timeout)
        self._history = History(self._accounts.call, self._quotes, settings.action_timeout)
        self._lanes = Lanes(self._quotes.fill)
        self._reception = Reception(self._accounts, self._lanes, now)
        self._http: HttpLine | None = None
        self._session: aiohttp.ClientSession | None = None
        self._pictures: PictureSession | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def platform(self) -> str:
        """The name that conversations of this platform carry."""
        return PLATFORM

    def mount(self, app: web.Application) -> None:
        """Add the doors for implementations that come to us: `/onebot/v11/ws` and `/onebot/v11/http`."""
        if Mode.REVERSE in self._settings.modes:
            app.router.add_get(reverse.PATH, ReverseServer(self._settings, self._reception).handle)
        if Mode.HTTP in self._settings.modes:
            app.router.add_post(http.PATH, self._take_post)

    async def start(self, sink: Deliver) -> None:
        """Begin to listen and to dial; give what is heard to *sink*."""
        self._session = aiohttp.ClientSession()
        self._pictures = picture_session(allowed=LOOPBACK if self._allow_loopback else frozenset())
        self._lanes.open(sink)
        self._run(self._accounts.watch())
        if Mode.FORWARD in self._settings.modes:
            self._run(ForwardClient(self._settings, self._session, self._accounts, self._reception).run())
        if Mode.HTTP in self._settings.modes:
            self._http = HttpLine(self._settings, self._session, self._accounts, self._reception)
            self._run(self._http.probe())

    async def stop(self) -> None:
        """Hang up everywhere; nothing is given to the sink afterwards."""
        self._lanes.close()
        self._reception.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        for session in (self._session, self._pictures):
            if session is not None:
                await session.close()

    async def send(self, message: OutboundMessage) -> Receipt:
        """Send *message*; if it cannot be sent as a reply, once more as a plain message. Raises `DeliveryError`."""
        try:
            return await self._post(message, quoting=True)
        except DeliveryError as error:
            if error.ambiguous or not message.reply_to or not self._accounts.reaches(message.conversation.account):
                raise
        return await self._post(message, quoting=False)

    async def was_sent(self, conversation: ConversationRef, text: str, since: datetime) -> str | None:
        """The id of the bot's own message with *text* since then, "" if surely not sent, None if unknown."""
        return await self._history.sent(self._named(conversation), text, since)

    async def history(self, conversation: ConversationRef, since: datetime) -> Sequence[InboundMessage]:
        """What others said since then, oldest first, 200 messages at most. Raises `DeliveryError`."""
        said = await self._history.since(self._named(conversation), since)
        return [m for m in said if not self._accounts.are_ours(m.sender.identity.user_id)]

    async def fetch(self, attachment: Attachment) -> bytes:
        """The bytes of a picture. Raises `DeliveryError`; *permanent* when it is gone, too large or not allowed."""
        if attachment.source.startswith("base64://"):
            return decode_picture(attachment.source)
        if self._pictures is None:
            raise DeliveryError("picture: the adapter is not running")
        return await fetch_picture(self._pictures, attachment.source)

    def online(self, account: str = "") -> bool:
        """Is *account* connected and online? An empty one: is any?"""
        return self._accounts.online(account)

    def _named(self, conversation: ConversationRef) -> ConversationRef:
        """*conversation* with its account: groups that the settings name have none until somebody speaks there."""
        return replace(conversation, account=self._accounts.named(conversation.account))

    async def _post(self, message: OutboundMessage, *, quoting: bool) -> Receipt:
        action = actions.send(message, quoting=quoting)
        account = message.conversation.account
        return actions.receipt_of(await self._accounts.call(account, action, self._settings.action_timeout))

    async def _publish(self, state: ChannelState) -> None:
        await self._lanes.put(state.account, state)

    async def _take_post(self, request: web.Request) -> web.Response:
        return await self._http.handle(request) if self._http else web.Response(status=503)

    def _run(self, work: Coroutine[None, None, None]) -> None:
        self._tasks.append(asyncio.create_task(work))
