"""Days as Indian reports write them: the day before the month, unless the column itself shows that it is not so."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

INDIA = timezone(timedelta(hours=5, minutes=30))
_LONGEST = 60
_YEARS = range(2000, 2100)
_SERIALS = range(36_526, 73_050)
"""Days of the years 2000 to 2099 as Excel counts them."""
_EXCEL_EPOCH = date(1899, 12, 30)

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d/.-])")
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_DAY_NAMED = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s,/.-]*([a-z]{3,9})[\s,./'-]*(\d{4}|\d{2})(?!\d)"
)
_MONTH_NAMED = re.compile(
    r"(?:[a-z]{3,9},?\s+)?([a-z]{3,9})\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?[\s,-]+(\d{4}|\d{2})(?![\d:])"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def day(cell: object, *, month_first: bool = False) -> date | None:
    """The day that a cell means, or None where it can't be told. Times with an offset become the day in India.

    Args:
        cell: text, or what a spreadsheet holds: a datetime, or a number of days.
        month_first: how `03/04/2026` is meant; see `months_first`.
    """
    if isinstance(cell, datetime):
        return _within(cell.date())
    if isinstance(cell, date):
        return _within(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _EXCEL_EPOCH + timedelta(days=int(cell)) if _SERIALS[0] <= cell <= _SERIALS[-1] else None
    if not isinstance(cell, str):
        return None
    text = cell[: _LONGEST + 1].strip().strip("'").casefold()
    return None if len(text) > _LONGEST else _written(text, month_first=month_first)


def _written(text: str, *, month_first: bool) -> date | None:
    if found := _YEAR_FIRST.match(text):
        return _with_offset(text) or _date(*map(int, found.groups()))
    if found := _NUMBERS.match(text):
        first, second, year = map(int, found.groups())
        return _date(year, first, second) if month_first else _date(year, second, first)
    if found := _DAY_NAMED.match(text):
        return _date(int(found[3]), _month(found[2]), int(found[1]))
    if found := _MONTH_NAMED.match(text):
        return _date(int(found[3]), _month(found[1]), int(found[2]))
    return None


def months_first(cells: Iterable[object]) -> bool:
    """Whether a column of dates has the month first: its second number passes 12 somewhere, and its first nowhere."""
    second_is_day = False
    for cell in cells:
        found = _NUMBERS.match(cell[:_LONGEST].strip()) if isinstance(cell, str) else None
        if found and int(found[1]) > 12:
            return False
        second_is_day = second_is_day or (found is not None and int(found[2]) > 12)
    return second_is_day


def looks_like_date(text: str) -> bool:
    """Whether a text is nothing but a date; eight digits in a row are not."""
    shapes = (_YEAR_FIRST, _NUMBERS, _DAY_NAMED, _MONTH_NAMED)
    low = text.casefold()
    return any((found := shape.match(low)) and found.end() == len(low) for shape in shapes) and day(text) is not None


def _with_offset(text: str) -> date | None:
    """The day in India of a moment with an offset (`2026-03-12T20:00:00Z`), or None where there is no offset."""
    try:
        moment = datetime.fromisoformat(text.upper())
        return None if moment.tzinfo is None else _within(moment.astimezone(INDIA).date())
    except (ValueError, OverflowError):
        return None


def _month(name: str) -> int:
    """1 to 12, or 0 for a word that is no month."""
    short = name[:3]
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _date(year: int, month: int, of_month: int) -> date | None:
    try:
        return _within(date(year + 2000 if year < 100 else year, month, of_month))
    except ValueError:
        return None


def _within(found: date) -> date | None:
    """Years that a list of parcels can mean; Excel's empty dates are in 1900."""
    return found if found.year in _YEARS else None
