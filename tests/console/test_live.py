"""The live view of the tickets."""

import asyncio
import inspect
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.changes import Changes
from bot.console import live
from bot.console.reasons import SHOWN, in_words, reasons
from bot.domain import lifecycle
from bot.domain.classification import Evidence
from bot.domain.lifecycle import Doer
from bot.domain.members import Role
from bot.domain.schedule import StepName
from bot.domain.tickets import Ticket
from bot.intake.weights import WEIGHTS
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from tests import cast


def confirmed(**changes: Any) -> Ticket:
    """王阿姨's leak, confirmed by 李楼长."""
    message = cast.ticket_message("王阿姨", "楼道漏水，打我电话13800138000")
    leader = Doer(by=cast.identity("李楼长"), role=Role.LEADER.value, at=cast.NOON + cast.HOUR)
    return lifecycle.confirmed(cast.ticket(messages=(message,), **changes), leader)


def test_view_is_json_and_masked() -> None:
    """A view can be sent as it is, and no phone number is in it."""
    view = live.ticket_view(confirmed(summary="漏水，13800138000"), {"property": "物业公司"})
    text = json.dumps(view, ensure_ascii=False)
    assert "13800138000" not in text
    assert view["status"] == {"code": "confirmed", "label": "已确认"}
    assert view["messages"][0]["text"] == "楼道漏水，打我电话（电话）"


def test_history_says_who_in_which_role() -> None:
    """Each step of the history has a name that people read, and the role of who did it."""
    last = live.ticket_view(confirmed())["history"][-1]
    assert (last["label"], last["role"], last["by"]) == ("确认", "楼长", "")


def test_every_event_has_a_name() -> None:
    """Whatever the lifecycle or the clock writes into a history, people read in Chinese."""
    source = inspect.getsource(lifecycle)
    written = set(re.findall(r'(?:record|move)\([^"]*"([a-z_]+)"', source)) | {step.value for step in StepName}
    written -= {role.value for role in Role}
    assert len(written) > 30
    assert written <= set(live.EVENTS)


def test_reasons_are_words() -> None:
    """Evidence reads as words: the weightiest few, each once, without where every matter starts from."""
    many = tuple(Evidence(source="model", words=f"词{n}", weight=float(n)) for n in range(20))
    assert [r.words for r in reasons(many)] == [f"词{n}" for n in range(19, 19 - SHOWN, -1)]
    assert reasons((Evidence(source="link", words="new:bias", weight=-2.0),)) == []
    assert in_words("tier:small 楼道") == "小事（楼道）"
    assert in_words("join:reporter_chase") == "反映人追问、催促"


def test_most_features_have_words() -> None:
    """Of the features that linking weighs, nine in ten read as Chinese."""
    unread = [name for name in WEIGHTS if in_words(name) == name and not name.endswith(":bias")]
    assert len(unread) <= len(WEIGHTS) // 10, unread


@asynccontextmanager
async def served(
    database: MemoryDatabase, changes: Changes, *, allowed: bool = True
) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """The live view of *database* on a loopback port."""
    app = web.Application()
    live.mount(app, lambda: MemoryUnitOfWork(database), changes, lambda _: allowed)
    async with TestClient(TestServer(app)) as client:
        yield client


async def add(database: MemoryDatabase) -> None:
    """One more ticket."""
    async with MemoryUnitOfWork(database) as work:
        await work.tickets.add(cast.ticket(number=0))
        await work.commit()


async def next_list(response: ClientResponse) -> list[dict[str, Any]]:
    """The next list of the stream."""
    while True:
        line = await asyncio.wait_for(response.content.readline(), 5)
        if line.startswith(b"data: "):
            return list(json.loads(line[6:]))


async def test_whole_list_at_once_and_after_each_change() -> None:
    """A page gets all tickets when it comes, and all again after a change, the newest first."""
    database, changes = MemoryDatabase(), Changes()
    await add(database)
    async with served(database, changes) as client, client.get("/live/tickets") as stream:
        assert stream.content_type == "text/event-stream"
        assert [t["number"] for t in await next_list(stream)] == [1]
        await add(database)
        changes.notify()
        assert [t["number"] for t in await next_list(stream)] == [2, 1]


async def test_a_flood_of_changes_is_coalesced() -> None:
    """A hundred changes are a list or two, and the last state is among them."""
    database, changes = MemoryDatabase(), Changes()
    async with served(database, changes) as client, client.get("/live/tickets") as stream:
        await next_list(stream)
        for _ in range(100):
            await add(database)
            changes.notify()
        lists = 1
        while len(await next_list(stream)) < 100:
            lists += 1
    assert lists <= 2


async def test_who_is_not_allowed_sees_nothing() -> None:
    """A request that the app does not allow gets 403 and no ticket."""
    async with served(MemoryDatabase(), Changes(), allowed=False) as client:
        assert (await client.get("/live/tickets")).status == 403


async def test_stopping_ends_the_streams() -> None:
    """An open stream does not hold up the end of the program."""
    async with served(MemoryDatabase(), Changes()) as client:
        stream = await client.get("/live/tickets")
        await next_list(stream)
        await asyncio.wait_for(client.server.close(), 3)
