"""The page 人: who sees whom, who may appoint whom, codes that are shown once, and a building without a leader."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.console.sessions import hashed
from bot.domain.logins import Session
from bot.domain.members import Grant, Role
from bot.domain.messages import Identity
from bot.domain.places import Place
from tests.cast import ESTATE
from tests.console.office import LI, NASTY, Office, browser, csrf, log_in, open_office

QIAN = Identity(platform="onebot", user_id="200002")
LEADER_OF_3 = Grant(role=Role.LEADER, estate=ESTATE, building="3号楼")


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office that is open; of its buildings, 3 has a leader and 5 has none."""
    async with open_office(tmp_path) as (office, server):
        await office.add(place=Place(estate=ESTATE, building="5号楼"))
        yield office, server


@pytest.fixture
def office(served: tuple[Office, TestServer]) -> Office:
    """The office."""
    return served[0]


async def visitor(server: TestServer, name: str) -> ClientSession:
    """A browser with *name* logged in."""
    client = browser(server)
    assert await log_in(client, name) == 303
    return client


@pytest.fixture
async def chen(served: tuple[Office, TestServer]) -> AsyncIterator[ClientSession]:
    """小陈's browser."""
    client = await visitor(served[1], "chen")
    async with client:
        yield client


async def sent(client: ClientSession, path: str, **form: str) -> tuple[int, str]:
    """What comes of a form: status, and the page or where it leads."""
    mark = await csrf(client, "/console/sessions")
    answer = await client.post(f"/console{path}", data={"csrf": mark, **form}, allow_redirects=False)
    return answer.status, answer.headers.get("Location", "") or await answer.text()


async def page(client: ClientSession, path: str = "/people", status: int = 200) -> str:
    """A page of the console."""
    answer = await client.get(f"/console{path}")
    assert answer.status == status
    return await answer.text()


async def grants(office: Office, who: Identity) -> tuple[Grant, ...]:
    """The roles of somebody."""
    async with office.work() as work:
        return (await work.members.get(who)).grants


async def test_uncovered_building(chen: ClientSession) -> None:
    """A building that has tickets and no leader is named, with what to do about it; one with a leader is not."""
    text = await page(chen)
    alarm = text.split('id="uncovered"')[1].split("</section>")[0]
    assert "1栋楼没有楼长" in alarm
    assert "5号楼：给绑定码" in alarm
    assert "3号楼" not in alarm


async def test_others_are_not_there(office: Office, served: tuple[Office, TestServer], chen: ClientSession) -> None:
    """People of another estate are neither listed nor found by address; who serves all estates sees everybody."""
    far = Identity(platform="onebot", user_id="290001")
    async with office.work() as work:
        await work.members.grant(far, "远楼长", Grant(role=Role.LEADER, estate="别的小区", building="1号楼"))
        await work.commit()
    assert "远楼长" not in await page(chen)
    await page(chen, "/people/onebot/290001", 404)
    assert (await sent(chen, "/people/onebot/290001", action="withdraw", grant="leader/别的小区/1号楼"))[0] == 404
    assert (await sent(chen, "/people/onebot/290001/look", reason="看看"))[0] == 404
    async with await visitor(served[1], "root") as root:
        assert "远楼长" in await page(root)


async def test_leaders_do_not_see_people(office: Office, served: tuple[Office, TestServer]) -> None:
    """For a leader the pages of people and groups are not there."""
    now = office.clock.at
    async with office.work() as work:
        await work.logins.begin(
            Session(token_hash=hashed("t"), who=LI, began_at=now, seen_at=now, ends_at=now + timedelta(days=1))
        )
        await work.commit()
    async with browser(served[1]) as client:
        client.cookie_jar.update_cookies({"loushi_session": "t"}, served[1].make_url("/"))
        assert 'href="/console/people"' not in await page(client, "/")
        for path in ("/people", "/groups", "/people/onebot/200001", "/groups/onebot/700001"):
            await page(client, path, 404)


async def test_give_and_spell(office: Office, chen: ClientSession) -> None:
    """A role is given for the building as it is spelled already; the account shows only its ends."""
    form = {"platform": "onebot", "account": "200002", "name": "钱楼长", "role": "leader", "estate": ESTATE}
    assert (await sent(chen, "/people/roles", **form, building="五号楼"))[0] == 303
    assert await grants(office, QIAN) == (Grant(role=Role.LEADER, estate=ESTATE, building="5号楼"),)
    text = await page(chen)
    assert "200002" not in re.sub(r'href="[^"]*"', "", text)
    assert "20***02" in text
    assert 'id="uncovered"' not in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"account": "不是号码"}, "号码只有字母"),
        ({"name": ""}, "请写怎么称呼"),
        ({"estate": ""}, "请写是哪个小区"),
        ({"building": ""}, "请写是哪栋楼"),
        ({"estate": "别的小区"}, "不在您的范围里"),
        ({"role": "admin"}, "请选一个角色"),
        ({"building": "楼" * 21}, "太长了"),
        ({"platform": "console"}, "请选 QQ 或微信"),
    ],
)
async def test_wrong_forms(office: Office, chen: ClientSession, wrong: dict[str, str], sentence: str) -> None:
    """A mistake is a sentence at its field, what was typed stays, and nothing is given."""
    form = {"platform": "onebot", "account": "200002", "name": "钱楼长", "role": "leader", "estate": ESTATE}
    status, text = await sent(chen, "/people/roles", **{**form, "building": "5号楼", **wrong})
    assert status == 422
    assert sentence in text
    assert "name" in wrong or 'value="钱楼长"' in text
    assert await grants(office, QIAN) == ()


