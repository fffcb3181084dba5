"""The command line: what it prints, what it exits with, and that it never shows a traceback."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from bot.cli import main
from bot.domain.messages import ConversationRef
from bot.domain.records import Conversation, Post, PostStatus, Priority
from bot.running import opened_store
from config.settings import load_settings
from storage.database import Database
from storage.unit_of_work import UnitsOfWork
from tests.storage.samples import review

HISTORY = """2026-03-01 8:01:10 3-3-501 王阿姨(12345678)
3单元楼道水管漏水了 没人管

2026-03-01 8:01:40 3-3-302 赵先生(87654321)
我家门口也是

2026-03-01 12:05:40 小林(222)
中午吃啥

2026-03-01 19:05:40 小林(222)
2单元电梯又坏了 停在5楼不动
"""


@pytest.fixture(autouse=True)
def a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_dir: Path) -> Iterator[None]:
    monkeypatch.setenv("LOUSHI_DATA_DIR", str(tmp_path / "data"))
    shutil.copytree(model_dir, tmp_path / "data" / "model")
    yield
    structlog.reset_defaults()


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Exit code, output and errors of `loushi` with *words*."""
    monkeypatch.setattr("sys.argv", ["loushi", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capsys.readouterr()
    return int(end.value.code or 0), out, err


@pytest.fixture
def loushi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    return lambda *words: said(monkeypatch, capsys, *words)


def test_help_teaches_every_command(loushi) -> None:
    """`--help` names each command with a sentence."""
    code, out, _ = loushi("--help")
    assert code == 0
    for word in (
        "run",
        "demo",
        "check-config",
        "replay",
        "import",
        "tickets",
        "ticket",
        "invite",
        "user",
        "group",
        "review",
        "train",
        "posts",
    ):
        assert word in out


def test_without_a_token_the_operator_is_told_what_to_set(loushi) -> None:
    """Running without a token is exit code 2 and one sentence."""
    code, _, err = loushi("check-config")
    assert code == 2
    assert "LOUSHI_ONEBOT__TOKEN" in err
    assert len(err.strip().splitlines()) == 1


def test_with_a_token_the_settings_are_fine(loushi, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is all that is needed."""
    monkeypatch.setenv("LOUSHI_ONEBOT__TOKEN", "a-token")
    code, out, _ = loushi("check-config")
    assert (code, "没有问题" in out) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("ticket", "9"), 1, "没有工单 #9"),
        (("ticket", "abc"), 2, "编号"),
        (("tickets", "--status", "nope"), 2, "status"),
        (("group", "enable", "onebot/group/1"), 1, "没见过"),
        (("user", "add", "12345", "--role", "worker"), 2, "平台/号码"),
        (("import", "none.txt", "--room", "x"), 2, "none.txt"),
        (("replay", "none", "--out", "o"), 2, "none"),
        (("tickets", "--config", "none.toml"), 2, "none.toml"),
        (("review", "9", "--as", "no"), 1, "没有 9 号"),
        (("review", "9", "--as", "nope"), 2, "没有「nope」这个类别"),
        (("train", "--from-db", "none.db"), 2, "没有这个数据库文件"),
        (("train", "--from-db"), 2, "没有这个数据库文件"),
    ],
)
def test_errors_are_one_sentence_with_a_code(loushi, words: tuple[str, ...], code: int, says: str) -> None:
    """1: not found or not possible; 2: put something right. Never a traceback."""
    got, out, err = loushi(*words)
    assert got == code
    assert says in err + out
    assert "Traceback" not in err + out


def test_a_history_becomes_tickets_once(loushi, tmp_path: Path) -> None:
    """A dry run stores nothing, an import stores, the same file again adds nothing."""
    file = tmp_path / "group.txt"
    file.write_text(HISTORY, "utf-8")
    words = ("import", file, "--room", "阳光花园3号楼业主群", "--estate", "阳光花园", "--building", "3号楼")
    assert "会新增 2 张" in loushi(*words, "--dry-run")[1]
    assert json.loads(loushi("tickets", "--json")[1]) == []
    assert "新增 2 张" in loushi(*words)[1]
    assert "新增 0 张" in loushi(*words)[1]
    found = json.loads(loushi("tickets", "--json")[1])
    assert [t["category"] for t in found] == ["leak", "elevator"]
    assert (found[0]["reporters"], found[0]["supporters"], len(found[0]["message_ids"])) == (1, 1, 2)
    assert found[0]["place"]["building"] == "3号楼"
    assert found[0]["history"][0]["event"] == "opened"
    assert "王阿姨" not in json.dumps(found, ensure_ascii=False)


def test_a_ticket_can_be_looked_at(loushi, tmp_path: Path) -> None:
    """`ticket 1` shows what it was made of and what happened."""
    file = tmp_path / "group.txt"
    file.write_text(HISTORY, "utf-8")
    loushi("import", file, "--room", "群")
    out = loushi("ticket", "#1")[1]
    assert "漏水" in out
    assert "opened" in out
    assert "08:01" in out


async def _held(path: Path) -> None:
    """Two messages wait for a worker."""
    database = await Database.open(f"sqlite:///{path}")
    async with UnitsOfWork(database)() as work:
        for message_id in ("m1", "m2"):
            await work.reviews.add(review(message_id))
        await work.commit()
    await database.close()


def test_held_messages_are_decided(loushi, tmp_path: Path) -> None:
    """`reviews` shows their numbers; a category makes a confirmed ticket, `no` none, and neither waits any longer."""
    (tmp_path / "data").mkdir(exist_ok=True)
    asyncio.run(_held(tmp_path / "data" / "loushi.db"))
    assert "楼下又开始了" in loushi("reviews")[1]
    assert "#1" in loushi("review", 1, "--as", "违建装修", "--urgency", "urgent")[1]
    assert "不是诉求" in loushi("review", 2, "--as", "no")[1]
    assert "楼下" not in loushi("reviews")[1]
    (made,) = json.loads(loushi("tickets", "--json")[1])
    assert (made["category"], made["urgency"]) == ("building", "urgent")
    assert [e["event"] for e in made["history"]][:3] == ["opened", "reviewed", "confirmed"]


def test_without_a_correction_there_is_nothing_to_train_on(loushi) -> None:
    """An empty database is one sentence and exit code 1."""
    loushi("tickets")
    code, _, err = loushi("train", "--from-db")
    assert (code, "没有可学的更正" in err.replace("\n", "")) == (1, True)


def test_what_waits_for_a_person_is_listed(loushi, tmp_path: Path) -> None:
    """`posts` shows each sentence as it is to be pasted, under the name of its group; nothing else waits there."""
    assert loushi("posts")[:2] == (0, "没有要贴的话\n")
    asyncio.run(_leave_to_a_person())
    code, out, _ = loushi("posts")
    assert code == 0
    assert "幸福里3号楼群" in out
    assert "【#1】已记录：[3号楼] 漏水渗水。" in out.splitlines()


async def _leave_to_a_person() -> None:
    now = datetime.now(UTC)
    group = ConversationRef(platform="onebot", id="700001")
    said = {"text": "【#1】已记录：[3号楼] 漏水渗水。", "priority": Priority.NEWS, "created_at": now, "due_at": now}
    async with opened_store(load_settings()) as begin, begin() as work:
        await work.conversations.save(Conversation(ref=group, name="幸福里3号楼群", first_seen=now))
        await work.outbox.add(Post(key="a", conversation=group, status=PostStatus.BY_HAND, **said))
        await work.outbox.add(Post(key="b", conversation=group, **said))
        await work.commit()


def test_an_invitation_is_six_digits(loushi) -> None:
    """`invite` prints a code to say in the group."""
    code, out, _ = loushi("invite", "--role", "leader", "--building", "3号楼")
    assert code == 0
    assert "3号楼楼长" in out


def test_people_and_groups_are_listed(loushi) -> None:
    """A role can be given directly; without groups the list is empty."""
    assert "社区工作者" in loushi("user", "add", "onebot/5", "--role", "worker", "--name", "小陈")[1]
    assert loushi("group", "list")[0] == 0


def test_replay_writes_predictions(loushi, tmp_path: Path) -> None:
    """A transcript gives a file of tickets and posts in the form that the scorer reads."""
    rows = [
        {"id": "m1", "ts": "2026-03-02T08:00:00", "room": "r1", "sender": "u1", "name": "3-3-501 王阿姨",
         "role": "resident", "text": "3单元楼道水管漏水了 有人管吗"},
        {"id": "m2", "ts": "2026-03-02T08:00:30", "room": "r1", "sender": "u1", "name": "3-3-501 王阿姨",
         "role": "resident", "text": "[图片]"},
    ]  # fmt: skip
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    (tmp_path / "t.rooms.json").write_text('{"r1": {"name": "群", "estate": "阳光花园", "building": "3号楼"}}', "utf-8")
    code, _, _ = loushi("replay", tmp_path, "--out", tmp_path / "pred")
    found = json.loads((tmp_path / "pred" / "t.pred.json").read_text("utf-8"))
    assert code == 0
    assert found["tickets"][0]["messages"] == ["m1", "m2"]
    assert found["tickets"][0]["opened_at"] == "2026-03-02T08:00:00"
    assert (found["tickets"][0]["building"], found["tickets"][0]["unit"]) == ("3号楼", "3单元")
    assert found["posts"][0]["text"].startswith("【#1】")


def test_a_login_for_the_console(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A login is made with a password that is shown once; a leader gets a link; who has no role that may, a sentence."""

    def loushi(*words: str) -> tuple[int, str, str]:
        return said(monkeypatch, capsys, *words)

    code, out, _ = loushi("user", "add-login", "chen", "--estate", "幸福里", "--generate")
    assert code == 0
    password = out.split("密码")[1].strip()
    assert len(password) >= 16
    assert loushi("user", "add-login", "小陈", "--generate")[0] == 2
    assert loushi("user", "add-login", "li", "--role", "leader", "--generate")[0] == 2
    assert loushi("user", "link", "onebot/5")[0] == 1
    loushi("user", "add", "onebot/5", "--role", "leader", "--estate", "幸福里")
    assert loushi("user", "link", "onebot/5")[1].startswith("http://127.0.0.1:8080/console/enter/")
