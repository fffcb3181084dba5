"""Every frame that was collected from real implementations, and what becomes of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.onebot.actions import Action, failure_of, response_of
from bot.adapters.onebot.codec import decode, is_response
from bot.adapters.onebot.content import content_of
from bot.adapters.onebot.decoded import Heartbeat, Refused
from bot.domain.messages import (
    AttachmentKind,
    ChannelState,
    ConversationKind,
    InboundMessage,
    MessageRecalled,
    PostingStopped,
)

FRAMES = Path(__file__).parent / "frames"
NOW = datetime(2026, 11, 23, tzinfo=UTC)

#: file → (conversation, text, sequence, name of the sender)
MESSAGES = {
    "01-napcat-group-text": ("479740830", "7", "16013", "邻居2d71"),
    "02-napcat-group-at-only": ("463339366", "", "41669", "邻居c262"),
    "03-napcat-group-image": ("463339366", "[图片]", "41670", "邻居2d71"),
    "05-napcat-private-face-object": ("3819816150", "👀[打call]", "", "邻居2d71"),
    "24-llob-old-group-negative": ("256290830", "你好", "", "邻居2d71"),
    "25-llob-group-seq-no-level": ("264902330", "1", "2065", "邻居a1fc"),
    "28-llbot-group-mface": ("745335902", "[摸头]", "478145", "邻居2d71"),
    "29-llbot-group-file": ("513548409", "[文件]", "5319671", "邻居a1fc"),
    "46-gocq-group-negative": ("1043822960", "那会我没跟她玩了", "550405", "邻居a1fc"),
    "48-gocq-private-dup-1": ("110732", "随机信息", "", "邻居2d71"),
    "55-live-llbot-group": ("700001", "3栋2单元电梯又停了[急],&", "16000", "3-2-501 王"),
    "72-live-llbot-group": ("700001", "3栋2单元电梯又停了[急],&", "16000", "3-2-501 王"),
    "76-live-onebots-group": ("700001", "3栋2单元电梯又停了", "", "3-2-501 王"),
}

#: file → (event, reason)
REFUSED = {
    "08-napcat-poke-target0": ("notice/notify/poke", "not for us"),
    "10-napcat-decrease-kick": ("notice/group_decrease/kick", "somebody else"),
    "13-napcat-admin-set": ("notice/group_admin/set", "not for us"),
    "14-napcat-friend-recall": ("notice/friend_recall", "private recall"),
    "30-llbot-group-upload": ("notice/group_upload", "not for us"),
    "32-llbot-shake-empty-nick": ("message/group/normal", "nothing to read"),
    "34-llbot-essence-negative": ("notice/essence/add", "not for us"),
    "35-llbot-profile-like-no-user": ("notice/notify/profile_like", "not for us"),
    "37-llbot-message-sent-file": ("message_sent/private/friend", "own echo"),
    "38-llob-decrease-kick": ("notice/group_decrease/kick", "somebody else"),
    "63-live-llbot-group_upload": ("notice/group_upload", "not for us"),
}

#: file → (account, online, seconds)
HEARTBEATS = {
    "07-napcat-heartbeat": ("15746436", True, 30.0),
    "41-lagrange-heartbeat": ("4336260579", True, 5.0),
    "47-gocq-heartbeat-stat": ("1082206183", True, 5.0),
    "71-live-llbot-heartbeat": ("10001000", False, 1.0),
    "75-live-onebots-heartbeat": ("25674805656", True, 2.0),
}

#: file → (account, online, reason)
STATES = {
    "06-napcat-lifecycle": ("4248764618", True, "connected"),
    "42-lagrange-lifecycle": ("203981131", True, "connected"),
    "44-lagrange-bot-offline": ("8501028900", False, "你的帐号当前登录已失效，请重新登录 。"),
    "54-live-llbot-lifecycle": ("10001000", True, "connected"),
    "74-live-onebots-lifecycle": ("25674805656", True, "connected"),
}

#: file → (group, may speak again)
STANDING = {"11-napcat-decrease-kick-me": ("106439754", False), "39-llob-increase-invite-self": ("586740", True)}

#: file → (group, message id, operator)
RECALLED = {
    "50-gocq-recall": ("890675653", "-1087124037", "4821431706"),
    "58-live-llbot-group_recall": ("700001", "1698441514", "200001"),
}

#: file → "ok", or what its failure means
RESPONSES = {
    "15-napcat-send-ok-string-echo": "ok",
    "16-napcat-delete-ok-no-data": "ok",
    "18-napcat-send-1200-no-echo": "ambiguous",
    "20-napcat-http-400-failed": "failed",
    "21-napcat-getmsg-1200": "failed",
    "56-live-llbot-response": "ok",
    "60-live-llbot-response": "failed",
    "61-live-llbot-response": "ok",
    "65-live-llbot-response": "failed",
    "66-live-llbot-response": "ambiguous",
    "67-live-llbot-response": "permanent",
    "68-live-llbot-response": "permanent",
    "69-live-llbot-response": "ok",
    "78-live-onebots-response": "ok",
    "79-live-onebots-response": "failed",
    "80-live-onebots-response": "failed",
    "81-live-onebots-response": "ok",
    "82-live-onebots-response": "ok",
    "84-live-onebots-response": "ok",
    "85-live-onebots-response": "ok",
    "86-live-onebots-response": "ok",
}

QUOTED = "22-napcat-getmsg-no-ids"


def frame(name: str) -> dict[str, Any]:
    """The frame of that file."""
    data: dict[str, Any] = json.loads((FRAMES / f"{name}.json").read_text(encoding="utf-8"))["data"]
    return data


def test_every_file_has_an_expected_outcome() -> None:
    """No collected frame is left without a line in one of the tables."""
    tables = (MESSAGES, REFUSED, HEARTBEATS, STATES, STANDING, RECALLED, RESPONSES, {QUOTED: ""})
    named = [name for table in tables for name in table]
    assert sorted(named) == sorted(path.stem for path in FRAMES.glob("*.json"))


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_taken_in(name: str) -> None:
    """What a neighbour wrote comes in with place, words, sequence and name."""
    message = decode(frame(name), now=NOW)
    assert isinstance(message, InboundMessage)
    where, text, sequence, sender = MESSAGES[name]
    assert (message.conversation.id, message.text, message.sequence, message.sender.name) == (
        where,
        text,
        sequence,
        sender,
    )
    assert message.message_id == str(frame(name)["message_id"])
    assert message.at == datetime.fromtimestamp(frame(name)["time"], UTC)
    assert message.conversation.account == str(frame(name)["self_id"])


@pytest.mark.parametrize("name", REFUSED)
def test_a_frame_is_refused_on_purpose(name: str) -> None:
    """What is not for the bot is named and refused, not lost."""
    event, reason = REFUSED[name]
    assert decode(frame(name), now=NOW) == Refused(event=event, reason=reason)


@pytest.mark.parametrize("name", HEARTBEATS)
def test_a_heartbeat_is_read(name: str) -> None:
    """A heartbeat tells whether QQ is online, and when the next one is due."""
    account, online, interval = HEARTBEATS[name]
    assert decode(frame(name), now=NOW) == Heartbeat(account=account, online=online, interval=interval)


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_read(name: str) -> None:
    """Connecting and being thrown out are states of the channel."""
    state = decode(frame(name), now=NOW)
    assert isinstance(state, ChannelState)
    assert (state.account, state.online, state.reason) == STATES[name]


@pytest.mark.parametrize("name", STANDING)
def test_the_standing_of_the_bot_in_a_group_is_read(name: str) -> None:
    """A bot that is thrown out stops posting for good, one that is added may speak at once."""
    group, may_speak = STANDING[name]
    event = decode(frame(name), now=NOW)
    assert isinstance(event, PostingStopped)
    assert event.conversation.id == group
    assert event.until == (event.at if may_speak else None)


@pytest.mark.parametrize("name", RECALLED)
def test_a_recall_is_read(name: str) -> None:
    """A recall names the message and who took it back, which may be an administrator."""
    event = decode(frame(name), now=NOW)
    assert isinstance(event, MessageRecalled)
    assert (event.conversation.id, event.message_id, event.operator.user_id) == RECALLED[name]


@pytest.mark.parametrize("name", RESPONSES)
def test_a_response_is_read(name: str) -> None:
    """A response is ok only if it says so twice, and a failure says whether trying again can help."""
    assert is_response(frame(name))
    response = response_of(frame(name))
    error = failure_of(response, Action("send_group_msg"))
    kind = "ambiguous" if error.ambiguous else "permanent" if error.permanent else "failed"
    assert ("ok" if response.ok else kind) == RESPONSES[name]


def test_the_data_of_get_msg_gives_the_quoted_words() -> None:
    """The words of a quoted message can be read even where its ids are missing."""
    assert content_of(frame(QUOTED), "10000").text == "测试/get_msg"


def test_details_of_single_frames() -> None:
    """Pictures keep their address, files their name, mentions of the bot are seen, group names come along."""
    image = decode(frame("03-napcat-group-image"), now=NOW)
    file = decode(frame("29-llbot-group-file"), now=NOW)
    mention = decode(frame("02-napcat-group-at-only"), now=NOW)
    group = decode(frame("55-live-llbot-group"), now=NOW)
    private = decode(frame("05-napcat-private-face-object"), now=NOW)
    assert isinstance(image, InboundMessage)
    assert image.attachments[0].source.startswith("https://multimedia.nt.qq.com.cn/download?appid=1407&fileid=")
    assert image.attachments[0].name == "2E8289BBC260D9F93ED86E69387ACB93.jpg"
    assert isinstance(file, InboundMessage)
    assert file.attachments[0].kind is AttachmentKind.FILE
    assert (file.attachments[0].source, file.attachments[0].name) == ("", "QQ20260829-154116.mp4")
    assert isinstance(mention, InboundMessage)
    assert mention.mentions_bot
    assert mention.mentions == ("4751508141",)
    assert isinstance(group, InboundMessage)
    assert group.conversation_name == "阳光花园业主群"
    assert isinstance(private, InboundMessage)
    assert private.conversation.kind is ConversationKind.PRIVATE
