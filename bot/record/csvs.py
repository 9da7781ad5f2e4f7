"""Cells of a CSV: the one guard against what a spreadsheet would run or change when it opens and saves the file."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

Cell = str | int | Decimal | None

_SIGNS = frozenset("=+-@＝＋－＠")
"""What makes a spreadsheet calculate; the wide ones where its language is one of East Asia."""
_ANEW = ("\t", "\r", "\n")
"""What old versions begin the cell anew with (OWASP, CSV injection)."""
_CHANGED = re.compile(r"[+-]?(?:\d{12,}|0\d+|\d*\.\d+|\d+\.|\d+(?:\.\d*)?E[+-]?\d+)", re.IGNORECASE)
"""Read as a number: of twelve digits and more it is saved as 4.1E+11, and leading or trailing zeros are lost."""


def cell(value: Cell) -> str:
    """A value as a cell. Formulas and texts that a spreadsheet would take for a number get an apostrophe before them.

    A formula's sign counts also behind blanks and signs that nobody sees: some spreadsheets drop those first.

    An apostrophe survives any number of openings and savings, which `="…"` does not: it is saved as the bare digits.
    Lists that are read drop it again.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    runs = value.startswith(_ANEW) or _first_seen(value) in _SIGNS
    return f"'{value}" if runs or _CHANGED.fullmatch(value) else value


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """One table, in UTF-8 with the mark at its beginning by which Excel knows it."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([cell(row[name]) for name in columns] for row in rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8", "replace")


def rupees(paise: int | None) -> Decimal | None:
    """An amount in rupees, exactly; None for none."""
    return None if paise is None else Decimal(paise).scaleb(-2)


def _first_seen(text: str) -> str:
    return next((sign for sign in text if not (sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf"))), "")
