"""The page 图表: what a number says is what its link opens, within the scope of whoever looks, on paper and as a file."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.console.figures_desk import FiguresDesk
from bot.domain.lifecycle import Doer, accepted, assigned, closed, confirmed, rejected, resolved, told
from bot.domain.members import Grant, Role
from bot.domain.messages import ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Status, Ticket
from tests.cast import ESTATE
from tests.console.office import LI, NASTY, Office, browser, log_in, open_office
from tests.console.test_tickets import leader

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def kept(office: Office, ticket: Ticket) -> None:
    """Store *ticket* as it is now."""
    async with office.work() as work:
        await work.tickets.save(ticket)
        await work.commit()


async def raised(office: Office, ago: timedelta, text: str, **changes: Any) -> Ticket:
    """A ticket of so long *ago*."""
    now, office.clock.at = office.clock.at, office.clock.at - ago
    try:
        return await office.add(text, **changes)
    finally:
        office.clock.at = now


def settled(ticket: Ticket, after: timedelta, office: Office) -> Ticket:
    """*ticket*, confirmed by 李楼长, handed to the property company, done *after* that."""
    at = ticket.opened_at
    line = office.console.policy.line(ticket)
    done = confirmed(ticket, Doer(by=LI, role=Role.LEADER, at=at + HOUR))
    done = assigned(done, Doer(at=at + HOUR), "property", line, "1")
    done = accepted(done, Doer(by=LI, role=Role.PROPERTY, at=at + 2 * HOUR), "property")
    done = resolved(done, Doer(by=LI, role=Role.PROPERTY, at=at + after), "修好了", HOUR)
    done = told(done, at + after, "post", Status.RESOLVED)
    return closed(done, at + after + 2 * HOUR)


async def lived(office: Office) -> None:
    """Some weeks of 3号楼 and 5号楼, a matter of another estate, and one that was imported."""
    for n in range(6):
        old = await raised(office, (n * 6 + 3) * DAY, f"3号楼2单元楼道又漏水了（{n}）")
        await kept(office, settled(old, (DAY, 9 * DAY)[n % 2], office) if n else old)
    for n in range(3):
        place = Place(estate=ESTATE, building="5号楼", unit="1单元", room="302")
        await raised(office, n * DAY + HOUR, f"楼上太吵了（{n}）", category=Category.NOISE, place=place)
    wrong = await raised(office, 2 * DAY, "没有的事", category=Category.ELEVATOR, tier=Tier.BIG)
    await kept(office, rejected(wrong, Doer(by=LI, role=Role.LEADER, at=wrong.opened_at + HOUR), "", HOUR))
    await raised(
        office, DAY, "电梯又坏了", category=Category.ELEVATOR, place=Place(estate="别的小区", building="3号楼")
    )
    await raised(office, 5 * DAY, "去年的旧事", home=ConversationRef(platform="transcript", id="old"))
    await raised(office, 4 * DAY, f"{NASTY}漏水，电话13800138000", place=Place(estate=ESTATE, building="3号楼"))


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office that is open, with a past."""
    async with open_office(tmp_path) as (office, server):
        await lived(office)
        yield office, server


@pytest.fixture
async def chen(served: tuple[Office, TestServer]) -> AsyncIterator[ClientSession]:
    """小陈's browser."""
    async with browser(served[1]) as client:
        await log_in(client)
        yield client


async def text_of(client: ClientSession, address: str = "/console/figures") -> str:
    """A page that is there."""
    answer = await client.get(address)
    assert answer.status == 200, address
    return await answer.text()


def counted(text: str) -> dict[str, int]:
    """Every link to a figure's tickets → how many it says there are."""
    found = re.findall(r'<a href="(/console/tickets\?figure=[^"]+)" aria-label="[^"]*?(\d+)件[^"]*"', text)
    return {unescape(address): int(count) for address, count in found}


async def behind(client: ClientSession, address: str) -> tuple[int, list[int]]:
    """How many the list says there are, and which."""
    text = await text_of(client, address)
    said = re.search(r'<p class="lead">(\d+)件', text)
    assert said is not None
    assert 'class="mistyped"' not in text
    return int(said[1]), [int(n) for n in re.findall(r'<li class="row" id="t(\d+)"', text)]


@pytest.mark.parametrize("period", ["12-weeks", "week", "last-month"])
async def test_every_number_opens_its_tickets(chen: ClientSession, period: str) -> None:
    """The list behind a number has as many tickets as the number says, for every number of the page."""
    links = counted(await text_of(chen, f"/console/figures?period={period}"))
    assert len(links) > (60 if period == "12-weeks" else 10)
    for address, count in links.items():
        assert count == (await behind(chen, address))[0], address


