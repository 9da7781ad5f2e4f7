"""Cells, sheets and lines that every table of the record is written with."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.i18n import _
from bot.record.csvs import Cell
from bot.record.receipt import RecordError
from bot.text import beginning

Row = Mapping[str, Cell]

MOST_ROWS = 1_000_000
"""Rows of a sheet, below Excel's 1,048,576."""


class TooManyRows(RecordError):
    """A sheet can't hold that much."""

    def __init__(self) -> None:
        super().__init__("That is more than a spreadsheet holds. Export fewer days at once, or choose CSV.")


def workbook(
    sheets: Sequence[tuple[str, Sequence[str], Sequence[Row]]], titles: Mapping[str, str], wide: Sequence[str] = ()
) -> bytes:
    """An XLSX file.

    Args:
        sheets: title, names of the columns and rows of each.
        titles: what a column is called, before it is translated.
        wide: names of columns with sentences in them.

    Raises:
        TooManyRows: a sheet would be longer than Excel takes.
    """
    # Before the first sheet is begun: a workbook that is given up half way leaves open files behind.
    if any(len(rows) > MOST_ROWS for _title, _names, rows in sheets):
        raise TooManyRows
    book = _Book()
    for title, names, rows in sheets:
        book.add(beginning(title, 31), names, rows, titles, wide)
    return book.content()


def json_lines(lines: Iterable[str]) -> bytes:
    """JSON texts, one a line. A line separator inside of a text would be a line's end to some readers."""
    escapes = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
    return "".join(f"{line.translate(escapes)}\n" for line in lines).encode("utf-8")


class _Book:
    """A workbook that is written row by row."""

    def __init__(self) -> None:
        # 30 MB of memory, which only the process that makes papers is to pay.
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        self._book = Workbook(write_only=True)
        self._cell_of, self._bold, self._letter = WriteOnlyCell, Font(bold=True), get_column_letter

    def add(
        self, title: str, names: Sequence[str], rows: Sequence[Row], titles: Mapping[str, str], wide: Sequence[str]
    ) -> None:
        """One sheet."""
        sheet = self._book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for i, name in enumerate(names, 1):
            sheet.column_dimensions[self._letter(i)].width = 46 if name in wide else 19
        head = []
        for name in names:
            cell = self._cell_of(sheet, value=_(titles[name]))
            cell.font = self._bold
            head.append(cell)
        sheet.append(head)
        for row in rows:
            sheet.append([self._cell(sheet, row.get(name)) for name in names])
        sheet.auto_filter.ref = f"A1:{self._letter(len(names))}{len(rows) + 1}"

    def content(self) -> bytes:
        """The file."""
        file = io.BytesIO()
        self._book.save(file)
        return file.getvalue()

    def _cell(self, sheet: Any, value: Cell) -> object:
        if not isinstance(value, str):
            return value
        cell = self._cell_of(sheet, value=value)
        # openpyxl takes what begins with "=" for a formula; the format keeps it a text when somebody edits the cell.
        cell.data_type = "s"
        cell.number_format = "@"
        return cell
