"""Messages in, in batches: one model call, one transaction, order kept within a conversation.

What arrives while a transaction runs is the next batch, so nobody waits when there is one message and many share a
commit when there are many. A batch that fails is tried again message by message, so one bad message silences nobody.
While the store cannot be used at all (locked, full, away), everything waits, in order: nothing heard is given up.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.channels import Beat
from bot.domain.classification import Classification
from bot.domain.commands import (
    Actor,
    Command,
    ExtendTicket,
    NoteRecall,
    OpenTicket,
    OptOut,
    ReportProgress,
    ResolveTicket,
    ShowHelp,
)
from bot.domain.errors import StaleTicket, Unavailable
from bot.domain.messages import ChannelState, InboundEvent, InboundMessage, MessageRecalled, PostingStopped
from bot.domain.policy import Policy
from bot.domain.records import Conversation, Gap
from bot.domain.text import visible
from bot.domain.tickets import Ticket
from bot.handlers import Context, execute
from bot.handlers.foresight import claim_keys, look_ahead
from bot.handlers.quoting import quoted
from bot.handlers.sampling import draw
from bot.handlers.telling import pasted, speak_again
from bot.intake.interpret import interpret
from bot.intake.scene import Rules, Scene, role_of
from bot.intake.window import KEPT_MESSAGES, Heard, Windows, breath, is_photo
from bot.ports import Changes, Classifier, Clock, PictureStore, UnitOfWork, UnitOfWorkFactory

log = structlog.get_logger(__name__)

#: More waiting events than this slow the adapters down.
QUEUE = 10_000
BATCH = 64
TRIES = 3
#: By how much a platform's clock may be ahead of ours, or ours have been set back, before theirs counts no more.
SKEW = timedelta(minutes=1)
#: While the store cannot be used, it is tried again after so many seconds, and then after twice as many.
PAUSE, LONGEST_PAUSE = 0.1, 5.0


@dataclass(slots=True)
class _Understood:
    """What a transaction changed in memory, so that a failed one can be forgotten."""

    heard: list[Heard] = field(default_factory=list)
    marked: list[tuple[Heard, int]] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    #: The last message of each conversation: a watermark once the transaction stands.
    latest: dict[str, InboundMessage] = field(default_factory=dict)
    wrote: bool = False


class Dispatcher:
    """Takes events from all adapters and turns them into changes of the store."""

    def __init__(
        self,
        *,
        work: UnitOfWorkFactory,
        classifier: Classifier | Callable[[], Classifier],
        policy: Policy,
        rules: Rules,
        clock: Clock,
        changes: Changes,
        pictures: PictureStore | None = None,
    ) -> None:
        """A *classifier* that may be changed while this runs is given as what says which one is at work."""
        self._work = work
        self._pictures = pictures
        self._classifier = classifier if callable(classifier) else lambda: classifier
        self._policy = policy
        self._rules = rules
        self._clock = clock
        self._changes = changes
        self._windows = Windows()
        self._queue: asyncio.Queue[InboundEvent] = asyncio.Queue(QUEUE)
        self._watermarks: dict[str, InboundMessage] = {}

    async def take(self, event: InboundEvent) -> None:
        """Queue *event*; waits while the queue is full."""
        await self._queue.put(event)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self.handle(batch)
            for _ in batch:
                self._queue.task_done()

    async def idle(self) -> None:
        """Wait until everything queued so far is worked through."""
        await self._queue.join()

    async def handle(self, batch: list[InboundEvent]) -> None:
        """Work *batch* through, or, if that fails, each event of it alone."""
        events = [_made_visible(e) for e in batch]
        readings = self._read([e for e in events if isinstance(e, InboundMessage)])
        if await self._tried(events, readings) or len(events) == 1:
            return
        for event in events:
            await self._tried([event], readings)

    async def _tried(self, events: list[InboundEvent], readings: "Readings") -> bool:
        """Work *events* through in one transaction; False if that failed. What failed leaves no trace."""
        lost, pause = 0, PAUSE
        while lost < TRIES:
            done = _Understood()
            try:
                await self._transact(events, readings, done)
            except StaleTicket:
                self._forget(done)
                lost += 1
            except Unavailable as error:
                self._forget(done)
                log.warning("store_unavailable", events=len(events), again_in=pause, error=str(error))
                await self._clock.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception:
                self._forget(done)
                log.exception("batch_failed", events=len(events), kinds=sorted({type(e).__name__ for e in events}))
                return False
            else:
                self._keep(done)
                return True
        log.error("batch_kept_conflicting", events=len(events))
        return False

    def _keep(self, done: _Understood) -> None:
        """What was *done* stands in the store."""
        if done.wrote:
            self._watermarks = {}
            self._changes.notify()
        else:
            self._watermarks |= done.latest

    async def _transact(self, events: list[InboundEvent], readings: "Readings", done: _Understood) -> None:
        messages = [e for e in events if isinstance(e, InboundMessage)]
        async with self._work() as work:
            context = Context(work=work, policy=self._policy, now=self._clock.now())
            await look_ahead(messages, readings.is_likely, self._rules.remembered_for, context)
            for event in events:
                now = _moment(event, self._clock.now())
                context = Context(work=work, policy=self._policy, now=now, leftovers=done.leftovers)
                await self._one(event, readings, context, done)
            if done.wrote:
                # With every change goes how far each conversation was heard: after a crash, what follows is heard anew
                # in the state that it was heard in before.
                await work.conversations.move_watermarks(_marks(self._watermarks | done.latest))
            await work.commit()
        if self._pictures is not None:
            for file in done.leftovers:
                await self._pictures.remove(file)

    async def _one(self, event: InboundEvent, readings: "Readings", context: Context, done: _Understood) -> None:
        if isinstance(event, InboundMessage):
            await self._message(event, readings, context, done)
        elif isinstance(event, MessageRecalled):
            self._windows.forget(event.conversation.key, event.message_id)
            by = Actor(member=await context.work.members.get(event.operator), at=event.at)
            recall = NoteRecall(conversation=event.conversation, message_id=event.message_id, by=by)
            done.wrote |= await execute(recall, context) is not None
        elif isinstance(event, PostingStopped):
            await _posting_stopped(event, context)
        else:
            await _channel(event, context)

    async def _message(
        self, message: InboundMessage, readings: "Readings", context: Context, done: _Understood
    ) -> None:
        conversation = await _met(message, context)
        if not conversation.enabled or self._windows.knows(message):
            return
        if message.is_past:
            await self._remember(message, readings, context, done)
            return
        if await pasted(message, context):
            await _claimed(message, context)
            done.latest[conversation.ref.key] = message
            done.wrote = True
            return
        scene = await self._scene(message, conversation, readings, context)
        heard = Heard(message=message, classification=_in_mind(scene.classification), role=scene.role)
        if scene.member.opted_out_at is None:
            self._windows.add(heard)
            done.heard.append(heard)
        done.latest[conversation.ref.key] = message
        commands = interpret(scene) or _greeting(scene)
        if not commands:
            done.wrote |= await draw(message, scene.classification, scene.member, conversation, context)
            return
        done.wrote = True
        if not await _claimed(message, context):
            known = await context.work.tickets.by_message(message.conversation.key, message.message_id)
            if known is not None:
                self._mark(message.conversation.key, {message.message_id}, known.number, done)
            return
        for command in commands:
            ticket = await execute(command, context)
            self._note(command, ticket, done)
            if conversation.sampled:
                await _drawn_no_longer(command, context)
        await _keep_private(message, conversation, context)

    async def _remember(
        self, message: InboundMessage, readings: "Readings", context: Context, done: _Understood
    ) -> None:
        """Have in mind again what was worked through before the program stopped."""
        member = await context.work.members.get(message.sender.identity)
        if member.opted_out_at is not None or not self._windows.is_after_all(message):
            return
        heard = Heard(message=message, classification=_in_mind(readings.alone[message.key]), role=role_of(member))
        self._windows.add(heard)
        done.heard.append(heard)
        known = await context.work.tickets.by_message(message.conversation.key, message.message_id)
        if known is not None:
            self._mark(message.conversation.key, {message.message_id}, known.number, done)

    def _note(self, command: Command, ticket: Ticket | None, done: _Understood) -> None:
        """Remember in the window which messages the ticket took in; forget who asked to be."""
        if isinstance(command, OptOut):
            self._windows.forget_person(command.by.member.identity)
        if ticket is not None:
            for m in _taken_in(command):
                self._mark(m.conversation.key, {m.message_id}, ticket.number, done)

    def _mark(self, key: str, ids: set[str], number: int, done: _Understood) -> None:
        done.marked += [(heard, number) for heard in self._windows.mark(key, ids, number)]

    def _forget(self, done: _Understood) -> None:
        for heard, number in done.marked:
            heard.tickets.discard(number)
        for heard in done.heard:
            self._windows.forget(heard.message.conversation.key, heard.message.message_id)

    async def _scene(
        self, message: InboundMessage, conversation: Conversation, readings: "Readings", context: Context
    ) -> Scene:
        work, now = context.work, message.at
        member = await work.members.get(message.sender.identity)
        if not member.name:
            member = replace(member, name=message.sender.name)
        about, by_bot = await quoted(message, work)
        tickets = await _around(message, conversation, work, now - self._rules.remembered_for)
        seen = {t.number for t in tickets}
        tickets += [t for t in about if t.number not in seen]
        return Scene(
            message=message,
            classification=readings.alone[message.key],
            burst=readings.whole.get(message.key),
            member=member,
            conversation=conversation,
            window=self._windows.recent(conversation.ref.key, now),
            tickets=tuple(tickets),
            quoted=frozenset(t.number for t in about),
            quotes_bot=by_bot,
            similarity=readings.classifier.similarity,
            rules=self._rules,
        )

    def _read(self, messages: list[InboundMessage]) -> "Readings":
        """Classify all *messages*, and what each says together with its breath, in one call, by one classifier."""
        classifier = self._classifier()
        wholes: dict[str, str] = {}
        # as long as the window, so that it does not matter what came in one batch
        earlier: dict[str, deque[InboundMessage]] = {}
        for message in messages:
            key = message.conversation.key
            if key not in earlier:
                heard = (h.message for h in self._windows.recent(key, message.at))
                earlier[key] = deque(heard, maxlen=KEPT_MESSAGES)
            if any(m.message_id == message.message_id for m in earlier[key]):
                continue  # live and from the history at once; the first of them counts
            before = breath(earlier[key], message)
            earlier[key].append(message)
            if before:
                wholes[message.key] = " ".join([*(m.text for m in before[-4:]), message.text])
        texts = [m.text for m in messages]
        results = classifier.classify_many([*texts, *wholes.values()])
        alone = dict(zip([m.key for m in messages], results[: len(texts)], strict=True))
        whole = dict(zip(wholes, results[len(texts) :], strict=True))
        return Readings(alone=alone, whole=whole, classifier=classifier)

    def forget_all(self) -> None:
        """Forget everything that was heard."""
        self._windows = Windows()
        self._watermarks = {}

    async def keep_watermarks(self) -> None:
        """Write down up to where each conversation was worked through; for catching up after a restart."""
        marks, self._watermarks = self._watermarks, {}
        if not marks:
            return
        try:
            async with self._work() as work:
                await work.conversations.move_watermarks(_marks(marks))
                await work.commit()
        except Exception:
            self._watermarks = marks | self._watermarks
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Classifications by message key: of each message alone, and of the whole breath where there is more than one."""

    alone: dict[str, Classification]
    whole: dict[str, Classification]
    #: Who read them: what belongs to one batch is understood by one classifier.
    classifier: Classifier

    def is_likely(self, message: InboundMessage) -> bool:
        """Does *message* look like an issue, by itself or with what was said before it?"""
        readings = (self.alone[message.key], self.whole.get(message.key))
        return any(reading is not None and reading.is_issue for reading in readings)


