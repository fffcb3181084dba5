"""What the bot does not act on, and how it takes what it hears: chatter, new groups, batches, doubles, conflicts."""

import io
import logging
import re
from dataclasses import replace
from typing import Any

import pytest
import structlog

from bot.cli import log_to
from bot.domain.errors import StaleTicket
from bot.domain.messages import ChannelState, InboundMessage, PostingStopped, Sender
from bot.domain.tickets import Status, Ticket
from storage.memory import MemoryUnitOfWork
from tests import cast
from tests.cast import GROUP, NEW_GROUP, private_chat
from tests.conversations.group import Group
from tests.conversations.readings import Readings

LEAK = "2单元楼道水管漏水了，有人管吗"
CHATTER = ("今天天气真好", "谁去买菜", "哈哈哈[捂脸]", "收到，谢谢", "电话13800138000找我", "晚上吃什么\u200b\u202e")


def _kept(g: Group) -> dict[str, Any]:
    """Everything on every shelf."""
    d = g.database
    shelves = {
        "tickets": d.tickets._shelf, "inbox": d.inbox._shelf, "outbox": d.outbox._shelf, "reviews": d.reviews._shelf,
        "pictures": d.pictures._shelf, "gaps": d.gaps._shelf, "conversations": d.conversations._shelf,
        "members": d.members._members, "invitations": d.members._invitations, "tries": d.members._tries,
    }  # fmt: skip
    return {name: shelf.items() for name, shelf in shelves.items()}  # type: ignore[attr-defined]


async def test_chatter_leaves_nothing_in_the_store() -> None:
    """Ordinary talk touches no repository at all, and nothing is said; only the watermark notes time and id."""
    async with Group() as g:
        before = _kept(g)
        for text in CHATTER:
            for who in ("王阿姨", "李楼长", "一个陌生人"):
                await g.says(who, text)
                g.bot_is_silent()
        assert _kept(g) == before
        await g.passes(minutes=1)
        [known] = [c for c in await g.database.conversations.listed() if c.ref.key == GROUP.key]
        assert known.watermark_id == "m18"
        assert not any(text in str(_kept(g)) for text in CHATTER)


async def test_a_group_that_is_not_enabled_is_ignored_but_listed() -> None:
    """A worker sees that the group exists; what is said there is not looked at until it is enabled."""
    async with Group() as g:
        await g.says("王阿姨", LEAK, conversation=NEW_GROUP, conversation_name="新来的群")
        g.bot_is_silent()
        assert g.tickets == []
        [new] = [c for c in await g.database.conversations.listed() if c.ref.key == NEW_GROUP.key]
        assert (new.name, new.enabled) == ("新来的群", False)
        async with g.work() as work:
            await work.conversations.save(replace(new, enabled=True))
            await work.commit()
        await g.says("王阿姨", LEAK, conversation=NEW_GROUP, conversation_name="改了名的群")
        g.bot_said("【#1】已记录", to=NEW_GROUP)
        assert (await g.database.conversations.get(NEW_GROUP.key)).name == "改了名的群"  # type: ignore[union-attr]


async def test_new_groups_can_be_enabled_by_themselves() -> None:
    """With `enable_new` the bot takes part in every group that speaks."""
    async with Group(enable_new=True) as g:
        await g.says("王阿姨", LEAK, conversation=NEW_GROUP)
        g.bot_said("【#1】已记录", to=NEW_GROUP)


async def test_a_private_chat_is_always_open_and_always_answered() -> None:
    """One may ask in private without being enabled; small talk there is greeted, once a day."""
    async with Group() as g:
        chat = private_chat("一个陌生人")
        await g.says("一个陌生人", "你好", conversation=chat)
        g.bot_said("有事直接在群里说", to=chat)
        await g.says("一个陌生人", "在吗", conversation=chat)
        g.bot_is_silent()
        assert chat.key not in {c.ref.key for c in await g.database.conversations.listed()}


async def test_a_message_that_comes_twice_is_heard_once() -> None:
    """The same id, soon or after a restart, and the same sequence number under another id, add nothing."""
    async with Group() as g:
        report = await g.says("王阿姨", LEAK, sequence="881")
        await g.hears(report)
        g.dispatcher.forget_all()
        await g.hears(report)
        await g.hears(replace(report, message_id="again"))
        g.bot_is_silent()
        assert [m.message_id for t in g.tickets for m in t.messages] == ["m1"]


async def test_a_confirmation_that_comes_twice_is_answered_once() -> None:
    """A command is carried out once, under whatever id it comes back."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        command = await g.says("李楼长", "确认 #1", sequence="882")
        await g.hears(replace(command, message_id="again"))
        g.bot_is_silent()
        assert len(g.ticket().events("confirmed")) == 1


async def test_two_accounts_in_one_group_answer_once() -> None:
    """What both of the bot's accounts hear, each under its own id, is one message."""
    async with Group() as g:
        report = await g.says("王阿姨", LEAK, sequence="881")
        command = await g.says("李楼长", "确认 #1", sequence="882")
        for heard in (report, command):
            other = replace(heard.conversation, account="10002000")
            await g.hears(replace(heard, conversation=other, message_id=f"other-{heard.message_id}"))
            g.bot_is_silent()
        assert len(g.ticket().events("confirmed")) == 1
        assert [m.message_id for m in g.ticket().messages] == ["m1"]


