"""The past of the demo: small, honest about what it is, and out of the way of the group."""

from datetime import datetime

from aiohttp import ClientSession, CookieJar

from bot.app import policy_of
from bot.demo import DEMO_LOGIN, Demo
from bot.demo_past import past
from bot.domain.tickets import Status
from config.settings import load_settings
from tests.browser.conftest import free_port
from tests.cast import ZONE
from tests.console.office import log_in
from tests.conversations.readings import Readings


def test_a_past_is_over_and_says_that_it_is_invented() -> None:
    """On whatever day: some dozens of tickets, each closed before now, in order, and marked as a demonstration."""
    policy = policy_of(load_settings(None, {}))
    for month, day in ((1, 1), (3, 10), (7, 5), (11, 24)):
        now = datetime(2026, month, day, 8, tzinfo=ZONE)
        tickets = list(past(policy, now))
        assert 30 < len(tickets) < 90
        for ticket in tickets:
            times = [e.at for e in ticket.history]
            assert ticket.status is Status.CLOSED
            assert "演示" in ticket.summary
            assert times == sorted(times)
            assert times[-1] < now, (ticket, times[-1])
        assert tickets == list(past(policy, now))


async def test_the_figures_of_the_demo_show_something() -> None:
    """The worker of the demo sees figures of a past; the group's own page begins empty."""
    port = free_port()
    demo = Demo(load_settings(None), Readings(), "127.0.0.1", port, with_past=True)
    await demo.start()
    async with ClientSession(f"http://127.0.0.1:{port}/", cookie_jar=CookieJar(unsafe=True)) as client:
        await log_in(client, DEMO_LOGIN, demo.password)
        text = await (await client.get("/console/figures")).text()
        assert "（演示）" in text
        assert "cluster-" in text
        async with client.get("/live/tickets") as stream:
            assert await stream.content.readline() == b"data: []\n"
    await demo.stop()
