"""Actions and their responses: what we ask an implementation to do, and how to read what it says. Pure."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.onebot.fields import Frame, ident, number, words
from bot.domain.errors import DeliveryError
from bot.domain.messages import ConversationRef, OutboundMessage, Receipt
from bot.domain.text import masked, shortened

#: Bad parameters and unknown actions, over a socket and over HTTP: the same request will never do.
_PERMANENT = frozenset({100, 1400, 1404, 404})
_TIMEOUT_WORDS = ("timeout", "timed out", "超时")


@dataclass(frozen=True, slots=True)
class Action:
    """Something to ask for."""

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came of it."""

    ok: bool
    retcode: int
    #: An object, a list or nothing.
    data: Any = None
    #: The implementation's own words about a failure.
    wording: str = ""


def response_of(frame: Frame) -> Response:
    """The response *frame* as a value. `async` (accepted, outcome unknown) counts as done; anything odd as failed."""
    retcode = frame.get("retcode")
    code = retcode if isinstance(retcode, int) and not isinstance(retcode, bool) else -1
    wording = next(filter(None, (words(frame.get(key)) for key in ("message", "wording", "msg"))), "")
    ok = (frame.get("status"), code) in (("ok", 0), ("async", 1))
    return Response(ok=ok, retcode=code, data=frame.get("data"), wording=wording)


def failure_of(response: Response, action: Action) -> DeliveryError:
    """The failed *response* to *action* as an error; "1200 Timeout" means that nobody knows."""
    reason = shortened(masked(response.wording), 120)
    ambiguous = any(word in response.wording.casefold() for word in _TIMEOUT_WORDS)
    permanent = response.retcode in _PERMANENT and not ambiguous
    return DeliveryError(
        f"{action.name}: retcode {response.retcode} {reason}".strip(), permanent=permanent, ambiguous=ambiguous
    )


def send(message: OutboundMessage, *, quoting: bool = True) -> Action:
    """The action that posts *message*, as a quote of what it answers if *quoting*."""
    segments = [{"type": "text", "data": {"text": message.text}}]
    segments += [{"type": "image", "data": {"file": f"base64://{_base64(data)}"}} for data in message.pictures]
    for user in reversed(message.mentions):
        blank = {"type": "text", "data": {"text": " "}}
        segments = [{"type": "at", "data": {"qq": user}}, blank, *segments]
    if message.reply_to and quoting:
        segments = [{"type": "reply", "data": {"id": message.reply_to}}, *segments]
    kind = "send_group_msg" if message.conversation.is_group else "send_private_msg"
    return Action(kind, {**_address(message.conversation), "message": segments})


def get_message(message_id: str) -> Action:
    """The action that fetches one message."""
    return Action("get_msg", {"message_id": number(message_id)})


def get_history(conversation: ConversationRef, count: int, before: Frame | None = None) -> Action:
    """The action that fetches the last *count* messages, or those up to the message frame *before*.

    Implementations differ in what they call the cursor: NapCat wants its id as `message_seq` (and `reverseOrder`, or
    it reads forwards), LLBot and go-cqhttp the true sequence, Lagrange `message_id`. Each ignores the others' fields.
    """
    name = "get_group_msg_history" if conversation.is_group else "get_friend_msg_history"
    params: dict[str, Any] = {**_address(conversation), "count": count}
    if before is not None:
        cursor = ident(before.get("message_seq")) or ident(before.get("message_id"))
        params |= {"message_seq": number(cursor), "message_id": number(ident(before.get("message_id")))}
        params |= {"reverseOrder": True, "reverse_order": True}
    return Action(name, params)


def receipt_of(response: Response) -> Receipt:
    """The receipt in the *response* to a post; without an id where none was given."""
    data = response.data if isinstance(response.data, dict) else {}
    return Receipt(message_id=ident(data.get("message_id")))


def messages_in(response: Response) -> list[Frame]:
    """The message frames in the *response* to a history action."""
    data = response.data.get("messages") if isinstance(response.data, dict) else response.data
    return [frame for frame in data if isinstance(frame, dict)] if isinstance(data, list) else []


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _address(conversation: ConversationRef) -> dict[str, int | str]:
    return {"group_id" if conversation.is_group else "user_id": number(conversation.id)}