async def test_one_poisonous_message_silences_nobody() -> None:
    """Of a batch of 64, the 63 others are worked through though one hits a bug; the log says so in nobody's words."""
    log = io.StringIO()
    log_to(log, logging.INFO)
    async with Group(classifier=Readings(poison="毒")) as g:
        await g.says("王阿姨", LEAK)
        batch: list[InboundMessage] = [g.written("赵大爷", f"闲话{n}") for n in range(61)]
        batch.insert(20, g.written("一个陌生人", "我家也漏水了，毒"))
        batch.insert(10, g.written("李楼长", "确认 #1"))
        batch.append(g.written("孙姐", "我家也是 #1"))
        assert len(batch) == 64
        await g.hears(*batch)
        assert g.status() is Status.ASSIGNED
        assert len(g.ticket().supporters) == 1
        assert len(g.ticket().events("confirmed")) == 1
    structlog.reset_defaults()
    assert "batch_failed" in log.getvalue()
    assert not {"毒", "闲话", "漏水", "王阿姨"} & set(re.findall(r"毒|闲话|漏水|王阿姨", log.getvalue()))


async def test_a_batch_is_classified_in_one_call() -> None:
    """However many messages come at once, the model is asked once."""
    async with Group() as g:
        await g.hears(*(g.written("赵大爷", f"闲话{n}") for n in range(20)))
        assert len(g.classifier.calls) == 1


class _Busy(MemoryUnitOfWork):
    """A store in which somebody else is faster, as often as it is told."""

    conflicts = 0

    async def commit(self) -> None:
        """Lose the race a few times."""
        if _Busy.conflicts:
            _Busy.conflicts -= 1
            raise StaleTicket("#1刚被别人改过")
        await super().commit()


@pytest.mark.parametrize(("conflicts", "kept"), [(2, True), (6, False)])
async def test_a_conflict_is_tried_again_and_leaves_no_trace(conflicts: int, kept: bool) -> None:
    """Somebody else's change in between is no loss: the batch is read and done again; after three tries it is left."""
    async with Group() as g:
        await g.says("王阿姨", LEAK)
        g.dispatcher._work = lambda: _Busy(g.database)
        _Busy.conflicts = conflicts
        command = g.written("李楼长", "确认 #1")
        await g.hears(command)
        assert (g.status() is Status.ASSIGNED) is kept
        assert len(g.ticket().events("confirmed")) == kept
        _Busy.conflicts = 0
        await g.hears(command)
        assert len(g.ticket().events("confirmed")) == 1


async def test_a_failed_batch_is_forgotten_in_the_window_too() -> None:
    """What could not be stored is not remembered as part of a ticket that never was."""
    async with Group() as g:
        g.dispatcher._work = lambda: _Busy(g.database)
        _Busy.conflicts = 3
        report = g.written("王阿姨", LEAK)
        await g.hears(report)
        assert g.tickets == []
        await g.hears(report)
        g.bot_said("已记录")


async def test_an_account_that_goes_offline_leaves_a_gap() -> None:
    """From offline to online is a stretch in which messages may have been missed."""
    async with Group() as g:
        for online in (False, False, True):
            await g.hears(ChannelState(platform=GROUP.platform, account="loushi", online=online, at=g.clock.now()))
        [gap] = await g.database.gaps.listed()
        assert gap.begin == cast.NOON
        assert gap.end is not None
        assert gap.end > gap.begin


async def test_being_removed_from_a_group_is_remembered() -> None:
    """The bot does not post where it was removed, and takes it up again when it may; unknown groups do not matter."""
    async with Group() as g:
        await g.hears(PostingStopped(conversation=NEW_GROUP, until=None, at=g.clock.now()))
        await g.hears(PostingStopped(conversation=GROUP, until=None, at=g.clock.now()))
        await g.says("王阿姨", LEAK)
        g.bot_is_silent()
        await g.hears(PostingStopped(conversation=GROUP, until=g.clock.now(), at=g.clock.now()))
        await g.passes(minutes=1)
        assert len(g.adapter.posts) == 1


@pytest.mark.parametrize(
    "text", ["", "\x00\u200b\u202e", "漏" * 100_000, "确认" * 50_000, "#" * 1000, "[CQ:at,qq=all]"]
)
async def test_anything_can_be_sent(text: str) -> None:
    """Nothing, invisible characters and a hundred thousand characters are survived in silence."""
    async with Group() as g:
        await g.says("一个陌生人", text)
        g.bot_is_silent()


async def test_a_name_of_control_characters_is_cleaned() -> None:
    """What cannot be seen in a name or in a quote does not reach a ticket either."""
    async with Group() as g:
        name = Sender(identity=cast.identity("王阿姨"), name="3-2-501\u202e王阿姨" + "\u200b" * 50)
        await g.says("王阿姨", "2单元楼道\u200b水管漏水了，有人管吗", sender=name, quote=cast.message("x", "").quote)
        ticket: Ticket = g.ticket()
        assert ticket.messages[0].sender_name == "3-2-501王阿姨"
        assert ticket.messages[0].text == LEAK
