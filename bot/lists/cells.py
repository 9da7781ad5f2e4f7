"""What a cell says, after all that spreadsheets do to ids. Nothing is evaluated."""

import re
from datetime import date, time, timedelta

from bot.lists.dates import looks_like_date
from bot.lists.model import Why
from bot.text import in_address, shortened, squash, taken_off, visible

EXACT = 10**15
"""Excel keeps 15 digits; those of a longer number are made up."""
LONGEST_ID = 64
LONGEST_TEXT = 200
LONGEST_SHOWN = 60

_NOTHING = frozenset(
    ("", "na", "null", "none", "nil", "nan", "notavailable", "notassigned", "notapplicable", "pending")
)
_ROUNDED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]\d+|[+-]?\d[.,]\d+E\d+", re.IGNORECASE)
_POINT_ZERO = re.compile(r"(\d{1,15})\.0+")
_ID = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9_./-]{2,63}")
_ORDER = re.compile(r"OD[0-9]{18}", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;|/&]+")


def filled(cell: object) -> bool:
    """Whether anything stands in a cell."""
    return cell is not None and not (isinstance(cell, str) and (not cell or cell.isspace()))


def shown(cell: object, longest: int = LONGEST_SHOWN) -> str:
    """A cell as one bounded line, for a person."""
    if isinstance(cell, int) and abs(cell) > 10**30:
        return "a very long number"  # Python refuses to write some of them
    text = visible(str(cell)[: longest * 4]) if cell is not None else ""
    return shortened(text, longest)


def tracking_id(cell: object) -> str | Why:
    """The tracking id in a cell as it is written, or why there is none."""
    if isinstance(cell, bool):
        return Why.NOT_AN_ID
    if isinstance(cell, date | time | timedelta):
        return Why.DATE
    if isinstance(cell, int | float):
        return _number(cell)
    if not filled(cell):
        return Why.NO_ID
    if not isinstance(cell, str):  # array formulas and data tables are objects of openpyxl
        return Why.FORMULA
    return _written(cell)


def _written(cell: str) -> str | Why:
    if 11 < len(cell) < 20 and cell.isalnum() and _ID.fullmatch(cell):
        return cell  # nearly every cell: nothing below can be as long and have no other signs
    text, of_something_else = taken_off(cell)
    if text.startswith("="):
        return Why.FORMULA
    if squash(text) in _NOTHING:
        return Why.NO_ID
    if of_something_else:
        return Why.NOT_AN_ID
    if _ROUNDED.fullmatch(text):
        return Why.ROUNDED
    whole = _POINT_ZERO.fullmatch(text)
    if whole:
        text = whole[1]  # a program kept the id as a number with a fraction; up to 15 digits are exact
    if looks_like_date(text):
        return Why.DATE
    text = in_address(text) or text
    if _ORDER.fullmatch(text):
        return Why.ORDER
    if _ID.fullmatch(text):
        return text
    parts = [part for part in _BETWEEN.split(text) if part]
    if len(parts) > 1 and all(_ID.fullmatch(part) and len(part) > 5 for part in parts):
        return Why.SEVERAL
    return Why.NOT_AN_ID


def _number(cell: float) -> str | Why:
    if not -EXACT < cell < EXACT or cell != int(cell):  # NaN is not within, either
        return Why.ROUNDED
    text = str(int(cell))
    return text if _ID.fullmatch(text) else Why.NOT_AN_ID


def other_id(cell: object) -> str:
    """A return id or an order item id, or nothing where there is none or the spreadsheet changed it."""
    if not isinstance(cell, str):
        found = tracking_id(cell)
        return "" if isinstance(found, Why) else found
    text = taken_off(cell)[0]
    found = _written(text)
    if found is Why.NOT_AN_ID and not text.startswith("=") and text.isprintable():
        return text[:LONGEST_ID]
    return "" if isinstance(found, Why) else found


def words(cell: object) -> str:
    """What a person wrote, as one line; formulas and the words for nothing are left away."""
    if not isinstance(cell, str):
        return shown(cell, LONGEST_TEXT) if isinstance(cell, int | float) else ""
    text = visible(cell[: LONGEST_TEXT * 4])
    if text.startswith("=") or (len(text) < 20 and squash(text) in _NOTHING):
        return ""
    return shortened(text, LONGEST_TEXT)
