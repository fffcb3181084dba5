"""今日 and the ticket: what is shown to whom, what is done, and what is refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.console.scope import Scope
from bot.domain.lifecycle import Doer, record
from bot.domain.members import Grant, Member, Role
from bot.domain.messages import Attachment, AttachmentKind, Identity
from bot.domain.places import Place
from bot.domain.records import Picture, PictureStatus, PostStatus
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status, Ticket
from tests.cast import ESTATE
from tests.console.office import GROUP, NASTY, Office, browser, csrf, log_in, open_office


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Office, TestServer]]:
    """An office that is open."""
    async with open_office(tmp_path) as (office, server):
        yield office, server


@pytest.fixture
async def chen(served: tuple[Office, TestServer]) -> AsyncIterator[ClientSession]:
    """小陈's browser."""
    async with browser(served[1]) as client:
        assert await log_in(client) == 303
        yield client


@pytest.fixture
def office(served: tuple[Office, TestServer]) -> Office:
    """The office."""
    return served[0]


async def decided(client: ClientSession, item: str, action: str, **more: str) -> dict[str, object]:
    """What the page's script is told about one decision."""
    form = {"csrf": await csrf(client, "/console/"), "item": item, "action": action, **more}
    answer = await client.post("/console/decide", data=form, headers={"Accept": "application/json"})
    return dict((await answer.json())["results"][0])


def item_of(ticket: Ticket) -> str:
    """The ticket as a row that was just read."""
    return f"t{ticket.number}.{len(ticket.history)}"


async def text_of(client: ClientSession, path: str, status: int = 200) -> str:
    """A page."""
    answer = await client.get(path)
    assert answer.status == status, path
    return await answer.text()


async def with_picture(office: Office, ticket: Ticket, name: str = "leak.jpg") -> int:
    """Keep a picture of *ticket*; its number."""
    path = office.pictures.path_of("ab/" + "ab" * 16 + ".jpg")
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xff\xd8picture")
    async with office.work() as work:
        await work.pictures.add(
            Picture(
                ticket=ticket.number,
                conversation=GROUP,
                message_id=ticket.messages[0].message_id,
                attachment=Attachment(kind=AttachmentKind.IMAGE, source="x", name=name),
                status=PictureStatus.KEPT,
                due_at=office.clock.at,
                file="ab/" + "ab" * 16 + ".jpg",
            )
        )
        await work.commit()
        return (await work.pictures.of_ticket(ticket.number))[-1].id


async def test_today_puts_what_presses_first(office: Office, chen: ClientSession) -> None:
    """Emergencies come first, then what waits to be confirmed, held messages, posts to paste, gaps."""
    await office.add()
    await office.add("电梯困人", urgency=Urgency.EMERGENCY, category=Category.ELEVATOR)
    await office.hold("楼上又开始了")
    await office.by_hand("【#1】已记录")
    text = await text_of(chen, "/console/")
    order = [text.index(f"why-{name}") for name in ("emergency", "unconfirmed", "review", "post", "gap")]
    assert order == sorted(order)
    assert "还有" in text


async def test_another_estates_things_are_not_there(office: Office, served: tuple[Office, TestServer]) -> None:
    """A worker of another estate gets 404 for page, views, picture and every change, and an empty desk."""
    ticket = await office.add()
    picture = await with_picture(office, ticket)
    await office.hold("楼上又开始了")
    await office.by_hand("【#1】已记录")
    async with browser(served[1]) as wu:
        await log_in(wu, "wu")
        today = await text_of(wu, "/console/")
        assert "漏水" not in today
        assert "楼上又开始了" not in today
        assert "已记录" not in today
        for path in ("", "?as=group", "?as=public", f"/pictures/{picture}"):
            assert "漏水" not in await text_of(wu, f"/console/tickets/1{path}", 404)
        mark = {"csrf": await csrf(wu, "/console/")}
        for path, form in (("/note", {"text": "x"}), ("/reveal", {"reason": "x"})):
            assert (await wu.post(f"/console/tickets/1{path}", data={**mark, **form})).status == 404
        for item in (item_of(ticket), "r1", "p1"):
            assert (await decided(wu, item, "confirm"))["ok"] is False
    assert await office.get(1) == ticket


