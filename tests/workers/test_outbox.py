"""The outbox: at a human pace, at least once, never blindly twice."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.domain.records import PostStatus, Priority
from tests.cast import GROUP, NEW_GROUP, NOON, OTHER_GROUP, ZONE
from tests.workers.scripted import PACING, REFUSED, Office, about

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


async def test_a_post_waits_for_its_own_account() -> None:
    """While another account is online, nothing is tried for one that is not, so nothing is given up."""
    office = Office()
    office.adapter.away.add("10002000")
    await office.add("【#1】已记录", conversation=replace(OTHER_GROUP, account="10002000"))
    assert await office.send(3600, times=3) == 0
    assert office.adapter.tried == []
    office.adapter.away.clear()
    assert await office.send(60) == 1


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
    pacing = replace(PACING, quiet_from=time(begin), quiet_until=time(end))
    now = datetime(2026, 3, 10, hour, tzinfo=ZONE)
    assert pacing.quiet(now) is quiet
    assert pacing.quiet(now.astimezone(tz=None)) is quiet
    assert pacing.morning(now) > now


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


async def test_nobody_waits_for_the_hour_by_which_the_clock_was_set_back() -> None:
    """A post of before the step goes out, and one of after it does not wait for the gap to the last."""
    office = Office()
    await office.add("甲", Priority.ANSWER)
    assert await office.send() == 1
    await office.add("乙", Priority.ANSWER)
    office.clock._now -= timedelta(hours=1)
    assert await office.send() == 1
    await office.add("丙", Priority.ANSWER)
    assert await office.send(6) == 1
    assert office.said == ["甲", "乙", "丙"]


async def test_without_a_pause_groups_are_told_side_by_side() -> None:
    """Where no jitter is wanted, one that fails keeps no other from being noted as sent."""
    office = Office(None, REFUSED, None)
    for n, where in enumerate((GROUP, OTHER_GROUP, NEW_GROUP)):
        await office.add(f"第{n}句", Priority.ANSWER, conversation=where)
    assert await office.send() == 2
    assert sorted(office.statuses()) == sorted([SENT, WAITING, SENT])
