"""Runs chat files through the very code that serves live groups, on the file's own clock."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from random import Random
from typing import Any

from bot.adapters.transcript.adapter import TranscriptAdapter
from bot.adapters.transcript.records import Line, Transcript, conversation, identity, messages
from bot.changes import Changes
from bot.clocks import ToldClock
from bot.dispatcher import Dispatcher
from bot.domain.members import Grant, Role
from bot.domain.policy import Policy
from bot.domain.records import Conversation, PostStatus
from bot.domain.tickets import Status, Ticket
from bot.intake.scene import Rules
from bot.ports import Classifier, UnitOfWork, UnitOfWorkFactory
from bot.workers.outbox import OutboxWorker
from bot.workers.pacing import Pacing
from storage.memory import MemoryDatabase, MemoryUnitOfWork

#: After the last message, posts that still wait are given this long.
AFTERWARDS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the bot made of a transcript."""

    tickets: tuple[Ticket, ...]
    #: Time, room and text of every post.
    posts: tuple[tuple[datetime, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayer:
    """Everything that a replay shares with the live program."""

    classifier: Classifier
    policy: Policy
    rules: Rules
    pacing: Pacing

    async def play(self, transcript: Transcript) -> Outcome:
        """What the bot makes of *transcript*, starting from nothing."""
        database, adapter = MemoryDatabase(), TranscriptAdapter()

        def begin() -> MemoryUnitOfWork:
            return MemoryUnitOfWork(database)

        clock = ToldClock(transcript.lines[0].at)
        changes = Changes()
        await seed(transcript, begin())
        dispatcher = Dispatcher(
            work=begin,
            classifier=self.classifier,
            policy=self.policy,
            rules=self.rules,
            clock=clock,
            changes=changes,
        )
        outbox = OutboxWorker(
            work=begin,
            adapters={adapter.platform: adapter},
            pacing=self.pacing,
            clock=clock,
            changes=changes,
            chance=Random(0),  # noqa: S311 - a replay must be repeatable
        )
        stage = _Stage(work=begin, adapter=adapter, clock=clock, outbox=outbox)
        for message in messages(transcript.lines):
            await stage.wait_until(message.at)
            await dispatcher.handle([message])
        await stage.wait_until(transcript.lines[-1].at + AFTERWARDS)
        async with begin() as work:
            return Outcome(tickets=tuple(await work.tickets.listed()), posts=tuple(stage.posts))


class _Stage:
    """The time between two messages, in which posts go out."""

    def __init__(
        self, *, work: UnitOfWorkFactory, adapter: TranscriptAdapter, clock: ToldClock, outbox: OutboxWorker
    ) -> None:
        self._work = work
        self._adapter = adapter
        self._clock = clock
        self._outbox = outbox
        self.posts: list[tuple[datetime, str, str]] = []

    async def wait_until(self, end: datetime) -> None:
        """Send what becomes due before *end*, then be there."""
        while (due := await self._next_due()) is not None and due <= end:
            self._clock.move_to(due)
            before = self._clock.now()
            await self._outbox.run_due()
            self._note()
            if self._clock.now() == before:
                await self._clock.sleep(1.0)
        self._clock.move_to(end)

    async def _next_due(self) -> datetime | None:
        async with self._work() as work:
            waiting = await work.outbox.in_status(PostStatus.WAITING)
        return min((max(p.due_at, self._clock.now()) for p in waiting), default=None)

    def _note(self) -> None:
        for post in self._adapter.posts[len(self.posts) :]:
            self.posts.append((self._clock.now(), post.conversation.id, post.text))


async def seed(transcript: Transcript, work: UnitOfWork) -> None:
    """Make the rooms and the people with a role of *transcript* known."""
    async with work:
        for room in transcript.rooms:
            await work.conversations.save(
                Conversation(
                    ref=conversation(room.id),
                    name=room.name,
                    estate=room.place.estate,
                    building=room.place.building,
                    enabled=True,
                    first_seen=transcript.lines[0].at,
                )
            )
        places = {room.id: room.place for room in transcript.rooms}
        for line in transcript.lines:
            if line.role is not Role.RESIDENT:
                await work.members.grant(identity(line.sender), line.name, _grant(line, places[line.room].estate))
        await work.commit()


def _grant(line: Line, estate: str) -> Grant:
    return Grant(role=line.role, estate=estate)


def prediction(outcome: Outcome, zone: tzinfo) -> dict[str, Any]:
    """*outcome* as the scorer reads it; tickets that were folded into others are counted with those."""
    kept = {t.number: t for t in outcome.tickets if t.status not in (Status.REJECTED, Status.WITHDRAWN)}
    for ticket in list(kept.values()):
        if ticket.merged_into in kept:
            into = kept[ticket.merged_into]
            kept[into.number] = replace(into, messages=(*into.messages, *ticket.messages))
            del kept[ticket.number]
    return {
        "tickets": [_predicted(t, zone) for t in kept.values()],
        "posts": [{"at": _local(at, zone), "room": room, "text": text} for at, room, text in outcome.posts],
    }


def _local(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def _predicted(ticket: Ticket, zone: tzinfo) -> dict[str, Any]:
    return {
        "code": ticket.code,
        "messages": [m.message_id for m in ticket.messages],
        "opened_at": _local(ticket.opened_at, zone),
        "kind": ticket.kind.value,
        "category": ticket.category.value,
        "tier": ticket.tier.value,
        "urgency": ticket.urgency.value,
        "building": ticket.place.building,
        "unit": ticket.place.unit,
        "room_no": ticket.place.room,
    }


def write_prediction(path: Path, outcome: Outcome, zone: tzinfo) -> None:
    """Write *outcome* to *path* as JSON."""
    path.write_text(json.dumps(prediction(outcome, zone), ensure_ascii=False, indent=1), "utf-8")
