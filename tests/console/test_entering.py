"""Getting into the console, and staying out of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.console.passwords import TRIES_BY_NAME
from bot.console.sessions import COOKIE, IDLE
from bot.domain.members import Grant, Role
from bot.handlers.entering import login_link
from tests.cast import ESTATE
from tests.console.office import LI, PASSWORD, Office, browser, csrf, log_in, open_office


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office that is open."""
    async with open_office(tmp_path) as (office, server):
        yield office, server


async def test_strangers_are_shown_the_door(served: tuple[Office, TestServer]) -> None:
    """Without a login every page leads to the login, and every answer carries the strict headers."""
    async with browser(served[1]) as client:
        answer = await client.get("/console/tickets/1?as=group", allow_redirects=False)
        assert answer.status == 303
        assert answer.headers["Location"] == "/console/login?next=/console/tickets/1?as%3Dgroup"
        for path in ("/console/", "/console/login", "/console/static/console.css", "/console/nowhere"):
            answer = await client.get(path, allow_redirects=False)
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'self';")
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_login_and_its_cookie(served: tuple[Office, TestServer]) -> None:
    """The right password opens a session whose cookie no script and no other site can use; the secret is new each time."""
    async with browser(served[1]) as client:
        form = {"name": "chen", "password": PASSWORD, "csrf": await csrf(client), "next": "//evil.example/"}
        answer = await client.post("/console/login", data=form, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/console/")
        cookie = answer.cookies[COOKIE]
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["secure"]) == ("Lax", "/console", "")
        assert (await client.get("/console/")).status == 200
        async with served[0].work() as work:
            kept = await work.logins.sessions()
        assert cookie.value not in repr(kept)
    async with browser(served[1]) as client:
        headers = {"Host": "loushi.example.org"}
        page = await client.get("/console/login", headers=headers)
        assert page.cookies["loushi_door"]["secure"]


async def test_the_wrong_password_says_nothing_more(served: tuple[Office, TestServer]) -> None:
    """A wrong name and a wrong password get the same sentence, and what was typed stays."""
    async with browser(served[1]) as client:
        texts = []
        for name in ("chen", "nobody"):
            form = {"name": name, "password": "wrong", "csrf": await csrf(client)}
            answer = await client.post("/console/login", data=form)
            assert answer.status == 403
            texts.append((await answer.text()).replace(name, ""))
        assert "用户名或密码不对" in texts[0]
        assert texts[0] == texts[1]


async def test_lock_out(served: tuple[Office, TestServer]) -> None:
    """After too many wrong passwords even the right one is refused, for a while."""
    office, server = served
    async with browser(server) as client:
        for _ in range(TRIES_BY_NAME):
            assert await log_in(client, password="wrong") == 403
        assert await log_in(client) == 403
        assert await log_in(client, "zhang") == 303
    office.clock.at += timedelta(minutes=16)
    async with browser(server) as client:
        assert await log_in(client) == 303


async def test_a_form_without_its_mark_is_refused(served: tuple[Office, TestServer]) -> None:
    """A form without the mark, with another's mark, or from another site changes nothing: 403."""
    office, server = served
    await office.add()
    async with browser(server) as client:
        assert (await client.post("/console/login", data={"name": "chen", "password": PASSWORD})).status == 403
        await log_in(client)
        mark = await csrf(client, "/console/")
        form = {"item": "t1.1", "action": "confirm"}
        for data, headers in (
            (form, {}),
            ({**form, "csrf": "0" * 64}, {}),
            ({**form, "csrf": mark}, {"Origin": "https://evil.example"}),
        ):
            assert (await client.post("/console/decide", data=data, headers=headers)).status == 403
        assert len((await office.get(1)).history) == 1


async def test_a_session_ends(served: tuple[Office, TestServer]) -> None:
    """A session ends when it is not used, when it is revoked, at the logout, and with the last role."""
    office, server = served
    async with browser(server) as client:
        await log_in(client)
        office.clock.at += IDLE
        assert (await client.get("/console/", allow_redirects=False)).status == 303
        await log_in(client)
        mark = await csrf(client, "/console/")
        await client.post("/console/logout", data={"csrf": mark})
        assert (await client.get("/console/", allow_redirects=False)).status == 303
        await log_in(client)
        async with office.work() as work:
            login = await work.logins.get("chen")
            assert login is not None
            await work.members.revoke(login.identity, Grant(role=Role.WORKER, estate=ESTATE))
            await work.commit()
        assert (await client.get("/console/", allow_redirects=False)).status == 303


async def test_sessions_are_listed_and_revocable(served: tuple[Office, TestServer]) -> None:
    """Everybody sees and ends their own sessions, an administrator all of them."""
    office, server = served
    async with browser(server) as hers, browser(server) as his, browser(server) as boss:
        await log_in(hers)
        await log_in(his, "zhang")
        await log_in(boss, "root")
        async with office.work() as work:
            chen = await work.logins.get("chen")
            assert chen is not None
            session = (await work.logins.sessions(chen.identity))[0].id
        assert "小陈" not in await (await his.get("/console/sessions")).text()
        await his.post("/console/sessions", data={"csrf": await csrf(his, "/console/sessions"), "session": session})
        assert (await hers.get("/console/", allow_redirects=False)).status == 200
        await boss.post("/console/sessions", data={"csrf": await csrf(boss, "/console/sessions"), "session": session})
        assert (await hers.get("/console/", allow_redirects=False)).status == 303


async def test_a_link_lets_its_leader_in_once(served: tuple[Office, TestServer]) -> None:
    """Looking at a link uses nothing up; pressing the button lets the leader in, once, within ten minutes."""
    office, server = served

    async def fresh() -> str:
        async with office.work() as work:
            context = office.console.context(work)
            link = await login_link(await work.members.get(LI), "https://loushi.example.org/", context)
            assert not await login_link(await work.members.get(office_stranger), "https://x", context)
            await work.commit()
        return link.removeprefix("https://loushi.example.org")

    office_stranger = LI.__class__(platform="onebot", user_id="999")
    path = await fresh()
    async with browser(server) as client:
        for _ in range(3):
            mark = await csrf(client, path)
        answer = await client.post(path, data={"csrf": mark}, allow_redirects=False)
        assert answer.status == 303
        assert "李楼长" in await (await client.get("/console/")).text()
    async with browser(server) as client:
        assert (await client.post(path, data={"csrf": await csrf(client, path)})).status == 403
    late = await fresh()
    office.clock.at += timedelta(minutes=11)
    async with browser(server) as client:
        assert (await client.post(late, data={"csrf": await csrf(client, late)})).status == 403


async def test_metrics_are_for_this_machine(served: tuple[Office, TestServer]) -> None:
    """The figures are read from this machine, and not through a proxy on it."""
    async with browser(served[1]) as client:
        answer = await client.get("/metrics")
        assert "loushi_reviews 0.0" in await answer.text()
        assert (await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})).status == 404


def test_nothing_is_inline() -> None:
    """No template holds a script, a style or a handler of its own, or an address elsewhere."""
    folder = Path(__file__).parents[2] / "bot" / "console" / "templates"
    text = "".join(p.read_text("utf-8") for p in folder.glob("*.html"))
    assert text.count("<script") == text.count('<script type="module" src="{{ root }}')
    for word in ("<style", " style=", " onclick", "http://", "https://", "|safe"):
        assert word not in text