def _made_visible(event: InboundEvent) -> InboundEvent:
    """Messages without control, zero-width and direction characters, and bounded; other events as they are."""
    if not isinstance(event, InboundMessage):
        return event
    return replace(
        event,
        text=visible(event.text),
        sender=replace(event.sender, name=visible(event.sender.name)[:40]),
        quote=replace(event.quote, text=visible(event.quote.text)) if event.quote else None,
    )


def _in_mind(reading: Classification) -> Classification:
    """*reading* as it is remembered: why it came out so is only asked of the message at hand."""
    return replace(reading, evidence=())


def _moment(event: InboundEvent, now: datetime) -> datetime:
    """When *event* is worked through: not before it happened, unless one of two clocks is wrong."""
    return event.at if now < event.at <= now + SKEW else now


def _marks(latest: Mapping[str, InboundMessage]) -> dict[str, tuple[datetime, str]]:
    """The watermarks that the last messages make."""
    return {key: (message.at, message.message_id) for key, message in latest.items()}


async def _met(message: InboundMessage, context: Context) -> Conversation:
    """The conversation of *message*, noted if it is new. Private chats are always open to people."""
    known = await context.work.conversations.get(message.conversation.key)
    if known is not None:
        if message.conversation_name and known.name != message.conversation_name:
            known = replace(known, name=message.conversation_name)
            await context.work.conversations.save(known)
        return replace(known, ref=message.conversation)
    new = Conversation(
        ref=message.conversation,
        name=message.conversation_name,
        enabled=context.policy.enable_new or not message.conversation.is_group,
        first_seen=message.at,
    )
    if message.conversation.is_group:
        await context.work.conversations.save(new)
    return new


