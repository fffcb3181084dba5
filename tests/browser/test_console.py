"""The console in a real browser: at a desk by keyboard, on a phone by thumb, and with nothing but forms."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status
from tests.console.office import NASTY, PASSWORD, Office, open_office

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SIZES = pytest.mark.parametrize("size", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office that is open."""
    async with open_office(tmp_path) as (office, server):
        yield office, server


async def opened(browser: Browser, server: TestServer, name: str = "chen", **context: object) -> Page:
    """今日, after a login by hand. A script error or a refused resource fails the test."""
    page = await (await browser.new_context(**context)).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on("console", lambda m: pytest.fail(m.text) if "Content Security" in m.text else None)
    await page.goto(str(server.make_url("/console/")))
    await page.fill("#name", name)
    await page.fill("#password", PASSWORD)
    await page.press("#password", "Enter")
    if context.get("java_script_enabled", True):
        await expect(page.locator("html[data-ready]")).to_be_attached()
    return page


async def full(office: Office) -> None:
    """One of everything on the desk."""
    await office.add("电梯困人了", urgency=Urgency.EMERGENCY, category=Category.ELEVATOR)
    await office.add()
    await office.add("楼道灯坏了好几天了，晚上黑得看不见，老人上下楼不方便", category=Category.FACILITIES)
    await office.add(NASTY)
    await office.hold("楼上又开始了")
    await office.by_hand("【#2】已确认：3号楼2单元 漏水渗水（小事）。")


async def test_twenty_tickets_by_keyboard_alone(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """Twenty tickets are sorted with one key each; what was done is what was pressed."""
    office, server = served
    for n in range(20):
        await office.add(f"第{n}件事，楼道漏水", tier=Tier.SMALL)
    page = await opened(browser, server, **DESK)
    keys = "c123x" * 4
    for left, key in zip(range(19, -1, -1), keys, strict=True):
        await page.keyboard.press(key)
        await expect(page.locator(".row:visible")).to_have_count(left)
    await expect(page.locator("#hold")).to_contain_text("共20步")
    await page.goto(str(server.make_url("/console/sessions")))
    wanted = {
        "c": Status.ASSIGNED,
        "1": Status.ASSIGNED,
        "2": Status.ASSIGNED,
        "3": Status.REFERRED,
        "x": Status.REJECTED,
    }
    for _ in range(100):
        async with office.work() as work:
            found = [t.status for t in await work.tickets.listed()]
        if Status.PENDING not in found:
            break
        await asyncio.sleep(0.1)
    assert found == [wanted[key] for key in keys]


async def test_undo_takes_it_back(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """Within ten seconds a decision is undone by one key, and nothing was done."""
    office, server = served
    ticket = await office.add()
    page = await opened(browser, server, **DESK)
    await page.keyboard.press("x")
    await expect(page.locator("#t1")).to_be_hidden()
    await page.keyboard.press("z")
    await expect(page.locator("#t1")).to_be_visible()
    await expect(page.locator("#hold")).to_be_hidden()
    await page.reload()
    assert await office.get(1) == ticket


async def test_held_decisions_are_sent_by_themselves(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """After ten seconds a decision is carried out, or it is told what a colleague did meanwhile."""
    office, server = served
    await office.add()
    await office.add("灯坏了")
    hers, his = await opened(browser, server, **DESK), await opened(browser, server, "zhang", **DESK)
    await hers.keyboard.press("c")
    await his.keyboard.press("x")
    await his.goto(str(server.make_url("/console/sessions")))
    await expect(hers.locator("#refused")).to_contain_text("小张在", timeout=15_000)
    assert (await office.get(1)).status is Status.REJECTED


async def test_merge_and_assign_by_keyboard(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """m asks into which ticket, a asks whom, Enter decides, ? shows the keys, o opens the ticket."""
    office, server = served
    await office.add()
    await office.add("楼道又漏了")
    page = await opened(browser, server, **DESK)
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await page.keyboard.press("m")
    await page.keyboard.type("1")
    await page.keyboard.press("Enter")
    await expect(page.locator("#t2")).to_be_hidden()
    await page.keyboard.press("o")
    await expect(page).to_have_url(re.compile("/console/tickets/1$"))
    await expect(page.locator("h1")).to_contain_text("#1")
    for _ in range(50):
        if (await office.get(2)).status is Status.MERGED:
            break
        await asyncio.sleep(0.1)
    assert (await office.get(2)).merged_into == 1


async def test_many_by_thumb(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """On a phone several are ticked and decided together."""
    office, server = served
    for n in range(3):
        await office.add(f"第{n}件")
    page = await opened(browser, server, **PHONE)
    await expect(page.locator("#batch")).to_be_hidden()
    for n in (1, 3):
        await page.locator(f"#t{n} .tick").tap()
    await page.locator("#batch").get_by_role("button", name="确认").tap()
    await expect(page.locator(".row:visible")).to_have_count(1)
    await expect(page.locator("#hold")).to_contain_text("2件")


async def test_new_things_appear_by_themselves(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """What comes in while the page is open appears in it."""
    office, server = served
    page = await opened(browser, server, **DESK)
    await expect(page.locator(".nothing")).to_be_visible()
    await office.add()
    await asyncio.sleep(0.5)
    office.changes.notify()
    await expect(page.locator("#t1")).to_be_visible()


async def test_without_script(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """With script switched off everything is read and decided by plain forms."""
    office, server = served
    await office.add()
    page = await opened(browser, server, java_script_enabled=False, **DESK)
    await page.locator("#t1").get_by_role("button", name=re.compile("^确认")).click()
    await expect(page.locator(".flash")).to_have_text("#1：确认")
    assert (await office.get(1)).status is Status.ASSIGNED


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_are_reachable(
    browser: Browser, served: tuple[Office, TestServer], size: dict[str, object], scheme: str
) -> None:
    """On every page at every size axe finds nothing serious, nothing sticks out, nothing comes from elsewhere."""
    office, server = served
    await full(office)
    page = await opened(browser, server, color_scheme=scheme, **size)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/tickets/2", "/tickets/2?as=property", "/sessions", "/nowhere"):
        await page.goto(str(server.make_url("/console" + path.split("?")[0]).with_query(path.partition("?")[2])))
        assert await page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path  # type: ignore[index]
        found = (await Axe().run(page)).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == [], path
        assert "owned" not in await page.title()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(str(server.make_url("/"))).netloc}
