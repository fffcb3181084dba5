"""图表 in a real browser, at a desk and on a phone: charts that show, tables that scroll, numbers that open, paper."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from bot.demo_past import past
from bot.domain.places import Place
from bot.domain.taxonomy import Category
from tests.browser.test_console import DESK, PHONE, opened
from tests.browser.test_people_groups import shot
from tests.cast import ESTATE
from tests.console.office import NASTY, Office, open_office

pytestmark = pytest.mark.browser

PAGES = {
    "page": "figures",
    "week": "figures?period=week",
    "mistyped": "figures?from=2026-13-01",
    "agenda": "figures/agenda",
    "duties": "figures/duties",
}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An estate with twelve weeks behind it, and a few open matters."""
    async with open_office(tmp_path) as (office, server):
        async with office.work() as work:
            for ticket in past(office.console.policy, office.console.now()):
                await work.tickets.add(replace(ticket, place=replace(ticket.place, estate=ESTATE)))
            await work.commit()
        for n in range(4):
            place = Place(estate=ESTATE, building=f"{n + 10}号楼")
            await office.add(f"{NASTY}噪音（{n}）", category=Category.NOISE, place=place)
        yield office, server


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
async def test_looks(browser: Browser, served: tuple[Office, TestServer], size: dict[str, object], scheme: str) -> None:
    """At every size, in both schemes: nothing is wider than the screen, and axe finds nothing serious."""
    page = await opened(browser, served[1], **size, color_scheme=scheme)
    for name, address in PAGES.items():
        await page.goto(str(served[1].make_url(f"/console/{address}")))
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        found = await Axe().run(page)
        bad = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
        assert not bad, (name, [(v["id"], [n["html"] for n in v["nodes"]]) for v in bad])
        assert await page.title() != "owned"
        await shot(page, f"figures-{name}-{'phone' if size is PHONE else 'desk'}-{scheme}")


async def test_a_number_opens_its_tickets(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """Without a script: the charts are there, a number leads to as many tickets, and the list names the figure."""
    page = await opened(browser, served[1], java_script_enabled=False, **PHONE)
    await page.get_by_role("link", name="图表", exact=True).click()
    for chart in await page.locator(".charts img").all():
        await chart.scroll_into_view_if_needed()
        assert await chart.evaluate("image => image.complete && image.naturalWidth > 0")
    link = page.locator(".heat td a").first
    count = await link.inner_text()
    await link.click()
    await expect(page.locator(".lead")).to_have_text(f"{count}件")
    await expect(page.locator("li.row")).to_have_count(int(count))
    await expect(page.locator(".on .chip").first).to_contain_text("图表：收到")


async def test_paper(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """The agenda prints without the frame of the console."""
    page = await opened(browser, served[1], **DESK)
    await page.goto(str(served[1].make_url("/console/figures/agenda")))
    await page.emulate_media(media="print")
    assert not await page.locator(".top").is_visible()
    assert not await page.locator(".paper-ways").is_visible()
    await expect(page.locator(".paper h1")).to_have_text("三方议事单")
    if folder := os.environ.get("LOUSHI_SHOTS"):
        await page.pdf(path=f"{folder}/agenda.pdf", format="A4")
