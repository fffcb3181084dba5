"""Sends what the outbox holds: at a human pace, at least once, never blindly twice.

A row is marked as being sent before the platform is asked, and as sent after it answered. A process that dies in
between leaves the row at `sending`; the next start looks into the group's history before it says the sentence again
(docs/decisions/outbox.md describes the one window that remains).
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot import wording
from bot.domain.errors import DeliveryError, StaleTicket
from bot.domain.messages import ConversationRef, OutboundMessage, Receipt
from bot.domain.records import Post, PostStatus, Priority
from bot.handlers.telling import note_told
from bot.ports import Adapter, Changes, Clock, UnitOfWork, UnitOfWorkFactory
from bot.workers.choosing import SENTENCES, Choosing, by_hand, for_people, put_off
from bot.workers.pacing import Pacing

log = structlog.get_logger(__name__)

#: Due posts that are looked at in one round.
_AT_ONCE = 200
#: Where nothing of a full round may be said, it is looked at again after this long.
_SILENCED = timedelta(minutes=10)
#: What waits for a person is looked for this often, so many at a time, while it is younger than `_SOUGHT_FOR`.
_SEEK_EVERY = timedelta(minutes=5)
_SOUGHT = 10
_SOUGHT_FOR = timedelta(days=3)


class OutboxWorker:
    """Sends due posts through the adapter of their platform."""

    def __init__(
        self,
        *,
        work: UnitOfWorkFactory,
        adapters: Mapping[str, Adapter],
        pacing: Pacing,
        clock: Clock,
        changes: Changes,
        chance: random.Random | None = None,
    ) -> None:
        self._work = work
        self._adapters = adapters
        self._pacing = pacing
        self._clock = clock
        self._changes = changes
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret
        self._choosing = Choosing(pacing, self._reachable)
        self._sought_at: datetime | None = None
        #: Posts of an earlier process that may or may not have gone out.
        self._left: list[list[Post]] = []

    async def run(self, idle_seconds: float = 1.0) -> None:
        """Send until cancelled."""
        await self.remember()
        while True:
            try:
                await self.recover()
                await self.seek()
                sent = await self.run_due()
            except Exception:
                log.exception("outbox_failed")
                sent = 0
            if not sent:
                await self._clock.sleep(idle_seconds)

    async def remember(self) -> None:
        """Take note of what an earlier process left half sent."""
        async with self._work() as work:
            self._left = _as_sent(await work.outbox.in_status(PostStatus.SENDING))

    async def recover(self) -> None:
        """Settle what is left as soon as its platform can be asked: in the history, surely not sent, or unknown."""
        for posts in list(self._left):
            adapter = self._adapters.get(posts[0].conversation.platform)
            if adapter is None or adapter.online(posts[0].conversation.account):
                self._left.remove(posts)
                await self._settle(posts[0], posts, _message(posts).text)

    async def run_due(self) -> int:
        """Send one post to every conversation that has something due and may be spoken to now; how many went out."""
        now = self._clock.now()
        async with self._work() as work:
            due = await work.outbox.claim_due(now, _AT_ONCE)
            batches = [b for group in _by_conversation(due) if (b := await self._choosing.chosen(group, now, work))]
            if not batches and len(due) == _AT_ONCE:
                # Groups that may not be spoken to would crowd out everybody else's posts.
                await put_off(due, now + _SILENCED, work)
            await work.commit()
        sent = 0
        for batch in batches:
            sent += await self._send(batch)
        return sent

    async def seek(self) -> None:
        """Look now and then whether somebody pasted what waits for a person with the bot's own account."""
        now = self._clock.now()
        if self._sought_at is not None and now - self._sought_at < _SEEK_EVERY:
            return
        self._sought_at = now
        async with self._work() as work:
            waiting = await work.outbox.in_status(PostStatus.BY_HAND)
        for post in [p for p in waiting if now - p.created_at < _SOUGHT_FOR][-_SOUGHT:]:
            if self._reachable(post.conversation):
                adapter = self._adapters[post.conversation.platform]
                if found := await adapter.was_sent(post.conversation, post.text, post.created_at):
                    await self._sent([post], Receipt(message_id=found))

    def _reachable(self, ref: ConversationRef) -> bool:
        adapter = self._adapters.get(ref.platform)
        return adapter is not None and adapter.online(ref.account)

    async def _send(self, batch: list[Post]) -> int:
        """Send *batch* as one message: mark, send, mark."""
        await self._clock.sleep(self._chance.uniform(*self._pacing.jitter))
        now = self._clock.now()
        sending = [
            replace(p, status=PostStatus.SENDING, attempts=p.attempts + 1, sent_at=now, merged_into=_first(batch, p))
            for p in batch
        ]
        await self._store(sending)
        message = _message(sending)
        try:
            receipt = await self._adapters[message.conversation.platform].send(message)
        except DeliveryError as error:
            await self._failed(sending, message, error)
            return 0
        await self._sent(sending, receipt)
        return 1

    async def _store(self, posts: list[Post]) -> None:
        async with self._work() as work:
            for post in posts:
                await work.outbox.update(post)
                await _say_instead(post, self._clock.now(), work)
            await work.commit()

    async def _sent(self, posts: list[Post], receipt: Receipt) -> None:
        self._choosing.went_well(posts[0].conversation.key)
        now = self._clock.now()
        done = [replace(p, status=PostStatus.SENT, sent_at=now, receipt=receipt.message_id, error="") for p in posts]
        await self._told(done, now)
        self._changes.notify()

    async def _told(self, posts: list[Post], now: datetime) -> None:
        """Store the receipts, and in the tickets that their groups were told, in one transaction."""
        for _ in range(5):
            try:
                async with self._work() as work:
                    for post in posts:
                        await work.outbox.update(post)
                        await note_told(post, now, work)
                    await work.commit()
            except StaleTicket:
                continue
            return
        await self._store(posts)
        log.error("told_not_noted", posts=[p.key for p in posts])

    async def _failed(self, posts: list[Post], message: OutboundMessage, error: DeliveryError) -> None:
        log.warning("post_failed", conversation=message.conversation.key, error=str(error), ambiguous=error.ambiguous)
        self._choosing.went_badly(message.conversation.key, self._clock.now())
        if error.ambiguous:
            await self._settle(posts[0], posts, message.text)
            return
        await self._store([self._again(p, str(error), permanent=error.permanent) for p in posts])

    def _again(self, post: Post, error: str, *, permanent: bool = False) -> Post:
        """*post*, to be tried again later, left to a person, or given up."""
        if permanent and for_people(post):
            return by_hand(post, error)
        if permanent or post.attempts >= self._pacing.tries:
            return replace(post, status=PostStatus.FAILED, error=error)
        later = self._clock.now() + timedelta(seconds=5 * 4 ** min(post.attempts, 5))
        return replace(post, status=PostStatus.WAITING, due_at=later, error=error, merged_into=0, sent_at=None)

    async def _settle(self, first: Post, posts: list[Post], text: str) -> None:
        """It may or may not have gone out: look, and never say it twice blindly."""
        adapter = self._adapters.get(first.conversation.platform)
        since = (first.sent_at or first.created_at) - timedelta(minutes=1)
        asked = adapter if adapter and adapter.online(first.conversation.account) else None
        found = await asked.was_sent(first.conversation, text, since) if asked else None
        if found:
            await self._sent(posts, Receipt(message_id=found))
        elif found == "":
            await self._store([self._again(p, "not in the history") for p in posts])
        else:
            await self._store([replace(p, status=PostStatus.UNKNOWN, error="may have gone out") for p in posts])


