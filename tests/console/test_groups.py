"""The page 群: what a group decides is stored and used, nobody else's group is there, accounts and gaps are told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.console import site
from bot.domain.channels import ChannelLogin
from bot.domain.groups import GroupRules, NoticeGiven
from bot.domain.messages import ConversationRef
from bot.domain.records import Conversation, Gap
from bot.domain.taxonomy import Category
from tests.cast import ESTATE
from tests.console.office import GROUP, NASTY, Office, open_office
from tests.console.test_people import page, sent, visitor

MINE = "/groups/onebot/700001"
NEW = ConversationRef(platform="onebot", id="700009", account="10001")
FAR = ConversationRef(platform="onebot", id="700005", account="10001")
FORM = {
    "enabled": "yes",
    "estate": ESTATE,
    "building": "3号楼",
    "quiet_from": "21:30",
    "quiet_until": "08:00",
    "daily_budget": "5",
    "digest": "18:00",
    "left_alone": "parking",
    "private_here": "no",
}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office that is open; the bot has seen one more group, and one of another estate."""
    async with open_office(tmp_path) as (office, server):
        async with office.work() as work:
            await work.conversations.save(Conversation(ref=NEW, name="新群", first_seen=office.clock.at))
            far = Conversation(ref=FAR, name="远处的群", estate="别的小区", enabled=True, first_seen=office.clock.at)
            await work.conversations.save(far)
            await work.commit()
        yield office, server


@pytest.fixture
def office(served: tuple[Office, TestServer]) -> Office:
    """The office."""
    return served[0]


@pytest.fixture
async def chen(served: tuple[Office, TestServer]) -> AsyncIterator[ClientSession]:
    """小陈's browser."""
    async with await visitor(served[1], "chen") as client:
        yield client


@pytest.fixture
async def root(served: tuple[Office, TestServer]) -> AsyncIterator[ClientSession]:
    """The administrator's browser."""
    async with await visitor(served[1], "root") as client:
        yield client


async def group(office: Office, ref: ConversationRef = GROUP) -> Conversation:
    """A group as it is stored."""
    async with office.work() as work:
        known = await work.conversations.get(ref.key)
    assert known is not None
    return known


async def test_settings_are_kept(office: Office, chen: ClientSession) -> None:
    """What is typed is stored with the group, and its page shows it."""
    status, _ = await sent(chen, MINE, **FORM, seen=(await group(office)).mark)
    assert status == 303
    assert (await group(office)).rules == GroupRules(
        quiet_from=time(21, 30),
        quiet_until=time(8),
        daily_budget=5,
        digest_at=time(18),
        left_alone=frozenset({Category.PARKING}),
        private_here=False,
    )
    text = await page(chen, MINE)
    assert 'value="21:30"' in text
    assert 'value="parking" checked' in text
    assert 'value="18:00" selected' in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"quiet_until": ""}, "从几点到几点都要写"),
        ({"quiet_from": "25:99"}, "时间写成"),
        ({"daily_budget": "0"}, "写 1 到"),
        ({"daily_budget": "-3"}, "写 1 到"),
        ({"daily_budget": "九"}, "写 1 到"),
        ({"estate": ""}, "请写这是哪个小区的群"),
        ({"estate": "别的小区"}, "不在您的范围里"),
        ({"building": "楼" * 30}, "太长了"),
    ],
)
async def test_wrong_forms(office: Office, chen: ClientSession, wrong: dict[str, str], sentence: str) -> None:
    """A mistake is a sentence at its field, what was typed stays, and nothing is stored."""
    before = await group(office)
    status, text = await sent(chen, MINE, **{**FORM, **wrong}, seen=before.mark)
    assert status == 422
    assert sentence in text
    assert 'value="parking" checked' in text
    assert await group(office) == before


async def test_second_is_told(office: Office, chen: ClientSession) -> None:
    """Of two who change a group, the second sees what the first did, and changes nothing."""
    seen = (await group(office)).mark
    assert (await sent(chen, MINE, **FORM, seen=seen))[0] == 303
    status, text = await sent(chen, MINE, **{**FORM, "daily_budget": "9"}, seen=seen)
    assert status == 409
    assert "刚刚被别人改过" in text
    assert (await group(office)).rules.daily_budget == 5


async def test_others_groups_are_not_there(office: Office, chen: ClientSession, root: ClientSession) -> None:
    """A group of another estate, and one of none, is not there for a worker; who serves all estates has both."""
    before = await group(office, FAR)
    for ref in (FAR, NEW):
        path = f"/groups/onebot/{ref.id}"
        await page(chen, path, 404)
        assert (await sent(chen, path, **FORM, seen=before.mark))[0] == 404
        assert (await sent(chen, f"{path}/sampling", sampled="yes"))[0] == 404
        await page(root, path)
    assert await group(office, FAR) == before
    listed = await page(chen, "/groups")
    assert "远处的群" not in listed
    assert "新群" not in listed
    assert "新看到的群" in await page(root, "/groups")


