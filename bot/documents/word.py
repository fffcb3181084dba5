"""A paper as a Word document (.docx), with fonts that show Chinese, and no author but the program."""

import io
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table

from bot.documents.paper import Paper, Photo, Section
from bot.domain.text import visible

_FONT, _LATIN = "宋体", "Times New Roman"
_PHOTO_WIDTH, _MARGIN = Cm(12), Cm(2)
_LONG, _SHORT = Cm(29.7), Cm(21)


def as_word(paper: Paper, written: datetime) -> bytes:
    """*paper* as the bytes of a .docx, dated *written* (aware)."""
    document = docx.Document()
    _prepare(document, paper, written)
    document.add_heading(_safe(paper.title), level=1)
    _fill(document.add_table(rows=0, cols=2), paper.facts)
    for section in (s for s in paper.sections if s.rows):
        _add_section(document, section)
    _add_photos(document, paper.photos)
    if paper.footer:
        document.add_paragraph(_safe(paper.footer)).runs[0].font.size = Pt(9)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _prepare(document: Document, paper: Paper, written: datetime) -> None:
    """Page, fonts and properties."""
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = (_LONG, _SHORT) if paper.landscape else (_SHORT, _LONG)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = _MARGIN
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = _LATIN
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.styles["Normal"].font.size = Pt(10.5)
    about = document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = _safe(paper.title)[:255], "楼事通", "楼事通", ""
    about.created = about.modified = written.astimezone(UTC).replace(tzinfo=None)
    about.language = "zh-CN"


def _add_section(document: Document, section: Section) -> None:
    document.add_heading(_safe(section.title), level=2)
    table = document.add_table(rows=0, cols=len(section.columns))
    _fill(table, (section.columns, *section.rows))
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True


def _fill(table: Table, rows: tuple[tuple[str, ...], ...]) -> None:
    table.style = "Table Grid"
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):  # type: ignore[no-untyped-call]
            cell.text = _safe(text)


def _add_photos(document: Document, photos: tuple[Photo, ...]) -> None:
    if photos:
        document.add_heading("照片", level=2)
    for photo in photos:
        document.add_picture(io.BytesIO(photo.data), width=_PHOTO_WIDTH)
        document.add_paragraph(_safe(photo.caption))


def _safe(text: str) -> str:
    """*text* without the characters that XML cannot hold."""
    return visible(text)
