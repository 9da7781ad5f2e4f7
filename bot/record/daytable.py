"""The table of a location's day: a CSV with a line for every handover, for a spreadsheet."""

import csv
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.handover.digest import Digest, Seen
from bot.record.csvs import cell

COLUMNS = (
    "handover", "location", "fe_name", "fe_id", "task_id", "courier", "line_of_business", "stage", "arrived",
    "first_start_otc", "wait_minutes", "scanning_began", "end_page", "left", "stay_minutes", "scanned", "accepted",
    "rejected", "flyer_mismatches", "counted", "counted_by", "scanned_not_counted", "scans_per_minute", "end_otc_by",
    "override_by", "override_reason",
)  # fmt: skip
"""The same in every language, so that a sheet made for one day reads all of them."""


def day_table(digest: Digest, zone: ZoneInfo) -> bytes:
    """The CSV: UTF-8 with the mark by which Excel knows it, times as they were at the dock."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in digest.seen:
        writer.writerow([_cell(value, zone) for value in _values(digest, one)])
    return text.getvalue().encode("utf-8-sig", "replace")


def _values(digest: Digest, one: Seen) -> tuple[object, ...]:
    h = one.handover
    return (
        h.id, digest.location.id, h.fe_name, h.fe_id, h.task_id, h.partner, h.lob, h.stage.value, h.arrived_at,
        one.first_code_at, one.wait, h.scanning_at, h.closing_at, h.ended_at,
        h.ended_at - h.arrived_at if h.ended_at else None, h.scanned, h.accepted, h.rejected, h.mismatched,
        h.counted, h.counted_by, h.missing_by_count, h.scans_per_minute, h.end_otc_by,
        " | ".join(o.by or "" for o in one.overrides), " | ".join(o.reason for o in one.overrides),
    )  # fmt: skip


def _cell(value: object, zone: ZoneInfo) -> str | int:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 60:.1f}"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, int):
        return value
    return cell(str(value))
