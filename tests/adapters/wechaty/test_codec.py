"""Messages and events of the puppet, as values."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.wechaty.codec import OwnEcho, Refused, decode, message_behind, moment, source_of
from bot.adapters.wechaty.events import event_of
from bot.adapters.wechaty.values import (
    Dong,
    Event,
    Kind,
    LoggedIn,
    LoggedOut,
    MembersChanged,
    MessageArrived,
    NamesChanged,
    Other,
    Said,
    ScanAsked,
    Setting,
    TopicChanged,
    Trouble,
    kind_of,
)
from bot.domain.messages import AttachmentKind, InboundMessage, MessageRecalled

NOON = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
HERE = Setting(account="bot", topic="3号楼业主群", talker_name="3-2-501 王阿姨", names=(("楼事通", "bot"),))


def said(text: str = "漏水了", **changes: Any) -> Said:
    """What 王阿姨 says."""
    stamp = int(NOON.timestamp() * 1000)
    return replace(
        Said(id="m1", kind=Kind.TEXT, text=text, timestamp=stamp, talker="wang", room="r@chatroom"), **changes
    )


def message(**changes: Any) -> InboundMessage:
    """The same, decoded."""
    decoded = decode(said(**changes), HERE, NOON)
    assert isinstance(decoded, InboundMessage)
    return decoded


def test_a_text_is_what_its_sender_wrote() -> None:
    """Address, card, topic and time."""
    heard = message()
    assert heard.conversation.key == "wechaty/group/r@chatroom"
    assert heard.conversation.account == "bot"
    assert (heard.sender.name, heard.conversation_name, heard.at) == ("3-2-501 王阿姨", "3号楼业主群", NOON)


@pytest.mark.parametrize(
    ("kind", "shown", "attached"),
    [
        (Kind.IMAGE, "[图片]", AttachmentKind.IMAGE),
        (Kind.VOICE, "[语音]", AttachmentKind.VOICE),
        (Kind.VIDEO, "[视频]", AttachmentKind.VIDEO),
        (Kind.FILE, "[文件]", AttachmentKind.FILE),
        (Kind.LINK, "[链接]", None),
        (Kind.LOCATION, "[位置]", None),
        (Kind.CHAT_HISTORY, "[聊天记录]", None),
    ],
)
def test_what_is_not_typed_is_named(kind: Kind, shown: str, attached: AttachmentKind | None) -> None:
    """Nobody reads WeChat's XML; a picture or file can be fetched by its reference."""
    heard = message(text="<msg>secret</msg>", kind=kind)
    assert heard.text == shown
    assert [a.kind for a in heard.attachments] == ([attached] if attached else [])
    if attached:
        assert message_behind(heard.attachments[0].source) == ("bot", "m1")


@pytest.mark.parametrize(
    "kind", [Kind.STICKER, Kind.RED_ENVELOPE, Kind.TRANSFER, Kind.GROUP_NOTE, Kind.UNKNOWN, Kind.POST]
)
def test_moods_and_money_are_nothing_to_the_bot(kind: Kind) -> None:
    """Stickers, red envelopes and what nobody knows are passed over."""
    assert isinstance(decode(said(kind=kind), HERE, NOON), Refused)


@pytest.mark.parametrize("text", ["m0", " m0 ", "<revokemsg><msgid>1</msgid><newmsgid>77</newmsgid></revokemsg>"])
def test_a_recall_names_what_was_taken_back(text: str) -> None:
    """By the id alone, or within WeChat's XML."""
    recalled = decode(said(text, kind=Kind.RECALLED), HERE, NOON)
    assert isinstance(recalled, MessageRecalled)
    assert recalled.message_id in ("m0", "77")
    assert isinstance(decode(said("", kind=Kind.RECALLED), HERE, NOON), Refused)


def test_own_words_come_back_as_an_echo() -> None:
    """What the bot said is no message of somebody else."""
    assert isinstance(decode(said(talker="bot"), HERE, NOON), OwnEcho)


def test_a_reference_leads_back_or_nowhere() -> None:
    """Ids may hold colons; what is no reference of ours leads to nothing."""
    assert message_behind(source_of("bot", said(id="a:b"))) == ("bot", "a:b")
    for source in ("", "https://example.org/x.jpg", "wechaty:", "wechaty:bot", "base64://x"):
        assert message_behind(source) == ("", "")


@pytest.mark.parametrize(
    ("timestamp", "expected"), [(1_773_135_000_000, NOON), (1_773_135_000, NOON), (0, NOON), (-5, NOON), (2**63, NOON)]
)
def test_times_are_milliseconds_or_seconds(timestamp: int, expected: datetime) -> None:
    """Puppets differ; a time that is none is now."""
    assert moment(timestamp, NOON) == expected


EVENTS: list[tuple[int, str, Event]] = [
    (2, '{"messageId": "m1"}', MessageArrived(id="m1")),
    (3, '{"data": "x"}', Dong()),
    (16, '{"gerror": "words of somebody"}', Trouble()),
    (19, '{"roomId": "r", "inviteeIdList": ["a", 1]}', MembersChanged(room="r", members=("a",), joined=True)),
    (20, '{"roomId": "r", "removeeIdList": ["a"]}', MembersChanged(room="r", members=("a",), joined=False)),
    (21, '{"roomId": "r", "newTopic": "新名"}', TopicChanged(room="r", topic="新名")),
    (22, '{"status": 2, "qrcode": "https://x"}', ScanAsked(code="https://x")),
    (22, '{"status": 3, "qrcode": "https://x"}', ScanAsked(code="")),
    (22, '{"status": 2, "qrcode": "' + "x" * 5_000 + '"}', ScanAsked(code="")),
    (25, '{"contactId": "bot"}', LoggedIn(account="bot")),
    (26, "{}", LoggedOut()),
    (27, '{"payloadType": 3, "payloadId": "r"}', NamesChanged(id="r")),
    (1, '{"data": "x"}', Other()),
    (2, "[]", Other()),
    (2, "no json", Other()),
    (2, '{"messageId": 5}', Other()),
    (99, "{}", Other()),
    (16, "x" * 100_000, Other()),
]


@pytest.mark.parametrize(("number", "payload", "expected"), EVENTS)
def test_events_say_what_happened(number: int, payload: str, expected: Event) -> None:
    """Whatever a gateway puts into an event, it is one of ours or nothing to us."""
    assert event_of(number, payload) == expected


@given(st.integers(), st.text() | st.from_regex(r'\{"(messageId|roomId|qrcode|contactId)": .*\}'))
def test_no_event_raises(number: int, payload: str) -> None:
    """An answer for any event."""
    event_of(number, payload)
    event_of(number % 30, payload)


@given(
    st.builds(Said, id=st.text(), kind=st.sampled_from(Kind), text=st.text(), timestamp=st.integers(), talker=st.text())
)
def test_no_message_raises(any_message: Said) -> None:
    """An answer for any message."""
    decode(any_message, HERE, NOON)


def test_later_types_are_unknown() -> None:
    """A type of a later day is no reason to fail."""
    assert [kind_of(n) for n in (7, 16, 17, -1, 10**9)] == [Kind.TEXT, Kind.POST, *[Kind.UNKNOWN] * 3]
