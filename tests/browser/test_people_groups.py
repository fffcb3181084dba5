"""人 and 群 in a real browser, at a desk and on a phone: readable, reachable, and usable without a script."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.domain.channels import ChannelLogin
from bot.domain.groups import GroupRules
from bot.domain.members import Grant, Role
from bot.domain.messages import ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.records import Conversation, Gap
from bot.domain.taxonomy import Category
from tests.browser.test_console import DESK, PHONE, opened
from tests.cast import ESTATE
from tests.console.office import GROUP, NASTY, Office, open_office

pytestmark = pytest.mark.browser

PAGES = ("people", "people/onebot/200001", "groups", "groups/onebot/700001")


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An estate as it may be: three buildings, two leaders, three groups, a gap."""
    async with open_office(tmp_path) as (office, server):
        at = office.clock.at
        # the console is frozen, and this is what a program that serves WeChat would have given it
        login = ChannelLogin(platform="wechaty", name="main", code="https://login.example/x", why="scan", since=at)
        object.__setattr__(office.console, "logins", lambda: (login,))
        object.__setattr__(
            office.console,
            "usual",
            GroupRules(quiet_from=time(22), quiet_until=time(7), daily_budget=30, digest_at=time(9)),
        )
        for building in ("5号楼", "12号楼"):
            await office.add(place=Place(estate=ESTATE, building=building))
        async with office.work() as work:
            for number, name, grant in (
                ("200002", "钱楼长", Grant(role=Role.LEADER, estate=ESTATE, building="12号楼")),
                ("200003", "物业小周", Grant(role=Role.PROPERTY, estate=ESTATE)),
                ("200004", NASTY, Grant(role=Role.PROPERTY, estate=ESTATE)),
            ):
                await work.members.grant(Identity(platform="onebot", user_id=number), name, grant)
            new = ConversationRef(platform="onebot", id="700009", account="10001")
            await work.conversations.save(Conversation(ref=new, name="12号楼邻里群", first_seen=at))
            other = ConversationRef(platform="onebot", id="700002", account="10001")
            paused = Conversation(ref=other, name="物业通知群", estate=ESTATE, first_seen=at, watermark_at=at)
            await work.conversations.save(paused)
            await work.gaps.begin(
                Gap(platform="onebot", account="10001", begin=at - timedelta(hours=5), reason="stopped")
            )
            await work.gaps.end("onebot", "10001", at - timedelta(hours=4))
            await work.commit()
        yield office, server


async def shot(page: Page, name: str) -> None:
    """Keep a picture of the page, where somebody asks for them."""
    if folder := os.environ.get("LOUSHI_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
async def test_looks(browser: Browser, served: tuple[Office, TestServer], size: dict[str, object], scheme: str) -> None:
    """At every size, in both schemes: nothing is wider than the screen, and axe finds nothing serious."""
    page = await opened(browser, served[1], "root", **size, color_scheme=scheme)
    for path in PAGES:
        await page.goto(str(served[1].make_url(f"/console/{path}")))
        for details in await page.locator("details.deed > summary").all():
            await details.click()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = await Axe().run(page)
        bad = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
        assert not bad, [(v["id"], [n["html"] for n in v["nodes"]]) for v in bad]
        assert await page.title() != "owned"
        kind = "phone" if size is PHONE else "desk"
        await shot(page, f"{path.replace('/', '-')}-{kind}-{scheme}")


async def test_a_code_for_a_building_without_leader(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """From the red card to a code on the screen in three clicks, on a phone and without a script."""
    page = await opened(browser, served[1], **PHONE, java_script_enabled=False)
    await page.goto(str(served[1].make_url("/console/people")))
    await page.get_by_role("link", name="5号楼：给绑定码").click()
    await expect(page.locator("#code-building")).to_have_value("5号楼")
    await page.get_by_role("button", name="生成绑定码").click()
    await expect(page.locator(".code-digits")).to_contain_text("绑定")
    picture = page.locator("img.qr")
    await expect(picture).to_be_visible()
    assert (await page.request.get(f"{page.url}/qr.svg")).status == 200
    await shot(page, "code-phone")


async def test_enable_a_new_group(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """An administrator opens the new group, writes where it is, leaves one category alone, and it takes part."""
    office, server = served
    page = await opened(browser, server, "root", **DESK)
    await page.goto(str(server.make_url("/console/groups")))
    await page.get_by_role("link", name="12号楼邻里群").click()
    await page.get_by_role("radio", name="参加", exact=True).check()
    await page.get_by_role("button", name="保存").click()
    await expect(page.locator(".field .wrong")).to_contain_text("哪个小区")
    await page.fill("#group-estate", ESTATE)
    await page.fill("#group-building", "12号楼")
    await page.get_by_label("停车管理").check()
    await page.get_by_role("button", name="保存").click()
    await expect(page.locator(".flash")).to_contain_text("开始参加")
    async with office.work() as work:
        known = await work.conversations.get("onebot/group/700009")
    assert known is not None
    assert (known.enabled, known.building) == (True, "12号楼")
    assert known.rules == replace(GroupRules(), left_alone=frozenset({Category.PARKING}))
    assert GROUP.id != "700009"
