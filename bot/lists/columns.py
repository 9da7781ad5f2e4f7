"""Which column has the tracking ids: by its name, or by what stands in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.lists import names, places, states
from bot.lists.cells import filled, shown, tracking_id
from bot.lists.model import Why
from bot.lists.refused import ListUnreadableError, Problem
from bot.text import parcel_key, squash

HEAD = 60
"""Rows among which the header stands; reports begin with titles, dates and remarks."""
SAMPLE = 200
"""Rows by which a column without a name is judged."""
MOST_COLUMNS = 256
NO_DIRECTION = 2
Row = tuple[int, Sequence[object]]


_FIELDS: dict[str, tuple[str, ...]] = {
    "return_id": (
        *("return id", "returns id", "return no", "return number", "rma", "rma id", "rma no"),
        *("वापसी आईडी", "रिटर्न id"),
    ),
    "order_item_id": (
        "order item id", "order item", "order item no", "item id", "sub order id", "sub order no", "order line id",
        "ऑर्डर आइटम आईडी", "ऑर्डर आइटम id", "ऑर्डर आयटम id",
    ),
    "reason": (
        *("return reason", "reason for return", "reason", "customer return reason"),
        *("वापसी का कारण", "रिटर्न का कारण", "return ka kaaran", "रिटर्नचे कारण", "कारण", "kaaran"),
    ),
    "sub_reason": ("return sub reason", "sub reason", "return reason detail"),
    "expected_on": (
        "return expected date", "expected return date", "expected date", "expected on", "expected by",
        "expected delivery date",
        "return expected delivery date", "expected arrival date", "expected arrival", "return delivery promise date",
        "delivery promise date", "promise date", "return eta", "eta", "edd", "out for delivery date", "अपेक्षित तारीख",
        "कब आना था", "kab aana tha", "कधी येणार होते",
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
    """The columns by the header that says most among the first rows, or None where none names a tracking id.

    Raises:
        ListUnreadableError: two columns have names that say the same, and not the same ids below them.
    """
    every = [cells for _, cells in rows]
    found = [header for index in range(len(every[:HEAD])) if (header := _header(index, every))]
    if not found:
        return None
    best = max(found, key=lambda header: header.says)
    alike = [at for at in best.alike if _below(every, best.columns.first, at) - {""}]
    for at in alike:
        if at != best.columns.tracking and not _agree(every, best.columns.first, best.columns.tracking, at):
            first, second = (f"“{shown(every[best.columns.first - 1][one])}” ({letter(one)})" for one in best.alike[:2])
            raise ListUnreadableError(Problem.TWO_COLUMNS, first=first, second=second)
    return best.columns


def score(rows: list[list[object]]) -> tuple[int, ...]:
    """How much the best header among some rows says; more is greater, nothing is least.

    Two names that were not split say "id" as well as one of them: that does not count here.
    """
    return max((found.says[:-1] for index in range(len(rows[:HEAD])) if (found := _header(index, rows))), default=())


@dataclass(frozen=True, slots=True)
class _Header:
    says: tuple[int, ...]
    columns: Columns
    alike: tuple[int, ...]
    """The columns whose names say as much as the one that is taken, that one included."""


def _header(index: int, rows: Sequence[Sequence[object]]) -> _Header | None:
    cells = rows[index]
    ranked = {}
    for at, cell in enumerate(cells[:MOST_COLUMNS]):
        rank = names.rank(cell)
        # A name with unknown words in it counts only over something that can be an id.
        if rank and (rank[1] or _below(rows, index + 1, at) - {""}):
            ranked[at] = _of_group(rank, rows[index - 1] if index else (), at)
    if not ranked:
        return None
    rank = max(ranked.values())
    alike = tuple(at for at, one in ranked.items() if one == rank)
    others: dict[str, tuple[int, int]] = {}
    for at, cell in enumerate(cells[:MOST_COLUMNS]):
        if (name := names.squashed(cell)) in _RANKS:
            what, order = _RANKS[name]
            others[what] = min(others.get(what, (order, at)), (order, at))
    where = {what: at for what, (_, at) in others.items()}
    says = len(where)
    away = [at for at, one in ranked.items() if one[0] == 0 and at != alike[0] and names.is_same_parcel(cells[at])]
    if away and rank[0] != 0:
        where["forward"] = away[0]
    width = max(at for at, cell in enumerate(cells) if filled(cell)) + 1
    used = tuple(shown(cells[at]) for at in sorted(where.values()))
    way, exact, has_id = rank
    columns = Columns(index + 1, alike[0], shown(cells[alike[0]]), where, used, width)
    return _Header((says, exact, way, has_id), columns, alike)


def _of_group(rank: names.Rank, above: Sequence[object], at: int) -> names.Rank:
    """The rank with the direction of the group (`Forward`, `Reverse`) that stands above some columns."""
    group = next((cell for cell in reversed(above[: at + 1]) if filled(cell)), None)
    way = names.direction(names.squashed(group))
    return (way, *rank[1:]) if rank[0] == NO_DIRECTION and sum(map(filled, above)) > 1 else rank


def _below(rows: Sequence[Sequence[object]], first: int, at: int) -> set[str]:
    """What can be ids in a column; an empty text where there is anything else."""
    cells = (row[at] for row in rows[first:] if at < len(row) and filled(row[at]))
    return {"" if isinstance(found := tracking_id(cell), Why) else found for cell in cells}


def _agree(rows: Sequence[Sequence[object]], first: int, one: int, other: int) -> bool:
    """Whether two columns have no row in which both have an id, and another one."""
    pairs = ((tracking_id(row[one]), tracking_id(row[other])) for row in rows[first:] if max(one, other) < len(row))
    return all(isinstance(a, Why) or isinstance(b, Why) or parcel_key(a) == parcel_key(b) for a, b in pairs)


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
