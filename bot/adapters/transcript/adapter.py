"""A platform that only remembers what the bot posted, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.adapters.transcript.records import PLATFORM
from bot.domain.errors import DeliveryError
from bot.domain.messages import Attachment, ConversationRef, InboundMessage, OutboundMessage, Receipt


@dataclass(slots=True)
class TranscriptAdapter:
    """Takes posts; nothing comes in by itself."""

    platform: str = PLATFORM
    posts: list[OutboundMessage] = field(default_factory=list)

    async def start(self, sink: object) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to leave."""

    async def send(self, message: OutboundMessage) -> Receipt:
        """Remember *message*."""
        self.posts.append(message)
        return Receipt(message_id=f"bot{len(self.posts)}")

    async def was_sent(self, conversation: ConversationRef, text: str, since: datetime) -> str | None:
        """The id of the post with *text*, "" if there is none."""
        ids = (f"bot{n}" for n, p in enumerate(self.posts, 1) if p.conversation == conversation and p.text == text)
        return next(ids, "")

    async def history(self, conversation: ConversationRef, since: datetime) -> Sequence[InboundMessage]:
        """A file has nothing more to tell."""
        return ()

    async def fetch(self, attachment: Attachment) -> bytes:
        """Pictures are not in the file. Raises `DeliveryError`."""
        raise DeliveryError("a transcript holds no pictures", permanent=True)

    def online(self, account: str = "") -> bool:
        """Always."""
        return True
