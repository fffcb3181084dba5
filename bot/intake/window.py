"""The last messages of each conversation, in memory only: what ordinary talk is understood against."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.classification import Classification
from bot.domain.members import Role
from bot.domain.messages import AttachmentKind, Identity, InboundMessage
from bot.intake.signals import signals

#: How long ordinary talk is remembered, and how much of it, per conversation.
KEPT_FOR = timedelta(minutes=30)
KEPT_MESSAGES = 50
#: Messages of one person that close to each other are one breath.
BURST = timedelta(seconds=150)


@dataclass(slots=True, kw_only=True)
class Heard:
    """A message that was heard, what it sounds like, and the tickets it belongs to so far."""

    message: InboundMessage
    classification: Classification
    role: Role
    tickets: set[int] = field(default_factory=set)


class Windows:
    """The window of every conversation. Nothing of it is ever written to a disk or a log."""

    def __init__(self) -> None:
        self._heard: dict[str, deque[Heard]] = {}

    def recent(self, conversation_key: str, now: datetime) -> tuple[Heard, ...]:
        """What was heard there lately, oldest first."""
        heard = self._heard.get(conversation_key)
        if heard is None:
            return ()
        while heard and now - heard[0].message.at > KEPT_FOR:
            heard.popleft()
        return tuple(heard)

    def knows(self, message: InboundMessage) -> bool:
        """Was this very message heard already, be it under another id?"""
        window = self._heard.get(message.conversation.key, ())
        return any(h.message.message_id == message.message_id or _again(h.message, message) for h in window)

    def is_after_all(self, message: InboundMessage) -> bool:
        """Is *message* no older than all that was heard in its conversation?"""
        heard = self._heard.get(message.conversation.key)
        return not heard or heard[-1].message.at <= message.at

    def add(self, heard: Heard) -> None:
        """Remember one more message."""
        self._heard.setdefault(heard.message.conversation.key, deque(maxlen=KEPT_MESSAGES)).append(heard)

    def mark(self, conversation_key: str, message_ids: set[str], number: int) -> list[Heard]:
        """Note that these messages belong to ticket *number*; those for which that is news come back."""
        news = [
            heard
            for heard in self._heard.get(conversation_key, ())
            if heard.message.message_id in message_ids and number not in heard.tickets
        ]
        for heard in news:
            heard.tickets.add(number)
        return news

    def forget(self, conversation_key: str, message_id: str) -> None:
        """Forget one message: it was taken back."""
        window = self._heard.get(conversation_key)
        if window is not None:
            kept = [h for h in window if h.message.message_id != message_id]
            self._heard[conversation_key] = deque(kept, maxlen=KEPT_MESSAGES)

    def forget_person(self, who: Identity) -> None:
        """Forget all that *who* said: they want nothing taken down."""
        for key, window in self._heard.items():
            self._heard[key] = deque((h for h in window if h.message.sender.identity != who), maxlen=KEPT_MESSAGES)


def _again(one: InboundMessage, other: InboundMessage) -> bool:
    """The same words by the same person in the same second: a platform's repetition, as after logging in anew."""
    said = one.text and not one.attachments and not other.attachments
    return bool(said) and (one.at, one.sender.identity, one.text) == (other.at, other.sender.identity, other.text)


def breath(earlier: Sequence[InboundMessage], message: InboundMessage) -> list[InboundMessage]:
    """What the sender of *message* said in the same breath before it, oldest first."""
    said: list[InboundMessage] = []
    at = message.at
    for other in reversed(earlier):
        if other.sender.identity != message.sender.identity:
            continue
        if at - other.at > BURST:
            break
        said.append(other)
        at = other.at
    return said[::-1]


def is_photo(message: InboundMessage) -> bool:
    """Is *message* a photo without a word?"""
    wordless = not message.text or "media" in signals(message.text)
    return wordless and any(a.kind is AttachmentKind.IMAGE for a in message.attachments)


def burst(window: Sequence[Heard], message: InboundMessage) -> list[Heard]:
    """The heard messages of the sender's same breath, oldest first."""
    by_id = {h.message.message_id: h for h in window}
    return [by_id[m.message_id] for m in breath([h.message for h in window], message)]
