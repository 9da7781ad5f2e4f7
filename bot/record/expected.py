"""What should have arrived on a location's day against what was scanned, as CSV, XLSX and JSON lines.

It is no receipt and has no hash: lists come late, are renewed, and parcels come after their day. The names of the
columns and of the statuses are the same in every language; a workbook's titles are translated.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from bot.handover.location import Location
from bot.i18n import N_, _, use
from bot.record.csvs import Cell, table
from bot.record.sentences import shown
from bot.record.sheets import json_lines, workbook


class Standing(StrEnum):
    """How a parcel stands."""

    MISSING = "missing"
    """On a list, due by the end of the day, and scanned in no handover, also not since."""
    UNEXPECTED = "unexpected"
    """Scanned on the day, and on no list."""
    MATCHED = "matched"
    """Scanned on the day, and on a list."""


@dataclass(frozen=True, slots=True)
class Line:
    """One parcel. What no list says is empty."""

    status: Standing
    tracking_id: str
    return_id: str = ""
    order_item_id: str = ""
    reason: str = ""
    """Why it comes back, as the list says."""
    expected_on: date | None = None
    source: str = ""
    """Of the list: `file` or `notification`; `returns` where no list names it and Flipkart told of it."""
    scanned_at: datetime | None = None
    """When the bot saw the scan first."""
    handover_id: str = ""


@dataclass(frozen=True, slots=True)
class DayLists:
    """The lines of one location and day, as they are known now."""

    location: Location
    day: date
    lines: Sequence[Line]


COLUMNS = (
    *("status", "tracking_id", "return_id", "order_item_id", "reason", "expected_date", "source"),
    *("scanned_at", "handover", "location_id", "location", "day"),
)
TITLES = {
    "status": N_("Status"),
    "tracking_id": N_("Tracking id"),
    "return_id": N_("Return id"),
    "order_item_id": N_("Order item id"),
    "reason": N_("Reason"),
    "expected_date": N_("Expected on"),
    "source": N_("Source"),
    "scanned_at": N_("Scanned at"),
    "handover": N_("Handover"),
    "location_id": N_("Location id"),
    "location": N_("Location"),
    "day": N_("Day"),
}
"""Titles of the workbook's columns."""


def to_csv(days: Iterable[DayLists], zone: tzinfo) -> bytes:
    """One row a parcel."""
    return table(COLUMNS, _rows(days, zone))


def to_xlsx(days: Iterable[DayLists], zone: tzinfo, *, language: str = "en") -> bytes:
    """A workbook of one sheet.

    Raises:
        TooManyRows: it would be longer than Excel takes.
    """
    with use(language):
        return workbook([(_("Expected parcels"), COLUMNS, list(_rows(days, zone)))], TITLES, ("reason",))


def to_jsonl(days: Iterable[DayLists], zone: tzinfo) -> bytes:
    """One object a line; what is not known is null."""
    return json_lines(
        json.dumps({name: value or None for name, value in row.items()}, ensure_ascii=False)
        for row in _rows(days, zone)
    )


def _rows(days: Iterable[DayLists], zone: tzinfo) -> Iterable[dict[str, Cell]]:
    for one in days:
        for line in one.lines:
            yield {
                "status": line.status.value,
                "tracking_id": shown(line.tracking_id),
                "return_id": shown(line.return_id),
                "order_item_id": shown(line.order_item_id),
                "reason": shown(line.reason),
                "expected_date": line.expected_on.isoformat() if line.expected_on else "",
                "source": line.source,
                "scanned_at": line.scanned_at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
                if line.scanned_at
                else "",
                "handover": line.handover_id,
                "location_id": shown(one.location.id),
                "location": shown(one.location.name),
                "day": one.day.isoformat(),
            }
