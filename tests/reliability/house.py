"""The whole program on a real database and a real socket, and a platform that can be made to misbehave."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientWebSocketResponse, web

from benchmarks.crash import free_port
from benchmarks.gateway import TOKEN, Frame, Gateway, done, message
from bot.adapters.onebot import OneBotAdapter, OneBotSettings
from bot.app import App
from bot.clocks import RealClock
from bot.domain.messages import ConversationKind, ConversationRef
from bot.domain.policy import Policy
from bot.domain.records import Conversation
from bot.intake.scene import Rules
from bot.ports import Classifier
from bot.workers.pacing import Pacing
from config.responsibility import load_responsibility
from storage.database import Database
from storage.pictures import PictureFolder
from storage.unit_of_work import UnitsOfWork
from tests import cast

GROUP = 700_001
REF = ConversationRef(platform="onebot", kind=ConversationKind.GROUP, id=str(GROUP))
LEAK = "2单元楼道水管漏水了，有人管吗"
LIFT = "1单元电梯又停了，谁来看看"
RUBBISH = "楼下垃圾堆成山了，没人收，臭得不行"


@dataclass(slots=True)
class Steps(RealClock):
    """A clock that somebody sets."""

    by: timedelta = timedelta()

    def now(self) -> datetime:
        """The time that it shows."""
        return datetime.now(UTC) + self.by


@dataclass(slots=True)
class Moody(Gateway):
    """Does not always do as it is asked."""

    #: Action → the answer instead of the usual one; None: it hangs.
    instead: dict[str, Callable[[Frame], Frame | Awaitable[Frame] | None]] = field(default_factory=dict)

    async def _serve(self, asked: Frame, socket: ClientWebSocketResponse) -> None:
        mood = self.instead.get(asked["action"])
        if mood is None:
            await Gateway._serve(self, asked, socket)
            return
        answer = mood(asked["params"])
        if isinstance(answer, Awaitable):
            answer = await answer
        if answer is not None and not socket.closed:
            with suppress(ClientError, OSError):
                await socket.send_json({**answer, "echo": asked["echo"]})


@dataclass(slots=True)
class House:
    """The program at work."""

    app: App
    database: Database
    file: Path
    platform: Moody
    clock: Steps
    count: int = 0

    async def says(self, text: str, user: int = 300_001, **more: Any) -> Frame:
        """A neighbour says something."""
        self.count += 1
        frame = message(GROUP, user, f"邻居{user}", text, 1_000 + self.count) | more
        await self.platform.say(frame)
        return frame

    def rows(self, query: str) -> list[Any]:
        """What the database says."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=5)) as connection:
            return connection.execute(query).fetchall()

    def tickets(self) -> list[tuple[str, int]]:
        """Summary and number of messages of each ticket."""
        query = (
            "SELECT t.summary, count(*) FROM ticket t JOIN ticket_message m ON m.ticket = t.number GROUP BY t.number"
        )
        return self.rows(query)

    def posts(self) -> list[str]:
        """Where each post stands."""
        return [status for (status,) in self.rows("SELECT status FROM outbox ORDER BY id")]

    @property
    def said(self) -> list[str]:
        """What the platform was told to say, sentence by sentence."""
        return [line for post in self.platform.posts for line in post.text.splitlines()]

    async def until(self, true: Callable[[], Any], seconds: float = 15.0) -> None:
        """Wait until *true* is."""
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.02)


@asynccontextmanager
async def house(
    folder: Path, classifier: Classifier, *, busy_seconds: float = 0.2, patience: float = 0.5
) -> AsyncIterator[House]:
    """A program that waits *busy_seconds* for a locked database and *patience* for an action, and its platform."""
    file = folder / "loushi.db"
    database = await Database.open(f"sqlite:///{file}", busy_seconds=busy_seconds)
    work, port = UnitsOfWork(database), free_port()
    long_ago = datetime.now(UTC) - timedelta(days=2)
    async with work() as begun:
        place = {"estate": cast.ESTATE, "building": "3号楼"}
        await begun.conversations.save(Conversation(ref=REF, enabled=True, first_seen=long_ago, **place))
        await begun.commit()
    adapter = OneBotAdapter(OneBotSettings(token=TOKEN, action_timeout=patience, quote_timeout=patience))
    policy = Policy(responsibility=load_responsibility(), acknowledge_after=timedelta())
    pacing = Pacing(
        zone=cast.ZONE, gap=timedelta(), jitter=(0.0, 0.0), quiet_from=cast.NOON.time(), quiet_until=cast.NOON.time()
    )
    clock = Steps()
    app = App(
        work=work,
        adapters=[adapter],
        classifier=classifier,
        policy=policy,
        rules=Rules(bodies=policy.responsibility.by_name()),
        pacing=pacing,
        pictures=PictureFolder(folder / "pictures"),
        host="127.0.0.1",
        port=port,
        mounts=[lambda server: _mount(adapter, server)],
        clock=clock,
    )
    platform = Moody(port)
    old = message(GROUP, 300_000, "邻居", "大家好", 1) | {"time": int(long_ago.timestamp())}
    platform.history[GROUP] = [old]
    await app.start()
    serving = asyncio.create_task(platform.run())
    found = House(app, database, file, platform, clock)
    try:
        await found.until(lambda: platform.is_connected)
        yield found
    finally:
        await app.stop()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await database.close()


@asynccontextmanager
async def holding(file: Path) -> AsyncIterator[None]:
    """Another program has begun to write and does not end; asked for in a thread, for the program must go on."""
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def _mount(adapter: OneBotAdapter, server: web.Application) -> None:
    adapter.mount(server)


def taken(house: House) -> Callable[[Frame], Frame]:
    """The usual way to take a post."""
    return lambda params: done({"message_id": house.platform._post(params)})
