"""The program stops, a moment later a new one goes on: what was said before is in mind, what was decided is not undone."""

from dataclasses import replace
from datetime import timedelta

from bot.changes import Changes
from bot.dispatcher import Dispatcher
from bot.domain.errors import Unavailable
from bot.domain.messages import InboundMessage
from storage.memory import MemoryUnitOfWork
from tests.cast import GROUP, identity
from tests.conversations.group import RULES, SILENCE, Group

LEAK = "2单元楼道水管漏水了，有人管吗"


def restarted(g: Group) -> None:
    """A new process on the same database: nothing is in mind."""
    g.dispatcher = Dispatcher(
        classifier=g.classifier, policy=g.policy, rules=RULES, work=g.work, clock=g.clock, changes=Changes()
    )


async def hears_again(g: Group, *messages: InboundMessage) -> None:
    """What the history brings of before the stop."""
    await g.hears(*(replace(m, is_past=True) for m in messages))


async def test_a_neighbour_is_understood_across_a_restart() -> None:
    """王阿姨 reports, the program restarts, 赵大爷 says 我家也是: one ticket, one supporter."""
    async with Group() as g:
        said = await g.says("王阿姨", LEAK)
        restarted(g)
        await hears_again(g, said)
        g.bot_is_silent()
        await g.says("赵大爷", "我家也是")
        assert g.ticket().supporters == (identity("赵大爷"),)


async def test_what_was_left_alone_stays_so() -> None:
    """A message from before the stop never becomes a ticket or a support, however it would be read now."""
    async with Group() as g:
        early = g.written("赵大爷", "我家也是")
        await g.hears(early)
        said = await g.says("王阿姨", LEAK)
        restarted(g)
        await hears_again(g, early, said)
        assert len(g.tickets) == 1
        assert g.ticket().supporters == ()


async def test_how_far_was_heard_goes_with_what_was_made_of_it() -> None:
    """A ticket and the watermark of its message are in one transaction, and so are those of chatter before it."""
    async with Group() as g:
        await g.says("孙姐", "早上好")
        said = await g.says("王阿姨", LEAK)
        async with g.work() as work:
            known = await work.conversations.get(GROUP.key)
        assert known is not None
        assert (known.watermark_at, known.watermark_id) == (said.at, said.message_id)


class Stubborn:
    """A store that cannot be used for the first few times."""

    def __init__(self, g: Group, times: int) -> None:
        self.g, self.times = g, times

    def __call__(self) -> MemoryUnitOfWork:
        """A transaction, or none."""
        if self.times:
            self.times -= 1
            raise Unavailable("数据库正被另一个程序占用，稍后再试")
        return MemoryUnitOfWork(self.g.database)


async def test_what_is_heard_while_the_store_is_locked_waits() -> None:
    """Locked for a minute, then open: every message is there, in order, once."""
    async with Group() as g:
        locked = Stubborn(g, times=15)
        g.dispatcher = Dispatcher(
            classifier=g.classifier, policy=g.policy, rules=RULES, work=locked, clock=g.clock, changes=Changes()
        )
        begun = g.clock.now()
        await g.hears(g.written("王阿姨", LEAK), g.written("赵大爷", "我家也是"), silence=timedelta())
        assert g.clock.now() - begun > SILENCE / 2
        assert [m.message_id for m in g.ticket().messages] == ["m1", "m2"]


async def test_a_message_that_comes_live_and_from_the_history_is_read_once() -> None:
    """In one batch as in two: what it says is not taken for said twice over, and makes one ticket."""
    async with Group() as g:
        message = g.written("王阿姨", LEAK)
        await g.hears(message, replace(message), g.written("赵大爷", "我家也是"))
        assert [m.message_id for m in g.ticket().messages] == ["m1", "m2"]
