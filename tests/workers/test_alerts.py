"""A worker is told, once, that an account is out where what is said meanwhile is lost."""

import asyncio
from datetime import timedelta

from bot.clocks import ToldClock
from bot.domain.messages import ChannelState, ConversationKind, ConversationRef, InboundEvent
from bot.domain.records import Conversation, Gap
from bot.workers.alerts import Alerts
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from tests import cast

CHAT = ConversationRef(
    platform=cast.PLATFORM, kind=ConversationKind.PRIVATE, id=cast.identity("小陈").user_id, account="loushi"
)


def state(*, online: bool, platform: str = "wechaty", reason: str = "scan") -> ChannelState:
    """The account goes or comes."""
    return ChannelState(platform=platform, account="bot", online=online, at=cast.NOON, reason=reason)


class Scene:
    """小陈, who has written to the bot, and an account that comes and goes."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.passed: list[InboundEvent] = []
        self.alerts = Alerts(
            work=self.work, take=self._take, clock=ToldClock(cast.NOON), zone=cast.ZONE, patience=timedelta(0)
        )

    def work(self) -> MemoryUnitOfWork:
        """A transaction."""
        return MemoryUnitOfWork(self.database)

    async def open(self) -> None:
        """Everybody with a role is known; only 小陈 has a private chat."""
        async with self.work() as work:
            for name, grant in cast.GRANTS.items():
                await work.members.grant(cast.identity(name), name, grant)
            await work.conversations.save(Conversation(ref=CHAT, enabled=True, first_seen=cast.NOON))
            await work.commit()

    async def _take(self, event: InboundEvent) -> None:
        """Do what the dispatcher does with it."""
        self.passed.append(event)
        assert isinstance(event, ChannelState)
        async with self.work() as work:
            if event.online:
                await work.gaps.end(event.platform, event.account, event.at)
            else:
                await work.gaps.begin(
                    Gap(platform=event.platform, account=event.account, begin=event.at, reason=event.reason)
                )
            await work.commit()

    async def hears(self, *events: ChannelState) -> list[str]:
        """*events*, one after the other; what was put into the outbox until then."""
        for event in events:
            await self.alerts(event)
        await asyncio.sleep(0.02)
        async with self.work() as work:
            return [post.text for post in await work.outbox.claim_due(cast.NOON)]


async def test_a_worker_is_told_once_however_often_it_goes() -> None:
    """One post for a gap, with the time and the reason; an older program's gap is the same gap."""
    scene = Scene()
    await scene.open()
    posts = await scene.hears(state(online=False), state(online=False), state(online=False, reason="lost"))
    assert len(scene.passed) == 3
    assert len(posts) == 1
    assert "微信号3月10日9点30分起不在线（要有人去扫码登录）" in posts[0]
    assert await scene.hears(state(online=False)) == posts


async def test_who_is_back_at_once_was_never_gone() -> None:
    """A gateway that is restarted bothers nobody, and QQ, which keeps a history, neither."""
    scene = Scene()
    await scene.open()
    assert await scene.hears(state(online=False), state(online=True)) == []
    assert await scene.hears(state(online=False, platform="onebot")) == []
    await scene.alerts(state(online=False))
    scene.alerts.stop()
    assert await scene.hears() == []
