"""The whole program on WeChat: one complaint, from the words of a neighbour to the closed ticket."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import aiohttp

from bot.adapters.wechaty import WechatyAdapter
from bot.app import App
from bot.domain.members import Grant, Role
from bot.domain.messages import Identity
from bot.domain.policy import Policy
from bot.domain.records import Conversation, PictureStatus
from bot.domain.tickets import Status
from bot.intake.scene import Rules
from bot.workers.outbox import Pacing
from config.responsibility import load_responsibility
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from storage.pictures import PictureFolder
from tests.cast import ESTATE, ZONE
from tests.conversations.readings import Readings
from tests.peers.wechaty.gateway import IMAGE, Gateway
from tests.peers.wechaty.pictures import large_jpeg
from tests.peers.wechaty.scene import (
    CARDS,
    GROUP,
    LI,
    ROOM,
    TOPIC,
    WANG,
    ZHOU,
    Heard,
    Place,
    quick,
    quoting,
    until_sent,
)
from tests.peers.wechaty.scene import until as eventually

GRANTS = {
    LI: Grant(role=Role.LEADER, estate=ESTATE, building="3号楼"),
    ZHOU: Grant(role=Role.PROPERTY, estate=ESTATE),
}


class House:
    """The program with WeChat in front of it and a store in memory behind it."""

    def __init__(self, gateway: Gateway, directory: Path) -> None:
        self.database = MemoryDatabase()
        self.adapter = WechatyAdapter([quick(gateway)], directory / "wechaty")
        policy = Policy(
            responsibility=load_responsibility(),
            objections=timedelta(seconds=0.5),
            acknowledge_after=timedelta(seconds=0.3),
        )
        self.place = Place(gateway, self.adapter, Heard(), [])
        self.app = App(
            work=lambda: MemoryUnitOfWork(self.database),
            adapters=[self.adapter],
            classifier=Readings(),
            policy=policy,
            rules=Rules(bodies=policy.responsibility.by_name()),
            pacing=Pacing(zone=ZONE, gap=timedelta(), jitter=(0.0, 0.0), quiet_from=time(0), quiet_until=time(0)),
            pictures=PictureFolder(directory / "pictures"),
            host="127.0.0.1",
            port=0,
        )

    async def open(self) -> None:
        """The group takes part, and the people with a role are known."""
        async with MemoryUnitOfWork(self.database) as work:
            home = Conversation(ref=GROUP, estate=ESTATE, building="3号楼", enabled=True, first_seen=datetime.now(UTC))
            await work.conversations.save(home)
            for who, grant in GRANTS.items():
                await work.members.grant(Identity(platform="wechaty", user_id=who), CARDS[who][0], grant)
            await work.commit()
        await self.app.start()
        await eventually(self.adapter.online)
        await self.place.gateway.move_in(ROOM, TOPIC, CARDS)
        await self.place.gateway.do("clear")

    async def says(self, who: str, text: str, answer: str) -> str:
        """*who* says *text*; the bot's post with *answer* in it."""
        await self.place.says(who, text)
        return str((await until_sent(self.place.gateway, answer))["text"])


async def test_a_complaint_with_a_picture_is_closed_by_quotes_alone(shared_gateway: Gateway, tmp_path: Path) -> None:
    """王阿姨 complains and sends a photo; 李楼长 and 物业小周 only ever quote the bot; the ticket closes, photo and all."""
    house = House(shared_gateway, tmp_path)
    await house.open()
    try:
        await shared_gateway.has_picture("the-photo", large_jpeg(5_000_000))
        await house.place.says(WANG, "", id="the-photo", type=IMAGE)
        asked = await house.says(WANG, "2单元楼道水管漏水了，有人管吗", "【#1】已记录")
        assert asked.startswith("@李楼长\u2005")
        confirmed = await house.says(LI, quoting("楼事通", asked, "确认"), "【#1】已确认")
        accepted = await house.says(ZHOU, quoting("楼事通", confirmed, "接单"), "已接单")
        await house.says(ZHOU, quoting("楼事通", accepted, "办结 换了一段水管"), "已办结")
        tickets = house.database.tickets
        await eventually(lambda: tickets._shelf.all()[0].status is Status.CLOSED, 12)
        [ticket] = tickets._shelf.all()
        assert ticket.place.public == "3号楼2单元楼道"
        assert [m.sender.user_id for m in ticket.messages if m.text == "[图片]"] == [WANG]
        kept = await house.database.pictures.of_ticket(1)
        assert [p.status for p in kept] == [PictureStatus.KEPT]
    finally:
        await house.app.stop()


async def test_health_says_that_the_account_is_out(shared_gateway: Gateway, tmp_path: Path) -> None:
    """`/health` follows the account, and the gap is recorded while it is out."""
    house = House(shared_gateway, tmp_path)
    await house.open()
    try:
        assert await _health(house.app) == {"wechaty": True}
        await shared_gateway.do("logout")
        await eventually(house.database.gaps._shelf.all)
        assert await _health(house.app) == {"wechaty": False}
        await shared_gateway.do("login")
        await eventually(lambda: house.database.gaps._shelf.all()[0].end)
        assert await _health(house.app) == {"wechaty": True}
        [gap] = house.database.gaps._shelf.all()
        assert (gap.platform, gap.account, gap.reason) == ("wechaty", "loushi", "logout")
    finally:
        await house.app.stop()


async def _health(app: App) -> dict[str, bool]:
    assert app._runner is not None
    host, port = app._runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}/health") as answer:
        channels: dict[str, bool] = (await answer.json())["channels"]
        return channels
