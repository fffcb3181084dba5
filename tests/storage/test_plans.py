"""Laws of speed: what is asked for every message reads indexes, never a whole table."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.domain.backlog import Sort, TicketList
from bot.domain.members import Grant, Role
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import OPEN
from storage.database import Database
from storage.ticket_cache import TicketCache
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.samples import GROUP, HOME, NOW, WANG, ticket

Question = Callable[[SqlUnitOfWork], Awaitable[object]]

EVERYWHERE = (Grant(role=Role.ADMIN),)
QUESTIONS: dict[str, tuple[Question, tuple[str, ...]]] = {
    "open_around": (lambda u: u.tickets.open_around(HOME, GROUP, NOW), ("ix_ticket_home", "ix_ticket_estate")),
    "ended_around": (
        lambda u: u.tickets.ended_around(HOME, GROUP, Category.LEAK, NOW),
        ("ix_ticket_home", "ix_ticket_estate"),
    ),
    "by_message": (lambda u: u.tickets.by_message(GROUP.key, "m1"), ("ix_ticket_message_message",)),
    "of_person": (lambda u: u.tickets.of_person(WANG), ("ix_ticket_voice_person",)),
    "merged_into": (lambda u: u.tickets.merged_into(1), ("ix_ticket_merged_into",)),
    "due": (lambda u: u.tickets.due(NOW), ("ix_ticket_look_at",)),
    "on_desk": (lambda u: u.tickets.on_desk(), ("ix_ticket_desk",)),
    "every building": (lambda u: u.tickets.buildings(), ("ix_ticket_place",)),
    "forget keys": (lambda u: u.inbox.forget(NOW), ("ix_inbox_at",)),
    "claim_due": (lambda u: u.outbox.claim_due(NOW), ("ix_outbox_due",)),
    "riders": (lambda u: u.outbox.riders(GROUP.key), ("ix_outbox_",)),
    "by_receipt": (lambda u: u.outbox.by_receipt(GROUP.key, "r1"), ("ix_outbox_receipt",)),
    "last_sent": (lambda u: u.outbox.last_sent(GROUP.key), ("ix_outbox_sent",)),
    "sent_since": (lambda u: u.outbox.sent_since(GROUP.key, NOW), ("ix_outbox_sent",)),
    "wrong codes": (lambda u: u.members.wrong_codes_since(WANG, NOW), ("ix_wrong_code_person",)),
    "pictures due": (lambda u: u.pictures.due(NOW), ("ix_picture_due",)),
    "pictures of a ticket": (lambda u: u.pictures.of_ticket(1), ("ix_picture_ticket",)),
}


async def asked(database: Database, question: Question) -> tuple[str, Any]:
    """The first statement that *question* makes of the database, with its parameters."""
    heard: list[tuple[str, Any]] = []

    def listen(_c: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            heard.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", listen)
    async with SqlUnitOfWork(database) as uow:
        await question(uow)
    event.remove(database.engine.sync_engine, "before_cursor_execute", listen)
    return heard[0]


async def plan(database: Database, question: Question) -> str:
    """How the database goes about *question*; PostgreSQL as if its tables were large."""
    statement, parameters = await asked(database, question)
    async with database.engine.connect() as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        rows = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
        return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize("name", QUESTIONS)
async def test_index(database: Database, name: str) -> None:
    """Each question is answered from the indexes made for it."""
    question, indexes = QUESTIONS[name]
    described = await plan(database, question)
    for index in indexes:
        assert index in described, described
    assert "SCAN ticket" not in described


async def test_children_are_loaded_together(database: Database) -> None:
    """Loading many tickets takes as many statements as loading one; what was read lately is only asked for its version."""
    async with SqlUnitOfWork(database) as uow:
        for _ in range(20):
            await uow.tickets.add(ticket())
        await uow.commit()
    database.tickets = TicketCache()
    statements: list[str] = []

    def listen(_c: Connection, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    async def listed() -> int:
        statements.clear()
        async with SqlUnitOfWork(database) as uow:
            event.listen(database.engine.sync_engine, "before_cursor_execute", listen)
            assert len(await uow.tickets.listed()) == 20
            event.remove(database.engine.sync_engine, "before_cursor_execute", listen)
        return len(statements)

    assert await listed() == 6
    assert await listed() == 2


@pytest.mark.parametrize("sort", Sort)
async def test_lists_read_small_entries(sqlite_url: str, sort: Sort) -> None:
    """A list goes along the index of its order, and sifts without opening a ticket."""
    database = await Database.open(sqlite_url)
    wanted = TicketList(sort=sort, statuses=OPEN, tier=Tier.BIG, body="property", debt=True, begin=NOW)
    described = await plan(database, lambda u: u.backlog.page(wanted, EVERYWHERE, NOW))
    await database.close()
    names = {Sort.NEWEST: "number", Sort.DUE: "due", Sort.URGENCY: "pressing"}
    assert f"COVERING INDEX ix_ticket_by_{names[sort]}" in described
    assert "TEMP B-TREE" not in described
