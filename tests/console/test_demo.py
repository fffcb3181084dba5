"""The console of `make demo`."""

from aiohttp import ClientSession, CookieJar

from bot.demo import DEMO_LOGIN, Demo
from config.settings import load_settings
from tests.browser.conftest import free_port
from tests.console.office import csrf, log_in
from tests.conversations.readings import Readings


async def test_the_demo_has_a_user_who_stays() -> None:
    """The password that is shown opens the demo's console, and who is in stays in when the group begins anew."""
    port = free_port()
    demo = Demo(load_settings(None), Readings(), "127.0.0.1", port)
    await demo.start()
    async with ClientSession(f"http://127.0.0.1:{port}/", cookie_jar=CookieJar(unsafe=True)) as client:
        assert 'href="/console/"' in await (await client.get("/")).text()
        assert await log_in(client, DEMO_LOGIN, "wrong") == 403
        assert await log_in(client, DEMO_LOGIN, demo.password) == 303
        await demo.reset()
        assert len(await csrf(client, "/console/")) == 64
        assert (await client.get("/console/", allow_redirects=False)).status == 200
    await demo.stop()