async def _keep_private(message: InboundMessage, conversation: Conversation, context: Context) -> None:
    """Remember the private chat of somebody with a role: the bot may write to them there."""
    if conversation.ref.is_group or await context.work.conversations.get(conversation.ref.key) is not None:
        return
    if (await context.work.members.get(message.sender.identity)).grants:
        await context.work.conversations.save(conversation)


async def _drawn_no_longer(command: Command, context: Context) -> None:
    """What comes into a ticket was not left alone after all."""
    if isinstance(command, OpenTicket | ExtendTicket):
        for joining in command.messages:
            await context.work.samples.remove(joining.message.conversation.key, joining.message.message_id)


def _taken_in(command: Command) -> list[InboundMessage]:
    """The messages that become a ticket's by *command*."""
    if isinstance(command, OpenTicket | ExtendTicket):
        return [joining.message for joining in command.messages]
    return list(command.photos) if isinstance(command, ReportProgress | ResolveTicket) else []


def _greeting(scene: Scene) -> list[Command]:
    """In a private chat nobody is left without an answer; who has a role shows a photo first, and then says of what."""
    message = scene.message
    if message.conversation.is_group or (scene.member.grants and is_photo(message)):
        return []
    by = Actor(member=scene.member, at=message.at, conversation=message.conversation, message_id=message.message_id)
    return [ShowHelp(by=by, topic="hello")]


