"""学习 in a real browser: samples by keyboard, a training that is watched, and looks at every size."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.domain.learning import Answer, TrainingStatus
from bot.domain.lifecycle import confirmed, record
from bot.domain.taxonomy import Category
from tests.browser.test_console import DESK, SIZES, opened
from tests.cast import DAY, doer
from tests.console.office import GROUP, Office, open_office
from tests.console.test_learning import CHEN, Teacher, drawn, samples, teacher_of

pytestmark = pytest.mark.browser

FIGURES = {
    name: {
        side: {
            "lines": lines,
            "issue_f1": 0.86 + better,
            "category_macro_f1": 0.71 + 4 * better,
            "tier_accuracy": 0.9 - better,
            "urgency_accuracy": 0.83,
            "categories": {c.value: {"f1": 0.6 + better + n / 100, "lines": 3 * n} for n, c in enumerate(Category)},
        }
        for side, better in (("before", 0.0), ("after", 0.02))
    }
    for name, lines in (("corrections", 23), ("writers", 4210))
}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office that learns."""
    async with open_office(tmp_path, learning=Teacher) as (office, server):
        async with office.work() as work:
            group = await work.conversations.get(GROUP.key)
            assert group is not None
            await work.conversations.save(replace(group, sampled=True))
            await work.commit()
        yield office, server


async def at_learning(browser: Browser, server: TestServer, **context: object) -> Page:
    """The page, after a login."""
    page = await opened(browser, server, **context)
    await page.goto(str(server.make_url("/console/learning")))
    await expect(page.locator("html[data-ready]")).to_be_attached()
    return page


async def full(office: Office) -> None:
    """Something of everything."""
    for n, text in enumerate(("门口那个灯又在闪，晃眼睛", "今天菜场的藕不错，谁要带", "楼上小孩练琴呢，练得还行"), 1):
        await drawn(office, text, n)
    async with office.work() as work:
        sample = await work.samples.get(3)
        await work.samples.save(replace(sample, answer=Answer(issue=False, by=CHEN, at=office.clock.at)))
        await work.commit()
    for n in range(9):
        new = await office.add(f"第{n}件事，楼道漏水", opened_at=office.clock.at - n * 5 * DAY, confidence=0.6 + n / 30)
        li = doer("李楼长", office.clock.at)
        async with office.work() as work:
            if n % 3:
                new = await work.tickets.save(confirmed(new, li))
            if n % 3 == 2:
                await work.tickets.save(record(new, li, "recategorised"))
            await work.commit()
    await office.console.learning.begin(CHEN)  # type: ignore[union-attr]
    await teacher_of(office).become(1, TrainingStatus.READY, figures=FIGURES)
    await teacher_of(office).adopt(1, CHEN)
    await office.console.learning.begin(CHEN)  # type: ignore[union-attr]


async def test_samples_by_keyboard(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """j and k go, 1 says it is a matter, 2 says it is none, z takes the last answer back."""
    office, server = served
    for n in range(1, 4):
        await drawn(office, f"第{n}句话", n)
    page = await at_learning(browser, server, **DESK)
    await page.keyboard.press("j")
    await page.keyboard.press("1")
    await expect(page.locator("#s2.done")).to_be_visible()
    await page.keyboard.press("2")
    await expect(page.locator("#s3.done")).to_be_visible()
    await page.keyboard.press("z")
    await expect(page.locator("#s3.done")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".sample")).to_have_count(2)
    said = {s.id: s.answer.issue if s.answer else None for s in await samples(office)}
    assert said == {1: None, 2: True, 3: None}


async def test_a_training_is_watched(browser: Browser, served: tuple[Office, TestServer]) -> None:
    """While it trains the page says how far it is; when it is done the figures come by themselves."""
    office, server = served
    page = await at_learning(browser, server, **DESK)
    await page.get_by_role("button", name="重新训练").click()
    await expect(page.locator("#running")).to_contain_text("在看现在的模型")
    await teacher_of(office).become(1, TrainingStatus.READY, figures=FIGURES, done=1.0)
    await page.get_by_role("button", name="启用", exact=True).click()
    await expect(page.locator(".flash")).to_contain_text("启用了新的模型")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_is_reachable(
    browser: Browser, served: tuple[Office, TestServer], size: dict[str, object], scheme: str
) -> None:
    """Training and deciding, at every size: axe finds nothing serious, nothing sticks out."""
    office, server = served
    await full(office)
    page = await at_learning(browser, server, color_scheme=scheme, **size)
    for status in (TrainingStatus.RUNNING, TrainingStatus.READY):
        if status is TrainingStatus.READY:
            await teacher_of(office).become(
                2, status, figures=FIGURES, objections=("没见过的写手 三事准确率 0.900 → 0.880",)
            )
            await page.reload()
        await expect(page.locator("html[data-ready]")).to_be_attached()
        assert await page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
        found = (await Axe().run(page)).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []
        if "SHOTS" in os.environ:
            name = f"learning-{status.value}-{scheme}-{'desk' if size is DESK else 'phone'}.png"
            await page.screenshot(path=Path(os.environ["SHOTS"]) / name, full_page=True)
