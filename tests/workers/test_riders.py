"""What goes along with other posts, what is said instead, and what is left to a person."""

from dataclasses import replace

import pytest

from bot.domain.messages import ConversationKind
from bot.domain.records import Instead, PostStatus, Priority
from bot.domain.tickets import Status
from tests.cast import DAY, GROUP, NOON, OTHER_GROUP, identity
from tests.workers.scripted import NEVER, PERHAPS, REFUSED, Office, about

SENT, WAITING, FAILED, UNKNOWN = PostStatus.SENT, PostStatus.WAITING, PostStatus.FAILED, PostStatus.UNKNOWN
PRIVATE = replace(GROUP, kind=ConversationKind.PRIVATE, id=identity("王阿姨").user_id)


async def debt(office: Office, number: int = 1, **changes: object) -> None:
    """A word that is owed about a ticket, as the clock writes it."""
    key = f"{number}/9/debt/{GROUP.key}"
    values = {"key": key, "about": about(number), **changes}
    await office.add(f"【#{number}】仍在办理", Priority.RIDER, **values)


async def test_a_rider_is_no_reason_to_speak() -> None:
    """Alone it waits for ever; it goes with news as one message, which counts once."""
    office = Office()
    await debt(office)
    assert await office.send(3600, times=5) == 0
    await office.add("【#2】新闻", about=about(2))
    assert await office.send(60) == 1
    assert office.said == ["【#2】新闻\n【#1】仍在办理"]
    assert office.statuses() == [SENT, SENT]
    assert await office.database.outbox.sent_since(GROUP.key, NOON) == 1


async def test_a_rider_goes_with_an_answer_that_still_quotes() -> None:
    """An answer about a ticket is natural company; what it answers stays quoted."""
    office = Office()
    await debt(office)
    await office.add("【#2】已确认", Priority.ANSWER, about=about(2, "assigned"), reply_to="m5")
    await office.send()
    assert office.said == ["【#2】已确认\n【#1】仍在办理"]
    assert office.adapter.posts[0].reply_to == "m5"


@pytest.mark.parametrize("priority", [Priority.EMERGENCY, Priority.ANSWER])
async def test_an_alarm_and_small_talk_carry_nothing(priority: Priority) -> None:
    """An emergency is not watered down, and help is about no ticket."""
    office = Office()
    await debt(office)
    await office.add("帮助", priority)
    await office.send()
    assert office.said == ["帮助"]


async def test_a_rider_keeps_to_its_group() -> None:
    """What is said elsewhere takes nothing along."""
    office = Office()
    await debt(office)
    await office.add("【#2】新闻", about=about(2), conversation=OTHER_GROUP)
    await office.send()
    assert office.said == ["【#2】新闻"]


async def test_at_most_three_ride_and_none_with_its_own_ticket() -> None:
    """A post stays short; who has just heard of a ticket needs no reminder of it."""
    office = Office()
    for number in range(1, 6):
        await debt(office, number)
    await office.add("【#1】办理中", about=about(1, "in_progress"))
    await office.send()
    assert office.said == ["【#1】办理中\n【#2】仍在办理\n【#3】仍在办理\n【#4】仍在办理"]


@pytest.mark.parametrize("change", [{"status": Status.RESOLVED, "close_after": NOON + DAY}, {"told_at": NOON + DAY}])
async def test_an_overtaken_rider_is_dropped(change: dict[str, object]) -> None:
    """The ticket has ended, or its group has heard of it since."""
    office = Office()
    await office.add_ticket()
    await debt(office)
    async with office.work() as work:
        await work.tickets.save(replace(await work.tickets.get(1), **change))  # type: ignore[arg-type]
        await work.commit()
    await office.add("【#2】新闻", about=about(2))
    await office.send()
    assert (office.said, office.statuses()) == (["【#2】新闻"], [FAILED, SENT])


async def test_a_rider_of_a_refused_post_rides_again() -> None:
    """With the post that carried it, it waits; with the next one it goes."""
    office = Office(REFUSED)
    await debt(office)
    await office.add("【#2】新闻", about=about(2))
    await office.send()
    assert office.statuses() == [WAITING, WAITING]
    await office.send(60)
    assert office.said == ["【#2】新闻\n【#1】仍在办理"]


async def test_told_by_a_rider_is_told() -> None:
    """The ticket knows that its group heard of it."""
    office = Office()
    await office.add_ticket()
    await debt(office)
    await office.add("【#2】新闻", about=about(2))
    await office.send()
    assert (await office.database.tickets.get(1)).told_at == NOON


@pytest.mark.parametrize("script", [[NEVER], [REFUSED] * 3, [PERHAPS]], ids=["never", "gave up", "perhaps"])
async def test_what_a_private_chat_does_not_take_is_said_in_the_group(script: list[Exception]) -> None:
    """In plain words, once, under its own key; told by either."""
    office = Office(*script, found=None, failures=99)  # type: ignore[arg-type]
    await office.add_ticket()
    instead = Instead(conversation=GROUP, text="【#1】开锁请找有备案的")
    await office.add("【#1】备案电话…", key="k", conversation=PRIVATE, about=about(), instead=instead)
    await office.send(2000, times=6)
    assert office.said == ["【#1】开锁请找有备案的"]
    assert [p.key for p in office.posts] == ["k", "k/instead"]
    assert (await office.database.tickets.get(1)).told_at is not None


async def test_what_arrives_in_private_is_not_said_in_the_group() -> None:
    """The group's words are only a second choice."""
    office = Office()
    instead = Instead(conversation=GROUP, text="【#1】开锁请找有备案的")
    await office.add("【#1】备案电话…", conversation=PRIVATE, instead=instead)
    await office.send(2000, times=3)
    assert office.said == ["【#1】备案电话…"]


@pytest.mark.parametrize("priority", [Priority.NEWS, Priority.ANSWER, Priority.EMERGENCY])
async def test_what_a_group_refuses_for_good_is_left_to_a_person(priority: Priority) -> None:
    """What is about a ticket waits to be pasted; it is not tried again, and no receipt is made up."""
    office = Office(NEVER)
    await office.add("【#1】已记录", priority, about=about())
    await office.send(2000, times=3)
    [post] = office.posts
    assert (post.status, post.sent_at, post.error) == (PostStatus.BY_HAND, None, "not a member")
    assert len(office.adapter.tried) == 1


async def test_the_bots_own_account_may_be_used_by_hand() -> None:
    """What somebody pastes with it is found in the history, sought every five minutes."""
    office = Office(NEVER)
    await office.add_ticket()
    await office.add("【#1】已记录", about=about())
    await office.send()
    await office.worker.seek()
    office.adapter.found = "m77"
    await office.worker.seek()
    assert office.statuses() == [PostStatus.BY_HAND]
    await office.clock.sleep(301)
    await office.worker.seek()
    assert (office.statuses(), office.posts[0].receipt) == ([SENT], "m77")
    assert (await office.database.tickets.get(1)).told_at == office.clock.now()


async def test_two_that_ride_together_after_a_crash_are_looked_for_as_one() -> None:
    """The message that carried a rider is sought with it."""
    office = Office(found="bot9")
    await office.add("【#2】新闻", status=PostStatus.SENDING, sent_at=NOON)
    await debt(office, status=PostStatus.SENDING, sent_at=NOON, merged_into=1)
    worker = office.new_worker()
    await worker.remember()
    await worker.recover()
    assert office.adapter.looked_for == ["【#2】新闻\n【#1】仍在办理"]
    assert office.statuses() == [SENT, SENT]
