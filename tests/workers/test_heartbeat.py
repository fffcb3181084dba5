"""After a stop it is known from when on nothing was heard, and for which accounts."""

from datetime import datetime, timedelta

from bot.clocks import ToldClock
from bot.domain.channels import Beat
from bot.domain.messages import ChannelState
from bot.domain.records import Gap
from bot.workers.catching_up import CatchingUp
from bot.workers.heartbeat import STOPPED, Heartbeat
from storage.memory import MemoryDatabase, MemoryUnitOfWork
from tests import cast
from tests.workers.scripted import Scripted


class Scene:
    """Two groups on one account, and the program's clock."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.clock = ToldClock(cast.NOON)
        self.adapter = Scripted()
        self.heartbeat = Heartbeat(work=self.work, adapters={self.adapter.platform: self.adapter}, clock=self.clock)

    def work(self) -> MemoryUnitOfWork:
        """A transaction."""
        return MemoryUnitOfWork(self.database)

    async def open(self) -> None:
        """A group takes part."""
        async with self.work() as work:
            await work.conversations.save(cast.conversation(cast.GROUP))
            await work.commit()

    async def gaps(self) -> list[Gap]:
        """What may have been missed."""
        async with self.work() as work:
            return await work.gaps.listed()

    def later(self, **span: float) -> datetime:
        """Time passes."""
        self.clock.move_to(self.clock.now() + timedelta(**span))
        return self.clock.now()


async def test_a_stop_is_a_gap() -> None:
    """Off from 9:30 to 10:30: a gap begins at the last beat; once the account is back, it ends there."""
    scene = Scene()
    await scene.open()
    await scene.heartbeat.beat()
    scene.later(hours=1)
    assert await scene.heartbeat.note_downtime() == 1
    [gap] = await scene.gaps()
    assert (gap.account, gap.begin, gap.end, gap.reason) == ("loushi", cast.NOON, None, STOPPED)
    assert not gap.is_filled


async def test_a_restart_is_none() -> None:
    """Who restarts the program within moments has missed nothing that anybody need look for."""
    scene = Scene()
    await scene.open()
    await scene.heartbeat.beat()
    scene.later(minutes=2)
    assert await scene.heartbeat.note_downtime() == 0
    assert await scene.gaps() == []


async def test_an_account_that_is_out_does_not_beat() -> None:
    """The gap of an account that was out before the stop begins when it went out, not later."""
    scene = Scene()
    await scene.open()
    await scene.heartbeat.beat()
    scene.adapter.up = False
    scene.later(hours=1)
    await scene.heartbeat.beat()
    async with scene.work() as work:
        assert await work.gaps.beats() == [Beat(platform=cast.PLATFORM, account="loushi", at=cast.NOON)]


async def nothing(_event: object) -> None:
    """Take nothing in."""


async def test_history_fills_a_gap() -> None:
    """Where the platform tells what was said meanwhile, the gap is filled; on WeChat nobody can tell."""
    for platform, filled in ((cast.PLATFORM, True), ("wechaty", False)):
        scene = Scene()
        await scene.open()
        async with scene.work() as work:
            await work.gaps.begin(Gap(platform=platform, account="loushi", begin=cast.NOON, reason=STOPPED))
            await work.commit()
        back = ChannelState(platform=platform, account="loushi", online=True, at=scene.later(hours=1))
        await CatchingUp(adapter=scene.adapter, work=scene.work, take=nothing).catch_up(back)
        assert [g.is_filled for g in await scene.gaps()] == [filled]