async def _around(
    message: InboundMessage, conversation: Conversation, work: UnitOfWork, since: datetime
) -> list[Ticket]:
    """Tickets that the message could be about; in a private chat, the person's own."""
    if not message.conversation.is_group:
        return await work.tickets.of_person(message.sender.identity)
    return await work.tickets.open_around(conversation.place, conversation.ref, since)


async def _claimed(message: InboundMessage, context: Context) -> bool:
    """Is this the first time?"""
    first = True
    for key in claim_keys(message):
        first = await context.work.inbox.claim(key, context.now) and first
    return first


async def _posting_stopped(event: PostingStopped, context: Context) -> None:
    known = await context.work.conversations.get(event.conversation.key)
    if known is not None:
        until = datetime.max.replace(tzinfo=event.at.tzinfo) if event.until is None else event.until
        await context.work.conversations.save(replace(known, silent_until=until))
        if until <= context.now:
            await speak_again(known.ref, context)


async def _channel(event: ChannelState, context: Context) -> None:
    if event.online:
        await context.work.gaps.end(event.platform, event.account, event.at)
        await context.work.gaps.beat(Beat(platform=event.platform, account=event.account, at=event.at))
    else:
        gap = Gap(platform=event.platform, account=event.account, begin=event.at, reason=event.reason)
        await context.work.gaps.begin(gap)
