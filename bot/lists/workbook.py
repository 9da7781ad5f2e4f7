"""Rows out of an XLSX file, which is a packed folder of XML: it is measured before it is opened."""

import io
import re
import threading
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot.lists import packing
from bot.lists.columns import MOST_COLUMNS
from bot.lists.refused import ListUnreadableError, Problem

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_ENTRIES = 1_000
MOST_UNPACKED = 120_000_000
"""Bytes of the whole file when unpacked."""
MOST_AROUND = 4_000_000
"""Bytes of each part that has no cells: styles, names, relations. openpyxl makes objects of all that is in them."""
MOST_RATIO = 200
"""Unpacked against packed, for parts of more than 5 MB; a sheet whose rows are all alike comes near 15."""
MOST_CELLS = 1_500_000
"""What reading costs time for: about 15 µs each."""
_SIGNS_PER_CELL = 6
"""`<` of a cell with a text in it, which is the longest kind."""
MOST_SHEETS = 30
MOST_ROWS = 1_048_576
"""Rows of a sheet of Excel. Those without anything in them cost next to nothing."""

_ENTRY = b"PK\x01\x02"
_CELLS = re.compile(r"xl/(?:worksheets/|sharedStrings)", re.IGNORECASE)
_PICTURES = re.compile(r"xl/(?:media|embeddings|printerSettings)/|docProps/thumbnail", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[ />]")
_HIDDEN = re.compile(rb"<(?:\w{1,20}:)?row\s[^<>]{0,300}?\bhidden=[\"'](?:1|true)[\"'][^<>]{0,300}>")
_DRESS = re.compile(r'(?:"([^"]{1,20})")?(0{2,20})(?:;@)?')
"""Formats that show `1` as `0000000001` or `FMPR0000000001`."""
_LONGEST_TAG = 700
_CHUNK = 1 << 18

_one_at_a_time = threading.Lock()
"""An open workbook takes memory, and the warnings that are silenced meanwhile belong to the whole process."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook that is open."""

    title: str
    hidden: int
    """Rows of it that are not shown, because of a filter for example."""
    _dressed: bool
    """Whether the workbook has formats that show a number in another way than it is kept."""
    _values: Any
    _formulas: Any
    """Worksheets of openpyxl, whose types do not know what its read-only ones can do."""

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """The rows that are not empty with their numbers; the first of a sheet is 1.

        A formula is what the spreadsheet last showed for it, or its text where the file does not say that.
        """
        values = self._rows()
        if self._formulas is None:
            for number, cells in enumerate(values, start=1):
                if _any(cells):
                    yield number, list(cells)
            return
        formulas = self._formulas.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
        for number, (cells, written) in enumerate(zip(values, formulas, strict=False), start=1):
            if _any(written):
                yield number, [text if cell is None else cell for cell, text in zip(cells, written, strict=False)]

    def _rows(self) -> Iterator[tuple[object, ...]]:
        if not self._dressed:
            yield from self._values.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            return
        for cells in self._values.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS):
            yield tuple(_as_shown(cell) for cell in cells)


