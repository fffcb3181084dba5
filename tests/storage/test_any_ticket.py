"""Any ticket at all comes back as it was stored."""

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.classification import Evidence
from bot.domain.messages import Attachment, ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.tickets import Ticket, TicketEvent, TicketMessage
from storage.database import Database
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from storage.unit_of_work import SqlUnitOfWork

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
zones = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))])
times = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=zones)  # noqa: DTZ001
maybe = st.none() | times
identities = st.builds(Identity, platform=words, user_id=words)
people = st.lists(identities, max_size=3, unique=True).map(tuple)
refs = st.builds(ConversationRef, platform=words, id=words, account=words)
facts = st.dictionaries(words, words | st.integers(-(2**60), 2**60) | st.lists(words, max_size=2), max_size=2)
evidence = st.builds(Evidence, source=words, words=words, weight=st.floats(allow_nan=False, allow_infinity=False))
attachments = st.builds(Attachment, source=words, name=words)
#: No event of ours: some have facts that others count on.
names = words.map("e/{}".format)
events = st.builds(TicketEvent, at=times, name=names, by=st.none() | identities, role=words, data=facts)
messages = st.builds(
    TicketMessage,
    conversation=refs,
    message_id=words,
    sender=identities,
    sender_name=words,
    at=times,
    text=words,
    attachments=st.lists(attachments, max_size=2).map(tuple),
    recalled=st.booleans(),
)
tickets = st.builds(
    Ticket,
    number=st.just(0),
    confidence=st.floats(0, 1),
    place=st.builds(Place, estate=words, building=words, unit=words, room=words, spot=words),
    home=refs,
    summary=words,
    messages=st.lists(messages, max_size=3).map(tuple),
    reporters=people,
    supporters=people,
    evidence=st.lists(evidence, max_size=2).map(tuple),
    history=st.lists(events, max_size=3).map(tuple),
    body=words,
    opened_at=times,
    active_at=times,
    told_at=maybe,
    resolved_at=maybe,
    closed_at=maybe,
    close_after=maybe,
    due_at=maybe,
    debt_at=maybe,
    ratings=st.dictionaries(words, st.integers(1, 5), max_size=2),
    merged_into=st.just(0),
    previous=st.just(0),
    version=st.just(0),
)


@settings(max_examples=20, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_tickets=st.lists(tickets, min_size=1, max_size=4))
def test_any_ticket_round_trips(sqlite_template: Path, tmp_path: Path, given_tickets: list[Ticket]) -> None:
    """Stored, changed into any other ticket and read again, a ticket is equal to what was asked for, in both twins."""
    file = tmp_path / "any.db"
    shutil.copy(sqlite_template, file)

    async def check(uow: SqlUnitOfWork | MemoryUnitOfWork) -> list[Ticket]:
        added = [await uow.tickets.add(t) for t in given_tickets]
        assert [await uow.tickets.get(t.number) for t in added] == added
        other = added[-1]
        first = replace(other, number=added[0].number, history=(*added[0].history, *other.history))
        saved = await uow.tickets.save(first)
        assert await uow.tickets.get(saved.number) == saved == replace(first, version=2)
        return await uow.tickets.listed()

    async def both() -> None:
        database, another = await Database.open(f"sqlite:///{file}"), await Database.open(f"sqlite:///{file}")
        async with SqlUnitOfWork(database) as sql, MemoryUnitOfWork(MemoryDatabase()) as memory:
            assert (stored := await check(sql)) == await check(memory)
            await sql.commit()
        for reader in (another, database, another):
            async with SqlUnitOfWork(reader) as sql:
                assert await sql.tickets.listed() == stored
        await database.close()
        await another.close()

    asyncio.run(both())
