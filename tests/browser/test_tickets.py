"""工单 in a real browser, at a desk and on a phone: readable, reachable, usable without a script."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status
from tests.browser.test_console import DESK, PHONE, opened
from tests.browser.test_people_groups import shot
from tests.cast import ESTATE
from tests.console.office import NASTY, Office, open_office

pytestmark = pytest.mark.browser

PAGES = {
    "open": "status=open&sort=due",
    "filtered": "q=漏水&status=open&building=3号楼&debt=yes&from=2020-01-01",
    "mistyped": "status=gone&from=yesterday&q=楼",
    "empty": "q=没有的事&category=noise",
}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An estate with seventy tickets in every state."""
    async with open_office(tmp_path) as (office, server):
        at = office.clock.at
        await office.add("电梯困人了，里面有老人", urgency=Urgency.EMERGENCY, category=Category.ELEVATOR)
        for n in range(66):
            building = Place(estate=ESTATE, building=f"{n % 12 + 1}号楼", unit="2单元")
            words = ("楼道水管漏水了，有人管吗", "路灯坏了好几天，晚上黑得看不见，老人上下楼不方便，请尽快修")[n % 2]
            await office.add(
                f"{words}（{n}）",
                place=building,
                tier=list(Tier)[n % 3],
                category=(Category.LEAK, Category.FACILITIES)[n % 2],
                due_at=at + timedelta(hours=n * 3 - 40) if n % 3 else None,
                debt_at=at - timedelta(days=1) if n % 7 == 0 else None,
            )
        await office.add(NASTY)
        async with office.work() as work:
            for number, status, body in ((3, Status.ASSIGNED, "property"), (4, Status.CLOSED, "community")):
                await work.tickets.save(replace(await work.tickets.get(number), status=status, body=body))
            await work.commit()
        yield office, server


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
async def test_looks(browser: Browser, served: tuple[Office, TestServer], size: dict[str, object], scheme: str) -> None:
    """At every size, in both schemes: nothing is wider than the screen, and axe finds nothing serious."""
    page = await opened(browser, served[1], **size, color_scheme=scheme)
    for name, address in PAGES.items():
        await page.goto(str(served[1].make_url(f"/console/tickets?{address}")))
        if name == "filtered":
            await page.locator(".sieve summary").click()
        if name == "open":
            for n in (2, 3):
                await page.locator("li.row .tick input").nth(n).check()
            await expect(page.locator(".batch-count")).to_have_text("选中2件")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = await Axe().run(page)
        bad = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
        assert not bad, [(v["id"], [n["html"] for n in v["nodes"]]) for v in bad]
        assert await page.title() != "owned"
        await shot(page, f"tickets-{name}-{'phone' if size is PHONE else 'desk'}-{scheme}")


async def test_found_filtered_shared(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """A search and a filter, typed and chosen, are in the address; a colleague who opens it sees the same."""
    page = await opened(browser, served[1], **DESK)
    await page.get_by_role("link", name="工单", exact=True).click()
    await expect(page).to_have_url(re.compile("status=open"))
    await expect(page.locator("html[data-ready]")).to_be_attached()
    await page.keyboard.press("/")
    await page.keyboard.type("漏水")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("q="))
    await page.locator(".sieve summary").click()
    await page.fill("#f-building", "三幢")
    await page.get_by_role("button", name="查看").click()
    rows = page.locator("li.row")
    await expect(rows).to_have_count(5)
    mine = await rows.evaluate_all("rows => rows.map(row => row.id)")
    other = await opened(browser, served[1], "zhang", **PHONE)
    await other.goto(page.url)
    assert await other.locator("li.row").evaluate_all("rows => rows.map(row => row.id)") == mine
    await other.get_by_role("link", name=re.compile("三幢")).click()
    await expect(other.locator("li.row")).to_have_count(32)


async def test_a_stretch_is_decided(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """With Shift a stretch is ticked; one button decides it, and the same list comes back."""
    office, server = served
    page = await opened(browser, server, **DESK)
    await page.goto(str(server.make_url("/console/tickets?status=pending&sort=newest")))
    ticks = page.locator("li.row .tick input")
    await ticks.nth(1).click()
    await ticks.nth(4).click(modifiers=["Shift"])
    await expect(page.locator(".batch-count")).to_have_text("选中4件")
    await page.locator("#batch").get_by_role("button", name="不受理").click()
    await expect(page.locator(".flash")).to_have_text("4件已处理")
    await expect(page).to_have_url(re.compile(r"status=pending&sort=newest$"))
    assert [(await office.get(n)).status for n in (68, 67, 66, 65, 64, 63)] == [
        Status.PENDING,
        *[Status.REJECTED] * 4,
        Status.PENDING,
    ]


async def test_without_script(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """On a phone with script switched off: search, the next page, the file, and a decision by plain forms."""
    office, server = served
    page = await opened(browser, server, java_script_enabled=False, **PHONE)
    await page.goto(str(server.make_url("/console/tickets?sort=newest")))
    await page.get_by_role("link", name="下一页").click()
    await expect(page.locator("li.row")).to_have_count(18)
    await page.fill("#f-q", "#1")
    await page.get_by_role("button", name="查找").click()
    await expect(page.locator("li.row")).to_have_count(1)
    export = await page.get_by_role("link", name=re.compile("导出")).get_attribute("href")
    assert (await page.request.get(str(server.make_url(str(export))))).status == 200
    await page.locator(".tick input").check()
    await page.locator("#batch").get_by_role("button", name="确认").click()
    assert (await office.get(1)).status is Status.ASSIGNED
