"""`notice` and `meta_event` frames → what they mean for the bot; most mean nothing to it."""

from datetime import datetime, timedelta

from bot.adapters.onebot.decoded import PLATFORM, Decoded, Heartbeat, conversation, refused
from bot.adapters.onebot.fields import Frame, ident, moment, part, words
from bot.domain.messages import (
    ChannelState,
    ConversationKind,
    ConversationRef,
    Identity,
    MessageRecalled,
    PostingStopped,
)
from bot.domain.text import shortened

#: QQ mutes for 30 days at most; anything longer is a broken number.
_LONGEST_BAN = 366 * 24 * 3600


def meta_of(frame: Frame, account: str, now: datetime) -> Decoded:
    """What the `meta_event` *frame* tells of the connection itself."""
    match frame.get("meta_event_type"), frame.get("sub_type"):
        case "heartbeat", _:
            online = part(frame, "status").get("online") is not False
            return Heartbeat(account=account, online=online, interval=_seconds(frame.get("interval")) / 1000)
        case "lifecycle", "connect" | "enable":
            return _state(frame, account, now, online=True, reason="connected")
        case "lifecycle", "disable":
            return _state(frame, account, now, online=False, reason="disabled")
        case _:
            return refused(frame, "not for us")


def notice_of(frame: Frame, account: str, now: datetime) -> Decoded:
    """What the `notice` *frame* tells."""
    match frame.get("notice_type"):
        case "group_recall":
            return _recall(frame, account, now)
        case "friend_recall":
            return refused(frame, "private recall")
        case "group_decrease" | "group_increase" | "group_ban":
            return _standing(frame, account, now)
        case "bot_offline":
            reason = shortened(words(frame.get("tag")) or words(frame.get("message")), 80).strip() or "bot_offline"
            return _state(frame, account, now, online=False, reason=reason)
        case "bot_online":
            return _state(frame, account, now, online=True, reason="bot_online")
        case _:
            return refused(frame, "not for us")


def _recall(frame: Frame, account: str, now: datetime) -> Decoded:
    where = _group(frame, account)
    operator = ident(frame.get("operator_id")) or ident(frame.get("user_id"))
    message_id = ident(frame.get("message_id"))
    if where is None or not operator or not message_id:
        return refused(frame, "incomplete")
    return MessageRecalled(
        conversation=where,
        message_id=message_id,
        operator=Identity(platform=PLATFORM, user_id=operator),
        at=moment(frame.get("time"), now),
    )


def _standing(frame: Frame, account: str, now: datetime) -> Decoded:
    """May the bot still post in a group? What happens to other members is nothing to it."""
    where = _group(frame, account)
    if where is None:
        return refused(frame, "incomplete")
    if ident(frame.get("user_id")) != account and frame.get("sub_type") != "kick_me":
        return refused(frame, "somebody else")
    at = moment(frame.get("time"), now)
    return PostingStopped(conversation=where, until=_until(frame, at), at=at)


def _until(frame: Frame, at: datetime) -> datetime | None:
    """Until when the bot may not post: None for good, *at* if it may post from then on."""
    if frame.get("notice_type") == "group_decrease":
        return None
    if frame.get("notice_type") == "group_increase" or frame.get("sub_type") == "lift_ban":
        return at
    return at + timedelta(seconds=min(_seconds(frame.get("duration")), _LONGEST_BAN))


def _group(frame: Frame, account: str) -> ConversationRef | None:
    group = ident(frame.get("group_id"))
    return conversation(ConversationKind.GROUP, group, account) if group else None


def _state(frame: Frame, account: str, now: datetime, *, online: bool, reason: str) -> ChannelState:
    at = moment(frame.get("time"), now)
    return ChannelState(platform=PLATFORM, account=account, online=online, at=at, reason=reason)


def _seconds(value: object) -> float:
    """*value* as a count, 0 for nonsense."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(min(value, 10**9)) if value > 0 else 0.0
