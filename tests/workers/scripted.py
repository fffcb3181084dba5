"""An adapter that does as it is told: each send follows the next line of its script."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from bot.adapters.transcript.adapter import TranscriptAdapter
from bot.changes import Changes
from bot.clocks import ToldClock
from bot.domain.errors import DeliveryError
from bot.domain.messages import ConversationRef, OutboundMessage, Receipt
from bot.domain.records import About, Post, PostStatus, Priority
from bot.ports import PictureStore
from bot.workers.outbox import OutboxWorker
from bot.workers.pacing import Pacing
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from tests.cast import GROUP, NOON, ZONE, conversation, ticket

#: A platform that did not take it, may have taken it, and will never take it.
REFUSED = DeliveryError("busy")
PERHAPS = DeliveryError("timeout", ambiguous=True)
NEVER = DeliveryError("not a member", permanent=True)


@dataclass(slots=True)
class Scripted(TranscriptAdapter):
    """Raises what the script says next; sends when the script is over."""

    script: list[DeliveryError | None] = field(default_factory=list)
    #: What a look into the history finds.
    found: str | None = ""
    #: Every try, also failed ones.
    tried: list[OutboundMessage] = field(default_factory=list)
    #: Every text that was looked for in the history.
    looked_for: list[str] = field(default_factory=list)
    up: bool = True
    away: set[str] = field(default_factory=set)

    async def send(self, message: OutboundMessage) -> Receipt:
        """Follow the script."""
        self.tried.append(message)
        if self.script and (error := self.script.pop(0)) is not None:
            raise error
        self.posts.append(message)
        return Receipt(message_id=f"bot{len(self.posts)}")

    async def was_sent(self, conversation: ConversationRef, text: str, since: datetime) -> str | None:
        """What the test says the history holds."""
        self.looked_for.append(text)
        return self.found

    def online(self, account: str = "") -> bool:
        """Is it connected? Accounts in `away` are not."""
        return self.up and account not in self.away


#: What a platform does with a post: take it, refuse it, lose it, take it and time out, or kill the process.
MOODS = ("takes", "refuses", "never", "loses", "late", "kills")


class Killed(BaseException):
    """The process dies after the platform has taken the post."""


class Moody(Scripted):
    """A platform in a mood; its history, where it can be read, tells the truth."""

    mood = "takes"
    readable = True

    async def send(self, message: OutboundMessage) -> Receipt:
        """Do what the mood says."""
        errors: dict[str, DeliveryError] = {"refuses": REFUSED, "never": NEVER, "loses": PERHAPS}
        if self.mood in errors:
            raise errors[self.mood]
        self.posts.append(message)
        if self.mood == "late":
            raise PERHAPS
        if self.mood == "kills":
            raise Killed
        return Receipt(message_id=f"bot{len(self.posts)}")

    async def was_sent(self, conversation: ConversationRef, text: str, since: datetime) -> str | None:
        """The truth, or that it cannot be known."""
        return await TranscriptAdapter.was_sent(self, conversation, text, since) if self.readable else None


PACING = Pacing(zone=ZONE, jitter=(0.0, 0.0), tries=3, failures=3)


class Office:
    """An outbox, its worker, a clock and a scripted platform."""

    def __init__(self, *script: DeliveryError | None, found: str | None = "", **pacing: Any) -> None:
        """The platform follows *script*; *pacing* changes single rules."""
        values = {f: getattr(PACING, f) for f in Pacing.__slots__} | pacing
        self.database, self.clock = MemoryDatabase(), ToldClock(NOON)
        self.adapter = Scripted(script=list(script), found=found)
        self.worker = self.new_worker(Pacing(**values))

    def new_worker(self, pacing: Pacing = PACING, pictures: PictureStore | None = None) -> OutboxWorker:
        """A worker on this outbox, as after a start."""
        return OutboxWorker(
            work=self.work,
            adapters={self.adapter.platform: self.adapter},
            pacing=pacing,
            clock=self.clock,
            changes=Changes(),
            pictures=pictures,
            chance=Random(0),
        )

    def work(self) -> MemoryUnitOfWork:
        """A transaction."""
        return MemoryUnitOfWork(self.database)

    async def add(self, text: str, priority: Priority = Priority.NEWS, **changes: Any) -> None:
        """Put a sentence into the outbox."""
        now = self.clock.now()
        values = {"key": text, "conversation": GROUP, "created_at": now, "due_at": now, **changes}
        async with self.work() as work:
            await work.outbox.add(Post(text=text, priority=priority, **values))
            await work.commit()

    async def add_ticket(self) -> None:
        """Ticket #1, and its group."""
        async with self.work() as work:
            await work.tickets.add(ticket(number=0))
            await work.conversations.save(conversation())
            await work.commit()

    async def send(self, seconds: float = 0, times: int = 1) -> int:
        """Let the worker go through what is due, *seconds* apart; how many messages went out."""
        sent = 0
        for _ in range(times):
            await self.clock.sleep(seconds)
            sent += await self.worker.run_due()
        return sent

    @property
    def posts(self) -> list[Post]:
        """All rows of the outbox."""
        return self.database.outbox._shelf.all()

    @property
    def said(self) -> list[str]:
        """What went out."""
        return [p.text for p in self.adapter.posts]

    def statuses(self) -> list[PostStatus]:
        """Where each row stands."""
        return [p.status for p in self.posts]


def about(number: int = 1, status: str = "pending") -> tuple[About, ...]:
    """That a post is about ticket *number*."""
    return (About(number=number, status=status),)
