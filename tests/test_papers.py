"""Papers from the command line: the list shown and printed, what should change in it, the dossier with its pictures."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
import structlog
from PIL import Image

from bot.cli import main
from bot.domain.records import Picture, PictureStatus
from bot.domain.taxonomy import Tier
from bot.domain.tickets import Ticket, TicketEvent
from bot.papers import Proposal, proposed
from storage.database import Database
from storage.keys import KeyFile
from storage.pictures import PictureFolder
from storage.unit_of_work import UnitsOfWork
from tests import cast


@pytest.fixture(autouse=True)
def a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOUSHI_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    yield
    structlog.reset_defaults()


@pytest.fixture
def loushi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def said(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["loushi", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return said


def proposal(before: str, tier: str, version: str = "1", line: str = "leak.small") -> TicketEvent:
    """A worker upheld an objection to the tier."""
    data = {"category": "leak", "before": before, "tier": tier, "line": line, "version": version}
    return TicketEvent(at=cast.NOON, name="list_proposed", data=data)


def contested(number: int, *events: TicketEvent) -> Ticket:
    ticket = cast.ticket(number=number)
    return replace(ticket, history=(*ticket.history, *events))


async def stored(folder: Path) -> None:
    """王阿姨's 大事 with one picture, in the data directory."""
    output = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(output, "JPEG")
    file = await PictureFolder(folder / "pictures").keep(output.getvalue())
    keys = KeyFile(folder.with_name(f"{folder.name}-keys") / "seal.key")
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'loushi.db'}", keys=keys)
    async with UnitsOfWork(database)() as work:
        ticket = await work.tickets.add(contested(0, proposal("small", "big")))
        for name in ("kept", "lost"):
            attachment = replace(cast.PICTURE, source=f"https://example.org/{name}.jpg")
            await work.pictures.add(
                Picture(
                    ticket=ticket.number,
                    conversation=cast.GROUP,
                    message_id="m1",
                    attachment=attachment,
                    due_at=cast.NOON,
                )
            )
        first, second = await work.pictures.due(cast.NOON)
        await work.pictures.update(replace(first, status=PictureStatus.KEPT, file=file))
        await work.pictures.update(replace(second, status=PictureStatus.FAILED))
        await work.commit()
    await database.close()


def test_the_list_is_shown_for_a_type_of_estate(loushi) -> None:
    """`list --type unmanaged` names who stands in; an unknown type is one sentence."""
    code, out, _ = loushi("list", "--type", "unmanaged")
    assert (code, "失管小区" in out, "物业公司" in out) == (0, True, False)
    code, _, err = loushi("list", "--type", "nowhere")
    assert (code, "unmanaged（失管小区）" in err) == (2, True)


def test_the_list_can_be_printed(loushi, tmp_path: Path) -> None:
    """`--html` writes a page (or a .docx by its name); another name is refused."""
    assert loushi("list", "--html", tmp_path / "list.html")[0] == 0
    page = (tmp_path / "list.html").read_text("utf-8")
    assert "三事清单" in page
    assert "<script" not in page
    assert loushi("list", "--html", tmp_path / "list.docx")[0] == 0
    assert docx.Document(str(tmp_path / "list.docx")).tables
    assert loushi("list", "--html", tmp_path / "list.pdf")[0] == 2
    assert loushi("list", "--html", tmp_path / "none" / "list.html")[0] == 2


def test_proposals_are_counted_together() -> None:
    """The same correction in three tickets is one proposal with three numbers, the most often made first."""
    found = proposed(
        [
            contested(1, proposal("big", "small")),
            contested(2, proposal("small", "big")),
            contested(3, proposal("small", "big"), proposal("small", "big")),
            cast.ticket(number=4),
        ]
    )
    assert found[0] == Proposal(
        category="leak", before="small", tier="big", line="leak.small", version="1", tickets=("#2", "#3")
    )
    assert [len(p.tickets) for p in found] == [2, 1]


def test_proposals_are_shown(loushi, tmp_path: Path) -> None:
    """`list --proposals` says what should change where; without any it says so."""
    assert "没有提议" in loushi("list", "--proposals")[1]
    asyncio.run(stored(tmp_path / "data"))
    out = loushi("list", "--proposals")[1]
    assert "大事" in out
    assert "#1" in out


def test_a_dossier_is_written_with_its_pictures(loushi, tmp_path: Path) -> None:
    """Both forms carry the pictures that were kept; a name that is neither form is refused, an unknown ticket too."""
    asyncio.run(stored(tmp_path / "data"))
    code, out, _ = loushi("dossier", "#1", "--out", tmp_path / "d.html")
    assert (code, "照片 1 张" in out) == (0, True)
    page = (tmp_path / "d.html").read_text("utf-8")
    assert page.count("data:image/jpeg;base64,") == 1
    assert "501" not in page
    assert "王阿姨" not in page
    assert loushi("dossier", "1", "--out", tmp_path / "d.docx", "--with-room")[0] == 0
    document = docx.Document(str(tmp_path / "d.docx"))
    assert len(document.inline_shapes) == 1
    assert any("501" in cell.text for row in document.tables[0].rows for cell in row.cells)
    assert loushi("dossier", "1", "--out", tmp_path / "d.txt")[0] == 2
    assert loushi("dossier", "9", "--out", tmp_path / "d.html")[0] == 1


def test_a_missing_year_is_told_when_the_settings_are_checked(loushi, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check-config` is content and still says that the holidays of a year are not known."""
    monkeypatch.setenv("LOUSHI_ONEBOT__TOKEN", "a-token")
    code, out, _ = loushi("check-config")
    assert code == 0
    known = max(day.year for day in _holidays())
    assert ("chinesecalendar" in out) == (known <= date.today().year)  # noqa: DTZ011


def _holidays() -> list[date]:
    from chinese_calendar.constants import holidays

    return list(holidays)


def test_a_faulty_list_is_found_by_the_check(loushi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`check-config` reads the operator's own list, and tells every mistake, each on its line."""
    (tmp_path / "list.toml").write_text('extends = "default"\n[leak.small]\nbody = "x"\nsettle = "y"\n', "utf-8")
    monkeypatch.setenv("LOUSHI_ONEBOT__TOKEN", "a-token")
    monkeypatch.setenv("LOUSHI_RESPONSIBILITY", str(tmp_path / "list.toml"))
    code, _, err = loushi("check-config")
    assert (code, len(err.strip().splitlines())) == (2, 2)
    assert "Traceback" not in err
    assert Tier.SMALL.value in err