def _as_shown(cell: Any) -> object:
    """A cell's value; of a whole number whose format adds zeros or letters, what the sheet shows."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return value
    dress = _DRESS.fullmatch(cell.number_format)
    return (dress[1] or "") + str(value).zfill(len(dress[2])) if dress and value < 10**15 else value


def _any(cells: tuple[object, ...]) -> bool:
    """Whether there is anything in a row: a sheet may have a million rows without."""
    return cells.count(None) < len(cells)


@contextmanager
def sheets(content: bytes) -> Iterator[tuple[Sheet, ...]]:
    """Opens a workbook: its first 30 sheets, those that are shown before those that are hidden.

    Whatever openpyxl raises over a hostile or damaged file, here and while rows are read inside the `with`, is refused
    as damage: it has no list of errors of its own.

    Raises:
        ListUnreadableError: the file is damaged, protected, no workbook or too much; see `measure`.
    """
    measured = measure(content)
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles, validations and dates that openpyxl does not know
        opened: list[Workbook] = []
        try:
            content = packing.usual(content)
            opened.append(_open(content, values=True))
            if measured.formulas:
                opened.append(_open(content, values=False))
            yield _sheets(opened, measured.hidden)
        except (ListUnreadableError, MemoryError):
            raise
        except Exception as error:
            raise ListUnreadableError(Problem.DAMAGED) from error
        finally:
            for workbook in opened:
                workbook.close()


def _open(content: bytes, *, values: bool) -> "Workbook":
    # Half a second of the bot's start for something that is needed some times a day.
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)


def _sheets(opened: "list[Workbook]", hidden: dict[str, int]) -> tuple[Sheet, ...]:
    every = [[sheet for sheet in workbook.worksheets if hasattr(sheet, "iter_rows")] for workbook in opened]
    pairs = list(zip(*every, strict=True)) if len(every) > 1 else [(sheet, None) for sheet in every[0]]
    pairs.sort(key=lambda pair: pair[0].sheet_state != "visible")
    book: Any = opened[0]  # whose types do not know the formats either
    dressed = any(map(_DRESS.fullmatch, book._number_formats))
    return tuple(
        Sheet(str(values.title), hidden.get(packing.key(values._worksheet_path), 0), dressed, values, formulas)
        for values, formulas in islice(pairs, MOST_SHEETS)
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a workbook before it is opened."""

    formulas: bool
    """Whether there is a formula in a sheet."""
    hidden: dict[str, int]
    """Rows that are not shown, by the part's name as `packing.key` writes it."""


def measure(content: bytes) -> Measured:
    """Reads a packed file once without making anything of it.

    Raises:
        ListUnreadableError: it unpacks to too much, whatever it declares; it is protected, damaged or no workbook.
    """
    if content.count(_ENTRY) > MOST_ENTRIES:  # before zipfile makes an object of each
        raise ListUnreadableError(Problem.BOMB)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            _declared(entries)
            return _real(packed, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ListUnreadableError(Problem.DAMAGED) from error


def _declared(entries: list[zipfile.ZipInfo]) -> None:
    names = {packing.key(entry.filename) for entry in entries}
    if not names.isdisjoint(("xl/workbook.bin", "mimetype", "index/document.iwa")):
        raise ListUnreadableError(Problem.OTHER_SHEET)
    if "[content_types].xml" not in names:
        raise ListUnreadableError(Problem.PACKED)
    if "xl/workbook.xml" not in names and any(name.startswith(("word/", "ppt/")) for name in names):
        raise ListUnreadableError(Problem.NOT_A_LIST)
    if any(entry.flag_bits & 1 for entry in entries):
        raise ListUnreadableError(Problem.PASSWORD)
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise ListUnreadableError(Problem.BOMB)
    if any(_too_much(entry, entry.file_size) for entry in entries):
        raise ListUnreadableError(Problem.BOMB)


def _too_much(entry: zipfile.ZipInfo, size: int) -> bool:
    if size > 5_000_000 and size > MOST_RATIO * max(entry.compress_size, 1):
        return True
    name = packing.key(entry.filename)
    bounded = not _CELLS.match(name) and not _PICTURES.match(name)
    return bounded and size > MOST_AROUND


def _real(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Measured:
    total = signs = 0
    formula = False
    hidden: dict[str, int] = {}
    for entry in entries:
        size, tail = 0, b""
        name = packing.key(entry.filename)
        cells = _CELLS.match(name) is not None
        with packed.open(entry) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                total += len(chunk)
                if total > MOST_UNPACKED or _too_much(entry, size):
                    raise ListUnreadableError(Problem.BOMB)
                if cells:
                    signs += chunk.count(b"<")
                    formula = formula or _FORMULA.search(tail + chunk) is not None
                    hidden[name] = hidden.get(name, 0) + len(_HIDDEN.findall(tail + chunk))
                    tail = chunk[-_LONGEST_TAG:]
                    tail = tail[tail.rfind(b"<") :] if b"<" in tail else b""
        if signs > MOST_CELLS * _SIGNS_PER_CELL:
            raise ListUnreadableError(Problem.TOO_MANY_CELLS, cells=MOST_CELLS)
    return Measured(formula, hidden)