def _first(batch: list[Post], post: Post) -> int:
    """The id of the post that carries the others; 0 for the carrier itself."""
    return 0 if post.id == batch[0].id else batch[0].id


def _by_conversation(posts: Iterable[Post]) -> list[list[Post]]:
    groups: dict[str, list[Post]] = {}
    for post in posts:
        groups.setdefault(post.conversation.key, []).append(post)
    return list(groups.values())


def _as_sent(posts: Iterable[Post]) -> list[list[Post]]:
    """*posts* as the messages that carried them: several sentences may have been under way as one."""
    messages: dict[int, list[Post]] = {}
    for post in sorted(posts, key=lambda p: (p.priority, p.created_at, p.id)):
        messages.setdefault(post.merged_into or post.id, []).append(post)
    return list(messages.values())


def _text(posts: list[Post]) -> str:
    """The sentences of *posts*; too many of them are shortened to a digest."""
    if len(posts) > SENTENCES:
        return wording.digest((a.number, a.status) for p in posts for a in p.about)
    return wording.merged_posts(p.text for p in posts)


def _message(posts: list[Post]) -> OutboundMessage:
    """One message of all *posts*."""
    return OutboundMessage(
        conversation=posts[0].conversation,
        text=_text(posts),
        reply_to=posts[0].reply_to if all(p.priority is Priority.RIDER for p in posts[1:]) else "",
        mentions=tuple(dict.fromkeys(m for p in posts for m in p.mentions)),
    )


async def _say_instead(post: Post, now: datetime, work: UnitOfWork) -> None:
    """Where *post* was given up, what is to be said instead, under its own key."""
    if post.instead is None or post.status not in (PostStatus.FAILED, PostStatus.UNKNOWN):
        return
    await work.outbox.add(
        Post(
            key=f"{post.key}/instead",
            conversation=post.instead.conversation,
            text=post.instead.text,
            priority=post.priority,
            about=post.about,
            created_at=now,
            due_at=now,
        )
    )
