"""What a person reads in a message: its segments as text, mentions, quote and attachments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.adapters.onebot import cq
from bot.adapters.onebot.cq import Segment
from bot.adapters.onebot.fields import Frame, ident, words
from bot.domain.messages import Attachment, AttachmentKind

#: Whoever this id is mentioned as: everybody.
EVERYBODY = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A message as a person reads it."""

    #: Everything that can be read, `@王阿姨` and `[图片]` included, a mention of the bot left out.
    text: str
    #: Only what was typed.
    typed: str
    #: The id of the quoted message; empty: none.
    reply_to: str = ""
    #: User ids, each once.
    mentions: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Is there nothing in it that anybody could act on?"""
        return not (self.text or self.attachments or self.mentions or self.reply_to)


def segments_of(message: Any) -> list[Segment]:
    """The segments of *message*: an array, a single segment or a CQ string; what is none of them is left out."""
    if isinstance(message, str):
        return cq.parse(message)
    if isinstance(message, dict):
        message = [message]
    if not isinstance(message, list):
        return []
    return [_segment(item) for item in message if isinstance(item, dict) and isinstance(item.get("type"), str)]


def content_of(frame: Frame, account: str) -> Content:
    """The content of the message *frame*, as the bot's *account* reads it."""
    message = frame.get("message")
    return read(segments_of(frame.get("raw_message") if message is None else message), account)


def read(segments: Sequence[Segment], account: str) -> Content:
    """The content of *segments*, as the bot's *account* reads them."""
    mentions = [ident(s.data.get("qq")) for s in segments if s.type == "at"]
    replies = [ident(s.data.get("id")) for s in segments if s.type == "reply"]
    return Content(
        text="".join(_readable(s, account) for s in segments).strip(),
        typed="".join(words(s.data.get("text")) for s in segments if s.type == "text").strip(),
        reply_to=next(filter(None, replies), ""),
        mentions=tuple(dict.fromkeys(m for m in mentions if m and m != EVERYBODY)),
        attachments=tuple(_attachment(s) for s in segments if s.type in _ATTACHED and not _is_sticker(s)),
    )


def _segment(item: dict[str, Any]) -> Segment:
    data = item.get("data")
    return Segment(item["type"], data if isinstance(data, dict) else {})


def _readable(segment: Segment, account: str) -> str:
    if segment.type == "at":
        return _mention(segment.data, account)
    if _is_sticker(segment):
        return words(segment.data["summary"])
    shown = _SHOWN.get(segment.type, "")
    return shown if isinstance(shown, str) else shown(segment.data)


def _mention(data: Frame, account: str) -> str:
    who = ident(data.get("qq"))
    if who in ("", account):
        return ""
    name = "全体成员" if who == EVERYBODY else words(data.get("name")).strip().lstrip("@") or who
    return f"@{name} "


def _face(data: Frame) -> str:
    """The name of a face where the implementation tells it: `[捂脸]`, `/捂脸`."""
    raw = data.get("raw")
    name = words(raw.get("faceText") if isinstance(raw, dict) else data.get("text")).strip("/[] ")
    return f"[{name}]" if name else ""


def _is_sticker(segment: Segment) -> bool:
    """Is this a picture from somebody's collection, which shows a mood and no leak?"""
    data = segment.data
    return segment.type == "image" and str(data.get("sub_type")) == "1" and bool(words(data.get("summary")))


def _attachment(segment: Segment) -> Attachment:
    name = next((n for key in ("name", "file") if _is_name(n := words(segment.data.get(key)))), "")
    return Attachment(kind=_ATTACHED[segment.type], source=_source(segment.data), name=name[-255:])


def _source(data: Frame) -> str:
    """Where the bytes can be had: a URL, or the bytes themselves; a bare file name leads nowhere."""
    places = (words(data.get(key)) for key in ("url", "file"))
    return next((p for p in places if p.startswith(("http://", "https://", "base64://"))), "")


def _is_name(name: str) -> bool:
    return bool(name) and "://" not in name


_ATTACHED = {
    "image": AttachmentKind.IMAGE,
    "record": AttachmentKind.VOICE,
    "video": AttachmentKind.VIDEO,
    "file": AttachmentKind.FILE,
}

_SHOWN: dict[str, str | Callable[[Frame], str]] = {
    "text": lambda data: words(data.get("text")),
    "face": _face,
    "mface": lambda data: words(data.get("summary")),
    "image": "[图片]",
    "record": "[语音]",
    "video": "[视频]",
    "file": "[文件]",
    "json": "[链接]",
    "xml": "[链接]",
    "share": "[链接]",
    "location": "[位置]",
    "forward": "[聊天记录]",
    "node": "[聊天记录]",
}
