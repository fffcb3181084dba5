"""The last messages of a conversation, in memory only."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.members import Role
from bot.domain.messages import Attachment, AttachmentKind
from bot.intake.window import BURST, KEPT_FOR, KEPT_MESSAGES, Heard, Windows, breath, burst
from tests.cast import GROUP, NOON, OTHER_GROUP, message, reading


def _heard(who: str, number: int, **changes: object) -> Heard:
    return Heard(message=message(who, f"第{number}句", number, **changes), classification=reading(), role=Role.RESIDENT)


def test_the_window_forgets_after_half_an_hour() -> None:
    """What is older than thirty minutes is gone, whoever asks."""
    windows = Windows()
    for number in (1, 20, 40):
        windows.add(_heard("王阿姨", number))
    now = NOON + timedelta(minutes=50)
    assert [h.message.message_id for h in windows.recent(GROUP.key, now)] == ["m20", "m40"]
    assert windows.recent(GROUP.key, now + 2 * KEPT_FOR) == ()
    assert windows.recent(OTHER_GROUP.key, now) == ()


def test_the_window_holds_fifty_messages() -> None:
    """A lively group pushes its oldest messages out."""
    windows = Windows()
    for number in range(KEPT_MESSAGES + 5):
        windows.add(_heard("王阿姨", number, at=NOON))
    assert len(windows.recent(GROUP.key, NOON)) == KEPT_MESSAGES
    assert not windows.knows(message("王阿姨", "", 4))
    assert windows.knows(message("王阿姨", "", 5))


def test_a_message_is_known_under_another_id() -> None:
    """The same words by the same person in the same second are the same message; pictures may be two."""
    windows = Windows()
    windows.add(Heard(message=message("王阿姨", "漏水了", 1), classification=reading(), role=Role.RESIDENT))
    said = windows.recent(GROUP.key, NOON)[0].message
    assert windows.knows(replace(said, message_id="m9"))
    picture = (Attachment(kind=AttachmentKind.IMAGE),)
    assert not windows.knows(replace(said, message_id="m9", attachments=picture))
    later, other = said.at + timedelta(seconds=1), message("赵大爷", "", 2).sender
    changes: list[dict[str, Any]] = [{"text": "漏了"}, {"at": later}, {"sender": other}]
    for change in changes:
        assert not windows.knows(replace(said, message_id="m9", **change))


def test_a_recalled_message_is_forgotten() -> None:
    """What was taken back is not heard any more, in its own conversation only."""
    windows = Windows()
    windows.add(_heard("王阿姨", 1))
    windows.add(_heard("王阿姨", 1, conversation=OTHER_GROUP))
    windows.forget(GROUP.key, "m1")
    windows.forget("nowhere", "m1")
    assert windows.recent(GROUP.key, NOON) == ()
    assert len(windows.recent(OTHER_GROUP.key, NOON)) == 1


def test_a_message_is_marked_with_a_ticket_once() -> None:
    """Marking says which messages it was news for, so that a failed transaction can take it back."""
    windows = Windows()
    windows.add(_heard("王阿姨", 1))
    assert [h.message.message_id for h in windows.mark(GROUP.key, {"m1", "m2"}, 7)] == ["m1"]
    assert windows.mark(GROUP.key, {"m1"}, 7) == []
    assert windows.mark("nowhere", {"m1"}, 7) == []
    assert windows.recent(GROUP.key, NOON)[0].tickets == {7}


def test_a_breath_is_one_person_without_a_long_pause() -> None:
    """Messages of one person belong together while none of the pauses is longer than a breath."""
    step = BURST - timedelta(seconds=10)
    times = [NOON - BURST * 3, NOON, NOON + step, NOON + 2 * step]
    said = [message("王阿姨", "一句", n, at=at) for n, at in enumerate(times)]
    between = message("赵大爷", "插一句", 9, at=NOON + step)
    last = message("王阿姨", "最后", 10, at=NOON + 3 * step)
    assert [m.message_id for m in breath([*said[:3], between, said[3]], last)] == ["m1", "m2", "m3"]


def test_a_burst_is_the_breath_as_it_was_heard() -> None:
    """The heard messages of the breath come with what they sound like."""
    one, other = _heard("王阿姨", 1), _heard("赵大爷", 2)
    assert burst((one, other), message("王阿姨", "第三句", 3)) == [one]
