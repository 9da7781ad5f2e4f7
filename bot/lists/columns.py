"""Which column has the tracking ids: by its name, or by what stands in it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.handover.words import squash
from bot.lists import places, states
from bot.lists.cells import filled, shown, tracking_id
from bot.lists.model import Why
from bot.lists.refused import ListUnreadableError, Problem

HEAD = 60
"""Rows among which the header stands; reports begin with titles, dates and remarks."""
SAMPLE = 200
"""Rows by which a column without a name is judged."""
MOST_COLUMNS = 256
LONGEST_HEADER = 60

Row = tuple[int, Sequence[object]]


def _squashed(*names: str) -> str:
    return "|".join(squash(name) for name in names)


# Names are compared squashed, which also drops the vowel signs of Hindi; both sides lose the same ones.
_BACK = _squashed("returns", "returned", "return", "reverse", "rvp", "rto", "pickup", "वापसी", "रिटर्न")
_AWAY = _squashed("forward", "fwd", "outbound", "original", "dispatch", "replacement", "exchange", "फॉरवर्ड")
_ORDER = _squashed("order", "delivery", "ऑर्डर", "डिलीवरी")
_OTHER = _squashed(
    "logistics", "logistic", "shipment", "shipping", "courier", "parcel", "package", "item", "customer", "seller",
    "flipkart", "ekart", "carrier", "transporter", "of", "for", "the", "कूरियर", "शिपमेंट", "पार्सल",
)  # fmt: skip
_FILL = f"(?:{_BACK}|{_AWAY}|{_ORDER}|{_OTHER})*"
_ALONE = _squashed("tracking", "awb", "airwaybill", "waybill", "ट्रैकिंग", "एडब्ल्यूबी")
_WITH_ID = _squashed("track", "consignment", "docket", "lr")
_ID = _squashed(
    "ids", "id", "nos", "no", "numbers", "number", "num", "codes", "code", "reference", "ref", "आईडी", "आइडी", "नंबर",
    "नम्बर", "संख्या", "क्रमांक",
)  # fmt: skip
_NAME = re.compile(f"{_FILL}(?:(?:(?:{_ALONE})(?:{_ID})*|(?:{_WITH_ID})(?:{_ID})+){_FILL})+")
_HAS_BACK, _HAS_AWAY, _HAS_ORDER, _HAS_ID = (re.compile(words) for words in (_BACK, _AWAY, _ORDER, _ID))

_FIELDS: dict[str, tuple[str, ...]] = {
    "return_id": ("return id", "returns id", "return no", "return number", "rma", "rma id", "rma no", "वापसी आईडी"),
    "order_item_id": (
        "order item id", "order item", "order item no", "item id", "sub order id", "sub order no", "order line id",
        "ऑर्डर आइटम आईडी",
    ),
    "reason": ("return reason", "reason for return", "reason", "customer return reason", "वापसी का कारण", "कारण"),
    "sub_reason": ("return sub reason", "sub reason", "return reason detail"),
    "expected_on": (
        "return expected date", "expected return date", "expected date", "expected on", "expected by",
        "expected delivery date",
        "return expected delivery date", "expected arrival date", "expected arrival", "return delivery promise date",
        "delivery promise date", "promise date", "return eta", "eta", "edd", "out for delivery date", "अपेक्षित तारीख",
    ),
    **states.COLUMNS,
    **places.COLUMNS,
}  # fmt: skip
"""What else is taken from a list, under its names, the best first."""
_RANKS = {squash(name): (f, n) for f, names in _FIELDS.items() for n, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where what stands."""

    first: int
    """Index of the first row of data within the rows that were looked at."""
    tracking: int
    name: str
    others: dict[str, int] = field(default_factory=dict)
    used: tuple[str, ...] = ()
    """The headers of `others`."""
    width: int = MOST_COLUMNS
    """Cells of the header up to its last filled one."""


def by_name(rows: Sequence[Row]) -> Columns | None:
    """The columns by the header that says most among the first rows, or None where none names a tracking id."""
    best: tuple[tuple[int, ...], Columns] | None = None
    for index, (_, cells) in enumerate(rows[:HEAD]):
        found = _header(index, cells)
        if found and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else None


