"""A demo that runs, and a browser that looks at it; skipped with the reason where there is no Chromium."""

import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot.demo import Demo
from config.settings import load_settings
from tests.conversations.readings import Readings

CHROMIUM = shutil.which("chromium")
#: As root, without a screen, and without a word to the world outside.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Where a demo with a small, sure classifier runs."""
    port = free_port()
    demo = Demo(load_settings(None), Readings(), "127.0.0.1", port)
    await demo.start()
    yield f"http://127.0.0.1:{port}/"
    await demo.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("没有 chromium：apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()
