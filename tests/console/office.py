"""A console with people in it and tickets on the desk, served on loopback: for tests of pages, with and without a browser."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from bot.app import policy_of
from bot.changes import Changes
from bot.console import metrics, site
from bot.console.parts import Console
from bot.console.passwords import hashed
from bot.domain.classification import Evidence
from bot.domain.lifecycle import Doer, opened
from bot.domain.logins import Login
from bot.domain.members import Grant, Role
from bot.domain.messages import ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.records import Conversation, Gap, Post, PostStatus, Priority, Review
from bot.domain.taxonomy import Category, Kind, Tier, Urgency
from bot.domain.tickets import Part, Ticket, TicketMessage
from bot.ports import Learning
from config.settings import load_settings
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from storage.pictures import PictureFolder
from tests.cast import ESTATE, ZONE

PASSWORD = "correct-horse-battery"
_HASH = hashed(PASSWORD)
GROUP = ConversationRef(platform="onebot", id="700001", account="10001")
LI = Identity(platform="onebot", user_id="200001")
WANG = Identity(platform="onebot", user_id="300001")
#: Name → (what the console calls them, their role).
PEOPLE = {
    "chen": ("小陈", Grant(role=Role.WORKER, estate=ESTATE)),
    "zhang": ("小张", Grant(role=Role.WORKER, estate=ESTATE)),
    "wu": ("小吴", Grant(role=Role.WORKER, estate="别的小区")),
    "root": ("管理员", Grant(role=Role.ADMIN)),
}
NASTY = "<script>document.title='owned'</script><b>三楼</b>"


class SetClock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        """The time that was set."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Not here."""
        raise NotImplementedError


@dataclass
class Office:
    """The console, its store, and its server."""

    folder: Path
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    clock: SetClock = field(default_factory=SetClock)
    changes: Changes = field(default_factory=Changes)

    def __post_init__(self) -> None:
        """Open it."""
        self.pictures = PictureFolder(self.folder)
        self.console = Console(
            work=self.work,
            reading=self.work,
            policy=policy_of(load_settings(None, {})),
            changes=self.changes,
            clock=self.clock,
            zone=ZONE,
            picture=self.pictures.load,
        )

    def work(self) -> MemoryUnitOfWork:
        """A transaction."""
        return MemoryUnitOfWork(self.database)

    async def staff(self) -> None:
        """Let the people in, and make the group known."""
        async with self.work() as work:
            for name, (called, grant) in PEOPLE.items():
                login = Login(name=name, password_hash=_HASH, changed_at=self.clock.at)
                await work.logins.save(login)
                await work.members.grant(login.identity, called, grant)
            await work.members.grant(LI, "李楼长", Grant(role=Role.LEADER, estate=ESTATE, building="3号楼"))
            known = Conversation(
                ref=GROUP, name="幸福里3号楼群", estate=ESTATE, building="3号楼", enabled=True, first_seen=self.clock.at
            )
            await work.conversations.save(known)
            await work.commit()

    async def add(self, text: str = "3号楼2单元楼道漏水了，有人管吗", **changes: Any) -> Ticket:
        """A pending ticket that 王阿姨 raised an hour ago."""
        at = self.clock.at - timedelta(hours=1)
        said = TicketMessage(
            conversation=GROUP,
            message_id=f"m{text}",
            sender=WANG,
            sender_name="3-2-501 王阿姨",
            at=at,
            text=text,
            part=Part.REPORT,
        )
        new = Ticket(
            kind=Kind.COMPLAINT,
            category=Category.LEAK,
            tier=Tier.SMALL,
            urgency=Urgency.NORMAL,
            confidence=0.93,
            place=Place(estate=ESTATE, building="3号楼", unit="2单元", room="501"),
            home=GROUP,
            summary=text,
            messages=(said,),
            reporters=(WANG,),
            evidence=(
                Evidence(source="keyword", words="category:leak 漏水", weight=3.2),
                Evidence(source="link", words="new:place", weight=1.1),
            ),
            opened_at=at,
            active_at=at,
        )
        born = opened(replace(new, **changes), Doer(by=WANG, role="resident", at=at))
        async with self.work() as work:
            stored = await work.tickets.add(born)
            await work.commit()
        return stored

    async def get(self, number: int) -> Ticket:
        """The ticket as it is now."""
        async with self.work() as work:
            return await work.tickets.get(number)

    async def hold(self, text: str, issue: float = 0.42, number: int = 1) -> None:
        """A message that waits for review."""
        from tests import cast

        seen = replace(cast.reading(issue=issue), category=Category.NOISE)
        at = self.clock.at - timedelta(minutes=5)
        review = Review(
            conversation=GROUP,
            message_id=f"r{number}",
            sender=WANG,
            sender_name="王阿姨",
            text=text,
            at=at,
            place=Place(estate=ESTATE, building="3号楼"),
            classification=seen,
            expires_at=at + timedelta(days=7),
        )
        async with self.work() as work:
            await work.reviews.add(review)
            await work.commit()

    async def by_hand(self, text: str) -> None:
        """A post that the bot could not say, and a channel that is out."""
        at = self.clock.at
        post = Post(
            key=f"k{text}",
            conversation=GROUP,
            text=text,
            priority=Priority.NEWS,
            created_at=at,
            due_at=at,
            status=PostStatus.BY_HAND,
        )
        async with self.work() as work:
            await work.outbox.add(post)
            await work.gaps.begin(
                Gap(platform="onebot", account="10001", begin=at - timedelta(minutes=20), reason="掉线")
            )
            await work.commit()


@asynccontextmanager
async def open_office(
    folder: Path, *, learning: "Callable[[Office], Learning] | None" = None
) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office with its staff, served; with *learning* it learns."""
    office = Office(folder)
    if learning is not None:
        office.console = replace(office.console, learning=learning(office))
    await office.staff()
    app = web.Application()
    site.mount(app, office.console)
    metrics.mount(app, office.work)
    async with TestServer(app, host="127.0.0.1") as server:
        yield office, server


def browser(server: TestServer) -> ClientSession:
    """A browser that nobody is logged in with."""
    return ClientSession(server.make_url("/"), cookie_jar=CookieJar(unsafe=True))


async def csrf(client: ClientSession, path: str = "/console/login") -> str:
    """The mark of the forms of a page."""
    text = await (await client.get(path)).text()
    return text.split('name="csrf" value="')[1].split('"')[0]


async def log_in(client: ClientSession, name: str = "chen", password: str = PASSWORD) -> int:
    """Log in; the status of the answer."""
    form = {"name": name, "password": password, "csrf": await csrf(client), "next": "/console/"}
    return (await client.post("/console/login", data=form, allow_redirects=False)).status
