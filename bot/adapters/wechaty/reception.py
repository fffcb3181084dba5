"""From the ids that a gateway tells to the sink: looked up side by side, delivered in the order of the events."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.adapters.wechaty.codec import Decoded, OwnEcho, Refused, decode
from bot.adapters.wechaty.line import Line, LineError
from bot.adapters.wechaty.names import Names
from bot.adapters.wechaty.posts import Posts
from bot.adapters.wechaty.recent import Recent
from bot.adapters.wechaty.values import Said, Setting, Why
from bot.domain.errors import DeliveryError
from bot.domain.messages import InboundEvent, InboundMessage, MessageRecalled, Quote

log = structlog.get_logger(__name__)

Deliver = Callable[[InboundEvent], Awaitable[None]]
#: Events that may wait; what comes on top is lost, and said to be.
CAPACITY = 10_000
#: Messages that are looked up at once.
TOGETHER = 16
#: Seconds before each next try to look one up: a gateway that refused, and one that is away but may return.
_REFUSED = (0.3,)
_UNREACHED = (0.5, 1.5, 3.0)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A message that waits to be looked up, and whose account heard it."""

    id: str
    account: str


class Reception:
    """One account's events on their way in."""

    def __init__(
        self, line: Callable[[], Line], names: Names, posts: Posts, recent: Recent, now: Callable[[], datetime]
    ) -> None:
        """Looks messages up over whatever *line* is up, and tells *posts* of the bot's own."""
        self._line = line
        self._names = names
        self._posts = posts
        self._recent = recent
        self._now = now
        self._waiting: asyncio.Queue[_Arrived | InboundEvent] = asyncio.Queue(CAPACITY)

    def arrived(self, message_id: str, account: str) -> None:
        """Take in that there is a message."""
        self._put(_Arrived(message_id, account))

    async def put(self, event: InboundEvent) -> None:
        """Take in an *event* that needs no looking up, behind what came before it."""
        self._put(event)

    async def run(self, deliver: Deliver) -> None:
        """Deliver until cancelled."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < TOGETHER and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            for event in await asyncio.gather(*map(self._looked_up, batch)):
                await self._pass_on(event, deliver)

    def _put(self, item: _Arrived | InboundEvent) -> None:
        try:
            self._waiting.put_nowait(item)
        except asyncio.QueueFull:
            log.error("wechaty_event_lost", reason="too many are waiting")

    async def _pass_on(self, event: Decoded | InboundEvent, deliver: Deliver) -> None:
        try:
            match event:
                case Refused():
                    log.debug("wechaty_message_refused", reason=event.reason)
                case OwnEcho():
                    self._echo(event.said)
                case _:
                    await deliver(self._known(event))
        except Exception as error:
            # No traceback: its renderer may print local variables, and with them what residents wrote.
            log.error("wechaty_event_lost", kind=type(event).__name__, error=type(error).__name__)

    async def _looked_up(self, item: _Arrived | InboundEvent) -> Decoded | InboundEvent:
        if not isinstance(item, _Arrived):
            return item
        tries = 0
        while True:
            try:
                return await self._read(item)
            except DeliveryError as error:
                waits = _REFUSED if isinstance(error, LineError) and error.why is Why.FAILED else _UNREACHED
                if tries >= len(waits):
                    log.error("wechaty_message_lost", message_id=item.id, error=str(error))
                    return Refused(reason="not found")
            except Exception as error:
                log.error("wechaty_message_lost", message_id=item.id, error=type(error).__name__)
                return Refused(reason="unreadable")
            await asyncio.sleep(waits[tries])
            tries += 1

    async def _read(self, item: _Arrived) -> Decoded:
        said = await self._line().message(item.id)
        own = said.talker == item.account
        setting = Setting(account=item.account) if own else await self._names.setting(said, item.account)
        return decode(said, setting, self._now())

    def _echo(self, said: Said) -> None:
        """The bot spoke; its words can be quoted like everybody's."""
        where = said.room or said.listener
        self._posts.echoed(said, where, self._now())
        self._recent.add(where, said.text, said.id)

    def _known(self, event: InboundEvent) -> InboundEvent:
        """*event*, and if it quotes, with the id of what it quotes, as far as that is remembered."""
        if isinstance(event, MessageRecalled):
            self._recent.forget(event.conversation.id, event.message_id)
        if not isinstance(event, InboundMessage):
            return event
        where = event.conversation.id
        if event.quote is not None:
            found = self._recent.find(where, event.quote.text)
            event = replace(event, quote=Quote(message_id=found, text=event.quote.text))
        if not event.attachments:
            self._recent.add(where, event.text, event.message_id)
        return event
