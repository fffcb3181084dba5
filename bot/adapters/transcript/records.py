"""What every chat file is read into, and how its pieces become messages of the platform `transcript`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.members import Role
from bot.domain.messages import (
    Attachment,
    AttachmentKind,
    ConversationRef,
    Identity,
    InboundMessage,
    Quote,
    Sender,
)
from bot.domain.places import Place

PLATFORM = "transcript"
_MEDIA = (("[图片]", AttachmentKind.IMAGE), ("[视频]", AttachmentKind.VIDEO), ("[语音]", AttachmentKind.VOICE))
_MENTION = re.compile(r"@(\S{1,20})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of a chat file."""

    id: str
    at: datetime
    room: str
    sender: str
    name: str
    text: str
    role: Role = Role.RESIDENT
    reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is known of a group in a chat file."""

    id: str
    name: str = ""
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A whole chat file, in time order."""

    name: str
    rooms: tuple[Room, ...]
    lines: tuple[Line, ...]


def conversation(room: str) -> ConversationRef:
    """The address of *room*."""
    return ConversationRef(platform=PLATFORM, id=room)


def identity(sender: str) -> Identity:
    """Who *sender* is."""
    return Identity(platform=PLATFORM, user_id=sender)


def messages(lines: Sequence[Line]) -> list[InboundMessage]:
    """*lines* as messages; quotes are filled with the words that they quote."""
    said = {line.id: line for line in lines}
    names = {line.name: line.sender for line in lines}
    return [_message(line, said, names) for line in lines]


def _message(line: Line, said: dict[str, Line], names: dict[str, str]) -> InboundMessage:
    quoted = said.get(line.reply_to)
    mentioned = (names.get(name) for name in _MENTION.findall(line.text))
    return InboundMessage(
        conversation=conversation(line.room),
        message_id=line.id,
        sender=Sender(identity=identity(line.sender), name=line.name),
        text=line.text,
        at=line.at,
        quote=Quote(message_id=line.reply_to, text=quoted.text if quoted else "") if line.reply_to else None,
        attachments=tuple(Attachment(kind=kind) for mark, kind in _MEDIA if line.text.startswith(mark)),
        mentions=tuple(m for m in mentioned if m),
    )