async def test_workers_appoint_no_workers(
    office: Office, served: tuple[Office, TestServer], chen: ClientSession
) -> None:
    """A worker gives and takes the roles of leaders and property; those of workers are for an administrator."""
    zhang, held = Identity(platform="console", user_id="zhang"), f"worker/{ESTATE}/"
    assert "这个角色由管理员来改" in await page(chen, "/people/console/zhang")
    assert (await sent(chen, "/people/console/zhang", action="withdraw", grant=held))[0] == 403
    assert await grants(office, zhang)
    async with await visitor(served[1], "root") as root:
        assert (await sent(root, "/people/console/zhang", action="withdraw", grant=held))[0] == 303
        assert await grants(office, zhang) == ()
        assert (await sent(root, "/people/console/root", action="withdraw", grant="admin//"))[0] == 403


async def test_only_leader(office: Office, chen: ClientSession) -> None:
    """Who is the only leader of a building is so called, and goes only after a second word."""
    held = {"action": "withdraw", "grant": f"leader/{ESTATE}/3号楼"}
    assert "唯一的楼长" in await page(chen, "/people/onebot/200001")
    status, text = await sent(chen, "/people/onebot/200001", **held)
    assert (status, "就没有楼长了" in text) == (409, True)
    assert await grants(office, LI) == (LEADER_OF_3,)
    assert (await sent(chen, "/people/onebot/200001", **held, sure="yes"))[0] == 303
    assert await grants(office, LI) == ()


async def test_change(office: Office, chen: ClientSession) -> None:
    """A changed role takes the place of the old one; moving the only leader away is asked first."""
    form = {
        "action": "change",
        "grant": f"leader/{ESTATE}/3号楼",
        "role": "leader",
        "estate": ESTATE,
        "building": "5号楼",
    }
    assert (await sent(chen, "/people/onebot/200001", **form))[0] == 409
    assert (await sent(chen, "/people/onebot/200001", **form, sure="yes"))[0] == 303
    assert await grants(office, LI) == (Grant(role=Role.LEADER, estate=ESTATE, building="5号楼"),)


async def test_second_is_told(office: Office, chen: ClientSession) -> None:
    """Who withdraws a role that somebody just changed is told so, and nothing happens."""
    async with office.work() as work:
        await work.members.grant(LI, "", Grant(role=Role.LEADER, estate=ESTATE, building="9号楼"))
        await work.members.revoke(LI, LEADER_OF_3)
        await work.commit()
    status, text = await sent(
        chen, "/people/onebot/200001", action="withdraw", grant=f"leader/{ESTATE}/3号楼", sure="1"
    )
    assert status == 409
    assert "已经被别人改过" in text


async def test_code(office: Office, served: tuple[Office, TestServer], chen: ClientSession) -> None:
    """A code is shown with its QR to who made it, for ten minutes, and to nobody else; its hash is all that is kept."""
    form = {"role": "leader", "estate": ESTATE, "building": "5号楼", "lasts": "72"}
    status, place = await sent(chen, "/people/codes", **form)
    assert status == 303
    path = place.removeprefix("/console")
    text = await page(chen, path)
    [code] = set(re.findall(r"绑定 (\d{6})", text))
    drawn = await chen.get(f"{place}/qr.svg")
    assert (drawn.content_type, drawn.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    body = await drawn.text()
    assert "style" not in body
    assert code not in body
    async with await visitor(served[1], "zhang") as other:
        await page(other, path, 404)
        await page(other, f"{path}/qr.svg", 404)
    async with office.work() as work:
        [kept] = await work.members.open_invitations(office.clock.at)
    assert kept.expires_at - office.clock.at == timedelta(hours=72)
    assert code not in repr(kept)
    office.clock.at += timedelta(minutes=11)
    await page(chen, path, 404)
    assert f"{ESTATE}5号楼楼长" in await page(chen)


async def test_withdrawn_code(office: Office, served: tuple[Office, TestServer], chen: ClientSession) -> None:
    """A code can be withdrawn by who may give that role there, not by a worker of another estate."""
    await sent(chen, "/people/codes", role="property", estate=ESTATE, building="", lasts="24")
    async with office.work() as work:
        [kept] = await work.members.open_invitations(office.clock.at)
    async with await visitor(served[1], "wu") as wu:
        await sent(wu, "/people/codes/withdraw", code=kept.code_hash[:16])
    async with office.work() as work:
        assert await work.members.open_invitations(office.clock.at) == [kept]
    await sent(chen, "/people/codes/withdraw", code=kept.code_hash[:16])
    async with office.work() as work:
        assert await work.members.open_invitations(office.clock.at) == []


async def test_look(office: Office, chen: ClientSession) -> None:
    """The whole number is shown for ten minutes to who said why, and that is written down for colleagues to read."""
    number = re.compile(r"QQ 200001")
    assert not number.search(await page(chen, "/people/onebot/200001"))
    assert (await sent(chen, "/people/onebot/200001/look", reason=" "))[0] == 422
    assert (await sent(chen, "/people/onebot/200001/look", reason="加好友"))[0] == 303
    text = await page(chen, "/people/onebot/200001")
    assert number.search(text)
    assert "小陈" in text
    assert "加好友" in text
    office.clock.at += timedelta(minutes=11)
    assert not number.search(await page(chen, "/people/onebot/200001"))


async def test_hostile_names(office: Office, chen: ClientSession) -> None:
    """Script in a name, an estate and a building is shown as text."""
    async with office.work() as work:
        await work.members.grant(QIAN, NASTY, Grant(role=Role.LEADER, estate=ESTATE, building="<img src=x>"))
        await work.commit()
    for path in ("/people", "/people/onebot/200002", "/people?role=leader&estate=%22%3E%3Cscript%3E&building=x"):
        text = await page(chen, path)
        assert "<script>" not in text
        assert "<img src=x>" not in text
