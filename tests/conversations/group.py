"""A tiny language in which a conversation test reads like the group. Everything behind it is the shipped program.

Each message is followed by a minute in which the bot may speak; every post that ever goes out is held against the
law of privacy when the group breaks up.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from types import TracebackType
from typing import Any, Self

from bot.adapters.transcript.adapter import TranscriptAdapter
from bot.changes import Changes
from bot.clocks import ToldClock
from bot.dispatcher import Dispatcher
from bot.domain.commands import Command
from bot.domain.members import Grant, Role
from bot.domain.messages import ConversationRef, InboundEvent, InboundMessage, MessageRecalled, OutboundMessage, Quote
from bot.domain.policy import Policy
from bot.domain.records import PostStatus, Priority
from bot.domain.tickets import Status, Ticket
from bot.handlers import Context, execute
from bot.handlers.binding import invite
from bot.intake.scene import Rules
from bot.workers.clock import ClockWorker
from bot.workers.digests import NONE, Digests
from bot.workers.outbox import OutboxWorker
from bot.workers.pacing import Pacing
from config.responsibility import load_responsibility
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from tests import cast
from tests.conversations.law import check_post
from tests.conversations.readings import Readings

POLICY = Policy(responsibility=load_responsibility())
RULES = Rules(bodies=POLICY.responsibility.by_name())
PACING = Pacing(zone=cast.ZONE)
#: How long everybody is silent after a message.
SILENCE = timedelta(seconds=60)


class Group:
    """The group of building 3 (and the one of building 5), the bot among the people."""

    def __init__(
        self, *, pacing: Pacing = PACING, classifier: Readings | None = None, digests: Digests = NONE, **policy: Any
    ) -> None:
        """Begin on a Tuesday morning; *policy* changes single rules."""
        self.database, self.adapter, self.clock = MemoryDatabase(), TranscriptAdapter(), ToldClock(cast.NOON)
        self.policy = replace(POLICY, **policy)
        self.classifier = classifier or Readings()
        common: dict[str, Any] = {"work": self.work, "clock": self.clock, "changes": Changes()}
        self.dispatcher = Dispatcher(classifier=self.classifier, policy=self.policy, rules=RULES, **common)
        adapters = {self.adapter.platform: self.adapter}
        self.outbox = OutboxWorker(adapters=adapters, pacing=pacing, chance=Random(0), **common)
        watermarks = self.dispatcher.keep_watermarks
        self.clock_worker = ClockWorker(policy=self.policy, keep_watermarks=watermarks, digests=digests, **common)
        #: What the bot said since the last message of a person.
        self.fresh: Sequence[OutboundMessage] = ()
        self._said = 0

    def work(self) -> MemoryUnitOfWork:
        """A transaction."""
        return MemoryUnitOfWork(self.database)

    async def __aenter__(self) -> Self:
        """Two groups take part, and the people with a role are known."""
        async with self.work() as work:
            for ref in (cast.GROUP, cast.OTHER_GROUP):
                await work.conversations.save(cast.conversation(ref))
            for name, grant in cast.GRANTS.items():
                await work.members.grant(cast.identity(name), cast.CARDS[name], grant)
            await work.commit()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hold everything that was said against the law of privacy."""
        if error is None:
            for post in self.adapter.posts:
                check_post(post.text)

    # What people do

    async def says(self, who: str, text: str, *, at_once: bool = False, **changes: Any) -> InboundMessage:
        """*who* writes *text*; with *at_once* the next one writes five seconds later."""
        message = self.written(who, text, **changes)
        await self.hears(message, silence=timedelta(seconds=5) if at_once else SILENCE)
        return message

    async def later_says(self, who: str, text: str, **changes: Any) -> InboundMessage:
        """*who* writes after the group was silent for so long that it is surely another matter."""
        await self._silence(timedelta(minutes=45))
        return await self.says(who, text, **changes)

    def written(self, who: str, text: str, **changes: Any) -> InboundMessage:
        """A message that nobody has heard yet."""
        self._said += 1
        return cast.message(who, text, **{"message_id": f"m{self._said}", "at": self.clock.now(), **changes})

    async def hears(self, *events: InboundEvent, silence: timedelta = SILENCE) -> None:
        """The bot hears *events* as one batch."""
        before = len(self.adapter.posts)
        await self.dispatcher.handle(list(events))
        await self._silence(silence)
        self.fresh = self.adapter.posts[before:]

    async def quotes(self, who: str, text: str, *, said: str = "", by_id: bool = True, **changes: Any) -> None:
        """*who* quotes the bot's last post (that has *said* in it): by its id, or else by its words."""
        number, post = next((n, p) for n, p in reversed(list(enumerate(self.adapter.posts, 1))) if said in p.text)
        quote = Quote(message_id=f"bot{number}") if by_id else Quote(text=post.text)
        await self.says(who, text, quote=quote, **{"conversation": post.conversation, **changes})

    async def quotes_neighbour(self, who: str, text: str, message: InboundMessage) -> None:
        """*who* quotes what a neighbour wrote."""
        await self.says(who, text, quote=Quote(message_id=message.message_id, text=message.text))

    async def takes_back(self, message: InboundMessage) -> None:
        """The writer of *message* recalls it."""
        operator, now = message.sender.identity, self.clock.now()
        await self.hears(
            MessageRecalled(conversation=message.conversation, message_id=message.message_id, operator=operator, at=now)
        )

    async def passes(self, **span: float) -> None:
        """Time passes, and what is due happens."""
        before = len(self.adapter.posts)
        await self._silence(timedelta(**span))
        await self.clock_worker.run_due()
        self.fresh = self.adapter.posts[before:]

    async def goes_on(self, *, every: timedelta = timedelta(minutes=30), **span: float) -> None:
        """Time passes, and the clock does its round again and again."""
        before, end = len(self.adapter.posts), self.clock.now() + timedelta(**span)
        while self.clock.now() < end:
            await self._silence(min(every, end - self.clock.now()))
            await self.clock_worker.run_due()
        await self._silence(SILENCE)
        self.fresh = self.adapter.posts[before:]

    async def at_the_desk(self, command: Command) -> Ticket | None:
        """A worker does it in the console."""
        async with self.work() as work:
            done = await execute(command, Context(work=work, policy=self.policy, now=self.clock.now()))
            await work.commit()
        await self._silence(SILENCE)
        return done

    async def invites(self, role: Role, building: str = "") -> str:
        """A new binding code."""
        async with self.work() as work:
            context = Context(work=work, policy=self.policy, now=self.clock.now())
            code = await invite(role, cast.ESTATE, building, context)
            await work.commit()
        return code

    # What came of it

    def bot_said(self, *words: str, to: ConversationRef | None = None) -> str:
        """The bot just said a sentence with all *words* in it; the sentence."""
        for post in self.fresh:
            if all(w in post.text for w in words) and (to is None or post.conversation.key == to.key):
                return post.text
        raise AssertionError(f"the bot did not say {words} but {[p.text for p in self.fresh]}")

    def bot_is_silent(self) -> None:
        """The bot did not say anything just now."""
        assert not self.fresh, [p.text for p in self.fresh]

    def ticket(self, number: int = 1) -> Ticket:
        """Ticket #*number* as it stands."""
        return next(t for t in self.tickets if t.number == number)

    def status(self, number: int = 1) -> Status:
        """Where ticket #*number* stands."""
        return self.ticket(number).status

    @property
    def tickets(self) -> list[Ticket]:
        """All tickets."""
        return self.database.tickets._shelf.all()

    async def grants_of(self, who: str) -> tuple[Grant, ...]:
        """The roles of *who*."""
        return (await self.database.members.get(cast.identity(who))).grants

    async def _silence(self, span: timedelta) -> None:
        end = self.clock.now() + span
        while (due := await self._next_due()) is not None and due <= end:
            self.clock.move_to(due)
            if not await self.outbox.run_due():
                await self.clock.sleep(5)
        self.clock.move_to(end)

    async def _next_due(self) -> datetime | None:
        waiting = await self.database.outbox.in_status(PostStatus.WAITING)
        due = [max(p.due_at, self.clock.now()) for p in waiting if p.priority is not Priority.RIDER]
        return min(due, default=None)