def score(rows: list[list[object]]) -> tuple[int, ...]:
    """How much the best header among some rows says; more is greater, nothing is least."""
    return max((found[0] for index, cells in enumerate(rows[:HEAD]) if (found := _header(index, cells))), default=())


def _header(index: int, cells: Sequence[object]) -> tuple[tuple[int, ...], Columns] | None:
    names = [_name(cell) for cell in cells[:MOST_COLUMNS]]
    ranked = [(rank, -column) for column, name in enumerate(names) if (rank := _rank(name))]
    if not ranked:
        return None
    rank, column = max(ranked)
    others: dict[str, tuple[int, int]] = {}
    for at, name in enumerate(names):
        if name in _RANKS:
            what, order = _RANKS[name]
            others[what] = min(others.get(what, (order, at)), (order, at))
    where = {what: at for what, (_, at) in others.items()}
    width = max(at for at, cell in enumerate(cells) if filled(cell)) + 1
    used = tuple(shown(cells[at]) for at in sorted(where.values()))
    return (len(where), *rank), Columns(index + 1, -column, shown(cells[-column]), where, used, width)


def _name(cell: object) -> str:
    if not isinstance(cell, str) or len(cell) > LONGEST_HEADER * 2:
        return ""
    name = squash(unicodedata.normalize("NFKC", cell))
    return name if len(name) <= LONGEST_HEADER else ""


def _rank(name: str) -> tuple[int, int] | None:
    """How well a squashed header names the tracking id of a return, or None where it does not.

    The parcel comes back under the return's id; the one that it went out under is taken only where there is no other.
    """
    if not name or not _NAME.fullmatch(name):
        return None
    if _HAS_AWAY.search(name):
        direction = 0
    elif _HAS_BACK.search(name):
        direction = 3
    else:
        direction = 1 if _HAS_ORDER.search(name) else 2
    return direction, int(_HAS_ID.search(name) is not None)


_COURIER = re.compile(r"[A-Z]{2,6}\d{8,14}[A-Z]{0,3}", re.IGNORECASE)
"""Letters and digits as couriers write them. Order ids (OD and 18 digits), FSNs and return ids look different."""
_DIGITS = re.compile(r"\d{9,15}")


def by_content(rows: Sequence[Row]) -> Columns | None:
    """The one column that clearly holds tracking ids, where no header names it; None where there is none.

    Plain digits may be anything, so they count only in a list that has no other column.

    Raises:
        ListUnreadableError: two columns look like it.
    """
    sample = rows[:SAMPLE]
    used = sorted({at for _, cells in sample for at, cell in enumerate(cells[:MOST_COLUMNS]) if filled(cell)})
    shapes = (_COURIER, _DIGITS) if len(used) == 1 else (_COURIER,)
    found = [columns for at in used if (columns := _looks_like(sample, at, shapes))]
    if len(found) > 1:
        raise ListUnreadableError(Problem.TWO_COLUMNS, first=found[0].name, second=found[1].name)
    return found[0] if found else None


def _looks_like(rows: Sequence[Row], at: int, shapes: tuple[re.Pattern[str], ...]) -> Columns | None:
    def fits(cells: Sequence[object]) -> bool:
        found = tracking_id(cells[at]) if at < len(cells) else Why.NO_ID
        return not isinstance(found, Why) and any(shape.fullmatch(found) for shape in shapes)

    first = next((index for index, (_, cells) in enumerate(rows[:HEAD]) if fits(cells)), None)
    if first is None:
        return None
    below = [cells for _, cells in rows[first:] if at < len(cells) and filled(cells[at])]
    if sum(map(fits, below)) * 10 < len(below) * 9:
        return None
    header = rows[first - 1][1] if first else ()
    name = shown(header[at]) if at < len(header) else ""
    return Columns(first, at, name or letter(at))


def letter(at: int) -> str:
    """The column's name in a spreadsheet: A, B, … Z, AA."""
    return (letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)
