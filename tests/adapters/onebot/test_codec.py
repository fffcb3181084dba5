"""Decoding, frame by frame."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.onebot.codec import decode
from bot.adapters.onebot.decoded import Refused
from bot.domain.messages import AttachmentKind, ChannelState, InboundMessage, MessageRecalled, PostingStopped, Quote
from tests.adapters.onebot.scene import ACCOUNT, AT, NOON, group_message, reply


def said(*segments: tuple[str, dict[str, Any]]) -> InboundMessage:
    """The decoded message with these segments."""
    frame = group_message("", message=[{"type": type_, "data": data} for type_, data in segments])
    message = decode(frame, now=AT)
    assert isinstance(message, InboundMessage)
    return message


def notice(notice_type: str, **more: Any) -> Any:
    """The decoded notice."""
    frame = {"time": NOON, "self_id": int(ACCOUNT), "post_type": "notice", "notice_type": notice_type, "group_id": 7}
    return decode(frame | more, now=AT)


@pytest.mark.parametrize(
    ("type_", "data", "text"),
    [
        ("face", {"id": "264"}, ""),
        ("face", {"id": "264", "raw": {"faceText": "/捂脸"}}, "[捂脸]"),
        ("face", {"id": "264", "raw": None}, ""),
        ("mface", {"summary": "[摸头]"}, "[摸头]"),
        ("record", {"file": "a.amr"}, "[语音]"),
        ("video", {"url": "https://a/b.mp4"}, "[视频]"),
        ("file", {}, "[文件]"),
        ("json", {"data": "{}"}, "[链接]"),
        ("share", {"url": "https://a"}, "[链接]"),
        ("forward", {"id": "1"}, "[聊天记录]"),
        ("image", {"sub_type": 1, "summary": "[动画表情]", "url": "https://a"}, "[动画表情]"),
        ("dice", {"result": "6"}, ""),
        ("at", {"qq": "all"}, "@全体成员 "),
        ("at", {"qq": 200002, "name": "李楼长"}, "@李楼长 "),
        ("at", {"qq": "200002"}, "@200002 "),
        ("at", {"qq": ACCOUNT, "name": "小楼"}, ""),
    ],
)
def test_how_a_segment_reads(type_: str, data: dict[str, Any], text: str) -> None:
    """Each kind of segment reads as its sign, or not at all."""
    assert said((type_, data), ("text", {"text": "漏水"})).text == f"{text}漏水"


def test_mentions_are_people() -> None:
    """An @ of everybody mentions nobody, least of all the bot; twice the same person is one."""
    message = said(("at", {"qq": "all"}), ("at", {"qq": "5"}), ("at", {"qq": 5}), ("text", {"text": "看"}))
    assert message.mentions == ("5",)
    assert not message.mentions_bot
    assert said(("at", {"qq": int(ACCOUNT)})).mentions_bot


def test_a_picture_is_attached_with_the_place_where_it_can_be_had() -> None:
    """An address or the bytes themselves are kept as the source; a bare file name leads nowhere."""
    addressed = said(("image", {"file": "a.jpg", "url": "https://a/1"})).attachments[0]
    named = said(("image", {"file": "a.jpg"})).attachments[0]
    embedded = said(("image", {"file": "base64://aGk="})).attachments[0]
    assert (addressed.kind, addressed.source, addressed.name) == (AttachmentKind.IMAGE, "https://a/1", "a.jpg")
    assert (named.source, named.name) == ("", "a.jpg")
    assert (embedded.source, embedded.name) == ("base64://aGk=", "")


def test_a_reply_carries_only_an_id() -> None:
    """A decoded quote has the id, and no words before they were asked for."""
    message = decode(reply("确认", to=-42), now=AT)
    assert isinstance(message, InboundMessage)
    assert (message.quote, message.text) == (Quote(message_id="-42"), "确认")


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ({"card": None, "nickname": "王阿姨"}, "王阿姨"),
        ({"card": "", "nickname": "王阿姨"}, "王阿姨"),
        ({"nickname": ""}, ""),
        (None, ""),
        ({"card": " 3-2-501 "}, "3-2-501"),
    ],
)
def test_the_name_of_a_sender_is_best_effort(sender: Any, name: str) -> None:
    """The card comes first, then the nickname, and neither may be there."""
    message = decode(group_message("漏水", sender=sender), now=AT)
    assert isinstance(message, InboundMessage)
    assert message.sender.name == name


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"self_id": None}, "no account"),
        ({"user_id": int(ACCOUNT)}, "own message"),
        ({"user_id": None, "sender": None}, "no sender"),
        ({"group_id": None}, "no conversation"),
        ({"message_type": "guild"}, "no conversation"),
        ({"message_id": None}, "no message id"),
        ({"sub_type": "notice"}, "system notice"),
        ({"message": []}, "nothing to read"),
        ({"message": {"type": 5}}, "nothing to read"),
        ({"post_type": "request"}, "not for us"),
        ({"post_type": ["message"]}, "not for us"),
    ],
)
def test_a_message_that_is_none_is_refused(change: dict[str, Any], reason: str) -> None:
    """A message without what makes it one is refused with the reason."""
    refused = decode(group_message("漏水") | change, now=AT)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


def test_a_missing_message_is_read_from_its_raw_form() -> None:
    """Where only the raw form is there, it is read as a CQ string."""
    message = decode(group_message("", message=None, raw_message="漏水[CQ:image,url=https://a]"), now=AT)
    assert isinstance(message, InboundMessage)
    assert (message.text, len(message.attachments)) == ("漏水[图片]", 1)


def test_text_that_no_database_takes_is_made_harmless() -> None:
    """NUL and halves of surrogate pairs do not get in."""
    message = decode(group_message("漏\x00水\ud83d"), now=AT)
    assert isinstance(message, InboundMessage)
    assert message.text == "漏水?"


def test_a_frame_without_a_time_is_dated_on_arrival() -> None:
    """A missing or absurd time becomes the time of arrival."""
    for absurd in (None, "soon", -1, 1e300, float("nan")):
        message = decode(group_message("漏水", time=absurd), now=AT)
        assert isinstance(message, InboundMessage)
        assert message.at == AT


def test_a_ban_on_the_bot_stops_posting_until_it_ends() -> None:
    """A ban tells until when, lifting it that the bot may speak; the ban of a neighbour is nothing to the bot."""
    banned = notice("group_ban", sub_type="ban", user_id=int(ACCOUNT), duration=600)
    lifted = notice("group_ban", sub_type="lift_ban", user_id=int(ACCOUNT), duration=0)
    other = notice("group_ban", sub_type="ban", user_id=5, duration=600)
    absurd = notice("group_ban", sub_type="ban", user_id=int(ACCOUNT), duration=10**30)
    assert isinstance(banned, PostingStopped)
    assert banned.until == AT + timedelta(minutes=10)
    assert isinstance(lifted, PostingStopped)
    assert lifted.until == AT
    assert isinstance(other, Refused)
    assert isinstance(absurd, PostingStopped)


def test_a_recall_without_an_operator_is_by_the_writer() -> None:
    """Where nobody is named as the operator, the writer took it back."""
    recalled = notice("group_recall", user_id=5, message_id=9)
    assert isinstance(recalled, MessageRecalled)
    assert recalled.operator.user_id == "5"
    assert isinstance(notice("group_recall", user_id=5), Refused)


def test_being_thrown_out_of_qq_is_a_state() -> None:
    """`bot_offline` without words still is one; `bot_online` ends it."""
    offline, online = notice("bot_offline"), notice("bot_online")
    assert isinstance(offline, ChannelState)
    assert (offline.online, offline.reason) == (False, "bot_offline")
    assert isinstance(online, ChannelState)
    assert online.online


TEXT = st.text(st.sampled_from("a0漏[],&\x00\ud83d😀 -"), max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *("self_id", "user_id", "group_id", "message_id", "message_seq", "real_seq", "operator_id", "time", "duration"),
    *("post_type", "message_type", "meta_event_type", "notice_type", "sub_type", "interval", "status", "tag"),
    *("message", "raw_message", "sender", "group_name"),
)
VALUES = (
    *("message", "notice", "meta_event", "group", "private", "heartbeat", "lifecycle", "connect", "kick_me", "ban"),
    *("group_recall", "group_ban", "group_increase", "bot_offline"),
)
KINDS = ("text", "at", "face", "image", "reply", "mface", "file", "x")
SEGMENT = st.fixed_dictionaries({"type": st.sampled_from(KINDS) | JSON, "data": JSON})
VALUE = JSON | st.sampled_from(VALUES) | st.lists(SEGMENT, max_size=3) | st.just(5)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(FIELDS), VALUE, max_size=14))
def test_no_frame_can_break_the_codec(frame: dict[str, Any]) -> None:
    """Whatever JSON object comes over the wire, the codec answers."""
    assert decode(frame, account=ACCOUNT, now=AT) is not None