async def test_a_number_opens_the_same_tickets_later(office_of: Office, chen: ClientSession) -> None:
    """What happens after a number was shown does not change what its link opens, also once it is forgotten."""
    office = office_of
    links = counted(await text_of(chen))
    address = next(a for a in links if "count-received" in a)
    before = await behind(chen, address)
    office.clock.at += 3 * HOUR
    await office.add("又一件新的事")
    await kept(office, settled(await office.get(1), DAY, office))
    assert await behind(chen, address) == before
    for n in range(8):
        await text_of(chen, f"/console/figures?period=2026-0{n % 6 + 1}&estate={ESTATE if n > 5 else ''}")
    assert await behind(chen, address) == before


@pytest.fixture
def office_of(served: tuple[Office, TestServer]) -> Office:
    """The office."""
    return served[0]


async def test_scope(served: tuple[Office, TestServer], chen: ClientSession) -> None:
    """A leader counts only their building, whatever address they are given; a place out of scope is not there."""
    office, server = served
    text = await text_of(chen)
    async with await leader(office, server) as li:
        own = await text_of(li)
        assert "5号楼" in text
        assert "5号楼" not in own
        assert "别的小区" not in own + text
        for address, count in counted(own).items():
            assert count == (await behind(li, address))[0]
        mine = {n for address in counted(text) for n in (await behind(li, address))[1]}
        places = {(await office.get(n)).place.building for n in mine}
        assert places == {"3号楼"}
        for path in ("", "/agenda", ".xlsx", "/trend-counts-light.svg"):
            for query in (f"estate={ESTATE}&building=5号楼", "estate=别的小区"):
                assert (await li.get(f"/console/figures{path}?{query}")).status == 404, path
        assert (await chen.get("/console/figures.xlsx?estate=别的小区")).status == 404
    async with browser(server) as nobody:
        for path in ("", ".xlsx", "/agenda", "/duties", "/trend-counts-light.svg"):
            answer = await nobody.get(f"/console/figures{path}", allow_redirects=False)
            assert answer.status in (302, 303, 401), path


async def test_what_was_imported_is_left_out_and_said(chen: ClientSession, office_of: Office) -> None:
    """Imported tickets are in no figure; how many there are stands beside, with the way to them."""
    text = await text_of(chen)
    address, count = next((a, n) for a, n in counted(text).items() if "of%3Dimported" in a)
    numbers = (await behind(chen, address))[1]
    assert count == len(numbers) == 1
    assert (await office_of.get(numbers[0])).home.platform == "transcript"
    received = next(a for a in counted(text) if "count-received" in a and "axis" not in a and "week" not in a)
    assert not set(numbers) & set((await behind(chen, received))[1])


async def test_rates_are_printed_with_whom_they_leave_out(chen: ClientSession) -> None:
    """Beside a rate stands how many are not in it and why."""
    text = await text_of(chen)
    assert "不受理且没写理由 <a" in text
    assert re.search(r"不计：.*还在时限内|不计：.*没有评价", text)


async def test_what_grows(chen: ClientSession) -> None:
    """Like tickets of one place are one matter, with examples that give nobody away."""
    text = await text_of(chen)
    assert "漏水渗水" in text
    assert "cluster-" in text
    assert "再以前还没有记录" in text
    agenda = await text_of(chen, "/console/figures/agenda")
    assert "三方议事单" in agenda
    assert "又漏水了" in agenda
    assert "到会" in agenda
    for secret in ("王阿姨", "501", "302室", "13800138000", "<script>document", "去年的旧事"):
        assert secret not in agenda + text, secret


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("period=sometime", "日子没有看懂"),
        ("from=2026-13-40", "不存在的日子"),
        ("from=2020-01-01&to=2026-01-01", "最长一年"),
        ("from=2026-03-10&to=2026-03-01", "开始比结束晚"),
        ("period=9999-01", "还没有到"),
        ("period=%00&from=%27", "日子没有看懂"),
        ("at=99999999T999999&page=x", ""),
    ],
)
async def test_a_mistyped_address(chen: ClientSession, query: str, sentence: str) -> None:
    """What cannot be read is said in a sentence, and the usual weeks are shown."""
    text = await text_of(chen, f"/console/figures?{query}")
    assert sentence in text
    assert ('class="mistyped"' in text) is bool(sentence)


