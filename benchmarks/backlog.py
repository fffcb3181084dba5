"""How long 工单 takes among 100,000 tickets: every view through the real page, beside a bare read by number.

    python benchmarks/backlog.py [--tickets 100000] [--database FILE or URL] [--rounds 20]

The tickets are made from the labelled corpus with a fixed seed, in 20 estates of 15 buildings, over three years; one in
ten is still open. A database that holds tickets is used as it is. Each round asks for every view once and reads one
ticket's row by its number after each of them, so that both see the same machine; if it is busy, look at the ratio.
"""

import asyncio
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.app import policy_of
from bot.changes import Changes
from bot.clocks import RealClock
from bot.console import site
from bot.console.parts import Console
from bot.console.sessions import COOKIE, hashed
from bot.domain.lifecycle import Doer, opened
from bot.domain.logins import Session
from bot.domain.members import Grant, Role
from bot.domain.messages import ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.taxonomy import Kind, Tier, Urgency
from bot.domain.tickets import Part, Status, Ticket, TicketEvent, TicketMessage
from classifiers.corpus import Example, read_corpus
from config.settings import load_settings
from storage.database import Database
from storage.tables import TICKET
from storage.unit_of_work import SqlUnitOfWork, UnitsOfWork

ESTATES = [f"幸福里{n}区" for n in range(1, 21)]
WORKER = Identity(platform="onebot", user_id="worker")
LEADER = Identity(platform="onebot", user_id="leader")
#: View → its address; what stands before the bar is who asks.
VIEWS = {
    "打开：没办完，时限近的在前": "worker|status=open&sort=due",
    "全部，最新": "worker|sort=newest",
    "全部，最急": "worker|sort=urgency",
    "翻到很后面": "worker|sort=newest&after=-{middle}",
    "一栋楼": "worker|estate=幸福里3区&building=7号楼&sort=newest",
    "一栋楼、一类、没办完": "worker|status=open&category=elevator&estate=幸福里3区&building=7号楼&sort=due",
    "少见的一种": "worker|urgency=emergency&tier=private&status=rejected&sort=newest",
    "超期": "worker|due=over&sort=due",
    "欠回话": "worker|debt=yes&sort=due",
    "一个月": "worker|from=2025-03-01&to=2025-03-31&sort=newest",
    "物业手里的": "worker|status=open&body=property&sort=urgency",
    "找：漏水": "worker|q=漏水&sort=newest",
    "找：漏水，时限": "worker|q=漏水&sort=due",
    "找一个字：水": "worker|q=水&sort=newest",
    "找：电梯 坏，没办完": "worker|q=电梯 坏&status=open&sort=due",
    "找姓名：王阿姨": "worker|q=王阿姨&sort=newest",
    "找编号": "worker|q=%23{middle}&sort=newest",
    "找没有的": "worker|q=量子纠缠&sort=newest",
    "楼长：自己的楼": "leader|status=open&sort=due",
    "楼长：自己的楼里找漏水": "leader|q=漏水&sort=newest",
}
NAMES = ["王阿姨", "赵大爷", "钱大姐", "孙老师", "周叔", "吴婶", "郑奶奶", "冯小姐"]


def main(
    tickets: Annotated[int, typer.Option()] = 100_000,
    database: Annotated[str, typer.Option()] = "",
    rounds: Annotated[int, typer.Option()] = 20,
) -> None:
    """Build what is not there, ask for every view, print the times."""
    with tempfile.TemporaryDirectory(prefix="loushi-bench-") as folder:
        asyncio.run(measured(database or str(Path(folder) / "backlog.db"), tickets, rounds))


async def measured(where: str, tickets: int, rounds: int) -> None:
    """The whole measurement."""
    database = await Database.open(where if "://" in where else f"sqlite:///{where}")
    async with database.reading() as transaction:
        fresh = not (await transaction.run(select(TICKET.c.number).limit(1))).all()
    if fresh:
        began = time.perf_counter()
        await filled(database, tickets)
        typer.echo(f"{tickets}张工单写入用了 {time.perf_counter() - began:.0f} 秒")
    try:
        await asked(database, tickets, rounds)
    finally:
        await database.close()


async def filled(database: Database, tickets: int) -> None:
    """Write the people and the tickets."""
    dice, now = random.Random(1), datetime.now(UTC)  # noqa: S311  the same tickets each time
    async with SqlUnitOfWork(database) as work:
        for who, grant in people():
            await work.members.grant(who, f"{dice.choice(NAMES)}{who.user_id}", grant)
        for who in (WORKER, LEADER):
            session = Session(
                token_hash=hashed(who.user_id), who=who, began_at=now, seen_at=now, ends_at=now + timedelta(days=6)
            )
            await work.logins.begin(session)
        await work.commit()
    made = any_tickets(dice, tickets, now)
    for _ in range(0, tickets, 1000):
        async with SqlUnitOfWork(database) as work:
            for _, one in zip(range(1000), made, strict=False):
                await work.tickets.add(one)
            await work.commit()


def people() -> Iterator[tuple[Identity, Grant]]:
    """A worker for everything, a leader for every building, and the two who ask."""
    yield WORKER, Grant(role=Role.WORKER)
    yield LEADER, Grant(role=Role.LEADER, estate=ESTATES[2], building="7号楼")
    for estate in ESTATES:
        yield Identity(platform="onebot", user_id=f"w{estate}"), Grant(role=Role.WORKER, estate=estate)
        for n in range(1, 16):
            who = Identity(platform="onebot", user_id=f"l{estate}{n}")
            yield who, Grant(role=Role.LEADER, estate=estate, building=f"{n}号楼")


