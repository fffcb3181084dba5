"""The world around the program: platforms, classifier, time, files of pictures, and who watches."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.classification import Classification
from bot.domain.messages import Attachment, ConversationRef, InboundEvent, InboundMessage, OutboundMessage, Receipt


class Sink(Protocol):
    """Where an adapter puts what it heard."""

    async def __call__(self, event: InboundEvent) -> None:
        """Take *event* in. Returns at once unless the program is far behind; then it slows the adapter down."""
        ...


class Adapter(Protocol):
    """One platform, both ways."""

    @property
    def platform(self) -> str:
        """The name that conversations of this platform carry."""
        ...

    async def start(self, sink: Sink) -> None:
        """Connect, or begin to listen; give what is heard to *sink*."""
        ...

    async def stop(self) -> None:
        """Disconnect; nothing is given to the sink afterwards."""
        ...

    async def send(self, message: OutboundMessage) -> Receipt:
        """Send *message*. Raises `DeliveryError`."""
        ...

    async def was_sent(self, conversation: ConversationRef, text: str, since: datetime) -> str | None:
        """The id of the bot's own message with *text* since then, "" if surely not sent, None if unknown."""
        ...

    async def history(self, conversation: ConversationRef, since: datetime) -> Sequence[InboundMessage]:
        """What was said since then, oldest first, as far as the platform tells. Raises `DeliveryError`."""
        ...

    async def fetch(self, attachment: Attachment) -> bytes:
        """The bytes of a picture. Raises `DeliveryError`; *permanent* when it is gone, too large or not allowed."""
        ...

    def online(self, account: str = "") -> bool:
        """Can *account* send now? An empty one: can any?"""
        ...


class Classifier(Protocol):
    """Text → classification."""

    def classify_many(self, texts: Sequence[str]) -> list[Classification]:
        """One classification for each of *texts*, in one go."""
        ...

    def similarity(self, a: str, b: str) -> float:
        """How much *a* and *b* speak of the same thing, 0 to 1."""
        ...


class Clock(Protocol):
    """Time, real or told."""

    def now(self) -> datetime:
        """The present time, aware."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class PictureStore(Protocol):
    """Files of pictures, with nothing in them but the picture."""

    async def keep(self, data: bytes) -> str:
        """Re-encode and keep a picture; its file name. Raises `DeliveryError` (permanent) if it is none."""
        ...

    async def load(self, file: str) -> bytes:
        """The bytes of the picture kept as *file*. Raises `DeliveryError` (permanent) if it is gone."""
        ...

    async def remove(self, file: str) -> None:
        """Delete one; none there is fine."""
        ...


class Changes(Protocol):
    """Tells views that something has changed."""

    def notify(self) -> None:
        """Something has changed."""
        ...

    def watch(self) -> AsyncIterator[None]:
        """Yields at every change."""
        ...
