"""The platform `web`: what the cast says goes to the program, what the bot says goes to the room."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.adapters.web.people import BOT_NAME, GROUP, GROUP_NAME, PEOPLE, PLATFORM, Person
from bot.adapters.web.pictures import Pictures
from bot.adapters.web.room import Room, Said, latest
from bot.domain.errors import DeliveryError
from bot.domain.messages import (
    Attachment,
    AttachmentKind,
    ConversationRef,
    InboundEvent,
    InboundMessage,
    MessageRecalled,
    OutboundMessage,
    Quote,
    Receipt,
)

#: How a picture reads in the text of a message, as on every platform.
PICTURE = "[图片]"


def local_now() -> datetime:
    """The present time, aware, as the clock on the wall shows it."""
    return datetime.now().astimezone()


class WebAdapter:
    """Implements `ports.Adapter` without a network; tests speak through `say` as the page does."""

    platform = PLATFORM

    def __init__(self, now: Callable[[], datetime] = local_now) -> None:
        self.room = Room()
        self.pictures = Pictures()
        self._now = now
        self._sink: Callable[[InboundEvent], Awaitable[None]] | None = None

    async def start(self, sink: Callable[[InboundEvent], Awaitable[None]]) -> None:
        """Begin to listen; give what is said to *sink*."""
        self._sink = sink

    async def stop(self) -> None:
        """Hear nothing from now on."""
        self._sink = None

    def online(self, account: str = "") -> bool:
        """Can it send now?"""
        return self._sink is not None

    async def say(
        self, who: str, text: str, *, quotes: str = "", picture: bytes = b"", private: bool = False
    ) -> InboundMessage:
        """Let *who* say *text* in the group, or to the bot alone. Raises `DeliveryError` (permanent) if it cannot be.

        *quotes* is the id of the line that is quoted; one that is gone is left out.
        """
        person = self._person(who)
        sink = self._listening()
        where = person.private if private else GROUP
        quoted = self.room.get(quotes)
        said = Said(
            id=self.room.new_id(),
            conversation=where,
            who=who,
            text=text,
            at=self._now(),
            quotes=quoted.id if quoted and quoted.conversation == where else "",
            picture=self.pictures.keep(picture) if picture else "",
            mentions=tuple(p.id for p in PEOPLE.values() if f"@{p.name}" in text),
        )
        self.room.add(said)
        message = self._inbound(said)
        await sink(message)
        return message

    async def recall(self, who: str, said_id: str) -> None:
        """Let *who* take back a line of their own. Raises `DeliveryError` (permanent) if it is not theirs."""
        said, sink = self.room.get(said_id), self._listening()
        if said is None or said.who != self._person(who).id or self.room.take_back(said_id) is None:
            raise DeliveryError("只能撤回自己说的话", permanent=True)
        await sink(
            MessageRecalled(
                conversation=said.conversation, message_id=said_id, operator=PEOPLE[who].identity, at=self._now()
            )
        )

    async def send(self, message: OutboundMessage) -> Receipt:
        """Let the bot say *message*. Raises `DeliveryError`."""
        self._listening()
        where = message.conversation
        if where.key not in {GROUP.key, *(p.private.key for p in PEOPLE.values())}:
            raise DeliveryError("没有这个会话", permanent=True)
        said = Said(
            id=self.room.new_id(),
            conversation=where,
            who="",
            text=message.text,
            at=self._now(),
            quotes=message.reply_to,
            picture=self.pictures.keep(message.pictures[0]) if message.pictures else "",
            mentions=tuple(m for m in message.mentions if m in PEOPLE),
        )
        self.room.add(said)
        for data in message.pictures[1:]:
            name = self.pictures.keep(data)
            self.room.add(Said(id=self.room.new_id(), conversation=where, who="", text="", at=said.at, picture=name))
        return Receipt(message_id=said.id)

    async def was_sent(self, conversation: ConversationRef, text: str, since: datetime) -> str | None:
        """The id of the bot's own line with *text* since then, "" if there is none."""
        found = latest(self.room.lines(conversation, since), lambda s: not s.who and s.text == text)
        return found.id if found else ""

    async def history(self, conversation: ConversationRef, since: datetime) -> Sequence[InboundMessage]:
        """What people said since then, oldest first."""
        return [self._inbound(s) for s in self.room.lines(conversation, since) if s.who and not s.recalled]

    async def fetch(self, attachment: Attachment) -> bytes:
        """The bytes of a picture. Raises `DeliveryError` (permanent) when it is gone."""
        return self.pictures.get(attachment.source)

    def reset(self) -> None:
        """Forget everything that was said and shown."""
        self.pictures.clear()
        self.room.clear()

    def _person(self, who: str) -> Person:
        if who not in PEOPLE:
            raise DeliveryError("群里没有这个人", permanent=True)
        return PEOPLE[who]

    def _listening(self) -> Callable[[InboundEvent], Awaitable[None]]:
        if self._sink is None:
            raise DeliveryError("楼事通还没有准备好")
        return self._sink

    def _inbound(self, said: Said) -> InboundMessage:
        """The line *said* as the program hears it."""
        shown = (Attachment(kind=AttachmentKind.IMAGE, source=said.picture, name="photo"),) if said.picture else ()
        quoted = self.room.get(said.quotes) if said.quotes else None
        return InboundMessage(
            conversation=said.conversation,
            message_id=said.id,
            sender=PEOPLE[said.who].sender,
            text=said.text + (PICTURE if said.picture else ""),
            at=said.at,
            quote=Quote(message_id=quoted.id, text=quoted.text) if quoted else None,
            attachments=shown,
            mentions_bot=f"@{BOT_NAME}" in said.text,
            mentions=said.mentions,
            conversation_name=GROUP_NAME if said.conversation.is_group else "",
        )
