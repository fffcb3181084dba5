"""Sends what the outbox holds: at a human pace, at least once, never blindly twice.

A row is marked as being sent before the platform is asked, and as sent after it answered. A process that dies in
between leaves the row at `sending`; the next start looks into the group's history before it says the sentence again
(docs/decisions/outbox.md describes the one window that remains).
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo

import structlog

from bot import wording
from bot.domain import lifecycle
from bot.domain.errors import DeliveryError, StaleTicket, TicketNotFound
from bot.domain.messages import ConversationRef, OutboundMessage, Receipt
from bot.domain.records import Post, PostStatus, Priority
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Status, Ticket
from bot.ports import Adapter, Changes, Clock, UnitOfWork, UnitOfWorkFactory

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """How fast the bot may speak. No platform publishes a number; these keep an account unremarkable."""

    #: Shortest time between two posts in one conversation.
    gap: timedelta = timedelta(seconds=5)
    #: Random pause before each post of one account, in seconds.
    jitter: tuple[float, float] = (1.5, 3.0)
    #: News waits through these hours (local time); answers and emergencies do not.
    quiet_from: time = time(22, 0)
    quiet_until: time = time(7, 0)
    zone: tzinfo
    #: Posts of news a group gets in a day before the rest becomes a digest.
    daily_budget: int = 30
    #: How many sentences are put into one post.
    together: int = 5
    #: Failures in a row after which a conversation is left alone for `pause`.
    failures: int = 3
    pause: timedelta = timedelta(minutes=30)
    #: A post is given up after this many tries.
    tries: int = 6

    def quiet(self, now: datetime) -> bool:
        """Is it night?"""
        at = now.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def morning(self, now: datetime) -> datetime:
        """When the night ends."""
        local = now.astimezone(self.zone)
        end = local.replace(hour=self.quiet_until.hour, minute=self.quiet_until.minute, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)

    def midnight(self, now: datetime) -> datetime:
        """When the day began."""
        return now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)


#: A digest speaks of at most so many tickets.
_IN_DIGEST = 30
#: Due posts that are looked at in one round.
_AT_ONCE = 200
#: Where nothing of a full round may be said, it is looked at again after this long.
_SILENCED = timedelta(minutes=10)
#: More sentences than this are never put into one post.
_SENTENCES = 20


@dataclass(slots=True)
class _Pulse:
    """How one conversation takes it, in memory."""

    failures: int = 0
    resting_until: datetime | None = None


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
        self._pulses: defaultdict[str, _Pulse] = defaultdict(_Pulse)
        #: Posts of an earlier process that may or may not have gone out.
        self._left: list[list[Post]] = []

    async def run(self, idle_seconds: float = 1.0) -> None:
        """Send until cancelled."""
        await self.remember()
        while True:
            try:
                await self.recover()
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
            batches = [b for group in _by_conversation(due) if (b := await self._chosen(group, now, work))]
            if not batches and len(due) == _AT_ONCE:
                # Groups that may not be spoken to would crowd out everybody else's posts.
                await self._put_off(due, now + _SILENCED, work)
            await work.commit()
        sent = 0
        for batch in batches:
            sent += await self._send(batch)
        return sent

    async def _chosen(self, posts: list[Post], now: datetime, work: UnitOfWork) -> list[Post]:
        """Which of one conversation's due posts go out now, as one message; those that must wait are put off."""
        ref = posts[0].conversation
        if not self._reachable(ref):
            return []
        resting = self._pulses[ref.key].resting_until
        if resting is not None and resting > now:
            return []
        known = await work.conversations.get(ref.key)
        if known is not None and known.silent_until is not None and known.silent_until > now:
            return []
        urgent = [p for p in posts if p.priority is Priority.EMERGENCY]
        if urgent:
            return urgent[: self._pacing.together]
        last = await work.outbox.last_sent(ref.key)
        if last is not None and now - last < self._pacing.gap:
            return []
        answers = [p for p in posts if p.priority is Priority.ANSWER]
        if answers:
            return answers[:1]
        return await self._news(posts, now, work)

    async def _news(self, posts: list[Post], now: datetime, work: UnitOfWork) -> list[Post]:
        posts = [p for p in posts if not await self._overtaken(p, work)]
        if not posts:
            return []
        if self._pacing.quiet(now):
            return await self._put_off(posts, self._pacing.morning(now), work)
        said = await work.outbox.sent_since(posts[0].conversation.key, self._pacing.midnight(now))
        if said >= self._pacing.daily_budget:
            return await self._put_off(posts, self._pacing.midnight(now) + timedelta(days=1), work)
        # After a silent stretch everything is told in one digest, or the backlog would fill the next day's budget.
        return posts[: self._pacing.together if len(posts) <= _SENTENCES else _IN_DIGEST]

    async def _overtaken(self, post: Post, work: UnitOfWork) -> bool:
        """Does it ask to confirm what was confirmed, rejected or taken back meanwhile? Then it is dropped."""
        for about in post.about:
            if about.status != Status.PENDING or post.priority is not Priority.NEWS:
                continue
            with suppress(TicketNotFound):
                if (await work.tickets.get(about.number)).status is not Status.PENDING:
                    await work.outbox.update(replace(post, status=PostStatus.FAILED, error="overtaken"))
                    return True
        return False

    async def _put_off(self, posts: list[Post], until: datetime, work: UnitOfWork) -> list[Post]:
        for post in posts:
            await work.outbox.update(replace(post, due_at=until))
        return []

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
            await work.commit()

    async def _sent(self, posts: list[Post], receipt: Receipt) -> None:
        self._pulses.pop(posts[0].conversation.key, None)
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
                        await _note_told(post, now, work)
                    await work.commit()
            except StaleTicket:
                continue
            return
        await self._store(posts)
        log.error("told_not_noted", posts=[p.key for p in posts])

    async def _failed(self, posts: list[Post], message: OutboundMessage, error: DeliveryError) -> None:
        log.warning("post_failed", conversation=message.conversation.key, error=str(error), ambiguous=error.ambiguous)
        self._rest(message.conversation.key)
        if error.ambiguous:
            await self._settle(posts[0], posts, message.text)
            return
        await self._store([self._again(p, str(error), permanent=error.permanent) for p in posts])

    def _rest(self, key: str) -> None:
        pulse = self._pulses[key]
        pulse.failures += 1
        if pulse.failures >= self._pacing.failures:
            pulse.resting_until = self._clock.now() + self._pacing.pause

    def _again(self, post: Post, error: str, *, permanent: bool = False) -> Post:
        """*post*, to be tried again later, or given up."""
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
    if len(posts) > _SENTENCES:
        return wording.digest((a.number, a.status) for p in posts for a in p.about)
    return wording.merged_posts(p.text for p in posts)


def _message(posts: list[Post]) -> OutboundMessage:
    """One message of all *posts*."""
    return OutboundMessage(
        conversation=posts[0].conversation,
        text=_text(posts),
        reply_to=posts[0].reply_to if len(posts) == 1 else "",
        mentions=tuple(dict.fromkeys(m for p in posts for m in p.mentions)),
    )


def _concerned(ticket: Ticket, where: ConversationRef) -> bool:
    """Is *where* a group that spoke of *ticket*, or (for a private matter) the reporter's own chat?"""
    if where.key in {c.key for c in ticket.conversations}:
        return True
    reporters = {(who.platform, who.user_id) for who in ticket.reporters}
    return not where.is_group and ticket.tier is Tier.PRIVATE and (where.platform, where.id) in reporters


async def _note_told(post: Post, now: datetime, work: UnitOfWork) -> None:
    """Write into the tickets of *post* that those whom they concern were told."""
    for about in post.about:
        try:
            ticket = await work.tickets.get(about.number)
        except TicketNotFound:
            continue
        if not _concerned(ticket, post.conversation):
            continue
        status = type(ticket.status)(about.status)
        await work.tickets.save(lifecycle.told(ticket, now, post.key, status))
