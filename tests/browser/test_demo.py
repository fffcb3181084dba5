"""The page of `make demo`, used as a newcomer uses it."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

pytestmark = pytest.mark.browser

LEAK = "3号楼2单元楼道水管漏水了，有人管吗"


async def opened(browser: Browser, address: str, **context: object) -> Page:
    """The page, ready for use. A script error fails the test."""
    page = await (await browser.new_context(**context)).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    await page.goto(address)
    await expect(page.locator("#presence")).to_have_text("楼事通在群里")
    return page


async def become(page: Page, name: str) -> None:
    """Be *name* from now on."""
    await page.locator("#who label").filter(has_text=name).click()


async def quote_bot(page: Page, words: str) -> None:
    """Quote the bot's line with *words*."""
    line = page.locator(".line.bot").filter(has_text=words).last
    await line.hover()
    await line.get_by_role("button", name=re.compile("^引用")).click()
    await expect(page.locator("#quoting")).to_be_visible()


async def say(page: Page, text: str) -> None:
    """Type *text* and send it with Enter."""
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def bot_said(page: Page, words: str) -> None:
    """Wait until the bot has said *words*."""
    await expect(page.locator(".line.bot").filter(has_text=words).last).to_be_visible(timeout=15_000)


async def test_the_whole_loop_by_hand(browser: Browser, address: str) -> None:
    """A complaint, confirmed and worked on by quotes, rated at the end: the group hears it and the card shows it."""
    page = await opened(browser, address)
    await expect(page.locator("#empty")).to_be_visible()
    await say(page, LEAK)
    card = page.locator(".card")
    await expect(card.locator(".status")).to_have_text("待确认")
    await bot_said(page, "已记录")
    await become(page, "李楼长")
    await quote_bot(page, "已记录")
    await say(page, "确认")
    await bot_said(page, "已确认")
    await become(page, "物业小周")
    await quote_bot(page, "已确认")
    await say(page, "接单")
    await bot_said(page, "已接单")
    await quote_bot(page, "已接单")
    await say(page, "办结 已修好")
    await bot_said(page, "已办结")
    await become(page, "王阿姨")
    await quote_bot(page, "已办结")
    await say(page, "评 5")
    await expect(card.locator(".stars")).to_have_text("★★★★★")
    await expect(card.locator(".status")).to_have_text(re.compile("已办结|已归档"))
    steps = await card.locator(".timeline li:not(.told) b").all_inner_texts()
    assert steps[:6] == ["记录", "确认", "派单", "接单", "办结", "评价"]


async def test_the_loop_by_following_the_hints(browser: Browser, address: str) -> None:
    """A newcomer who only clicks what is offered completes the loop."""
    page = await opened(browser, address)
    hint, phrases = page.locator("#hint .go"), page.locator("#phrases button")
    await phrases.filter(has_text="漏水").click()
    steps = (
        ("待确认", "换成李楼长来回复", "确认"),
        ("已派单", "换成物业小周来回复", "接单"),
        ("办理中", "引用那句话来回复", "办结 已修好"),
        ("已办结", "换成王阿姨来回复", "评 5"),
    )
    for status, offer, phrase in steps:
        await expect(page.locator(".card .status")).to_have_text(status)
        await expect(hint).to_have_text(offer)
        await hint.click()
        await phrases.filter(has_text=re.compile(f"^{phrase}$")).click()
    await expect(page.locator(".card .stars")).to_be_visible()


async def test_nothing_is_loaded_from_elsewhere(browser: Browser, address: str) -> None:
    """Every request of a visit, pictures and live lines included, goes to the demo's own address."""
    page = await opened(browser, address)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    await page.reload()
    await page.get_by_role("button", name="发一张样例照片").click()
    await expect(page.locator(".photo img")).to_be_visible()
    own = urlsplit(address).netloc
    assert len(asked) > 8
    assert [url for url in asked if urlsplit(url).netloc not in (own, "")] == []


async def test_markup_is_text(browser: Browser, address: str) -> None:
    """What looks like markup is shown as it was typed, in the bubble, the quote and the card, and nothing runs."""
    page = await opened(browser, address)
    nasty = "漏水<img src=x onerror=\"document.title='owned'\"><b>三楼</b>"
    await say(page, nasty)
    await expect(page.locator(".line .words").first).to_have_text(nasty)
    await expect(page.locator(".card .summary")).to_contain_text("<img src=x")
    assert await page.locator("img[src='x'], .line b, .card .summary b").count() == 0
    assert "owned" not in await page.title()


async def test_private_answers_are_for_one_pair_of_eyes(browser: Browser, address: str) -> None:
    """What the bot answers in private is seen while that person is chosen, and by nobody else."""
    page = await opened(browser, address)
    await say(page, "我的诉求")
    private = page.locator(".line.private")
    await expect(private).to_contain_text("只有你看得到")
    await become(page, "赵先生")
    await expect(private).to_have_count(0)
    await become(page, "王阿姨")
    await expect(private).to_be_visible()


async def test_taken_back(browser: Browser, address: str) -> None:
    """A line that its writer takes back is gone from the group."""
    page = await opened(browser, address)
    await say(page, "说错话了")
    line = page.locator(".line.mine")
    await line.hover()
    await line.get_by_role("button", name="撤回").click()
    await expect(page.locator("#lines")).to_contain_text("王阿姨 3-2-501 撤回了一条消息")
    await expect(page.locator("#lines")).not_to_contain_text("说错话了")


async def test_beginning_anew_asks_first(browser: Browser, address: str) -> None:
    """Reset wipes the group and its tickets, but only when asked twice."""
    page = await opened(browser, address)
    await say(page, LEAK)
    await expect(page.locator(".card")).to_have_count(1)
    await page.click("#reset")
    await expect(page.locator(".card")).to_have_count(1)
    await page.click("#reset")
    await expect(page.locator(".card")).to_have_count(0)
    await expect(page.locator(".line")).to_have_count(0)


async def test_the_morning_plays(browser: Browser, address: str) -> None:
    """The button plays the script, says where it is, and stops when asked."""
    page = await opened(browser, address)
    await page.click("#play")
    await expect(page.locator("#caption")).to_contain_text("1/23")
    await expect(page.locator(".line").filter(has_text="早上好")).to_be_visible()
    await page.get_by_role("button", name="停止播放").click()
    await expect(page.locator("#caption")).to_be_hidden()
    await expect(page.locator("#play")).to_contain_text("播放一个早晨")


async def test_keys_alone(browser: Browser, address: str) -> None:
    """Without a mouse: change the person with the arrows, reach a quote button with Tab, drop the quote with Escape."""
    page = await opened(browser, address)
    await say(page, "大家好")
    await page.locator("#who input[value=wang]").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#text")).to_have_attribute("placeholder", "以赵先生的身份说点什么")
    await page.locator("#lines").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#quoting")).to_contain_text("大家好")
    await page.keyboard.press("Escape")
    await expect(page.locator("#quoting")).to_be_hidden()


async def test_a_phone(browser: Browser, address: str) -> None:
    """At 360 px nothing sticks out, the tickets are one tap away, and a code in the chat leads to its card."""
    page = await opened(browser, address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    await say(page, LEAK)
    await bot_said(page, "已记录")
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await expect(page.locator(".card")).to_be_hidden()
    await page.locator(".line.bot .code").tap()
    await expect(page.locator(".card")).to_be_visible()
    await page.tap("#tab-chat")
    await expect(page.locator("#text")).to_be_visible()
