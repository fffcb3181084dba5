"""`report` and `tickets --xlsx` from the command line: what they print and write, and what they never do."""

import asyncio
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot import cli
from bot.domain.places import Place
from bot.domain.tickets import Status, Ticket
from storage.database import Database
from storage.unit_of_work import UnitsOfWork
from tests.cast import ticket_message
from tests.domain.figures.stories import told
from tests.test_cli import said

EVIL = '=HYPERLINK("http://evil.example","3-2-501 王阿姨 13800138000")'
DONE = "收到 9.09 楼长确认 9.10 派单 9.10 接单 9.11 办结 10.09 告知 10.09 王阿姨评5 10.10 归档 11.09"
TICKETS = [
    told(DONE, summary=EVIL, messages=(ticket_message(text=EVIL),), status=Status.CLOSED, body="property"),
    told("收到 9.09 误报 9.10", 2, status=Status.REJECTED),
    told("收到 9.09", 3, place=Place(estate="阳光花园", building="=1+1", unit="2单元", room="501", spot="=2+2")),
    told("收到 9.09 合并 9.10", 4, status=Status.MERGED, merged_into=1),
]


async def keep(url: str, tickets: list[Ticket]) -> None:
    """Store *tickets* in the database at *url*."""
    database = await Database.open(url)
    async with UnitsOfWork(database)() as work:
        for one in tickets:
            await work.tickets.add(replace(one, number=0))
        await work.commit()
    await database.close()


@pytest.fixture(autouse=True)
def a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOUSHI_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(cli._out, "width", 160)
    asyncio.run(keep(f"sqlite+aiosqlite:///{tmp_path / 'loushi.db'}", TICKETS))
    yield
    structlog.reset_defaults()


@pytest.fixture
def loushi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    return lambda *words: said(monkeypatch, capsys, *words)


def test_the_terminal_shows_rates_with_what_they_leave_out(loushi) -> None:
    """A rate, its parts, the excluded and why, and the tickets to look at; then the same by tier and so on."""
    code, out, _ = loushi("report", "--period", "2026-03")
    assert code == 0
    assert "2026-03-01 至 2026-03-31" in out
    for words in ("50%（1/2）", "不受理且没写理由1张、已合并1张", "#3", "小事", "漏水渗水", "3号楼", "物业公司"):
        assert words in out


def test_json_names_the_tickets_behind_each_figure(loushi) -> None:
    """Codes and numbers, for programs; the parts by tier add up to the whole."""
    found = json.loads(loushi("report", "--period", "2026-03-01..2026-03-31", "--json")[1])
    settled = found["total"]["rates"]["settled"]
    assert (settled["share"], settled["tickets"]["met"], settled["tickets"]["missed"]) == (0.5, [1], [3])
    assert settled["excluded"] == {"unreasoned": 1, "merged": 1}
    assert found["total"]["counts"]["received"] == {"count": 4, "tickets": [1, 2, 3, 4]}
    assert found["total"]["times"]["settle"] == {"median_hours": 8.0, "count": 1}
    assert [g["code"] for g in found["by"]["tier"]] == ["small"]
    assert (found["period"]["begin"], found["period"]["end"]) == (
        "2026-03-01T00:00:00+08:00",
        "2026-04-01T00:00:00+08:00",
    )


def test_one_estate_can_be_looked_at_alone(loushi) -> None:
    """By its name; a name that no ticket has is a mistake, and the names that there are, are said."""
    found = json.loads(loushi("report", "--period", "2026-03", "--json", "--estate", "阳光花园")[1])
    assert (found["estate"], found["total"]["counts"]["received"]["tickets"]) == ("阳光花园", [3])
    code, _, err = loushi("report", "--estate", "太阳花园")
    assert (code, "幸福里" in err) == (1, True)


@pytest.mark.parametrize(("words", "says"), [(("--period", "新年"), "2026-03"), (("--xlsx", "out.xls"), ".xlsx")])
def test_mistakes_are_one_sentence(loushi, words: tuple[str, ...], says: str) -> None:
    """Exit code 2, and what would be right."""
    code, _, err = loushi("report", *words)
    assert (code, says in err, "Traceback" in err) == (2, True, False)


def test_the_week_is_the_running_one(loushi) -> None:
    """By default, up to now."""
    now = datetime.now(UTC)
    found = json.loads(loushi("report", "--json")[1])
    begin = datetime.fromisoformat(found["period"]["begin"])
    assert begin.weekday() == 0
    assert begin <= now <= begin + timedelta(days=7)
    assert abs(datetime.fromisoformat(found["until"]) - now) < timedelta(minutes=5)


@pytest.mark.parametrize("command", [("report", "--period", "2026-03"), ("tickets",)])
def test_excel_has_no_formula_no_name_no_door_no_phone(loushi, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Whatever a resident wrote."""
    out = tmp_path / "out.xlsx"
    code, _, err = loushi(*command, "--xlsx", out)
    assert (code, "out.xlsx" in err.replace("\n", "")) == (0, True)
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
        pages = {n: archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/")}
    sheets = [xml for name, xml in pages.items() if name.startswith("xl/worksheets/")]
    assert len(sheets) == (7 if command[0] == "report" else 1)
    assert not [xml for xml in sheets if "<f>" in xml or "hyperlink" in xml]
    for secret in ("王阿姨", "501", "13800138000"):
        assert not [name for name, xml in pages.items() if secret in xml]
    assert "=2+2" in pages["xl/sharedStrings.xml"]