async def test_enable_and_pause(office: Office, root: ClientSession) -> None:
    """A newly seen group begins from now on; paused, it is neither heard nor spoken to, and keeps its place."""
    path = f"/groups/onebot/{NEW.id}"
    assert (await sent(root, path, **FORM, seen=(await group(office, NEW)).mark))[0] == 303
    begun = await group(office, NEW)
    assert (begun.enabled, begun.estate, begun.watermark_at) == (True, ESTATE, office.clock.at)
    assert (await sent(root, path, **{**FORM, "enabled": "no"}, seen=begun.mark))[0] == 303
    paused = await group(office, NEW)
    assert (paused.enabled, paused.estate) == (False, ESTATE)
    assert "暂停" in await page(root, "/groups")


async def test_sampling(office: Office, chen: ClientSession) -> None:
    """The switch of the sampling is here, for the group's own community."""
    assert (await sent(chen, f"{MINE}/sampling", sampled="yes"))[0] == 303
    assert (await group(office)).sampled


async def test_notice_is_shown(office: Office, chen: ClientSession) -> None:
    """Before it was told the words are shown; afterwards when, which version, and what was said."""
    assert "大家好，我是楼事通" in await page(chen, MINE)
    given = NoticeGiven(conversation_key=GROUP.key, version="2026-11", at=office.clock.at, text="大家好，那时的话")
    async with office.work() as work:
        await work.conversations.note_notice(given)
        await work.commit()
    text = await page(chen, MINE)
    assert "发过，版本 2026-11" in text
    assert "那时的话" in text


async def missed(office: Office, platform: str, account: str, hours: float = 2) -> None:
    """An account was out, and is back."""
    begin = office.clock.at - timedelta(hours=hours)
    async with office.work() as work:
        await work.gaps.begin(Gap(platform=platform, account=account, begin=begin, reason="stopped"))
        await work.gaps.end(platform, account, begin + timedelta(hours=1))
        await work.commit()


async def test_gaps(office: Office, chen: ClientSession, root: ClientSession) -> None:
    """A gap that nobody filled is on 今日 and at its account, until somebody looked through the group."""
    await missed(office, "onebot", "10001")
    await missed(office, "wechaty", "elsewhere")
    for path in ("/", "/groups"):
        assert "楼事通停着" in await page(chen, path)
        assert "elsewhere" not in await page(chen, path)
    async with office.work() as work:
        numbers = {g.account: g.id for g in await work.gaps.listed()}
    assert (await sent(chen, f"/channels/gaps/{numbers['elsewhere']}"))[0] == 404
    assert (await sent(chen, f"/channels/gaps/{numbers['10001']}", next="today"))[1] == "/console/"
    assert "楼事通停着" not in await page(chen, "/")
    assert "微信 elsewhere" in await page(root, "/")


def login(office: Office, **changes: object) -> ChannelLogin:
    """A WeChat account that waits to be scanned."""
    new = ChannelLogin(platform="wechaty", name="main", code="https://login.example/secret", since=office.clock.at)
    return replace(new, **changes)  # type: ignore[arg-type]


async def test_login_code(tmp_path: Path) -> None:
    """The code to log WeChat in is for an administrator's eyes, is nowhere kept, and is gone once the account is in."""
    logins: list[ChannelLogin] = []
    office = Office(tmp_path)
    office.console = replace(office.console, logins=lambda: logins)
    await office.staff()
    app = web.Application()
    site.mount(app, office.console)
    logins.append(login(office))
    path = "/channels/main/qr.svg"
    async with TestServer(app, host="127.0.0.1") as server:
        async with await visitor(server, "chen") as chen:
            await page(chen, path, 404)
            assert "扫码登录" not in await page(chen, "/groups")
        async with await visitor(server, "root") as root:
            assert "扫码登录" in await page(root, "/groups")
            drawn = await root.get(f"/console{path}")
            assert (drawn.status, drawn.content_type) == (200, "image/svg+xml")
            assert drawn.headers["Cache-Control"] == "no-store"
            assert "secret" not in await drawn.text()
            assert "secret" not in await page(root, "/groups")
            logins[:] = [login(office, online=True, account="wxid_1")]
            await page(root, path, 404)
            assert "扫码登录" not in await page(root, "/groups")


async def test_hostile_names(office: Office, chen: ClientSession) -> None:
    """Script in a group's name and in what was typed is shown as text."""
    known = await group(office)
    async with office.work() as work:
        await work.conversations.save(replace(known, name=NASTY, building="<img src=x>"))
        await work.commit()
    for path in ("/groups", MINE, "/people"):
        text = await page(chen, path)
        assert "<script>" not in text
        assert "<img src=x>" not in text
    _, text = await sent(chen, MINE, **{**FORM, "daily_budget": "<script>x", "seen": "x"})
    assert "<script>" not in text
