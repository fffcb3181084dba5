"""The page 工单: the address is the view, nobody sees more than their scope, and many are decided at once."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.console.list_address import read, write
from bot.console.sessions import hashed
from bot.domain.backlog import Due, Sort, TicketList
from bot.domain.logins import Session
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import OPEN, Status
from bot.domain.waiting import Desk
from tests.cast import ESTATE, ZONE
from tests.console.office import LI, NASTY, Office, browser, csrf, open_office
from tests.console.test_people import page, sent, visitor

FULL = TicketList(
    text="漏水 & 3号楼 #1=?",
    statuses=frozenset({Status.PENDING, Status.CLOSED}),
    desks=frozenset({Desk.BOUNCED, Desk.EMERGENCY}),
    tier=Tier.BIG,
    category=Category.LEAK,
    urgency=Urgency.URGENT,
    estate=ESTATE,
    building="3号楼",
    body="property",
    due=Due.OVER,
    debt=True,
    figure="of=rate-settled-met&period=2026-03-01..2026-03-31&at=20260401T000000&building=3号楼",
    sort=Sort.URGENCY,
    after=(0, 1741378530123456, 42),
)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office that is open, with a leak at 3号楼, noise at 5号楼, and a fault in another estate."""
    async with open_office(tmp_path) as (office, server):
        await office.add()
        await office.add("楼上太吵了", category=Category.NOISE, place=Place(estate=ESTATE, building="5号楼"))
        await office.add("电梯又坏了", category=Category.ELEVATOR, place=Place(estate="别的小区", building="3号楼"))
        yield office, server


@pytest.fixture
def office(served: tuple[Office, TestServer]) -> Office:
    """The office."""
    return served[0]


@pytest.fixture
async def chen(served: tuple[Office, TestServer]) -> AsyncIterator[ClientSession]:
    """小陈's browser."""
    async with await visitor(served[1], "chen") as client:
        yield client


async def leader(office: Office, server: TestServer) -> ClientSession:
    """李楼长's browser, let in by a link."""
    client = browser(server)
    at = office.clock.at
    async with office.work() as work:
        await work.logins.begin(
            Session(token_hash=hashed("secret"), who=LI, began_at=at, seen_at=at, ends_at=at + timedelta(days=1))
        )
        await work.commit()
    client.cookie_jar.update_cookies({"loushi_session": "secret"}, server.make_url("/"))
    return client


def shown(text: str) -> list[int]:
    """The tickets of a page, in order."""
    return [int(number) for number in re.findall(r'<li class="row" id="t(\d+)"', text)]