async def test_a_picture_is_served_within_scope(office: Office, chen: ClientSession) -> None:
    """The kept file comes as a picture; one of another ticket does not."""
    first, second = await office.add(), await office.add("灯坏了")
    picture = await with_picture(office, first)
    answer = await chen.get(f"/console/tickets/1/pictures/{picture}")
    assert (answer.status, answer.content_type) == (200, "image/jpeg")
    await text_of(chen, f"/console/tickets/{second.number}/pictures/{picture}", 404)


def test_what_has_no_estate_is_seen_without_bounds_only() -> None:
    """A leader sees their building and what concerns the whole estate; an unknown estate only who has no bounds."""

    def scope(role: Role, estate: str = "", building: str = "") -> Scope:
        grant = Grant(role=role, estate=estate, building=building)
        return Scope.of(Member(identity=Identity(platform="x", user_id="1"), grants=(grant,)))

    leader = scope(Role.LEADER, ESTATE, "3号楼")
    assert leader.sees(Place(estate=ESTATE, building="三栋"))
    assert leader.sees(Place(estate=ESTATE, spot="东门"))
    assert not leader.sees(Place(estate=ESTATE, building="5号楼"))
    assert not leader.sees(Place(building="3号楼"))
    assert scope(Role.ADMIN).sees(Place())
    assert not scope(Role.PROPERTY, ESTATE)


async def test_stored_script_is_text(office: Office, chen: ClientSession) -> None:
    """Markup in a message, a card, a file name and a note is shown as it was typed."""
    ticket = await office.add(NASTY)
    await with_picture(office, ticket, name=NASTY)
    named = replace(ticket.messages[0], message_id="m2", sender_name="<i>卡片</i>")
    async with office.work() as work:
        await work.tickets.save(replace(ticket, messages=(*ticket.messages, named)))
        await work.commit()
    await office.hold(NASTY)
    mark = {"csrf": await csrf(chen, "/console/")}
    await chen.post("/console/tickets/1/note", data={**mark, "text": NASTY})
    await chen.post("/console/tickets/1/reveal", data={**mark, "reason": NASTY})
    for path in ("/console/", "/console/tickets/1", "/console/tickets/1?as=leader"):
        text = await text_of(chen, path)
        assert "<script>document" not in text
        assert "<b>三楼" not in text
        assert "&lt;script&gt;" in text
    text = await text_of(chen, "/console/tickets/1")
    assert "&lt;i&gt;卡片" in text
    assert "<i>卡片" not in text


async def test_names_are_hidden_until_asked_for(office: Office, chen: ClientSession) -> None:
    """The reporter is 住户A until a worker says why; that is written down and shown, and over after ten minutes."""
    await office.add("我是王阿姨，电话13800138000，楼道漏水")
    for path in ("/console/", "/console/tickets/1", "/console/tickets/1?as=property", "/console/tickets/1?as=public"):
        text = await text_of(chen, path)
        assert "王阿姨" not in text
        assert "13800138000" not in text
        assert "501" not in text
    mark = {"csrf": await csrf(chen, "/console/")}
    assert (await chen.post("/console/tickets/1/reveal", data={**mark, "reason": " "})).status == 422
    await chen.post("/console/tickets/1/reveal", data={**mark, "reason": "上门前联系"})
    text = await text_of(chen, "/console/tickets/1")
    assert "3-2-501 王阿姨" in text
    assert "13800138000" in text
    assert "上门前联系" in text
    office.clock.at += timedelta(minutes=11)
    text = await text_of(chen, "/console/tickets/1")
    assert "王阿姨" not in text
    assert "上门前联系" in text


