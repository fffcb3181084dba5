"""Sends what the outbox holds: at a human pace, at least once, never blindly twice.

A row is marked as being sent before the platform is asked, and as sent after it answered. A process that dies in
between leaves the row at `sending`; the next start looks into the group's history before it says the sentence again
(docs/decisions/outbox.md describes the one window that remains).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot import wording
from bot.domain.errors import DeliveryError, StaleTicket, Unavailable
from bot.domain.messages import ConversationRef, OutboundMessage, Receipt
from bot.domain.records import Post, PostStatus, Priority
from bot.handlers.telling import note_told
from bot.ports import Adapter, Changes, Clock, PictureStore, UnitOfWork, UnitOfWorkFactory
from bot.workers.choosing import SENTENCES, Choosing, by_hand, for_people, put_off
from bot.workers.pacing import Pacing
from bot.workers.proofs import awaited, photos

log = structlog.get_logger(__name__)

#: Due posts that are looked at in one round.
_AT_ONCE = 200
#: Where nothing of a full round may be said, it is looked at again after this long.
_SILENCED = timedelta(minutes=10)
#: A post whose photo is still being fetched is looked at again after this long.
_PHOTO = timedelta(seconds=5)
#: What waits for a person is looked for this often, so many at a time, while it is younger than `_SOUGHT_FOR`.
_SEEK_EVERY = timedelta(minutes=5)
_SOUGHT = 10
_SOUGHT_FOR = timedelta(days=3)
#: So many posts are sent side by side; what is answered within so many seconds is noted together.
_SALVO = 64
_TOGETHER = 0.5
#: While the store cannot be used, it is tried again after so many seconds, and then after twice as many.
_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


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
        pictures: PictureStore | None = None,
        chance: random.Random | None = None,
    ) -> None:
        """Wire it; without *pictures* no photo goes along with a post."""
        self._work = work
        self._adapters = adapters
        self._pacing = pacing
        self._clock = clock
        self._changes = changes
        self._pictures = pictures
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret
        self._choosing = Choosing(pacing, self._reachable)
        self._sought_at: datetime | None = None
        #: Posts of an earlier process that may or may not have gone out.
        self._left: list[list[Post]] = []

    async def run(self, idle_seconds: float = 1.0) -> None:
        """Send until cancelled; looks at once when something changed, else every *idle_seconds*."""
        changes = self._changes.watch()
        remembered = False
        while True:
            try:
                if not remembered:
                    await self.remember()
                    remembered = True
                await self.recover()
                await self.seek()
                sent = await self.run_due()
            except Exception:
                log.exception("outbox_failed")
                sent = 0
            if not sent:
                with suppress(TimeoutError):
                    await asyncio.wait_for(anext(changes), idle_seconds)

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
            await self._look_ahead(due, now, work)
            waits = await awaited(due, now, work) if self._pictures else []
            await put_off(waits, now + _PHOTO, work)
            ready = [p for p in due if p not in waits]
            batches = [b for group in _by_conversation(ready) if (b := await self._choosing.chosen(group, now, work))]
            if not batches and len(due) == _AT_ONCE:
                # Groups that may not be spoken to would crowd out everybody else's posts.
                await put_off(due, now + _SILENCED, work)
            await work.commit()
        sent = 0
        # Who wants no pause between two posts has them sent side by side, and noted together.
        side_by_side = _SALVO if self._pacing.jitter == (0.0, 0.0) else 1
        for start in range(0, len(batches), side_by_side):
            sent += await self._send(batches[start : start + side_by_side])
        return sent

    async def _look_ahead(self, due: list[Post], now: datetime, work: UnitOfWork) -> None:
        """Have at hand what choosing among *due* asks about."""
        if due:
            keys = {p.conversation.key for p in due}
            await work.conversations.look_ahead(keys)
            await work.outbox.look_ahead(keys, self._pacing.midnight(now))
            await work.tickets.look_ahead_at({a.number for p in due for a in p.about})

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
                    await self._sent([([post], Receipt(message_id=found))])

    def _reachable(self, ref: ConversationRef) -> bool:
        adapter = self._adapters.get(ref.platform)
        return adapter is not None and adapter.online(ref.account)

    async def _send(self, batches: list[list[Post]]) -> int:
        """Send each of *batches* as one message: mark, send, mark; how many went out."""
        await self._clock.sleep(self._chance.uniform(*self._pacing.jitter))
        now = self._clock.now()
        sending = [[_as_sending(batch, post, now) for post in batch] for batch in batches]
        await self._store([post for batch in sending for post in batch])
        tasks = {asyncio.create_task(self._attempt(batch)): batch for batch in sending}
        sent = 0
        while tasks:
            done, _ = await asyncio.wait(tasks, timeout=_TOGETHER)
            sent += await self._note([(tasks.pop(task), task) for task in done])
        return sent

    async def _attempt(self, batch: list[Post]) -> Receipt:
        return await self._said(replace(_message(batch), pictures=await self._photos(batch)))

    async def _note(self, attempts: Sequence[tuple[list[Post], "asyncio.Task[Receipt]"]]) -> int:
        """Write down what came of *attempts*; how many went out."""
        went = [(batch, task.result()) for batch, task in attempts if task.exception() is None]
        if went:
            await self._sent(went)
        for batch, task in attempts:
            error = task.exception()
            if isinstance(error, DeliveryError):
                await self._failed(batch, _message(batch), error)
            elif error is not None:
                raise error
        return len(went)

    async def _said(self, message: OutboundMessage) -> Receipt:
        """Send *message*; where its photos are what the platform does not take, the words alone."""
        adapter = self._adapters[message.conversation.platform]
        try:
            return await adapter.send(message)
        except DeliveryError as error:
            if error.ambiguous or not message.pictures or not adapter.online(message.conversation.account):
                raise
        return await adapter.send(replace(message, pictures=()))

    async def _photos(self, posts: list[Post]) -> tuple[bytes, ...]:
        """What goes along with *posts*; the words do not wait for a store that is out."""
        if self._pictures is None or not any(p.proof for p in posts):
            return ()
        with suppress(Unavailable):
            async with self._work() as work:
                return await photos(posts, work, self._pictures)
        return ()

    async def _store(self, posts: list[Post]) -> None:
        async def write(work: UnitOfWork) -> None:
            for post in posts:
                await work.outbox.update(post)
                await _say_instead(post, self._clock.now(), work)

        await self._written(write)

    async def _written(self, write: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        """Do *write* in a transaction: what a platform was told must be noted, however long the store is full."""
        pause = _PAUSE
        while True:
            try:
                async with self._work() as work:
                    await write(work)
                    await work.commit()
            except Unavailable as error:
                log.warning("store_unavailable", again_in=pause, error=str(error))
                await self._clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return

    async def _sent(self, went: Sequence[tuple[list[Post], Receipt]]) -> None:
        """Note that these posts went out."""
        now = self._clock.now()
        done = []
        for batch, receipt in went:
            self._choosing.went_well(batch[0].conversation.key)
            done.append(
                [replace(p, status=PostStatus.SENT, sent_at=now, receipt=receipt.message_id, error="") for p in batch]
            )
        await self._told(done, now)
        self._changes.notify()

    async def _told(self, batches: list[list[Post]], now: datetime) -> None:
        """Store the receipts, and in the tickets that their groups were told, in one transaction."""
        posts = [post for batch in batches for post in batch]

        async def write(work: UnitOfWork) -> None:
            await work.tickets.look_ahead_at({a.number for p in posts for a in p.about})
            for post in posts:
                await work.outbox.update(post)
                await note_told(post, now, work)

        for _ in range(5):
            try:
                await self._written(write)
            except StaleTicket:
                continue
            return
        if len(batches) > 1:
            for batch in batches:
                await self._told([batch], now)
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
            await self._sent([(posts, Receipt(message_id=found))])
        elif found == "":
            await self._store([self._again(p, "not in the history") for p in posts])
        else:
            await self._store([replace(p, status=PostStatus.UNKNOWN, error="may have gone out") for p in posts])


def _as_sending(batch: list[Post], post: Post, now: datetime) -> Post:
    """*post* as it is while *batch* is under way."""
    return replace(
        post, status=PostStatus.SENDING, attempts=post.attempts + 1, sent_at=now, merged_into=_first(batch, post)
    )


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
