"""Messages and people that join a ticket, leave it, or come with another one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import lifecycle
from bot.domain.errors import InvalidTransition
from bot.domain.tickets import Part, Status, codes_in
from tests.cast import GROUP, NOON, OTHER_GROUP, PICTURE, doer, identity, private_chat, ticket, ticket_message

LEADER, WANG = doer("李楼长"), doer("王阿姨")


def test_a_message_joins_once() -> None:
    """The same message twice is once; messages stand in the order of time; the latest one sets `active_at`."""
    late, early = ticket_message(number=9, text="还在漏"), ticket_message(number=5, text="越来越大")
    after = lifecycle.joined(lifecycle.joined(lifecycle.joined(ticket(), late), early), late)
    assert [m.message_id for m in after.messages] == ["m1", "m5", "m9"]
    assert after.active_at == late.at


def test_a_supporter_counts_once_and_never_besides_the_reporter() -> None:
    """A neighbour who joins in twice is one supporter; the reporter is none."""
    zhao = ticket_message("赵大爷", "我家也是", 2, part=Part.SUPPORT)
    again = replace(zhao, message_id="m3")
    own = ticket_message("王阿姨", "我家也是", 4, part=Part.SUPPORT)
    after = lifecycle.joined(lifecycle.joined(lifecycle.joined(ticket(), zhao), again), own)
    assert after.supporters == (identity("赵大爷"),)
    assert [e.name for e in after.history] == ["opened", "supported"]
    assert after.households == 2


def test_a_merge_keeps_people_and_messages_where_they_were() -> None:
    """Folding a ticket into another one moves nothing, so that undoing it gives back exactly what was there."""
    one, other = ticket(Status.CONFIRMED, number=13), ticket(number=12)
    folded = lifecycle.merged(one, LEADER, other)
    assert (folded.status, folded.merged_into) == (Status.MERGED, 12)
    back = lifecycle.split(folded, LEADER)
    assert replace(back, history=one.history) == one
    assert [e.name for e in back.history[-2:]] == ["merged", "split"]
    assert back.history[-1].data["from"] == 12


@pytest.mark.parametrize("before", [Status.PENDING, Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS])
def test_a_split_gives_back_the_status_before_the_merge(before: Status) -> None:
    """Merged and split twice, a ticket is still what it was."""
    one = ticket(before, number=13)
    for into in (ticket(number=12), ticket(number=11)):
        one = lifecycle.split(lifecycle.merged(one, LEADER, into), LEADER)
        assert (one.status, one.merged_into) == (before, 0)


def test_a_ticket_is_folded_into_another_open_one_only() -> None:
    """Not into itself, not into one that ended, not into one that was folded itself; and only what was merged splits."""
    one = ticket(number=13)
    for into in (one, ticket(Status.CLOSED, number=12), ticket(Status.MERGED, number=12, merged_into=11)):
        with pytest.raises(InvalidTransition, match="不能合并"):
            lifecycle.merged(one, LEADER, into)
    with pytest.raises(InvalidTransition, match="没有合并过"):
        lifecycle.split(one, LEADER)


def test_a_pending_ticket_whose_only_report_is_recalled_is_withdrawn() -> None:
    """When the words of a pending ticket are taken back, the ticket goes with them, and so do the words everywhere."""
    stands = ticket(messages=(ticket_message(attachments=(PICTURE,)),))
    after = lifecycle.recalled(stands, WANG, GROUP.key, "m1")
    assert after.status is Status.WITHDRAWN
    assert after.closed_at == NOON
    assert (after.messages[0].text, after.messages[0].attachments, after.messages[0].recalled) == ("", (), True)
    assert "漏水" not in after.summary


def test_a_recall_leaves_what_others_said() -> None:
    """A pending ticket that a neighbour supports stands, though its first words are gone."""
    zhao = ticket_message("赵大爷", "我家也是", 2, part=Part.SUPPORT)
    after = lifecycle.recalled(lifecycle.joined(ticket(), zhao), WANG, GROUP.key, "m1")
    assert after.status is Status.PENDING
    assert [m.text for m in after.messages] == ["", "我家也是"]
    assert after.history[-1].name == "recalled"


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.PENDING])
def test_a_recall_of_what_was_decided_is_only_noted(status: Status) -> None:
    """Once somebody has acted on a ticket, a recall removes the words and leaves the status."""
    after = lifecycle.recalled(ticket(status), WANG, GROUP.key, "m1")
    assert after.status is status
    assert after.summary == "（原消息已撤回）"


def test_a_ticket_closes_only_told_and_after_the_time_for_objections() -> None:
    """Neither the time alone nor the telling alone closes a ticket, and telling of an earlier ending does not count."""
    done = lifecycle.resolved(ticket(Status.IN_PROGRESS), doer("物业小周"), "", timedelta(hours=24))
    told = lifecycle.told(done, NOON, "1/resolved", Status.RESOLVED)
    later, too_early = NOON + timedelta(hours=24), NOON + timedelta(hours=23)
    assert lifecycle.may_close(told, later)
    assert not lifecycle.may_close(told, too_early)
    assert not lifecycle.may_close(done, later)
    again = lifecycle.resolved(lifecycle.reopened(told, WANG, ""), doer("物业小周"), "", timedelta(hours=24))
    assert not lifecycle.may_close(again, later)
    assert not lifecycle.may_close(lifecycle.told(again, NOON, "1/opened", Status.PENDING), later)
    closed = lifecycle.closed(told, later)
    assert (closed.status, closed.closed_at, closed.close_after) == (Status.CLOSED, later, None)
    with pytest.raises(InvalidTransition, match="还不能归档"):
        lifecycle.closed(again, later)


@pytest.mark.parametrize("status", Status)
def test_only_endings_close(status: Status) -> None:
    """Resolved, referred and rejected tickets close; all others never, however long ago."""
    ending = status in (Status.RESOLVED, Status.REFERRED, Status.REJECTED)
    stands = lifecycle.record(ticket(status, close_after=NOON), LEADER, status.value)
    stands = lifecycle.told(stands, NOON, "post", status)
    assert lifecycle.may_close(stands, NOON + timedelta(days=400)) is ending


def test_a_ticket_knows_every_group_that_spoke_of_it() -> None:
    """The home first, each other group once; private chats are no groups."""
    elsewhere = ticket_message("孙姐", "我们楼也是", 2, conversation=OTHER_GROUP)
    aside = ticket_message("王阿姨", "悄悄说一句", 3, conversation=private_chat("王阿姨"))
    stands = ticket(messages=(ticket_message(), elsewhere, replace(elsewhere, message_id="m4"), aside))
    assert stands.conversations == (GROUP, OTHER_GROUP)
    assert stands.code == "#1"
    assert stands.is_open


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("#42", [42]), ("# 42 和 #7，还有#42", [42, 7]), ("42", []), ("【#9】", [9]), ("#一", []), ("", [])],
)
def test_codes_are_found_in_text(text: str, numbers: list[int]) -> None:
    """`#42` is a code wherever it stands; each counts once, in order."""
    assert codes_in(text) == numbers
