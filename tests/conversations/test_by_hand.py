"""Where a platform refuses the bot's posts: a person pastes them, and the bot knows its own words."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.messages import PostingStopped, Quote
from bot.domain.records import Post, PostStatus
from bot.domain.tickets import Status
from tests.cast import GROUP, OTHER_GROUP
from tests.conversations.group import Group
from tests.conversations.test_clock_steps import LEAK


async def waiting(g: Group) -> list[Post]:
    """What waits for a person."""
    return await g.database.outbox.in_status(PostStatus.BY_HAND)


async def silenced(g: Group) -> None:
    """The bot is removed from the group, but an administrator's account still forwards what is said there."""
    await g.hears(PostingStopped(conversation=GROUP, until=None, at=g.clock.now()))


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text,
        lambda text: text.replace("，", ", ").replace("。", ""),
        lambda text: f"  {text.replace('：', '： ')}\n",
        lambda text: f"{text}\n（社区代发）",
    ],
)
@pytest.mark.parametrize("who", ["小陈", "赵大爷"])
async def test_a_pasted_sentence_is_the_post(who: str, changed: Callable[[str], str]) -> None:
    """Whoever pastes it, with other spaces and marks: the post is sent, the group told, and no new ticket opened."""
    async with Group() as g:
        await silenced(g)
        await g.says("王阿姨", LEAK)
        [post] = await waiting(g)
        assert g.adapter.posts == []
        message = await g.says(who, changed(post.text))
        assert await waiting(g) == []
        [sent] = await g.database.outbox.in_status(PostStatus.SENT)
        assert (sent.receipt, sent.sent_at) == (message.message_id, message.at)
        assert [e.name for e in g.ticket().history] == ["opened", "told"]
        assert len(g.tickets) == 1
        await g.says("李楼长", "确认", quote=Quote(message_id=message.message_id))
        assert g.status() is Status.ASSIGNED


async def test_only_there_and_only_those_words_count() -> None:
    """The same words in another group, or other words about the ticket, are not the post."""
    async with Group() as g:
        await silenced(g)
        await g.says("王阿姨", LEAK)
        [post] = await waiting(g)
        await g.says("孙姐", post.text, conversation=OTHER_GROUP)
        await g.says("赵大爷", "【#1】怎么还没动静")
        assert await waiting(g) == [post]


async def test_several_may_be_pasted_at_once() -> None:
    """One message with two of them is the receipt of both."""
    async with Group() as g:
        await silenced(g)
        await g.says("王阿姨", LEAK)
        await g.later_says("赵大爷", "垃圾桶又满了，怎么没人收")
        texts = [p.text for p in await waiting(g)]
        assert len(texts) == 2
        await g.says("小陈", "\n".join(texts))
        assert await waiting(g) == []
        assert all(t.told_at for t in g.tickets)


async def test_an_ending_that_was_pasted_lets_a_ticket_close() -> None:
    """Pasted is told: a day later it is filed away."""
    async with Group() as g:
        await silenced(g)
        await g.says("王阿姨", LEAK)
        await g.says("小陈", "办结 #1 换了管")
        await g.passes(hours=2)
        post = next(p for p in await waiting(g) if "已办结" in p.text)
        await g.says("小陈", post.text)
        await g.passes(hours=23)
        assert g.status() is Status.RESOLVED
        await g.passes(hours=2)
        assert g.status() is Status.CLOSED


async def test_back_in_the_group_the_bot_says_it_itself() -> None:
    """What nobody pasted goes out when the bot may speak again, unless it was overtaken."""
    async with Group() as g:
        await silenced(g)
        await g.says("王阿姨", LEAK)
        await g.says("小陈", "确认 #1")
        assert len(await waiting(g)) == 2
        await g.hears(PostingStopped(conversation=GROUP, until=g.clock.now(), at=g.clock.now()))
        g.bot_said("【#1】已确认")
        assert not [p for p in g.adapter.posts if "请楼长回复" in p.text]
        assert await waiting(g) == []


async def test_a_short_mute_is_waited_for() -> None:
    """A group that muted the bot for an hour gets its posts after it; no person is bothered."""
    async with Group() as g:
        until = g.clock.now() + timedelta(hours=1)
        await g.hears(PostingStopped(conversation=GROUP, until=until, at=g.clock.now()))
        await g.says("王阿姨", LEAK)
        assert await waiting(g) == []
        await g.passes(hours=2)
        g.bot_said("【#1】已记录")
