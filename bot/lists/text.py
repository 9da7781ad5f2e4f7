"""Rows out of a text file: which encoding, which separator, where a row ends."""

import codecs
import csv
import io
import re
import string
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from bot.lists.cells import filled
from bot.lists.kinds import refuse_markup
from bot.lists.refused import ListUnreadableError, Problem

LONGEST_LINE = 200_000
"""Characters."""
MOST_LINES = 60
"""Lines of a file in one row: a cell has line breaks, but one with more has a quotation mark that never closes."""
MOST_EMPTY = 10_000
"""Empty rows after which a list is at its end. A file of nothing else would take seconds."""
SAMPLE = 60
"""Rows by which the separator is chosen."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16's mark, so it is asked for first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",;\t|"
_SEP = re.compile(r"sep=([^\r\n])(?:\r\n|\r|\n)", re.IGNORECASE)
_NOTHING = string.whitespace + '",;|\ufeff\u00a0'
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


Score = Callable[[list[list[object]]], tuple[int, ...]]


def decoded(content: bytes) -> str:
    """The text of a file.

    Raises:
        ListUnreadableError: it is no text.
    """
    text = _decode(content).rstrip("\x1a")  # the end sign of DOS
    sample = text[:100_000]
    if "\x00" in text or len(_CONTROL.findall(sample)) * 100 > len(sample):
        raise ListUnreadableError(Problem.NOT_A_LIST)
    refuse_markup(text)
    if not text.strip():
        raise ListUnreadableError(Problem.EMPTY)
    return text


def _decode(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    head = content[:1000]
    # Digits and commas are every second byte zero in UTF-16, whatever the language of the rest.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = head[start::2].count(0)
        if len(head) >= 8 and zeros * 2 > len(head[start::2]) and zeros > 4 * head[1 - start :: 2].count(0):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def rows(text: str, score: Score) -> Iterator[tuple[int, list[object]]]:
    """The rows with their numbers, empty ones too; the first is 1.

    Args:
        text: what `decoded` gave.
        score: how much sense the first rows make when they are split in one way; the best way is taken.

    Raises:
        ListUnreadableError: while iterating: a quotation mark never closes, or a line is too long.
    """
    told = _SEP.match(text)
    if told:
        # Excel reads this line as an instruction, and does not show it as a row.
        return _records(text[told.end() :], told[1])
    # Some programs write a quotation mark within a cell as \" and not twice.
    escapes: tuple[str | None, ...] = (None, "\\") if '\\"' in text[:LONGEST_LINE] else (None,)
    ways = [(separator, escape) for escape in escapes for separator in _SEPARATORS]
    separator, escape = max(ways, key=lambda way: _makes_sense(text, way[0], way[1], score))
    return _lines_unfolded(_records(text, separator, escape), separator)


def _lines_unfolded(records: Iterator[tuple[int, list[object]]], separator: str) -> Iterator[tuple[int, list[object]]]:
    """The same, but a line that is quoted as a whole is its cells, where an earlier one has several."""
    several = False
    for number, cells in records:
        several = several or len(cells) > 1
        yield number, unfold(cells[0], separator) if several and len(cells) == 1 else cells


def unfolded(rows: Sequence[tuple[int, Sequence[object]]], score: Score) -> str | None:
    """The separator of rows that are each a line of text in one cell, quoted as a whole or put into column A; or None.

    Args:
        rows: the first ones.
        score: as for `rows`.
    """
    cells = [row[0] for _, row in rows if row and filled(row[0])]
    if not cells or any(any(map(filled, row[1:])) for _, row in rows):
        return None
    ways = {one: [unfold(cell, one) for cell in cells] for one in _SEPARATORS}
    best = max(ways, key=lambda one: (score(ways[one]), sum(len(row) > 1 for row in ways[one])))
    split = sum(len(row) > 1 for row in ways[best])
    return best if split * 2 > len(cells) and score(ways[best]) else None


def unfold(cell: object, separator: str) -> list[object]:
    """The cells of a line of text that stands in one cell."""
    if not isinstance(cell, str) or len(cell) > LONGEST_LINE:
        return [cell]
    try:
        return list(next(csv.reader([cell.replace("\n", " ").replace("\r", " ")], delimiter=separator), [cell]))
    except csv.Error:  # a cell of more than 131,072 characters
        return [cell]


def _makes_sense(text: str, separator: str, escape: str | None, score: Score) -> tuple[tuple[int, ...], int]:
    try:
        sample = [cells for _, cells in islice(_records(text, separator, escape), SAMPLE)]
    except ListUnreadableError:
        return ((), 0)
    widths = [len(cells) for cells in sample if len(cells) > 1]
    usual = max(set(widths), key=widths.count) if widths else 0
    return score(sample), widths.count(usual)


def _records(text: str, separator: str, escape: str | None = None) -> Iterator[tuple[int, list[object]]]:
    held: list[str] = []
    """The lines of the row that is being read."""
    number = empty = 0
    source = io.StringIO(text, newline="")

    def lines() -> Iterator[str]:
        for line in source:
            held.append(line)
            if len(line) > LONGEST_LINE:
                raise ListUnreadableError(Problem.LONG_LINE, line=number + 1)
            if len(held) > MOST_LINES:
                raise ListUnreadableError(Problem.QUOTE, line=number + 1)
            yield line

    try:
        for cells in csv.reader(lines(), delimiter=separator, escapechar=escape):
            number += 1
            if len(held) > 1 and not _closed(held, separator, escape):
                raise ListUnreadableError(Problem.QUOTE, line=number)
            held.clear()
            yield number, list(cells)
            empty = 0 if any(map(str.strip, cells)) else empty + 1
            if empty > MOST_EMPTY:
                if source.read().strip(_NOTHING + separator):
                    raise ListUnreadableError(Problem.GAP, line=number - empty, rows=MOST_EMPTY)
                return
    except csv.Error as error:  # a cell of more than 131,072 characters
        raise ListUnreadableError(Problem.QUOTE, line=number + 1) from error


def _closed(lines: list[str], separator: str, escape: str | None) -> bool:
    """Whether the last cell of several lines ends before the file does, which only the strict reader tells."""
    try:
        list(csv.reader(lines, delimiter=separator, escapechar=escape, strict=True))
    except csv.Error as error:
        return "unexpected end" not in str(error)
    return True
