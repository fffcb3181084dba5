"""What comes in, goes out, waits for a worker or may have been missed, in memory."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.channels import Beat
from bot.domain.errors import ReviewNotFound
from bot.domain.records import SET_BACK, Gap, Post, PostStatus, Priority, Review
from storage.memory.shelf import Shelf


class MemoryInbox:
    """`ports.Inbox` on a shelf: key → when it was claimed."""

    def __init__(self, shelf: Shelf[str, datetime]) -> None:
        """Keep the keys on *shelf*."""
        self._shelf = shelf

    async def look_ahead(self, keys: Collection[str]) -> None:
        """Everything is at hand."""

    async def claim(self, key: str, at: datetime) -> bool:
        """True for the first one who asks for *key*, False for everybody after."""
        if self._shelf.get(key):
            return False
        self._shelf.put(key, at)
        return True

    async def forget(self, before: datetime) -> int:
        """Forget keys claimed before then; how many."""
        old = [key for key, at in self._shelf.items() if at < before]
        for key in old:
            self._shelf.drop(key)
        return len(old)


def post_marks(post: Post) -> Iterator[Hashable]:
    """What *post* is looked up by."""
    yield "key", post.key
    yield post.status
    if post.sent_at is not None:
        yield "sent", post.conversation.key
    if post.priority is Priority.RIDER and post.status is PostStatus.WAITING:
        yield "rider", post.conversation.key
    if post.receipt:
        yield "receipt", post.conversation.key, post.receipt


class MemoryOutbox:
    """`ports.Outbox` on a shelf."""

    def __init__(self, shelf: Shelf[int, Post]) -> None:
        """Keep the posts on *shelf*."""
        self._shelf = shelf

    async def look_ahead(self, conversation_keys: Collection[str], since: datetime) -> None:
        """Everything is at hand."""

    async def add(self, post: Post) -> bool:
        """Store *post*; False, and nothing stored, if its key is known."""
        if self._shelf.find(("key", post.key)):
            return False
        stored = replace(post, id=self._shelf.new_id())
        self._shelf.put(stored.id, stored)
        return True

    async def claim_due(self, now: datetime, limit: int = 50) -> list[Post]:
        """Waiting posts whose time has come, most pressing first, then oldest, no riders. They stay as they are."""
        waiting = self._shelf.find(PostStatus.WAITING)
        come = [p for p in waiting if p.due_at <= now or p.created_at > now + SET_BACK]
        due = [p for p in come if p.priority is not Priority.RIDER]
        return sorted(due, key=lambda p: (p.priority, p.created_at, p.id))[:limit]

    async def riders(self, conversation_key: str) -> list[Post]:
        """The riders that wait in one conversation, oldest first."""
        return sorted(self._shelf.find(("rider", conversation_key)), key=lambda p: (p.created_at, p.id))

    async def update(self, post: Post) -> None:
        """Store the new state of *post*."""
        if self._shelf.get(post.id):
            self._shelf.put(post.id, post)

    async def in_status(self, status: PostStatus) -> list[Post]:
        """All posts of one status, oldest first."""
        return sorted(self._shelf.find(status), key=lambda p: (p.created_at, p.id))

    async def by_receipt(self, conversation_key: str, message_id: str) -> list[Post]:
        """The posts that the platform's message *message_id* carried."""
        return self._shelf.find(("receipt", conversation_key, message_id))

    async def last_sent(self, conversation_key: str) -> datetime | None:
        """When the bot last posted there."""
        times = [p.sent_at for p in self._shelf.find(("sent", conversation_key)) if p.sent_at]
        return max(times, default=None)

    async def sent_since(self, conversation_key: str, since: datetime) -> int:
        """How many messages of news went out there since then (posts merged into one count once)."""
        sent = self._shelf.find(("sent", conversation_key))
        news = [p for p in sent if p.priority is Priority.NEWS and p.status is PostStatus.SENT]
        return len({p.merged_into or p.id for p in news if p.sent_at and p.sent_at >= since})


def review_marks(review: Review) -> Iterator[Hashable]:
    """What *review* is looked up by."""
    yield review.conversation.key, review.message_id


class MemoryReviews:
    """`ports.Reviews` on a shelf."""

    def __init__(self, shelf: Shelf[int, Review]) -> None:
        """Keep them on *shelf*."""
        self._shelf = shelf

    async def add(self, review: Review) -> None:
        """Keep one; the same message twice is once."""
        if not self._shelf.find((review.conversation.key, review.message_id)):
            stored = replace(review, id=self._shelf.new_id())
            self._shelf.put(stored.id, stored)

    async def get(self, number: int) -> Review:
        """The review of that number that waits. Raises `ReviewNotFound`."""
        review = self._shelf.get(number)
        if review is None or review.is_dismissed:
            raise ReviewNotFound(f"待看的消息里没有 {number} 号")
        return review

    async def save(self, review: Review) -> None:
        """Store what was decided of one."""
        if self._shelf.get(review.id):
            self._shelf.put(review.id, review)

    async def listed(self) -> list[Review]:
        """All that wait, oldest first."""
        return [r for r in self._all() if not r.is_dismissed]

    async def dismissed(self) -> list[Review]:
        """Those that a person dismissed and that have not expired, oldest first."""
        return [r for r in self._all() if r.is_dismissed]

    def _all(self) -> list[Review]:
        return sorted(self._shelf.all(), key=lambda r: (r.at, r.id))

    async def remove(self, conversation_key: str, message_id: str) -> None:
        """Forget one: it was decided, or taken back."""
        for review in self._shelf.find((conversation_key, message_id)):
            self._shelf.drop(review.id)

    async def forget(self, now: datetime) -> int:
        """Forget all that have expired; how many."""
        expired = [r for r in self._shelf.all() if r.expires_at <= now]
        for review in expired:
            self._shelf.drop(review.id)
        return len(expired)


def gap_marks(gap: Gap) -> Iterator[Hashable]:
    """What *gap* is looked up by: its account, while it lasts."""
    if gap.end is None:
        yield gap.platform, gap.account


class MemoryGaps:
    """`ports.Gaps` on a shelf."""

    def __init__(self, shelf: Shelf[int, Gap], beats: Shelf[str, Beat]) -> None:
        """Keep gaps and beats on a shelf each."""
        self._shelf = shelf
        self._beats = beats

    async def begin(self, gap: Gap) -> None:
        """Note that one begins, unless one of the same account lasts already."""
        if not self._shelf.find((gap.platform, gap.account)):
            stored = replace(gap, id=self._shelf.new_id())
            self._shelf.put(stored.id, stored)

    async def end(self, platform: str, account: str, at: datetime) -> None:
        """Note that it is over."""
        for gap in self._shelf.find((platform, account)):
            self._shelf.put(gap.id, replace(gap, end=at))

    async def listed(self) -> list[Gap]:
        """All, newest first."""
        return sorted(self._shelf.all(), key=lambda g: (g.begin, g.id), reverse=True)

    async def fill(self, numbers: Sequence[int], how: str) -> None:
        """Note of those gaps how it became known what was said meanwhile."""
        for number in numbers:
            gap = self._shelf.get(number)
            if gap is not None and not gap.is_filled:
                self._shelf.put(number, replace(gap, details={**gap.details, "filled": how}))

    async def beat(self, beat: Beat) -> None:
        """Note that an account is at work."""
        self._beats.put(f"{beat.platform}/{beat.account}", beat)

    async def beats(self) -> list[Beat]:
        """When each account was last at work, by platform and account."""
        return sorted(self._beats.all(), key=lambda b: (b.platform, b.account))
