"""Exported histories are read line by line; what cannot be read is told with its line."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.transcript.exports import read_export
from bot.adapters.transcript.records import Room
from bot.domain.errors import ConfigError

ZONE = ZoneInfo("Asia/Shanghai")
ROOM = Room(id="阳光花园3号楼业主群")
QQ = """消息记录（此消息记录为文本格式，不支持重新导入）

================================================================
消息分组:我的QQ群
================================================================
消息对象:阳光花园3号楼业主群
================================================================

2026-03-01 8:01:10 3-2-501 王阿姨(12345678)
三单元楼道水管漏水了
没人管

2026-03-01 下午 1:01:40 赵先生<zhao@example.com>
我家门口也是

2026-03-01 20:05:40 系统消息(10000)
某某加入了本群

2026-03-02 9:05:40 【管理员】小林(222)
[图片]
"""


def read(folder: Path, name: str, data: bytes):
    file = folder / name
    file.write_bytes(data)
    return read_export(file, ROOM, ZONE)


def test_a_qq_export_gives_senders_times_and_whole_texts(tmp_path: Path) -> None:
    """Several lines are one message; levels before names and system lines fall away; 下午 is afternoon."""
    found = read(tmp_path, "qq.txt", QQ.encode()).lines
    assert [(n.name, n.sender, n.text) for n in found] == [
        ("3-2-501 王阿姨", "12345678", "三单元楼道水管漏水了\n没人管"),
        ("赵先生", "zhao@example.com", "我家门口也是"),
        ("小林", "222", "[图片]"),
    ]
    assert [n.at.strftime("%d %H:%M:%S") for n in found] == ["01 08:01:10", "01 13:01:40", "02 09:05:40"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    """QQ writes UTF-8, older versions GBK, Windows tools UTF-16."""
    assert len(read(tmp_path, "qq.txt", QQ.encode(encoding)).lines) == 3


def test_ids_are_the_same_in_every_export(tmp_path: Path) -> None:
    """The same message has the same id in another export; twice the same words in one second are two."""
    first = read(tmp_path, "a.txt", QQ.encode())
    longer = QQ + "\n2026-03-03 9:00:00 小林(222)\n收到\n\n2026-03-03 9:00:00 小林(222)\n收到\n"
    second = read(tmp_path, "b.txt", longer.encode())
    ids = [n.id for n in second.lines]
    assert ids[:3] == [n.id for n in first.lines]
    assert len(set(ids)) == 5


@pytest.mark.parametrize(
    "table",
    [
        "时间,发送者,类型,内容\n2026-03-01 08:01:10,王阿姨,文本,漏水了\n2026/03/01 08:02:00,王阿姨,图片,x.jpg\n",
        "localId,Type,CreateTime,StrContent,StrTime,NickName\n1,1,1772323270,漏水了,2026-03-01 08:01:10,王阿姨\n"
        "2,3,1772323320,<msg/>,2026-03-01 08:02:00,王阿姨\n3,10000,1772323330,撤回,2026-03-01 08:02:10,王阿姨\n",
        "CreateTime,Sender,Type,Content\n1772323270,王阿姨,1,漏水了\n1772323320000,王阿姨,3,\n",
    ],
)
def test_wechat_tables_of_common_exporters_are_read(tmp_path: Path, table: str) -> None:
    """Columns are found by their usual names, pictures become [图片], system lines fall away."""
    found = read(tmp_path, "wx.csv", table.encode()).lines
    assert [(n.sender, n.text, n.at.astimezone(ZONE).strftime("%H:%M:%S")) for n in found] == [
        ("王阿姨", "漏水了", "08:01:10"),
        ("王阿姨", "[图片]", "08:02:00"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("x.csv", b"a,b\n1,2\n", "第1行.*time"),
        ("x.csv", "时间,发送者,内容\n2026-03-01 08:01:10,王\n".encode(), "第2行.*列"),
        ("x.csv", "时间,发送者,内容\n昨天,王,漏水\n".encode(), "第2行.*时间"),
        ("x.txt", "随便写的\n".encode(), "没有消息"),
        ("x.txt", "2026-13-41 8:01:10 王(1)\n漏水\n".encode(), "第1行.*时间"),
        ("x.txt", b"\xff\xff\xff\x80\x81", "编码|没有消息"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    """An unreadable export names the file, and the line where there is one."""
    with pytest.raises(ConfigError, match=f"{name}.*({says})"):
        read(tmp_path, name, data)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(ConfigError, match="没有这个文件"):
        read_export(tmp_path / "none.txt", ROOM, ZONE)
