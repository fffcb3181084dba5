"""What is asked of an implementation, and how its answers are understood."""

import hmac
from dataclasses import replace

import pytest

from bot.adapters.onebot.access import refusal_of_signature, refusal_of_token
from bot.adapters.onebot.actions import Action, failure_of, get_history, receipt_of, response_of, send
from bot.adapters.onebot.settings import Mode, OneBotSettings
from bot.domain.errors import ConfigError
from bot.domain.messages import ConversationKind, ConversationRef, OutboundMessage
from tests.adapters.onebot.scene import GROUP, post


def test_a_post_is_a_reply_with_mentions_and_plain_text() -> None:
    """The reply comes first, then whom it is for, then the words; nothing else is ever sent."""
    action = send(post("【#42】好", reply_to="-7", mentions=("5", "6")))
    assert action.name == "send_group_msg"
    assert action.params["group_id"] == 700001
    assert [(s["type"], *s["data"].values()) for s in action.params["message"]] == [
        ("reply", "-7"),
        ("at", "5"),
        ("text", " "),
        ("at", "6"),
        ("text", " "),
        ("text", "【#42】好"),
    ]


def test_photos_come_after_the_words() -> None:
    """A photo travels within the message, so that no implementation has to fetch it from anywhere."""
    segments = send(replace(post("【#42】已办结"), pictures=(b"photo",))).params["message"]
    assert segments == [
        {"type": "text", "data": {"text": "【#42】已办结"}},
        {"type": "image", "data": {"file": "base64://cGhvdG8="}},
    ]


def test_a_private_post_goes_to_the_person() -> None:
    """A private conversation is addressed by the person's id, and text is never read as a CQ string."""
    where = ConversationRef(platform="onebot", kind=ConversationKind.PRIVATE, id="200001", account="1")
    action = send(OutboundMessage(conversation=where, text="[CQ:at,qq=all]"))
    assert action == Action(
        "send_private_msg", {"user_id": 200001, "message": [{"type": "text", "data": {"text": "[CQ:at,qq=all]"}}]}
    )


@pytest.mark.parametrize(
    ("frame", "outcome"),
    [
        ({"status": "ok", "retcode": 0}, "ok"),
        ({"status": "async", "retcode": 1}, "ok"),
        ({"status": "ok", "retcode": 200}, "failed"),
        ({"status": "ok"}, "failed"),
        ({"status": "failed", "retcode": 0}, "failed"),
        ({"status": ["ok"], "retcode": 0}, "failed"),
        ({"status": "failed", "retcode": 9000}, "failed"),
        ({"status": "failed", "retcode": 1200, "message": "Timeout: sendMsg"}, "ambiguous"),
        ({"status": "failed", "retcode": 1200, "wording": "发送超时"}, "ambiguous"),
        ({"status": "failed", "retcode": 200, "message": "Timeout: NTEvent"}, "ambiguous"),
        ({"status": "failed", "retcode": 1200, "message": "被禁言"}, "failed"),
        ({"status": "failed", "retcode": 1400}, "permanent"),
        ({"status": "failed", "retcode": 1404}, "permanent"),
        ({"status": "failed", "retcode": 100}, "permanent"),
        ({}, "failed"),
    ],
)
def test_what_a_response_means(frame: dict[str, object], outcome: str) -> None:
    """Only "ok" with 0 is a success; a time-out is ambiguous; a request that can never work is permanent."""
    response = response_of(frame)
    error = failure_of(response, Action("send_group_msg"))
    kind = "ambiguous" if error.ambiguous else "permanent" if error.permanent else "failed"
    assert ("ok" if response.ok else kind) == outcome


def test_a_failure_names_no_phone_number() -> None:
    """What an implementation says about a failure is masked and cut before anybody reads it."""
    response = response_of({"retcode": 1200, "message": "cannot send 13812345678 " + "x" * 500})
    assert "13812345678" not in str(failure_of(response, Action("send_group_msg")))
    assert len(str(failure_of(response, Action("send_group_msg")))) < 200


@pytest.mark.parametrize(
    ("data", "receipt"),
    [({"message_id": -5}, "-5"), ({"message_id": 91865772096}, "91865772096"), (None, ""), ([], "")],
)
def test_a_receipt_may_be_without_an_id(data: object, receipt: str) -> None:
    """Ids beyond 32 bits and negative ones are kept as they are; none is fine too."""
    assert receipt_of(response_of({"status": "ok", "retcode": 0, "data": data})).message_id == receipt


def test_the_cursor_of_history_suits_every_implementation() -> None:
    """A page further back names the sequence or id that the platform itself gave, and asks backwards."""
    assert get_history(GROUP, 20).params == {"group_id": 700001, "count": 20}
    params = get_history(GROUP, 20, {"message_id": -9, "message_seq": 2065}).params
    assert (params["message_seq"], params["message_id"], params["reverseOrder"]) == (2065, -9, True)


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({"Authorization": "Bearer T0k"}, {}, 0),
        ({"Authorization": "bearer   T0k "}, {}, 0),
        ({"Authorization": "Token T0k"}, {}, 0),
        ({}, {"access_token": "T0k"}, 0),
        ({"Authorization": "Bearer "}, {"access_token": "T0k"}, 0),
        ({}, {}, 401),
        ({"Authorization": "Bearer "}, {}, 401),
        ({"Authorization": "Basic T0k"}, {}, 401),
        ({"Authorization": "Bearer t0k"}, {}, 403),
        ({"Authorization": "Bearer 错"}, {}, 403),
        ({}, {"access_token": "T0k "}, 403),
    ],
)
def test_only_the_token_opens_the_door(headers: dict[str, str], query: dict[str, str], status: int) -> None:
    """Missing credentials are 401, wrong ones 403, in whatever way they are shown."""
    assert refusal_of_token(headers, query, "T0k") == status


def test_only_the_signature_of_the_raw_body_counts() -> None:
    """The signature is over the bytes as they came; another body, another secret or none at all is refused."""
    good = "sha1=" + hmac.new(b"s", b"{}", "sha1").hexdigest()
    assert refusal_of_signature({"X-Signature": good}, b"{}", "s") == 0
    assert refusal_of_signature({"X-Signature": good.upper()}, b"{}", "s") == 0
    assert refusal_of_signature({"X-Signature": good}, b"{}", "other") == 403
    assert refusal_of_signature({}, b"{}", "s") == 401
    assert refusal_of_signature({"X-Signature": good}, b"{} ", "s") == 403
    assert refusal_of_signature({"X-Signature": "sha1=错"}, b"{}", "s") == 403


@pytest.mark.parametrize(
    "given",
    [
        {"token": " "},
        {"token": "t", "modes": ()},
        {"token": "t", "modes": (Mode.FORWARD,)},
        {"token": "t", "modes": (Mode.FORWARD,), "ws_url": "http://a"},
        {"token": "t", "modes": (Mode.HTTP,), "http_secret": "s"},
        {"token": "t", "modes": (Mode.HTTP,), "http_url": "http://a"},
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, object]) -> None:
    """The operator hears at once what is missing; a token is never optional."""
    with pytest.raises(ConfigError, match="onebot"):
        OneBotSettings(**given)  # type: ignore[arg-type]


def test_settings_do_not_show_their_secrets() -> None:
    """Neither token nor secret can get into a log by way of the settings."""
    shown = repr(OneBotSettings(token="hush-hush", http_secret="quiet"))
    assert "hush-hush" not in shown
    assert "quiet" not in shown