@pytest.mark.parametrize("figure", ["nothing", "of=count-received", "of=x&period=2026-01&at=now", "of%3D%00&at=1"])
async def test_a_mistyped_figure(chen: ClientSession, figure: str) -> None:
    """An incomplete address of a figure is said so, and the list is shown without it."""
    text = await text_of(chen, f"/console/tickets?figure={figure.replace('&', '%26').replace('=', '%3D')}")
    assert "这个数的地址不完整" in text


async def test_long_names(chen: ClientSession, office_of: Office) -> None:
    """However long the names of an estate, a building or a leader are, their numbers open what they say."""
    estate, building = "国际花园城邦" * 6, "9号院东区12号楼"
    who = Identity(platform="wechaty", user_id="@" + "0a" * 32)
    async with office_of.work() as work:
        await work.members.grant(who, "赵楼长", Grant(role=Role.LEADER, estate=estate, building=building))
        await work.commit()
    born = await raised(office_of, 2 * DAY, "灯坏了", place=Place(estate=estate, building=building))
    await kept(office_of, confirmed(born, Doer(by=who, role=Role.LEADER, at=born.opened_at + HOUR)))
    await log_in(chen, "root")
    links = {a: n for a, n in counted(await text_of(chen)).items() if "leader" in a or "heat" in a}
    assert any("0a0a" in address for address in links)
    for address, count in links.items():
        assert (await behind(chen, address))[0] == count


async def test_unknown_figures_have_no_tickets(chen: ClientSession) -> None:
    """A figure that is not there opens an empty list, never everything."""
    for of in ("rate-x-met", "count-x", "time-", "cluster-x", "heat", "leader", "rate-settled-x", "cluster-1-x", "x"):
        figure = f"of%3D{of}%26axis%3Dtier%26code%3Dhuge%26period%3D2026-01%26at%3D20260201T000000"
        assert (await behind(chen, f"/console/tickets?figure={figure}"))[0] == 0, of


@pytest.mark.parametrize("chart", ["counts-light", "counts-dark", "rates-light", "rates-dark"])
async def test_charts_are_documents_without_style(chen: ClientSession, chart: str) -> None:
    """A chart is an SVG of its own that carries no style, no script and nothing from elsewhere."""
    answer = await chen.get(f"/console/figures/trend-{chart}.svg")
    assert answer.content_type == "image/svg+xml"
    svg = await answer.text()
    assert svg.count("<text") > 6
    assert not re.search(r"style|script|href|on\w+=", svg)
    assert (await chen.get("/console/figures/trend-x-light.svg")).status == 404


async def test_exports(chen: ClientSession) -> None:
    """The file and the papers hold the figures and name nobody; no cell is a formula."""
    answer = await chen.get("/console/figures.xlsx")
    with zipfile.ZipFile(io.BytesIO(await answer.read())) as book:
        whole = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    for sheet in ("总表", "近12周", "楼栋和类别", "集中问题", "导入不计"):
        assert sheet in whole
    assert "<f>" not in whole
    for secret in ("王阿姨", "13800138000", "别的小区"):
        assert secret not in whole
    for path in ("agenda", "duties"):
        paper = await chen.get(f"/console/figures/{path}?as=docx")
        assert zipfile.is_zipfile(io.BytesIO(await paper.read()))
    assert "电梯" in await text_of(chen, "/console/figures/duties")
    assert (await chen.get("/console/figures/duties?type=nowhere")).status == 404


async def test_the_list_can_be_exported(chen: ClientSession) -> None:
    """The list behind a number is exported as it is shown, and named."""
    address, count = next((a, n) for a, n in counted(await text_of(chen)).items() if "rate-" in a and n > 1)
    text = await text_of(chen, address)
    assert "图表：" in text
    file = unescape(re.findall(r'href="(/console/tickets\.xlsx[^"]+)"', text)[0])
    with zipfile.ZipFile(io.BytesIO(await (await chen.get(file)).read())) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row") == count + 4


async def test_worked_out_once(office_of: Office) -> None:
    """The same question is answered from memory until a ticket changes or some minutes are over."""
    desk, office = FiguresDesk(), office_of
    question = await _question(office)
    first, at = await desk.answer(office.console, question)
    assert (await desk.answer(office.console, question))[0] is first
    office.clock.at += timedelta(seconds=5)
    await office.add("一件新的事")
    second, _ = await desk.answer(office.console, question)
    assert second is not first
    office.clock.at += timedelta(minutes=6)
    assert (await desk.answer(office.console, question))[0] is not second
    assert (await desk.answer(office.console, question, at))[0] is first


async def _question(office: Office) -> Any:
    from bot.console.figures_address import read
    from tests.console.office import PEOPLE

    now: datetime = office.console.now()
    return replace(read({}, (PEOPLE["chen"][1],), now).question, estate=ESTATE)
