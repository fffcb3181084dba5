"""What a message costs does not grow with what is stored: no statement on its way walks through a table that grows."""

import re
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, event

from bot.changes import Changes
from bot.clocks import ToldClock
from bot.dispatcher import Dispatcher
from bot.domain.messages import Quote
from bot.workers.outbox import OutboxWorker
from bot.workers.pacing import Pacing
from storage.database import Database
from storage.unit_of_work import UnitsOfWork
from tests import cast
from tests.conversations.group import POLICY, RULES
from tests.conversations.readings import Readings
from tests.workers.scripted import Scripted

#: People with a role: as many as a community has, whatever is reported.
SMALL = {"member", "member_grant"}


async def test_no_statement_of_a_message_walks_through_a_table(sqlite_url: str) -> None:
    """Chatter, an issue, a neighbour, a quoted confirmation, the posts: each question is answered from an index."""
    database = await Database.open(sqlite_url)
    work, clock, adapter = UnitsOfWork(database), ToldClock(cast.NOON), Scripted()
    async with work() as begun:
        await begun.conversations.save(cast.conversation(cast.GROUP))
        for name, grant in cast.GRANTS.items():
            await begun.members.grant(cast.identity(name), cast.CARDS[name], grant)
        await begun.commit()
    common: dict[str, Any] = {"work": work, "clock": clock, "changes": Changes()}
    dispatcher = Dispatcher(classifier=Readings(), policy=POLICY, rules=RULES, **common)
    pacing = Pacing(zone=cast.ZONE, jitter=(0.0, 0.0))
    outbox = OutboxWorker(adapters={adapter.platform: adapter}, pacing=pacing, chance=Random(0), **common)
    asked: dict[str, Any] = {}

    def listen(_c: Connection, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            asked[statement] = parameters[0] if many else parameters

    event.listen(database.engine.sync_engine, "before_cursor_execute", listen)
    said = [("王阿姨", "2单元楼道水管漏水了，有人管吗"), ("赵大爷", "我家也是"), ("孙姐", "今天天气真好")]
    said += [("孙姐", "楼下垃圾堆成山了，没人收")]
    messages = [
        cast.message(who, text, message_id=f"m{n}", at=clock.now() + timedelta(seconds=n))
        for n, (who, text) in enumerate(said)
    ]
    await dispatcher.handle(list(messages))
    for n, text in enumerate(("确认", "确认 #2")):
        clock.move_to(clock.now() + timedelta(minutes=1))
        assert await outbox.run_due()
        quote = Quote(message_id=f"bot{n + 1}")
        await dispatcher.handle([cast.message("李楼长", text, message_id=f"c{n}", at=clock.now(), quote=quote)])
    await outbox.run_due()
    event.remove(database.engine.sync_engine, "before_cursor_execute", listen)
    assert len(asked) > 15
    async with database.engine.connect() as connection:
        for statement, parameters in asked.items():
            rows = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all()
            walked = {
                m[1]
                for row in rows
                if (m := re.match(r"SCAN (\w+)\b(?! USING (?:COVERING )?INDEX| VIRTUAL TABLE INDEX 0:=)", row[3]))
            }
            assert walked <= SMALL | {"anon_1", "near"}, (statement, rows)
    await database.close()
