"""What goes over the page's WebSocket, both ways, as plain values. Whatever a page sends is doubted first."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from bot.adapters.web.people import BOT_NAME, BUILDING, CAST, ESTATE, GROUP_NAME, PEOPLE, Person
from bot.adapters.web.pictures import MAX_BYTES
from bot.adapters.web.room import Room, Said
from bot.domain.text import MAX_LENGTH

#: A picture of `MAX_BYTES` in base64, and room for the rest.
MAX_FRAME = 8 * 1024 * 1024


class BadFrameError(Exception):
    """A page sent what no page of ours would send; says why, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page asks for."""

    #: `say`, `recall`, `play`, `stop` or `reset`.
    does: str
    who: str = ""
    text: str = ""
    #: The id of a line: quoted by `say`, taken back by `recall`.
    line: str = ""
    picture: bytes = b""
    private: bool = False


def asked(raw: str) -> Asked:
    """What the frame *raw* asks for. Raises `BadFrameError`."""
    frame = _object(raw)
    does = _string(frame, "type", 20)
    if does in ("play", "stop", "reset"):
        return Asked(does=does)
    if does not in ("say", "recall"):
        raise BadFrameError("不认识的请求")
    who = _string(frame, "who", 20)
    if who not in PEOPLE:
        raise BadFrameError("群里没有这个人")
    if does == "recall":
        return Asked(does=does, who=who, line=_string(frame, "id", 40))
    return _said(frame, who)


def _said(frame: dict[str, Any], who: str) -> Asked:
    text, picture = _string(frame, "text", MAX_LENGTH).strip(), _bytes(frame, "picture")
    if not text and not picture:
        raise BadFrameError("写点什么再发吧")
    private = frame.get("private") is True
    return Asked(does="say", who=who, text=text, line=_string(frame, "quote", 40), picture=picture, private=private)


def _object(raw: str) -> dict[str, Any]:
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFrameError("看不懂这个请求") from None
    if not isinstance(frame, dict):
        raise BadFrameError("看不懂这个请求")
    return frame


def _string(frame: dict[str, Any], name: str, limit: int) -> str:
    """The text under *name*, empty when there is none. Lone surrogates would break every encoder after us."""
    value = frame.get(name, "")
    if not isinstance(value, str) or len(value) > limit:
        raise BadFrameError("内容太长了" if isinstance(value, str) else "看不懂这个请求")
    return value.encode("utf-8", "replace").decode()


def _bytes(frame: dict[str, Any], name: str) -> bytes:
    value = frame.get(name, "")
    if not isinstance(value, str):
        raise BadFrameError("看不懂这个请求")
    if len(value) > MAX_BYTES * 4 // 3 + 8:
        raise BadFrameError("图片太大了，请不要超过5 MB")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise BadFrameError("图片没有传完整") from None


def hello(room: Room, *, playing: bool) -> dict[str, Any]:
    """Everything that a page needs to begin."""
    return {
        "type": "hello",
        "group": {"name": GROUP_NAME, "estate": ESTATE, "building": BUILDING, "bot": BOT_NAME},
        "people": [_person(p) for p in PEOPLE.values()],
        "messages": [line(s, room) for s in room.lines()],
        "playing": playing,
    }


def _person(person: Person) -> dict[str, Any]:
    """One of the people as the page knows them; *playable*: the visitor may speak as them."""
    return {
        "id": person.id,
        "name": person.name,
        "badge": person.badge,
        "role": person.role.value,
        "playable": person in CAST,
    }


def line(said: Said, room: Room) -> dict[str, Any]:
    """One line as the page shows it."""
    return {
        "id": said.id,
        "who": said.who,
        "text": said.text,
        "at": said.at.isoformat(),
        "picture": said.picture,
        "mentions": list(said.mentions),
        "quote": _quoted(said, room),
        #: Whose eyes only; empty for the group.
        "private": "" if said.conversation.is_group else said.conversation.id,
        "recalled": said.recalled,
    }


def _quoted(said: Said, room: Room) -> dict[str, str] | None:
    quoted = room.get(said.quotes) if said.quotes else None
    if quoted is None:
        return None
    return {"id": quoted.id, "who": quoted.who, "text": quoted.text[:200] or ("[图片]" if quoted.picture else "")}
