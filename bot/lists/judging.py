"""Whether a row that has something like a tracking id is a parcel at all."""

import re
from collections.abc import Iterable, Sequence

from bot.lists.cells import filled
from bot.lists.model import Why
from bot.text import squash

LONG = 8
"""Digits of a column's usual ids from which on an id with less than half of them is none."""

_TOTALS = frozenset(
    squash(name)
    for name in (
        "total", "totals", "grand total", "sub total", "sum", "count", "total count", "total parcels", "total returns",
        "total shipments", "total rows", "total qty", "total quantity", "कुल", "योग", "कुल योग",
    )
)  # fmt: skip
_MARK = re.compile(
    r"(?:page|pg|sheet|row|table|part|section|version|ver|v|rev)[ ._-]*[0-9]{1,4}(?:\.[0-9]{1,3})*"
    r"(?:[ ._/-]*(?:of)?[ ._/-]*[0-9]{1,4})?",
    re.IGNORECASE,
)


def no_parcel(found: str, cells: Sequence[object]) -> Why | None:
    """Why a row with this id is none, by what stands in it: totals and page marks; else None."""
    if _MARK.fullmatch(found):
        return Why.MARK
    first = next((cell for cell in cells if filled(cell)), None)
    short = _digits(found) < LONG
    return Why.TOTAL if short and isinstance(first, str) and squash(first) in _TOTALS else None


def usual(ids: Iterable[str]) -> int:
    """Digits of the id in the middle, by their number; 0 without any id."""
    counts = sorted(map(_digits, ids))
    return counts[len(counts) // 2] if counts else 0


def far(found: str, digits: int) -> bool:
    """Whether an id is far from how a column's ids look, which have so many digits: `Ecom1` among `FMPR0000000001`."""
    return digits >= LONG and _digits(found) * 2 < digits


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
