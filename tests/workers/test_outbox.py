"""The outbox: at a human pace, at least once, never blindly twice."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.domain.messages import ConversationKind, ConversationRef
from bot.domain.records import PostStatus, Priority
from bot.domain.tickets import Status
from tests.cast import GROUP, NOON, OTHER_GROUP, ZONE, conversation, identity
from tests.workers.scripted import NEVER, PERHAPS, REFUSED, Office, about

SENT, WAITING, FAILED, UNKNOWN = PostStatus.SENT, PostStatus.WAITING, PostStatus.FAILED, PostStatus.UNKNOWN


async def test_a_sentence_goes_out_with_a_receipt_and_its_ticket_knows() -> None:
    """The row keeps the platform's id, and the ticket that its group was told, and when."""
    office = Office()
    await office.add_ticket()
    await office.add("【#1】已记录", about=about())
    assert await office.send() == 1
    [post] = office.posts
    assert (post.status, post.receipt, post.sent_at, post.attempts) == (SENT, "bot1", NOON, 1)
    ticket = await office.database.tickets.get(1)
    assert (ticket.told_at, ticket.history[-1].data["status"]) == (NOON, "pending")
    assert await office.send(60) == 0


async def test_a_post_about_a_ticket_that_is_gone_is_sent_all_the_same() -> None:
    """A receipt never fails because of what the sentence was about."""
    office = Office()
    await office.add("【#77】已记录", about=about(77))
    assert await office.send() == 1
    assert office.statuses() == [SENT]


async def test_the_same_key_is_said_once() -> None:
    """A second sentence under a key that is known is dropped."""
    office = Office()
    await office.add("一", key="k")
    await office.add("二", key="k")
    await office.send(10, times=3)
    assert office.said == ["一"]


async def test_two_posts_of_a_group_keep_their_distance() -> None:
    """In one group there is a gap between posts; another group does not wait for it."""
    office = Office()
    await office.add("甲", Priority.ANSWER)
    await office.add("乙", Priority.ANSWER)
    await office.add("丙", Priority.ANSWER, conversation=OTHER_GROUP)
    assert await office.send() == 2
    assert await office.send(4) == 0
    assert await office.send(1) == 1
    assert sorted(office.said) == sorted(["甲", "乙", "丙"])


async def test_news_of_a_group_are_merged_into_one_post() -> None:
    """Up to five sentences go out as one message; each row knows the receipt, and mentions are not repeated."""
    office = Office()
    for n in range(1, 8):
        await office.add(f"【#{n}】已记录", mentions=("li",))
    assert await office.send() == 1
    assert office.adapter.posts[0].text.splitlines() == [f"【#{n}】已记录" for n in range(1, 6)]
    assert office.adapter.posts[0].mentions == ("li",)
    assert {p.receipt for p in office.posts[:5]} == {"bot1"}
    assert [p.merged_into for p in office.posts[:5]] == [0, 1, 1, 1, 1]
    assert await office.send(10) == 1


async def test_answers_come_alone_and_first() -> None:
    """A direct answer quotes what it answers and is not mixed with news."""
    office = Office()
    await office.add("【#1】新闻")
    await office.add("【#2】回答", Priority.ANSWER, reply_to="m5")
    await office.send(10, times=2)
    assert office.said == ["【#2】回答", "【#1】新闻"]
    assert office.adapter.posts[0].reply_to == "m5"


async def test_an_emergency_does_not_wait() -> None:
    """It passes the gap, the night and everything else that is waiting."""
    office = Office()
    office.clock.move_to(NOON.replace(hour=23))
    await office.add("【#1】新闻")
    await office.add("【#2】回答", Priority.ANSWER)
    await office.send()
    await office.add("【#3】紧急", Priority.EMERGENCY)
    assert await office.send() == 1
    assert office.said == ["【#2】回答", "【#3】紧急"]


async def test_news_sleep_at_night() -> None:
    """From ten in the evening to seven in the morning only answers and emergencies go out."""
    office = Office()
    office.clock.move_to(NOON.replace(hour=22, minute=0))
    await office.add("【#1】新闻")
    await office.add("【#2】回答", Priority.ANSWER)
    await office.send(10, times=3)
    assert office.said == ["【#2】回答"]
    assert office.posts[0].due_at == NOON.replace(hour=7, minute=0) + timedelta(days=1)
    office.clock.move_to(office.posts[0].due_at)
    await office.send()
    assert office.said[-1] == "【#1】新闻"


@pytest.mark.parametrize(
    ("begin", "end", "hour", "quiet"),
    [(22, 7, 23, True), (22, 7, 3, True), (22, 7, 7, False), (12, 14, 13, True), (12, 14, 14, False), (0, 0, 3, False)],
)
def test_quiet_hours_may_pass_midnight(begin: int, end: int, hour: int, quiet: bool) -> None:
    """The night is from *begin* up to *end*, local time; the same hour twice is no night at all."""
    pacing = replace(_pacing(), quiet_from=time(begin), quiet_until=time(end))
    now = datetime(2026, 3, 10, hour, tzinfo=ZONE)
    assert pacing.quiet(now) is quiet
    assert pacing.quiet(now.astimezone(tz=None)) is quiet
    assert pacing.morning(now) > now


def _pacing():  # type: ignore[no-untyped-def]
    from tests.workers.scripted import PACING

    return PACING


async def test_a_group_hears_a_bounded_number_of_news_a_day() -> None:
    """Beyond the budget news wait for the next day; answers do not count."""
    office = Office(daily_budget=2, together=1)
    await office.add("回答", Priority.ANSWER)
    for n in range(3):
        await office.add(f"【#{n}】新闻")
    await office.send(10, times=5)
    assert len(office.said) == 3
    office.clock.move_to(NOON.replace(hour=8) + timedelta(days=1))
    await office.send()
    assert len(office.said) == 4


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
    ("found", "status", "tries"), [("bot9", SENT, 1), ("", SENT, 2), (None, UNKNOWN, 1)], ids=["found", "not", "unknown"]
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
        from bot.domain.taxonomy import Tier

        await work.tickets.save(replace(await work.tickets.get(1), tier=Tier.PRIVATE, status=Status.REFERRED))
        await work.commit()
    await office.add("【#1】已转介", about=about(status="referred"), conversation=_private("王阿姨"))
    await office.send(10)
    assert (await office.database.tickets.get(1)).told_at is not None


def _private(who: str) -> ConversationRef:
    return replace(GROUP, kind=ConversationKind.PRIVATE, id=identity(who).user_id)