async def test_a_decision_is_carried_out_by_the_handlers(office: Office, chen: ClientSession) -> None:
    """Confirming here is confirming: it is routed, written into the history with who and as what, and told the group."""
    ticket = await office.add()
    assert await decided(chen, item_of(ticket), "confirm") == {
        "item": "t1.1",
        "ok": True,
        "text": "#1：确认",
        "number": 1,
    }
    now = await office.get(1)
    assert now.status is Status.ASSIGNED
    assert [e.role for e in now.history if e.name == "confirmed"] == ["worker"]
    async with office.work() as work:
        assert next(p.text for p in await work.outbox.in_status(PostStatus.WAITING)).startswith("【#1】已确认")
    assert "小陈" in await text_of(chen, "/console/tickets/1")


@pytest.mark.parametrize(
    ("action", "tier", "status"), [("big", Tier.BIG, Status.ASSIGNED), ("private", Tier.PRIVATE, Status.REFERRED)]
)
async def test_a_tier_decides_what_waits(
    office: Office, chen: ClientSession, action: str, tier: Tier, status: Status
) -> None:
    """One key says whose business it is, and confirms what waits to be confirmed."""
    ticket = await office.add()
    assert (await decided(chen, item_of(ticket), action))["ok"]
    now = await office.get(1)
    assert (now.tier, now.status) == (tier, status)


async def test_the_second_is_told_what_the_first_did(served: tuple[Office, TestServer], chen: ClientSession) -> None:
    """Who decides about what a colleague decided meanwhile is told who, what and when, and changes nothing."""
    office, server = served
    ticket = await office.add()
    async with browser(server) as zhang:
        await log_in(zhang, "zhang")
        assert (await decided(zhang, item_of(ticket), "reject"))["ok"]
    result = await decided(chen, item_of(ticket), "confirm")
    assert result["ok"] is False
    assert "小张" in str(result["text"])
    assert "「不受理」" in str(result["text"])
    assert "没有执行" in str(result["text"])
    assert (await office.get(1)).status is Status.REJECTED


async def test_two_at_the_same_moment(served: tuple[Office, TestServer], chen: ClientSession) -> None:
    """Of two decisions at once one is carried out, and the other is told."""
    office, server = served
    ticket = await office.add()
    async with browser(server) as zhang:
        await log_in(zhang, "zhang")
        both = await asyncio.gather(
            decided(chen, item_of(ticket), "confirm"), decided(zhang, item_of(ticket), "reject")
        )
    assert sorted(bool(r["ok"]) for r in both) == [False, True]


async def test_what_residents_add_is_no_conflict(office: Office, chen: ClientSession) -> None:
    """A neighbour who joins in meanwhile does not stand in the way of a decision."""
    ticket = await office.add()
    neighbour = Doer(by=Identity(platform="onebot", user_id="9"), role="resident", at=office.clock.at)
    async with office.work() as work:
        await work.tickets.save(record(ticket, neighbour, "supported"))
        await work.commit()
    assert (await decided(chen, item_of(ticket), "confirm"))["ok"]


async def test_a_held_message_is_judged(office: Office, chen: ClientSession) -> None:
    """A held message becomes a confirmed ticket of the category that was chosen, or is no issue; only once."""
    await office.hold("楼上又开始了")
    await office.hold("今天天气真好", number=2)
    result = await decided(chen, "r1", "big", category="neighbour")
    assert result["ok"], result
    made = await office.get(1)
    assert (made.category, made.tier, made.status) == (Category.NEIGHBOUR, Tier.BIG, Status.ASSIGNED)
    assert (await decided(chen, "r2", "reject"))["ok"]
    assert await decided(chen, "r2", "confirm") == {
        "item": "r2",
        "ok": False,
        "text": "这条消息已经有人判过了",
        "number": 0,
    }


async def test_many_at_once_without_script(office: Office, chen: ClientSession) -> None:
    """A plain form with several ticks decides all of them, and the page says how many."""
    tickets = [await office.add(f"漏水{n}") for n in range(3)]
    form = [("csrf", await csrf(chen, "/console/")), ("action", "confirm"), *(("item", item_of(t)) for t in tickets)]
    answer = await chen.post("/console/decide", data=form)
    assert "3件已处理" in await answer.text()
    assert {(await office.get(n)).status for n in (1, 2, 3)} == {Status.ASSIGNED}


