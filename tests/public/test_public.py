"""Everybody may read what was raised and what became of it; nobody reads anything about anybody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.lifecycle import Doer, assigned, confirmed, merged, rejected, resolved
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status, Ticket
from bot.public import site
from tests.cast import ESTATE, NOON, ZONE
from tests.console.office import NASTY, Office
from tests.conversations.group import POLICY

HERE = f"/gongshi/{quote(ESTATE)}"
BODIES = {code: body.name for code, body in POLICY.responsibility.bodies.items()}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Tickets, at noon: what was raised an hour ago was raised today."""
    office = Office(tmp_path)
    office.clock.at = NOON
    return office


@asynccontextmanager
async def reader(
    office: Office, *estates: str, indexable: bool = False
) -> AsyncIterator["TestClient[web.Request, web.Application]"]:
    """一个陌生人, with a browser; *estates* are shown."""
    app = web.Application()
    public = site.Public(
        reading=office.work, clock=office.clock, zone=ZONE, bodies=BODIES, estates=estates, indexable=indexable
    )
    site.mount(app, public)
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


def by(office: Office) -> Doer:
    """李楼长, now."""
    return Doer(at=office.clock.at, role="leader")


async def kept(office: Office, ticket: Ticket) -> Ticket:
    """*ticket*, stored."""
    async with office.work() as work:
        stored = await work.tickets.save(ticket)
        await work.commit()
    return stored


async def standing(office: Office, text: str = "3号楼2单元楼道漏水了", **changes: object) -> Ticket:
    """A ticket that is being worked on."""
    ticket = confirmed(await office.add(text, **changes), by(office))
    line = POLICY.responsibility.line(ticket.category, ticket.tier)
    return await kept(office, assigned(ticket, by(office), line.body, line, "v"))


async def test_a_matter_from_the_group_to_the_end(office: Office) -> None:
    """The estate's page lists it, its own page tells the steps, who acts, and how long it took."""
    ticket = await standing(office)
    async with reader(office, ESTATE) as client:
        text = await (await client.get(HERE)).text()
        assert "3号楼 漏水渗水" in text
        assert "正在办理 <small>1</small>" in text
        text = await (await client.get(f"{HERE}/{ticket.number}")).text()
        assert "办理中" in text
        assert "交给物业公司" in text
        done = await kept(office, resolved(ticket, by(office), "好了", timedelta(0)))
        await kept(office, replace(done, status=Status.CLOSED, closed_at=office.clock.at))
        text = await (await client.get(f"{HERE}/{ticket.number}")).text()
        assert "当天办结" in text


@pytest.mark.parametrize("secret", [NASTY, "3-2-501", "13800138000", "王阿姨", "京A12345", "110101199003078515"])
async def test_nothing_about_anybody(office: Office, secret: str) -> None:
    """No name, door, number or word of anybody is on any page, wherever it was written."""
    place = Place(estate=ESTATE, building="3号楼", unit="2单元", room="501", spot=secret)
    ticket = await standing(office, f"我是王阿姨 {secret}", place=place, summary=secret)
    await kept(office, resolved(ticket, by(office), f"给{secret}修好了", timedelta(days=1)))
    async with reader(office, ESTATE) as client:
        for path in (HERE, f"{HERE}/{ticket.number}"):
            answer = await client.get(path)
            text = await answer.text()
            assert answer.status == 200
            assert secret not in text
            assert "<script" not in text
            assert "501" not in text


async def test_what_is_not_public_is_not_there(office: Office) -> None:
    """Private, personal, unconfirmed, refused, merged, another estate's, unknown and switched off: one and the same 404."""
    other = await standing(office)
    private = await kept(office, confirmed(await office.add("家里吵架", tier=Tier.PRIVATE), by(office)))
    ill = await standing(office, "老人晕倒了", urgency=Urgency.EMERGENCY, category=Category.SERVICES)
    pending = await office.add("垃圾没人收")
    refused = await kept(office, rejected(await office.add("玩笑"), by(office), "", timedelta(0)))
    refused = await kept(office, replace(refused, status=Status.CLOSED, closed_at=office.clock.at))
    folded = await office.add("楼道又漏了")
    folded = await kept(office, merged(folded, by(office), other))
    away = await standing(office, "别处漏水", place=Place(estate="别的小区", building="1号楼"))
    async with reader(office, ESTATE) as client:
        pages = [f"{HERE}/{t.number}" for t in (private, ill, pending, refused, folded, away)]
        answers = set()
        for path in (*pages, f"{HERE}/999", f"/gongshi/{quote('别的小区')}", "/gongshi/x", f"{HERE}/0", f"{HERE}/x"):
            answer = await client.get(path)
            answers.add((answer.status, await answer.text()))
        assert [status for status, _ in answers] == [404]
        text = await (await client.get(HERE)).text()
        assert "正在办理 <small>1</small>" in text
    async with reader(office) as client:
        assert (await client.get(HERE)).status == 404


@pytest.mark.parametrize("indexable", [False, True])
async def test_search_engines(office: Office, indexable: bool) -> None:
    """They stay out unless the operator wants them."""
    await standing(office)
    async with reader(office, ESTATE, indexable=indexable) as client:
        answer = await client.get(HERE)
        assert ("noindex" in answer.headers.get("X-Robots-Tag", "")) is not indexable
        assert ("noindex" in await answer.text()) is not indexable
        assert ("Allow: /gongshi/" in await (await client.get("/robots.txt")).text()) is indexable
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_crowd_costs_one_reading(office: Office) -> None:
    """However many people look within a minute, the database is asked once; after it, again."""
    reads = 0

    def reading():  # type: ignore[no-untyped-def]
        nonlocal reads
        reads += 1
        return office.work()

    app = web.Application()
    public = site.Public(reading=reading, clock=office.clock, zone=ZONE, bodies=BODIES, estates=(ESTATE,))
    site.mount(app, public)
    async with TestServer(app, host="127.0.0.1") as server, ClientSession() as session:
        for _ in range(20):
            assert (await session.get(server.make_url(HERE))).status == 200
        assert reads == 1
        office.clock.at += timedelta(minutes=2)
        assert (await session.get(server.make_url(HERE))).status == 200
        assert reads == 2
