"""The pictures in the documents, taken from the program as it is: `make pictures` puts them where the documents look."""

import os
import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from bot.adapters.web import people
from bot.demo import DEMO_LOGIN, Demo
from config.settings import load_settings
from tests.browser.conftest import free_port
from tests.browser.test_demo import become, bot_said, quote_bot, say
from tests.conversations.readings import Readings

DOCS = Path(__file__).parents[2] / "docs"
PHOTO = Path(people.__file__).parent / "static" / "fixed.jpg"
#: What the group says: a leak and who has it too, two more matters, and something that may be one.
TALK = (
    ("王阿姨", "3号楼2单元楼道水管漏水了，有人管吗"),
    ("赵先生", "我家门口也是，墙都湿了一片"),
    ("小林", "1单元门口垃圾三天没人收了"),
    ("赵先生", "楼下老是有车占车位，消防车都进不来"),
    ("李楼长", "墙里滴答滴答响了一晚上"),
)
CHAT = {"viewport": {"width": 1000, "height": 1000}, "device_scale_factor": 1.5}
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
#: Picture → the page of the console it shows, and on what.
PAGES = {
    "today": ("", DESK),
    "today-phone": ("", PHONE),
    "ticket": ("tickets/1", DESK),
    "tickets": ("tickets", DESK),
    "people": ("people", DESK),
    "groups": ("groups", DESK),
}
TAKEN = {"confirm", "finish", *PAGES}


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    """A demo that runs."""
    demo = Demo(load_settings(None), Readings(), "127.0.0.1", free_port())
    await demo.start()
    yield demo
    await demo.stop()


async def take(what: Page | Locator, name: str, folder: Path) -> None:
    """Keep a small picture of *what*."""
    await (what if isinstance(what, Page) else what.page).mouse.move(0, 0)
    with Image.open(BytesIO(await what.screenshot())) as picture:
        small = picture.convert("RGB").quantize(96, dither=Image.Dither.NONE)
        small.save(folder / f"{name}.png", optimize=True)


@pytest.mark.browser
async def test_the_pictures_are_taken(browser: Browser, demo: Demo, tmp_path: Path) -> None:
    """A group at work and the desk beside it, as the documents show them."""
    folder = Path(os.environ.get("PICTURES", tmp_path))
    address = f"http://127.0.0.1:{demo.app.port}/"
    page = await (await browser.new_context(**CHAT)).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    await page.goto(address)
    await the_loop(page, folder)
    for name, (path, size) in PAGES.items():
        desk = await (await browser.new_context(**size)).new_page()  # type: ignore[arg-type]
        await desk.goto(f"{address}console/{path}")
        await desk.fill("#name", DEMO_LOGIN)
        await desk.fill("#password", demo.password)
        await desk.press("#password", "Enter")
        await expect(desk.locator("h1")).to_be_visible()
        await take(desk, name, folder)
        await desk.context.close()
    assert {p.stem for p in folder.glob("*.png")} >= TAKEN


async def the_loop(page: Page, folder: Path) -> None:
    """Complaints, one of them confirmed, worked on and shown with a photo."""
    for who, words in TALK[:2]:
        await become(page, who)
        await say(page, words)
    await bot_said(page, "已记录")
    await become(page, "李楼长")
    await quote_bot(page, "已记录")
    await say(page, "确认")
    await bot_said(page, "已确认")
    await take(page.locator("#lines"), "confirm", folder)
    await become(page, "物业小周")
    await quote_bot(page, "已确认")
    await say(page, "接单")
    await bot_said(page, "已接单")
    await quote_bot(page, "已接单")
    await page.set_input_files("#file", PHOTO)
    await say(page, "办结 换了一段水管")
    await bot_said(page, "已办结")
    await take(page.locator("#lines"), "finish", folder)
    for who, words in TALK[2:]:
        await become(page, who)
        await say(page, words)
    await expect(page.locator(".card")).to_have_count(3)


def test_every_picture_is_one_of_these() -> None:
    """A document shows no picture that nobody takes anew, and each that is taken is shown."""
    shown = {n for d in DOCS.glob("*.md") for n in re.findall(r"\(pictures/([\w-]+)\.png\)", d.read_text("utf-8"))}
    assert shown == TAKEN
    assert {p.stem for p in (DOCS / "pictures").glob("*.png")} == TAKEN
