"""What is stored of coming and going: messages, posts, conversations, gaps."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.channels import Beat
from bot.domain.groups import NoticeGiven
from bot.domain.records import Conversation, Gap, Post, PostStatus


class Inbox(Protocol):
    """Which messages were worked through, by key."""

    async def look_ahead(self, keys: Collection[str]) -> None:
        """Have at hand whether *keys* are claimed: asked for one by one they would take as many round trips."""
        ...

    async def claim(self, key: str, at: datetime) -> bool:
        """True for the first one who asks for *key*, False for everybody after."""
        ...

    async def forget(self, before: datetime) -> int:
        """Forget keys claimed before then; how many."""
        ...


class Outbox(Protocol):
    """Posts waiting, under way and done."""

    async def look_ahead(self, conversation_keys: Collection[str], since: datetime) -> None:
        """Have at hand what will be asked about these conversations: last posts, news since then, riders."""
        ...

    async def add(self, post: Post) -> bool:
        """Store *post*; False, and nothing stored, if its key is known."""
        ...

    async def claim_due(self, now: datetime, limit: int = 50) -> list[Post]:
        """Waiting posts whose time has come, most pressing first, then oldest, no riders. They stay as they are.

        What was written more than `SET_BACK` after *now* was written before the clock was set back, and does not wait.
        """
        ...

    async def riders(self, conversation_key: str) -> list[Post]:
        """The riders that wait in one conversation, oldest first."""
        ...

    async def update(self, post: Post) -> None:
        """Store the new state of *post*."""
        ...

    async def in_status(self, status: PostStatus) -> list[Post]:
        """All posts of one status, oldest first."""
        ...

    async def by_receipt(self, conversation_key: str, message_id: str) -> list[Post]:
        """The posts that the platform's message *message_id* carried."""
        ...

    async def last_sent(self, conversation_key: str) -> datetime | None:
        """When the bot last posted there."""
        ...

    async def sent_since(self, conversation_key: str, since: datetime) -> int:
        """How many messages of news went out there since then (posts merged into one count once)."""
        ...


class Conversations(Protocol):
    """The groups and private chats that the bot has met."""

    async def look_ahead(self, keys: Collection[str]) -> None:
        """Have the conversations of *keys* at hand."""
        ...

    async def get(self, key: str) -> Conversation | None:
        """The conversation, if it is known."""
        ...

    async def save(self, conversation: Conversation) -> None:
        """Store a new or changed conversation."""
        ...

    async def listed(self) -> list[Conversation]:
        """All of them, by key."""
        ...

    async def move_watermarks(self, marks: Mapping[str, tuple[datetime, str]]) -> None:
        """Note up to which message, by time and id, each conversation was worked through; unknown ones stay so."""
        ...

    async def note_notice(self, given: NoticeGiven) -> None:
        """Keep that a group was told; the same version twice is once."""
        ...

    async def notices(self) -> list[NoticeGiven]:
        """What every group was told, oldest first."""
        ...


class Gaps(Protocol):
    """Stretches of time in which messages may have been missed."""

    async def begin(self, gap: Gap) -> None:
        """Note that one begins, unless one of the same account lasts already."""
        ...

    async def end(self, platform: str, account: str, at: datetime) -> None:
        """Note that it is over."""
        ...

    async def listed(self) -> list[Gap]:
        """All, newest first."""
        ...

    async def fill(self, numbers: Sequence[int], how: str) -> None:
        """Note of those gaps how it became known what was said meanwhile."""
        ...

    async def beat(self, beat: Beat) -> None:
        """Note that an account is at work."""
        ...

    async def beats(self) -> list[Beat]:
        """When each account was last at work, by platform and account."""
        ...
