"""What a decoded frame can be, beside the events that every platform has."""

from dataclasses import dataclass

from bot.adapters.onebot.fields import Frame, words
from bot.domain.messages import ConversationKind, ConversationRef, InboundEvent

PLATFORM = "onebot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A sign of life."""

    account: str
    #: Is QQ itself online? NapCat may say so when it is not.
    online: bool
    #: Seconds until the next one; 0: unknown.
    interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A frame that is not taken in, on purpose."""

    #: What it was: `message/group`, `notice/notify/poke`.
    event: str
    reason: str


Decoded = InboundEvent | Heartbeat | Refused

_NAMES = ("post_type", "message_type", "meta_event_type", "notice_type", "request_type", "sub_type")


def refused(frame: Frame, reason: str) -> Refused:
    """A refusal of *frame* for *reason*, which holds nothing that a person wrote."""
    names = (words(frame.get(name))[:32] for name in _NAMES)
    return Refused(event="/".join(filter(None, names)), reason=reason)


def conversation(kind: ConversationKind, id_: str, account: str) -> ConversationRef:
    """The address of a QQ group or private chat."""
    return ConversationRef(platform=PLATFORM, kind=kind, id=id_, account=account)
