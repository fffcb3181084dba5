"""One message of the puppet → what somebody said. Pure: an answer for any message, and nothing raises."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.adapters.wechaty import words
from bot.adapters.wechaty.values import PLATFORM, Kind, Said, Setting, conversation
from bot.domain.messages import (
    Attachment,
    AttachmentKind,
    ConversationRef,
    Identity,
    InboundMessage,
    MessageRecalled,
    Quote,
    Sender,
)

#: Timestamps below this are seconds, above it milliseconds: it is 1973 in the one reading, 5138 in the other.
_MILLISECONDS = 100_000_000_000
_LATEST = datetime(9000, 1, 1, tzinfo=UTC).timestamp()
_RECALLED_ID = re.compile(r"<newmsgid>(\d+)</newmsgid>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A message that is not taken in, on purpose."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEcho:
    """What the bot, or somebody with its phone, said itself."""

    said: Said


Decoded = InboundMessage | MessageRecalled | OwnEcho | Refused


def decode(said: Said, setting: Setting, now: datetime) -> Decoded:
    """What *said* means in its *setting*; *now* dates what comes undated."""
    if not said.id or not said.talker:
        return Refused(reason="incomplete")
    where = conversation(setting.account, room=said.room, person=said.talker)
    if said.kind is Kind.RECALLED:
        return _recalled(said, where, moment(said.timestamp, now))
    if said.talker == setting.account:
        return OwnEcho(said=said)
    return _message(said, setting, where, moment(said.timestamp, now))


def source_of(account: str, said: Said) -> str:
    """The reference by which the picture of *said* can be fetched from the gateway of *account*."""
    return f"{PLATFORM}:{account}:{said.id}"


def message_behind(source: str) -> tuple[str, str]:
    """The account and message id of a reference; both empty if it is none of ours."""
    scheme, _, rest = source.partition(":")
    account, _, message_id = rest.partition(":")
    return (account, message_id) if scheme == PLATFORM and message_id else ("", "")


def moment(timestamp: int, otherwise: datetime) -> datetime:
    """The time of *timestamp*, milliseconds or seconds; *otherwise* if it is none."""
    seconds = timestamp / 1000 if timestamp >= _MILLISECONDS else float(timestamp)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else otherwise


def _message(said: Said, setting: Setting, where: ConversationRef, at: datetime) -> InboundMessage | Refused:
    quote, own = words.quote_in(said.text) if said.kind is Kind.TEXT else ("", said.text)
    mentions = said.mentions or words.mentioned(own, setting.names)
    text = _readable(said, words.without_mention(own, _own_names(setting)))
    attached = _attached(said, setting.account)
    if not (text or attached or mentions or quote):
        return Refused(reason="nothing to read")
    return InboundMessage(
        conversation=where,
        message_id=said.id,
        sender=Sender(identity=Identity(platform=PLATFORM, user_id=said.talker), name=setting.talker_name),
        text=text,
        at=at,
        quote=Quote(text=quote) if quote else None,
        attachments=attached,
        mentions_bot=setting.account in mentions,
        mentions=tuple(dict.fromkeys(mentions)),
        conversation_name=setting.topic if said.room else "",
    )


def _recalled(said: Said, where: ConversationRef, at: datetime) -> MessageRecalled | Refused:
    """Most puppets put the id of what was taken back into the text, some WeChat's own XML around it."""
    found = _RECALLED_ID.search(said.text)
    message_id = found[1] if found else said.text.strip()
    if not message_id or len(message_id) > 128 or message_id.startswith("<"):
        return Refused(reason="recall of nothing")
    operator = Identity(platform=PLATFORM, user_id=said.talker)
    return MessageRecalled(conversation=where, message_id=message_id, operator=operator, at=at)


def _own_names(setting: Setting) -> tuple[str, ...]:
    return tuple(name for name, user in setting.names if user == setting.account)


def _attached(said: Said, account: str) -> tuple[Attachment, ...]:
    kind = _ATTACHED.get(said.kind)
    if kind is None:
        return ()
    return (Attachment(kind=kind, source=source_of(account, said), name=said.filename[-255:]),)


def _readable(said: Said, text: str) -> str:
    shown = _SHOWN.get(said.kind, "")
    return shown if isinstance(shown, str) else shown(text)


_ATTACHED = {
    Kind.IMAGE: AttachmentKind.IMAGE,
    Kind.VOICE: AttachmentKind.VOICE,
    Kind.VIDEO: AttachmentKind.VIDEO,
    Kind.FILE: AttachmentKind.FILE,
}

#: What a person sees of each kind. The text of what is not typed is WeChat's XML, and nobody's words.
_SHOWN: dict[Kind, str | Callable[[str], str]] = {
    Kind.TEXT: lambda text: text.strip(),
    Kind.IMAGE: "[图片]",
    Kind.VOICE: "[语音]",
    Kind.VIDEO: "[视频]",
    Kind.FILE: "[文件]",
    Kind.CHAT_HISTORY: "[聊天记录]",
    Kind.LOCATION: "[位置]",
    Kind.LINK: "[链接]",
    Kind.MINI_PROGRAM: "[链接]",
    Kind.CONTACT: "[名片]",
}
