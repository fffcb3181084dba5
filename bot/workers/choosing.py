"""Which of the posts that wait in a conversation go out now, as one message, and which must wait for what.

Emergencies pass everything. Answers come alone, news are merged and counted, and riders go only where something else is
said. What a platform will not let the bot say for a long time is left to a person.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import TicketNotFound
from bot.domain.messages import ConversationRef
from bot.domain.records import About, Post, PostStatus, Priority
from bot.domain.schedule import is_overtaken
from bot.domain.taxonomy import Urgency
from bot.domain.tickets import Status, Ticket
from bot.ports import UnitOfWork
from bot.workers.pacing import Pacing

#: A digest speaks of at most so many tickets.
_IN_DIGEST = 30
#: More sentences than this are never put into one post.
SENTENCES = 20
#: So many riders go with one message.
_RIDERS = 3
#: A group that the bot may not speak in for longer than this is left to a person.
_FOR_LONG = timedelta(days=1)


@dataclass(slots=True)
class Pulse:
    """How one conversation takes it, in memory."""

    failures: int = 0
    resting_until: datetime | None = None


class Choosing:
    """Chooses from the due posts of one conversation."""

    def __init__(self, pacing: Pacing, reachable: Callable[[ConversationRef], bool]) -> None:
        """Follow *pacing*; *reachable* says whether the account of a conversation is online."""
        self._pacing = pacing
        self._reachable = reachable
        self._pulses: defaultdict[str, Pulse] = defaultdict(Pulse)

    def went_well(self, key: str) -> None:
        """The conversation *key* took a post."""
        self._pulses.pop(key, None)

    def went_badly(self, key: str, now: datetime) -> None:
        """The conversation *key* did not take a post; after some of those in a row it is left alone for a while."""
        pulse = self._pulses[key]
        pulse.failures += 1
        if pulse.failures >= self._pacing.failures:
            pulse.resting_until = now + self._pacing.pause

    async def chosen(self, posts: Sequence[Post], now: datetime, work: UnitOfWork) -> list[Post]:
        """Which of one conversation's due *posts* go out now, as one message; those that must wait are put off."""
        ref = posts[0].conversation
        if not self._reachable(ref):
            return []
        resting = self._pulses[ref.key].resting_until
        if resting is not None and resting > now:
            return []
        known = await work.conversations.get(ref.key)
        if known is not None and known.silent_until is not None and known.silent_until > now:
            if known.silent_until - now > _FOR_LONG:
                await _leave_to_people(posts, work)
            return []
        urgent = [p for p in posts if p.priority is Priority.EMERGENCY]
        if urgent:
            return urgent[: self._pacing.together]
        last = await work.outbox.last_sent(ref.key)
        # a post of the future means that the clock was set back; nobody waits for that hour
        if last is not None and abs(now - last) < self._pacing.gap:
            return []
        answers = [p for p in posts if p.priority is Priority.ANSWER][:1]
        pacing = self._pacing if known is None else self._pacing.of_group(known.rules)
        batch = answers or await _news(posts, pacing, now, work)
        return batch + await _riders(batch, work)


async def _news(posts: Sequence[Post], pacing: Pacing, now: datetime, work: UnitOfWork) -> list[Post]:
    """The news among *posts* that go out now; at night and beyond the day's budget none do."""
    news = [p for p in posts if not await _overtaken(p, work)]
    if not news:
        return []
    if pacing.quiet(now):
        return await put_off(news, pacing.morning(now), work)
    said = await work.outbox.sent_since(news[0].conversation.key, pacing.midnight(now))
    if said >= pacing.daily_budget:
        return await put_off(news, pacing.midnight(now) + timedelta(days=1), work)
    if notices := [p for p in news if p.is_notice]:
        return notices[:1]
    # After a silent stretch everything is told in one digest, or the backlog would fill the next day's budget.
    return news[: pacing.together if len(news) <= SENTENCES else _IN_DIGEST]


async def _riders(batch: Sequence[Post], work: UnitOfWork) -> list[Post]:
    """The riders that go with *batch*: none of a ticket that it speaks of, none with what is about no ticket."""
    if not batch or not batch[0].conversation.is_group or not any(p.about for p in batch):
        return []
    waiting = [p for p in await work.outbox.riders(batch[0].conversation.key) if not await _overtaken(p, work)]
    spoken = {a.number for p in batch for a in p.about}
    return [p for p in waiting if not spoken & {a.number for a in p.about}][:_RIDERS]


async def _overtaken(post: Post, work: UnitOfWork) -> bool:
    """Does it ask for, or speak of, what has changed meanwhile? Then it is dropped."""
    if post.priority not in (Priority.NEWS, Priority.RIDER) or len(post.about) != 1:
        return False
    with suppress(TicketNotFound):
        about = post.about[0]
        if _is_needless(post, about, await work.tickets.get(about.number)):
            await work.outbox.update(replace(post, status=PostStatus.FAILED, error="overtaken"))
            return True
    return False


def _is_needless(post: Post, about: About, ticket: Ticket) -> bool:
    """Was the question to confirm answered, or what the clock had to say of *ticket* overtaken?"""
    if about.status == Status.PENDING and (ticket.status is not Status.PENDING or _cried_out(ticket, post.created_at)):
        return True
    return is_overtaken(post.event, about.status, post.created_at, ticket)


def _cried_out(ticket: Ticket, since: datetime) -> bool:
    """Did *ticket* become an emergency after *since*? Then the alarm said it already."""
    became = next((e.at for e in ticket.history if e.data.get("urgency") == Urgency.EMERGENCY), None)
    return became is not None and became > since


async def put_off(posts: Iterable[Post], until: datetime, work: UnitOfWork) -> list[Post]:
    """Have *posts* wait *until* then; none of them goes out now."""
    for post in posts:
        await work.outbox.update(replace(post, due_at=until))
    return []


async def _leave_to_people(posts: Iterable[Post], work: UnitOfWork) -> None:
    """Have a person paste what *posts* say of tickets."""
    for post in posts:
        if for_people(post) and not await _overtaken(post, work):
            await work.outbox.update(by_hand(post, "the bot may not speak here"))


def for_people(post: Post) -> bool:
    """Can a person say it instead: to a group, about a ticket?"""
    return post.conversation.is_group and bool(post.about) and post.priority is not Priority.RIDER


def by_hand(post: Post, error: str) -> Post:
    """*post*, waiting for a person to paste it."""
    return replace(post, status=PostStatus.BY_HAND, error=error, merged_into=0, sent_at=None)