def any_tickets(dice: random.Random, tickets: int, now: datetime) -> Iterator[Ticket]:
    """Tickets as a district has them, the oldest first."""
    issues = [e for e in read_corpus() if e.issue and e.category]
    for n in range(tickets):
        yield any_ticket(dice, dice.choice(issues), n, now - timedelta(days=1100) * (1 - n / tickets))


def any_ticket(dice: random.Random, example: Example, n: int, at: datetime) -> Ticket:
    """One ticket: two messages, five lines of history."""
    estate, building = dice.choice(ESTATES), f"{dice.randint(1, 15)}号楼"
    home = ConversationRef(platform="onebot", id=f"{estate}{building}", account="1")
    who = Identity(platform="onebot", user_id=str(dice.randint(1, 20_000)))
    status = (
        dice.choice(list(Status)[:4])
        if dice.random() < 0.1
        else dice.choices([Status.CLOSED, Status.REJECTED, Status.REFERRED, Status.RESOLVED], [90, 6, 2, 2])[0]
    )
    running = status in list(Status)[:4]
    said = TicketMessage(
        conversation=home,
        message_id=f"m{n}",
        sender=who,
        sender_name=f"{dice.randint(1, 15)}-{dice.randint(1, 6)}-{dice.randint(1, 18)}01 {dice.choice(NAMES)}",
        at=at,
        text=example.text,
        part=Part.REPORT,
    )
    more = replace(said, message_id=f"s{n}", text="我家也是，麻烦快点处理", part=Part.SUPPORT)
    new = Ticket(
        kind=Kind.COMPLAINT,
        category=example.category or dice.choice(list(type(example.category))),  # type: ignore[arg-type]
        tier=dice.choice(list(Tier)),
        urgency=dice.choices(list(Urgency), [1, 9, 90])[0],
        confidence=0.9,
        place=Place(estate=estate, building=building, unit=f"{dice.randint(1, 6)}单元", room="501"),
        home=home,
        summary=example.text[:40],
        messages=(said, more),
        reporters=(who,),
        body=dice.choice(["property", "property", "community", ""]),
        opened_at=at,
        active_at=at,
        due_at=datetime.now(UTC) + timedelta(hours=dice.randint(-500, 500)) if running else None,
        debt_at=datetime.now(UTC) + timedelta(hours=dice.randint(-500, 500)) if running else None,
    )
    born = opened(new, Doer(by=who, role="resident", at=at))
    course = [TicketEvent(at=at, name=name, role="worker") for name in ("confirmed", "assigned", "accepted", "told")]
    return replace(born, status=status, history=(*born.history, *course))


@dataclass
class Times:
    """Milliseconds of one view, and of the bare reads between."""

    page: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


async def asked(database: Database, tickets: int, rounds: int) -> None:
    """Ask for all views in turn, and print what it took."""
    app = web.Application()
    site.mount(app, console(database))
    times: dict[str, Times] = {name: Times() for name in VIEWS}
    async with TestServer(app, host="127.0.0.1") as server:
        clients = {who: ClientSession(cookie_jar=CookieJar(unsafe=True)) for who in ("worker", "leader")}
        for who, client in clients.items():
            client.cookie_jar.update_cookies({COOKIE: who}, server.make_url("/"))
        for turn in range(-1, rounds):
            for name, view in VIEWS.items():
                who, _, address = view.format(middle=tickets // 2).partition("|")
                page = await timed(lambda c=clients[who], a=address: opened_page(c, server, a))
                bare = await timed(lambda: bare_read(database, tickets))
                if turn >= 0:
                    times[name].page.append(page)
                    times[name].bare.append(bare)
        for client in clients.values():
            await client.close()
    told(times)


def console(database: Database) -> Console:
    """The console as the program has it."""
    settings, units = load_settings(None, {}), UnitsOfWork(database)
    return Console(
        work=units,
        reading=units.reading,
        policy=policy_of(settings),
        changes=Changes(),
        clock=RealClock(),
        zone=settings.zone,
        picture_path=lambda _: None,
    )


async def timed(work: Callable[[], object]) -> float:
    """Milliseconds that *work* takes."""
    began = time.perf_counter()
    await work()  # type: ignore[misc]
    return (time.perf_counter() - began) * 1000


async def opened_page(client: ClientSession, server: TestServer, address: str) -> None:
    """The page, whole, as a browser gets it."""
    answer = await client.get(server.make_url("/console/tickets?" + address), allow_redirects=False)
    if answer.status != 200 or "<h1>工单</h1>" not in await answer.text():
        raise SystemExit(f"{address} 没有答上来：{answer.status}")


async def bare_read(database: Database, tickets: int) -> None:
    """One row of a ticket, by its number."""
    number = random.randint(1, tickets)  # noqa: S311  any will do
    async with database.reading() as transaction:
        (await transaction.run(select(TICKET).where(TICKET.c.number == number))).one()


def told(times: dict[str, Times]) -> None:
    """Print the table."""
    every = Times(
        page=[t for one in times.values() for t in one.page], bare=[t for one in times.values() for t in one.bare]
    )
    typer.echo(f"{'p50':>8}{'p95':>8}{'倍':>7}  （毫秒；倍：p50 是按编号读一行的多少倍）")
    for name, one in {**times, "全部加在一起": every}.items():
        ratio = share(one.page, 0.5) / share(one.bare, 0.5)
        typer.echo(f"{share(one.page, 0.5):8.1f}{share(one.page, 0.95):8.1f}{ratio:7.0f}  {name}")
    typer.echo(f"{share(every.bare, 0.5):8.2f}{share(every.bare, 0.95):8.2f}{1:7}  按编号读一行")


def share(values: list[float], part: float) -> float:
    """The value that *part* of *values* do not exceed."""
    return sorted(values)[max(math.ceil(len(values) * part) - 1, 0)]


if __name__ == "__main__":
    typer.run(main)
