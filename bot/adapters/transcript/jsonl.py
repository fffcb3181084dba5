"""Reads transcripts: `NAME.jsonl`, one message a line, and `NAME.rooms.json` beside it."""

import json
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from bot.adapters.transcript.records import Line, Room, Transcript
from bot.domain.errors import ConfigError
from bot.domain.members import Role
from bot.domain.places import Place


def find_transcripts(paths: list[Path]) -> list[Path]:
    """The `NAME.jsonl` files of *paths*, folders searched. Raises `ConfigError` if one is missing or there are none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.glob("*.jsonl") if p.with_suffix(".rooms.json").exists())
        elif path.is_file():
            found.append(path)
        else:
            raise ConfigError(f"{path}: 没有这个文件或文件夹")
    if not found:
        raise ConfigError("没有找到聊天记录：每份要有 名字.jsonl 和 名字.rooms.json")
    return found


def read_transcript(path: Path, zone: tzinfo) -> Transcript:
    """The transcript *path*; times without a zone are of *zone*. Raises `ConfigError`, naming file and line."""
    rooms_file = path.with_suffix(".rooms.json")
    try:
        rooms = json.loads(rooms_file.read_text("utf-8")) if rooms_file.exists() else {}
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError(f"{rooms_file}: 读不了：{error}") from error
    lines = [_line(path, number, raw, zone) for number, raw in enumerate(text.splitlines(), 1) if raw.strip()]
    return Transcript(
        name=path.stem,
        rooms=tuple(_room(key, value) for key, value in rooms.items()),
        lines=tuple(sorted(lines, key=lambda line: line.at)),
    )


def _room(key: str, value: dict[str, str]) -> Room:
    place = Place(estate=value.get("estate", ""), building=value.get("building", ""))
    return Room(id=key, name=value.get("name", ""), place=place)


def _line(path: Path, number: int, raw: str, zone: tzinfo) -> Line:
    try:
        row: dict[str, Any] = json.loads(raw)
        at = datetime.fromisoformat(row["ts"])
        return Line(
            id=str(row["id"]),
            at=at if at.tzinfo else at.replace(tzinfo=zone),
            room=str(row["room"]),
            sender=str(row["sender"]),
            name=str(row.get("name") or ""),
            text=str(row.get("text") or ""),
            role=Role(row.get("role") or "resident"),
            reply_to=str(row.get("reply_to") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path} 第{number}行: 读不懂这一行（{error!r}）") from error
