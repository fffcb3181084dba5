"""The `import` command: a group's exported history through the same intake, in silence.

Lines up to the last one imported before (the watermark) are passed over, so the same file twice adds nothing.
"""

from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bot.adapters.transcript.exports import read_export
from bot.adapters.transcript.records import Room, Transcript, conversation, messages
from bot.app import policy_of, rules_of
from bot.changes import Changes
from bot.clocks import ToldClock
from bot.dispatcher import Dispatcher
from bot.domain.places import Place
from bot.domain.records import Conversation
from bot.domain.tickets import Ticket
from bot.ports import Classifier, UnitOfWorkFactory
from bot.readying import ready_model
from bot.running import opened_store
from config.settings import Settings
from storage.memory import MemoryDatabase, MemoryUnitOfWork


async def import_history(
    file: Path, room: str, estate: str, building: str, settings: Settings, console: Console, *, dry_run: bool
) -> list[Ticket]:
    """The tickets that *file* adds (or would add, in a *dry_run*). Raises `ConfigError`."""
    place = Place(estate=estate, building=building)
    transcript = read_export(file, Room(id=room, name=room, place=place), settings.zone)
    classifier = await ready_model(settings, console)
    if dry_run:
        database = MemoryDatabase()
        return await _take_in(transcript, lambda: MemoryUnitOfWork(database), settings, classifier)
    async with opened_store(settings) as work:
        return await _take_in(transcript, work, settings, classifier)


async def _take_in(
    transcript: Transcript, begin: UnitOfWorkFactory, settings: Settings, classifier: Classifier
) -> list[Ticket]:
    known = await _known(transcript, begin)
    lines = [n for n in transcript.lines if known.watermark_at is None or n.at > known.watermark_at]
    if not lines:
        return []
    before = await _numbers(begin)
    clock = ToldClock(lines[0].at)
    policy = replace(policy_of(settings), silent=True)
    dispatcher = Dispatcher(
        work=begin,
        classifier=classifier,
        policy=policy,
        rules=rules_of(settings, policy),
        clock=clock,
        changes=Changes(),
    )
    for message in messages(lines):
        clock.move_to(message.at)
        await dispatcher.handle([message])
    await dispatcher.keep_watermarks()
    async with begin() as work:
        return [t for t in await work.tickets.listed() if t.number not in before]


async def _known(transcript: Transcript, begin: UnitOfWorkFactory) -> Conversation:
    """The conversation of the history, entered if it is new."""
    room = transcript.rooms[0]
    ref = conversation(room.id)
    async with begin() as work:
        known = await work.conversations.get(ref.key)
        if known is None:
            known = Conversation(
                ref=ref,
                name=room.name,
                estate=room.place.estate,
                building=room.place.building,
                enabled=True,
                first_seen=transcript.lines[0].at,
            )
            await work.conversations.save(known)
            await work.commit()
    return known


async def _numbers(begin: UnitOfWorkFactory) -> set[int]:
    async with begin() as work:
        return {t.number for t in await work.tickets.listed()}
