"""Reads group histories as people export them: the text of the QQ message manager, and WeChat tables as CSV."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from bot.adapters.transcript.records import Line, Room, Transcript
from bot.domain.errors import ConfigError

#: A larger file is refused: a year of a busy group is below a tenth of it.
MOST_BYTES = 200 * 2**20
_ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")
_HEAD = re.compile(
    r"^(?P<day>\d{4}[-/]\d{1,2}[-/]\d{1,2})\s+(?P<half>上午|下午)?\s*(?P<time>\d{1,2}:\d{2}(?::\d{2})?)\s+(?P<who>.+)$"
)
_WHO = re.compile(r"^(?:【[^】]*】)?(?P<name>.*?)[(<（](?P<id>[^()<>（）]+)[)>）]\s*$")
_SYSTEM = frozenset({"10000", "1000000", "80000000"})
#: What common exporters call the columns.
_COLUMNS = {
    "time": ("time", "strtime", "createtime", "时间", "发送时间", "日期", "datetime", "date"),
    "sender": ("sender", "nickname", "remark", "发送者", "发送人", "昵称", "talker", "发言人", "from"),
    "type": ("type", "类型", "消息类型", "type_name", "msgtype"),
    "content": ("content", "strcontent", "内容", "消息内容", "消息", "text", "message", "msg"),
}
#: WeChat's numbers and names for what is not text.
_TYPES = {
    "3": "[图片]", "图片": "[图片]", "image": "[图片]", "34": "[语音]", "语音": "[语音]", "voice": "[语音]",
    "43": "[视频]", "视频": "[视频]", "video": "[视频]", "47": "[动画表情]", "表情": "[动画表情]", "动画表情": "[动画表情]",
    "49": "[链接]", "链接": "[链接]", "文件": "[文件]", "分享链接": "[链接]", "file": "[文件]",
}  # fmt: skip
_NO_MESSAGE = frozenset({"10000", "系统", "系统消息", "系统通知", "撤回", "system", "50", "10002"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    at: datetime
    sender: str
    name: str
    text: str


def read_export(path: Path, room: Room, zone: tzinfo) -> Transcript:
    """The history in *path* (.txt of QQ, .csv of WeChat), as said in *room*.

    Raises `ConfigError`: the file, the line, what is wrong with it.
    """
    text = _decoded(path)
    said = list(_wechat(path, text, zone) if path.suffix.lower() == ".csv" else _qq(path, text, zone))
    if not said:
        raise ConfigError(f"{path}: 里面没有消息；QQ 要导出成 .txt（文本格式），微信要导出成 .csv")
    lines = sorted(_lines(said, room.id), key=lambda line: line.at)
    return Transcript(name=path.stem, rooms=(room,), lines=tuple(lines))


def _decoded(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError(f"{path}: 文件太大（超过 {MOST_BYTES // 2**20} MB），请按月导出")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: 没有这个文件") from error
    except OSError as error:
        raise ConfigError(f"{path}: 读不了：{error.strerror}") from error
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(f"{path}: 认不出文字编码，请另存为 UTF-8")


def _lines(said: Iterable[_Said], room: str) -> Iterator[Line]:
    """*said* with ids that are the same in every export of the same history."""
    seen: Counter[str] = Counter()
    for one in said:
        digest = hashlib.sha256(f"{one.at.isoformat()}\0{one.sender}\0{one.text}".encode()).hexdigest()[:20]
        seen[digest] += 1
        yield Line(id=f"{digest}-{seen[digest]}", at=one.at, room=room, sender=one.sender, name=one.name, text=one.text)


def _qq(path: Path, text: str, zone: tzinfo) -> Iterator[_Said]:
    """Messages of the QQ message manager: a line of time and sender, then lines of text."""
    head: tuple[datetime, str, str] | None = None
    body: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _HEAD.match(line.strip())
        if match is None or not (who := _WHO.match(match["who"])):
            body.append(line)
            continue
        yield from _finished(head, body)
        head, body = (_qq_time(match, path, number, zone), who["id"].strip(), who["name"].strip()), []
    yield from _finished(head, body)


def _qq_time(match: re.Match[str], path: Path, number: int, zone: tzinfo) -> datetime:
    try:
        day = datetime.strptime(match["day"].replace("/", "-"), "%Y-%m-%d")  # noqa: DTZ007 - the zone is added below
        parts = [int(p) for p in match["time"].split(":")]
        hour = parts[0] % 12 + 12 if match["half"] == "下午" else parts[0]
        return day.replace(hour=hour, minute=parts[1], second=parts[2] if len(parts) > 2 else 0, tzinfo=zone)
    except ValueError as error:
        raise ConfigError(f"{path} 第{number}行: 时间不对：{match['day']} {match['time']}") from error


def _finished(head: tuple[datetime, str, str] | None, body: list[str]) -> Iterator[_Said]:
    text = "\n".join(body).strip()
    if head is not None and text and head[1] not in _SYSTEM:
        yield _Said(at=head[0], sender=head[1], name=head[2], text=text)


def _wechat(path: Path, text: str, zone: tzinfo) -> Iterator[_Said]:
    """Rows of a WeChat table; its columns are found by their usual names."""
    rows = csv.reader(io.StringIO(text))
    try:
        columns = _columns(path, next(rows, []))
        for row in rows:
            if any(cell.strip() for cell in row):
                yield from _row(path, rows.line_num, row, columns, zone)
    except csv.Error as error:
        raise ConfigError(f"{path} 第{rows.line_num}行: 不是正确的 CSV（{error}）") from error


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    names = [h.strip().lower().lstrip("\ufeff") for h in header]
    found = {what: next((names.index(a) for a in aliases if a in names), -1) for what, aliases in _COLUMNS.items()}
    missing = [what for what in ("time", "sender", "content") if found[what] < 0]
    if missing:
        want = "、".join("/".join(_COLUMNS[what][:3]) for what in missing)
        raise ConfigError(f"{path} 第1行: 缺少这些列：{want}")
    return found


def _row(path: Path, number: int, row: list[str], columns: dict[str, int], zone: tzinfo) -> Iterator[_Said]:
    if len(row) <= max(columns.values()):
        raise ConfigError(f"{path} 第{number}行: 只有 {len(row)} 列，少了")
    kind = row[columns["type"]].strip().lower() if columns["type"] >= 0 else ""
    sender, content = row[columns["sender"]].strip(), row[columns["content"]].strip()
    if kind in _NO_MESSAGE or not sender:
        return
    text = _TYPES.get(kind, content)
    if text:
        at = _time(path, number, row[columns["time"]].strip(), zone)
        yield _Said(at=at, sender=sender, name=sender, text=text)


def _time(path: Path, number: int, value: str, zone: tzinfo) -> datetime:
    """A time as text or as Unix seconds (or milliseconds)."""
    try:
        if value.isdigit():
            seconds = int(value) / (1000 if len(value) > 11 else 1)
            return datetime.fromtimestamp(seconds, UTC).astimezone(zone)
        at = datetime.fromisoformat(value.replace("/", "-"))
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigError(f"{path} 第{number}行: 时间不对：{value[:30]}") from error
    return at if at.tzinfo else at.replace(tzinfo=zone)
