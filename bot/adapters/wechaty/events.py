"""One event of the gateway's stream → what happened. Pure: an answer for any payload, and nothing raises."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.adapters.wechaty.values import (
    Dong,
    Event,
    LoggedIn,
    LoggedOut,
    MembersChanged,
    MessageArrived,
    NamesChanged,
    Other,
    ScanAsked,
    TopicChanged,
    Trouble,
)

#: No event that means something to us is longer.
LONGEST = 64 * 1024
#: A login code is an address; more than this fits into no QR code that a phone could read.
LONGEST_CODE = 1_000
_SCANNED, _CONFIRMED = 3, 4


def event_of(number: int, payload: str) -> Event:
    """What the event of type *number* with the JSON *payload* says."""
    read = _READERS.get(number)
    if read is None or len(payload) > LONGEST:
        return Other()
    try:
        fields = json.loads(payload)
    except (ValueError, RecursionError):
        fields = None
    return read(fields if isinstance(fields, dict) else {})


def ident(value: Any) -> str:
    """The id *value*; "" if it is none."""
    return value.replace("\x00", "")[:128] if isinstance(value, str) else ""


def _message(fields: Mapping[str, Any]) -> Event:
    id_ = ident(fields.get("messageId"))
    return MessageArrived(id=id_) if id_ else Other()


def _login(fields: Mapping[str, Any]) -> Event:
    account = ident(fields.get("contactId"))
    return LoggedIn(account=account) if account else Other()


def _scan(fields: Mapping[str, Any]) -> Event:
    if fields.get("status") in (_SCANNED, _CONFIRMED):
        return ScanAsked(code="")
    code = fields.get("qrcode")
    return ScanAsked(code=code if isinstance(code, str) and len(code) <= LONGEST_CODE else "")


def _topic(fields: Mapping[str, Any]) -> Event:
    room, topic = ident(fields.get("roomId")), fields.get("newTopic")
    return TopicChanged(room=room, topic=topic[:200]) if room and isinstance(topic, str) else Other()


def _members(name: str, *, joined: bool) -> Callable[[Mapping[str, Any]], Event]:
    def read(fields: Mapping[str, Any]) -> Event:
        ids, room = fields.get(name), ident(fields.get("roomId"))
        members = tuple(filter(None, map(ident, ids))) if isinstance(ids, list) else ()
        return MembersChanged(room=room, members=members, joined=joined) if room and members else Other()

    return read


def _dirty(fields: Mapping[str, Any]) -> Event:
    id_ = ident(fields.get("payloadId"))
    return NamesChanged(id=id_) if id_ else Other()


#: The numbers of `EventType` in the protocol.
_READERS: dict[int, Callable[[Mapping[str, Any]], Event]] = {
    2: _message,
    3: lambda _: Dong(),
    16: lambda _: Trouble(),
    19: _members("inviteeIdList", joined=True),
    20: _members("removeeIdList", joined=False),
    21: _topic,
    22: _scan,
    25: _login,
    26: lambda _: LoggedOut(),
    27: _dirty,
}