def ask(text: str, rel: str) -> str:
    """Where the link *rel* of a page leads."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', text)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize(
    "wanted",
    [
        TicketList(),
        FULL,
        replace(FULL, statuses=OPEN, sort=Sort.DUE, after=None, before=(-5, 7)),
        TicketList(statuses=OPEN | {Status.CLOSED}, after=(-12,)),
    ],
)
def test_the_address_is_the_list(wanted: TicketList) -> None:
    """What is written to an address is read from it again, whatever is in it."""
    day = read([("from", "2026-03-01"), ("to", "2026-03-01")], ZONE, {}).wanted
    for one in (wanted, replace(wanted, begin=day.begin, end=day.end)):
        asked = read(parse_qsl(write(one, ZONE)), ZONE, {"property": "物业"})
        assert (asked.wanted, asked.errors) == (one, {})
    assert day.begin is not None
    assert day.end == day.begin + timedelta(days=1)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("status=gone", "「状态」里没有"),
        ("tier=huge", "「三事」里没有"),
        ("category=x&category=leak%00", ""),
        ("due=never", "「时限」里没有"),
        ("desk=away", "「等社区的原因」里没有"),
        ("body=nobody", "「责任主体」里没有"),
        ("sort=random", "「排序」里没有"),
        ("from=yesterday", "「开始」写成"),
        ("from=99999-01-01", "「开始」写成"),
        ("to=0001-01-01", "「结束」写成"),
        ("to=9999-12-31", "「结束」写成"),
        ("from=2026-03-10&to=2026-03-01", "早于开始"),
        ("q=！！", "没有一个字"),
        ("q=" + "水" * 61, "太长了"),
        ("building=" + "9" * 500, "太长了"),
        ("after=1_2", "地址不完整"),
        ("after=x", "地址不完整"),
        ("sort=due&after=999999999999999999_1", ""),
        ("sort=urgency&before=-999999999999999999_-9_9", ""),
        ("after=1&before=2", "地址不完整"),
        ("after=" + "9" * 400, "地址不完整"),
        ("after=٣", "地址不完整"),
        ("%FF=%FE&q=%ff%00", "没有一个字"),
        ("q=" + "%22" + "%20AND%20x*", ""),
        ("unheard=of", ""),
        ("debt=maybe", ""),
    ],
)
async def test_a_mistyped_address(chen: ClientSession, address: str, sentence: str) -> None:
    """An address that somebody mistyped is answered with a sentence and a list, never with an error."""
    answer = await chen.get(f"/console/tickets?{address}")
    assert answer.status == 200
    text = await answer.text()
    assert sentence in text
    assert ('class="mistyped"' in text) is bool(sentence)


async def test_opens_with_what_is_to_be_done(office: Office, chen: ClientSession) -> None:
    """Without a question the page opens with what is not settled, and its address says so."""
    answer = await chen.get("/console/tickets")
    assert answer.url.query["status"] == "open"
    assert shown(await answer.text()) == [1, 2]
    assert "2件" in await answer.text()


async def test_filters_and_search(office: Office, chen: ClientSession) -> None:
    """Filters and words narrow the list, are shown, and each can be taken off."""
    assert shown(await page(chen, "/tickets?category=noise")) == [2]
    assert shown(await page(chen, "/tickets?q=漏水")) == [1]
    assert shown(await page(chen, "/tickets?q=王阿姨")) == [2, 1]
    assert shown(await page(chen, "/tickets?q=%232")) == [2]
    text = await page(chen, "/tickets?q=漏水&building=三幢")
    assert shown(text) == [1]
    assert "“漏水”" in text
    nothing = await page(chen, "/tickets?q=漏水&category=noise")
    assert shown(nothing) == []
    assert "在全部工单里找" in nothing


async def test_scope(office: Office, served: tuple[Office, TestServer], chen: ClientSession) -> None:
    """Nobody finds what is out of their scope: not in the list, not by its code, its words or its building."""
    async with await leader(office, served[1]) as li, await visitor(served[1], "wu") as wu:
        for address in ("sort=newest", "q=%233", "q=电梯", "building=3号楼", f"estate={'别的小区'}"):
            assert 3 not in shown(await page(chen, f"/tickets?{address}")), address
            assert not {2, 3} & set(shown(await page(li, f"/tickets?{address}"))), address
            assert not {1, 2} & set(shown(await page(wu, f"/tickets?{address}"))), address
        assert shown(await page(li, "/tickets?sort=newest")) == [1]
        assert shown(await page(wu, "/tickets?sort=newest")) == [3]
        assert shown(await page(li, "/tickets?q=王阿姨")) == []
        assert "5号楼" not in await page(li, "/tickets?sort=newest")
        assert "别的小区" not in await page(chen, "/tickets?sort=newest")


async def test_nobody_is_named(office: Office, chen: ClientSession) -> None:
    """The list shows no name, no door and no number, and every value as text."""
    await office.add(f"{NASTY} 我是王阿姨，3-2-501，13800001111")
    text = re.sub(r'value="[0-9a-f]{64}"', "", await page(chen, "/tickets?sort=newest"))
    assert "<script>document" not in text
    for secret in ("王阿姨", "501", "13800001111"):
        assert secret not in text


async def test_pages(office: Office, chen: ClientSession) -> None:
    """The pages hold every ticket once, forward and back, and a link to one of them opens it."""
    for n in range(118):
        await office.add(f"第{n}件事")
    text = await page(chen, "/tickets?sort=newest")
    assert "120件" in text
    seen, pages = shown(text), [shown(text)]
    while following := ask(text, "next"):
        text = await page(chen, f"/tickets{following}")
        seen += shown(text)
        pages.append(shown(text))
    assert seen == [*range(121, 3, -1), 2, 1]
    while leading := ask(text, "prev"):
        pages.pop()
        text = await page(chen, f"/tickets{leading}")
        assert shown(text) == pages[-1]


async def test_many_at_once(office: Office, chen: ClientSession) -> None:
    """Several that were ticked are decided by the handlers of 今日, and the same list is shown again."""
    items = [("item", "t1.1"), ("item", "t2.1")]
    address = "/console/tickets?" + write(TicketList(statuses=OPEN, sort=Sort.DUE), ZONE)
    form = {"csrf": await csrf(chen, "/console/sessions"), "action": "confirm", "next": address}
    answer = await chen.post("/console/decide", data=[*form.items(), *items], allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, address)
    assert [(await office.get(n)).status for n in (1, 2)] == [Status.ASSIGNED, Status.ASSIGNED]
    assert "2件已处理" in await page(chen, "/tickets?sort=newest")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/console/tickets?q=x", "//evil.example", "/console/ticketsx", "\r\nSet-Cookie: a=b"],
)
async def test_only_back_to_a_list(chen: ClientSession, elsewhere: str) -> None:
    """A form that names another place leads to 今日."""
    assert await sent(chen, "/decide", action="confirm", next=elsewhere) == (303, "/console/")


def cells(data: bytes) -> str:
    """Everything written in an Excel file."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


async def test_export(office: Office, served: tuple[Office, TestServer], chen: ClientSession) -> None:
    """The file holds exactly the list, masked like it, without formulas; a leader's holds the leader's."""
    await office.add("=HYPERLINK(1) 我是王阿姨，3-2-501 漏水")
    answer = await chen.get("/console/tickets.xlsx?q=漏水")
    assert answer.status == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    written = cells(await answer.read())
    assert "#1<" in written
    assert "#4<" in written
    assert "#2<" not in written
    assert "<f>" not in written
    for secret in ("王阿姨", "501"):
        assert secret not in written
    async with await leader(office, served[1]) as li:
        theirs = cells(await (await li.get("/console/tickets.xlsx?sort=newest")).read())
    assert "#1<" in theirs
    assert "#2<" not in theirs
    assert "#3<" not in theirs


async def test_a_stranger_gets_nothing(served: tuple[Office, TestServer]) -> None:
    """Who is not logged in is led to the door, for the page and for the file."""
    async with browser(served[1]) as nobody:
        for path in ("/console/tickets?q=x", "/console/tickets.xlsx"):
            answer = await nobody.get(path, allow_redirects=False)
            assert answer.status == 303
            assert answer.headers["Location"].startswith("/console/login")


async def test_today_is_no_list_of_everything(office: Office, chen: ClientSession) -> None:
    """今日 shows what presses most, and says how many more there are and where; however many wait, it stays short."""
    for n in range(330):
        await office.add(f"第{n}件事", due_at=office.clock.at + timedelta(hours=n))
    text = await page(chen, "/")
    assert text.count('<article class="row"') == 60
    assert "其余 272 件在工单里" in text
    assert '<span class="count">332</span>' in text
    led = re.search(r'href="/console(/tickets[^"]+)">其余', text)
    assert led
    listed = await page(chen, unescape(led[1]))
    assert "332件" in listed
    assert shown(listed)[0] == 4
