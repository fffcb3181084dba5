"""Platforms that refuse, lose or may have taken a post; groups that threw the bot out; processes that were killed."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.errors import StaleTicket
from bot.domain.messages import ConversationKind, ConversationRef
from bot.domain.records import PostStatus, Priority
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Status
from storage.memory import MemoryUnitOfWork
from tests.cast import GROUP, NOON, OTHER_GROUP, ZONE, conversation, identity
from tests.workers.scripted import NEVER, PERHAPS, REFUSED, Office, about

SENT, WAITING, FAILED, UNKNOWN = PostStatus.SENT, PostStatus.WAITING, PostStatus.FAILED, PostStatus.UNKNOWN


async def test_a_refused_post_is_tried_again_later_and_later() -> None:
    """A platform that says no is asked again after a growing pause."""
    office = Office(REFUSED, REFUSED)
    await office.add("【#1】已记录")
    assert await office.send() == 0
    first = office.posts[0]
    assert (first.status, first.sent_at, first.error) == (WAITING, None, "busy")
    await office.send(19)
    assert len(office.adapter.tried) == 1
    await office.send(1)
    assert office.posts[0].due_at - office.clock.now() > first.due_at - NOON
    assert await office.send(80) == 1
    assert (office.statuses(), office.posts[0].error) == ([SENT], "")


async def test_a_post_is_given_up_after_its_tries() -> None:
    """After the last try the row says why, and nothing is sent any more."""
    office = Office(REFUSED, REFUSED, REFUSED, failures=99)
    await office.add("【#1】已记录")
    await office.send(2000, times=6)
    assert (office.statuses(), office.posts[0].attempts, len(office.adapter.tried)) == ([FAILED], 3, 3)


async def test_a_permanent_refusal_is_not_repeated() -> None:
    """Where trying again cannot help, it is not tried again."""
    office = Office(NEVER)
    await office.add("【#1】已记录")
    await office.send(2000, times=3)
    assert (office.statuses(), office.posts[0].error, len(office.adapter.tried)) == ([FAILED], "not a member", 1)


@pytest.mark.parametrize(
    ("found", "status", "tries"),
    [("bot9", SENT, 1), ("", SENT, 2), (None, UNKNOWN, 1)],
    ids=["found", "not", "unknown"],
)
async def test_an_ambiguous_send_is_looked_up(found: str | None, status: PostStatus, tries: int) -> None:
    """A time-out is looked up: found is sent, surely not sent is tried again, unknown is never repeated."""
    office = Office(PERHAPS, found=found)
    await office.add("【#1】已记录")
    await office.send(30, times=4)
    assert (office.statuses(), len(office.adapter.tried)) == ([status], tries)
    assert office.adapter.looked_for == ["【#1】已记录"]
    if found:
        assert office.posts[0].receipt == found


async def test_a_group_that_fails_is_left_alone_for_a_while() -> None:
    """After three failures in a row the group rests half an hour; other groups go on; a success starts anew."""
    office = Office(REFUSED, REFUSED, REFUSED, tries=9)
    await office.add("【#1】已记录")
    while len(office.adapter.tried) < 3:
        await office.send(200)
    await office.add("【#2】别的群", conversation=OTHER_GROUP)
    assert await office.send(900) == 1
    assert office.said == ["【#2】别的群"]
    assert await office.send(900) == 1
    assert office.said[-1] == "【#1】已记录"


async def test_nothing_is_sent_while_the_platform_is_away() -> None:
    """Offline or unknown platforms keep their rows waiting, without a try."""
    office = Office()
    office.adapter.up = False
    await office.add("【#1】已记录")
    await office.add("【#2】没有的平台", conversation=ConversationRef(platform="nowhere", id="1"))
    assert await office.send(60) == 0
    office.adapter.up = True
    assert await office.send(60) == 1
    assert office.statuses() == [SENT, WAITING]


async def test_kicked_out_nothing_is_sent_until_the_bot_is_back() -> None:
    """A group that removed the bot (or muted it) gets nothing, not even emergencies, until it may speak."""
    office = Office()
    async with office.work() as work:
        forever = datetime.max.replace(tzinfo=ZONE)
        await work.conversations.save(conversation(silent_until=forever))
        await work.commit()
    await office.add("【#1】紧急", Priority.EMERGENCY)
    assert await office.send(3600, times=3) == 0
    async with office.work() as work:
        await work.conversations.save(conversation(silent_until=office.clock.now()))
        await work.commit()
    assert await office.send() == 1


@pytest.mark.parametrize(("found", "status"), [("bot9", SENT), ("", WAITING), (None, UNKNOWN)])
async def test_what_a_killed_process_left_is_looked_up(found: str | None, status: PostStatus) -> None:
    """Sentences that were under way as one message are looked for as that message, and never sent blindly."""
    office = Office(found=found)
    for n, merged in ((1, 0), (2, 1), (3, 0)):
        await office.add(f"【#{n}】已记录", status=PostStatus.SENDING, sent_at=NOON, merged_into=merged, attempts=1)
    worker = office.new_worker()
    await worker.remember()
    await worker.recover()
    assert office.adapter.looked_for == ["【#1】已记录\n【#2】已记录", "【#3】已记录"]
    assert office.statuses() == [status] * 3
    assert office.said == []


async def test_an_offline_platform_is_asked_when_it_is_back() -> None:
    """What was under way stays so until its platform can be asked; a platform that is gone leaves it unknown."""
    office = Office(found="bot9")
    office.adapter.up = False
    await office.add("【#1】已记录", status=PostStatus.SENDING, sent_at=NOON)
    gone = ConversationRef(platform="nowhere", id="1")
    await office.add("【#2】已记录", status=PostStatus.SENDING, sent_at=NOON, conversation=gone)
    worker = office.new_worker()
    await worker.remember()
    await worker.recover()
    assert office.statuses() == [PostStatus.SENDING, UNKNOWN]
    office.adapter.up = True
    await worker.recover()
    assert office.statuses() == [SENT, UNKNOWN]


async def test_only_those_concerned_count_as_told() -> None:
    """A stranger's private chat is no telling; for a private matter the reporter's is."""
    office = Office()
    await office.add_ticket()
    await office.add("【#1】待确认", about=about(), conversation=_private("一个陌生人"))
    await office.send(10)
    assert (await office.database.tickets.get(1)).told_at is None
    async with office.work() as work:
        await work.tickets.save(replace(await work.tickets.get(1), tier=Tier.PRIVATE, status=Status.REFERRED))
        await work.commit()
    await office.add("【#1】已转介", about=about(status="referred"), conversation=_private("王阿姨"))
    await office.send(10)
    assert (await office.database.tickets.get(1)).told_at is not None


def _private(who: str) -> ConversationRef:
    return replace(GROUP, kind=ConversationKind.PRIVATE, id=identity(who).user_id)


async def test_a_receipt_survives_a_change_of_its_ticket() -> None:
    """When somebody changes the ticket in between, telling is noted on the newer one; the post is never sent again."""
    office = Office()
    await office.add_ticket()
    await office.add("【#1】已记录", about=about())
    conflicts = [True, True]

    class Busy(MemoryUnitOfWork):
        """Loses the race about a sent post twice."""

        async def commit(self) -> None:
            if await self.outbox.in_status(SENT) and conflicts and conflicts.pop():
                raise StaleTicket("#1刚被别人改过")
            await super().commit()

    office.worker._work = lambda: Busy(office.database)
    await office.send(60, times=3)
    assert office.said == ["【#1】已记录"]
    assert len((await office.database.tickets.get(1)).events("told")) == 1
