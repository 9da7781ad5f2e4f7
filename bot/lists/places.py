"""What a row says of the warehouse to which its parcel comes."""

import re

from bot.lists.cells import shown
from bot.text import squash

COLUMNS: dict[str, tuple[str, ...]] = {
    "location_id": (
        "location id", "seller location id", "return location id", "location code", "warehouse id", "warehouse code",
        "लोकेशन id", "लोकेशन आईडी",
    ),
    "location_name": (
        "location name", "seller location name", "return location name", "warehouse name", "लोकेशन का नाम",
    ),
    "location": ("location", "seller location", "return location", "warehouse", "लोकेशन"),
}  # fmt: skip
"""Names of the columns. The last ones may be about something else, such as the customer's town."""

LONGEST = 300
_QUOTED = re.compile(r'=\s*"([^"]*)"')
_NOTHING = frozenset({"", "na", "null", "none", "nil", "nan", "notavailable", "notapplicable"})


def place(cell: object) -> str:
    """A location's id or name as it is written, as one bounded line; empty where there is none."""
    if isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        cell = int(cell)
    text = shown(cell, LONGEST)
    quoted = _QUOTED.fullmatch(text)
    text = (quoted[1] if quoted else text).strip().lstrip("'").strip()
    return "" if squash(text) in _NOTHING else text


def same(one: str, other: str) -> bool:
    """Whether two spellings name one location."""
    return one == other or (squash(one) == squash(other) != "")