async def test_a_mistake_stays_at_its_field(office: Office, chen: ClientSession) -> None:
    """A form with a mistake comes back open, with a sentence at the field and everything that was typed."""
    ticket = await office.add()
    await decided(chen, item_of(ticket), "confirm")
    seen = len((await office.get(1)).history)
    form = {
        "csrf": await csrf(chen, "/console/"),
        "action": "measure",
        "seen": str(seen),
        "what": "换<b>水泵",
        "by_when": "明天",
    }
    answer = await chen.post("/console/tickets/1", data=form)
    text = await answer.text()
    assert answer.status == 422
    assert "日期写成 2026-03-10 这样" in text
    assert "换&lt;b&gt;水泵" in text
    answer = await chen.post("/console/tickets/1", data={**form, "by_when": "2030-01-02"})
    assert "商定措施：换<b>水泵".replace("<b>", "&lt;b&gt;") in await answer.text()


async def test_merge_and_split(office: Office, chen: ClientSession) -> None:
    """Two tickets are made one, and two again; one that may not be seen is no place to merge into."""
    first = await office.add()
    second = await office.add("楼道又漏了")
    await office.add("别处的", place=Place(estate="别的小区", building="3号楼"))
    assert (await decided(chen, item_of(second), "merge", into="3"))["ok"] is False
    assert (await decided(chen, item_of(second), "merge", into="#1"))["ok"]
    assert "#2" in await text_of(chen, f"/console/tickets/{first.number}")
    seen = len((await office.get(2)).history)
    assert (await decided(chen, f"t2.{seen}", "split"))["ok"]
    assert (await office.get(2)).status is Status.PENDING


async def test_what_was_pasted(office: Office, chen: ClientSession) -> None:
    """A post that somebody pasted waits no longer."""
    await office.by_hand("【#1】已记录")
    assert (await decided(chen, "p1", "pasted"))["ok"]
    assert (await decided(chen, "p1", "pasted"))["ok"] is False


@pytest.mark.parametrize("item", ["", "x1", "t", "tx", "t1.x", "t99", "r99", "t" + "9" * 40])
async def test_nonsense_is_refused_in_a_sentence(office: Office, chen: ClientSession, item: str) -> None:
    """Whatever a form may hold, the answer is a sentence."""
    await office.add()
    form = {"csrf": await csrf(chen, "/console/"), "item": item, "action": "nonsense"}
    answer = await chen.post("/console/decide", data=form, headers={"Accept": "application/json"})
    assert answer.status == 200
    assert not any(r["ok"] for r in (await answer.json())["results"])


async def test_a_leader_sees_their_building(served: tuple[Office, TestServer]) -> None:
    """A leader decides about their own building, and is not shown who reported."""
    office, server = served
    await office.add()
    await office.add("五号楼漏水", place=Place(estate=ESTATE, building="5号楼"))
    from bot.handlers.entering import login_link
    from tests.console.office import LI

    async with office.work() as work:
        link = await login_link(await work.members.get(LI), "http://x", office.console.context(work))
        await work.commit()
    path = link.removeprefix("http://x")
    async with browser(server) as li:
        await li.post(path, data={"csrf": await csrf(li, path)})
        today = await text_of(li, "/console/")
        assert "#1" in today
        assert "五号楼漏水" not in today
        await text_of(li, "/console/tickets/2", 404)
        assert "看反映人" not in await text_of(li, "/console/tickets/1")
        mark = {"csrf": await csrf(li, "/console/")}
        assert (await li.post("/console/tickets/1/reveal", data={**mark, "reason": "x"})).status == 403
        assert (await decided(li, "t1.1", "confirm"))["ok"]


async def test_a_long_list_comes_in_parts(office: Office, chen: ClientSession) -> None:
    """Of very many only the most pressing are shown, and how many more there are."""
    for n in range(63):
        await office.add(f"第{n}件")
    text = await text_of(chen, "/console/")
    assert text.count('class="row"') == 60
    assert "其余 3 件在工单里" in text
    assert '<span class="count">63</span>' in text
