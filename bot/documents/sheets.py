"""Tables as an Excel file. A cell that holds words holds only words: none begins a formula or becomes a link."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from bot.domain.text import visible

#: With these a spreadsheet, or one that reads its copy as CSV, begins a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Words only, and everything in memory: what residents wrote goes to no temporary file.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_WIDEST = 40


class Share(float):
    """A number from 0 to 1 that people read as percent."""


Cell = str | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of the file."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    #: Lines above the table: name and value.
    facts: tuple[tuple[str, str], ...] = ()


def as_excel(sheets: list[Sheet], written: datetime) -> bytes:
    """*sheets* as the bytes of an .xlsx, dated *written* (aware)."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, _OPTIONS) as book:
        book.set_properties({"author": "楼事通", "created": written.astimezone(UTC).replace(tzinfo=None)})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "words": book.add_format({"text_wrap": True, "valign": "top"}),
            # Kept as words also when somebody edits the cell or copies it elsewhere.
            "quoted": book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
            "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
            "number": book.add_format({"num_format": "General", "valign": "top"}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats)
    return output.getvalue()


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for row, (name, value) in enumerate(sheet.facts):
        _put(page, row, 0, name, formats)
        _put(page, row, 1, value, formats)
    top = len(sheet.facts) + bool(sheet.facts)
    for column, name in enumerate(sheet.columns):
        page.write_string(top, column, name, formats["head"])
        page.set_column(column, column, _width(sheet, column))
    for row, cells in enumerate(sheet.rows, top + 1):
        for column, cell in enumerate(cells):
            _put(page, row, column, cell, formats)
    page.freeze_panes(top + 1, 1)


def _put(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    if isinstance(cell, str):
        words = visible(cell)
        page.write_string(row, column, words, formats["quoted" if words.startswith(_FORMULA) else "words"])
    elif cell is not None:
        page.write_number(row, column, cell, formats["share" if isinstance(cell, Share) else "number"])


def _width(sheet: Sheet, column: int) -> float:
    """Wide enough for the longest cell, within reason; a Chinese character takes two places."""
    cells = [sheet.columns[column], *(str(r[column]) for r in sheet.rows if isinstance(r[column], str))]
    return min(_WIDEST, 2 + max(sum(1 + (ord(c) > 0x2E7F) for c in cell) for cell in cells))
