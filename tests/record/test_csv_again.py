"""The bot's own CSV: what a spreadsheet does to it when it opens and saves it, and what is read when it comes back."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.handover.location import Location
from bot.i18n import LANGUAGES
from bot.lists import read_list
from bot.lists.model import ExpectedRow, State
from bot.record.csvs import cell
from bot.record.expected import DayLists, Line, Standing
from bot.record.expected import to_csv as lists_to_csv
from bot.record.expected import to_xlsx as lists_to_xlsx
from bot.record.receipt import make_receipt
from bot.record.tables import to_csv
from tests.golden.samples import ZONE
from tests.record import samples

IDS = ("433000000000001", "410123456789", "00512345", "12345E67", "FMPP000000001", "1234567890.50")
PLACE = Location(id="000123456789012", name="Bengaluru dock", channel="C0DOCK")

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?", re.IGNORECASE)


def saved_by_a_spreadsheet(content: bytes) -> bytes:
    """Each cell that looks like a number is one, and is written as a column of usual width shows it; as Excel does."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        writer.writerow([shown(one) for one in row])
    return out.getvalue().encode()


def shown(written: str) -> str:
    if not _NUMBER.fullmatch(written):
        return written
    value = float(written)
    return f"{value:.5E}" if value >= 1e11 else f"{value:.10g}"


def exported() -> bytes:
    lines = [
        Line(Standing.MISSING, one, f"1260{n:011d}", f"4{n:016d}", "Torn", date(2026, 3, 4))
        for n, one in enumerate(IDS)
    ]
    return lists_to_csv([DayLists(PLACE, date(2026, 3, 4), lines)], ZONE)


@pytest.mark.parametrize("times", [0, 1, 3])
def test_the_lists_come_back_as_they_were(times: int) -> None:
    content = exported()
    for _ in range(times):
        content = saved_by_a_spreadsheet(content)
    read = read_list(content, "expected.csv")
    assert [(row.tracking_id, row.return_id, row.order_item_id) for row in read.rows] == [
        (one, f"1260{n:011d}", f"4{n:016d}") for n, one in enumerate(IDS)
    ]
    assert (read.skipped_count, read.repeated) == (0, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_comes_back_in_every_language(language: str) -> None:
    standings = (Standing.MISSING, Standing.UNEXPECTED, Standing.MATCHED)
    lines = [
        Line(standing, f"FMPR000000000{n}", f"RET{n}", f"ITEM{n}", "Torn", date(2026, 3, 5))
        for n, standing in enumerate(standings)
    ]
    content = lists_to_xlsx([DayLists(PLACE, date(2026, 3, 4), lines)], ZONE, language=language)
    read = read_list(content, "expected.xlsx")
    assert [row.state for row in read.rows] == [State.AWAITED, State.UNLISTED, State.COMPLETED]
    assert {(row.location_id, row.location_name) for row in read.rows} == {(PLACE.id, PLACE.name)}
    assert [(row.return_id, row.order_item_id) for row in read.rows] == [(f"RET{n}", f"ITEM{n}") for n in range(3)]
    assert {(row.reason, row.expected_on) for row in read.rows} == {("Torn", date(2026, 3, 5))}


def test_a_receipts_table_comes_back_as_it_was() -> None:
    parcels = [
        one.model_copy(update={"tracking_id": name}) for one, name in zip(samples.shipments(4), IDS, strict=False)
    ]
    receipt = replace(
        make_receipt(samples.handover(parcels), samples.LOCATION, [], parcels),
        returns={IDS[0]: ExpectedRow(IDS[0], "126000000000001", "41000000000000001", "Torn")},
    )
    read = read_list(saved_by_a_spreadsheet(saved_by_a_spreadsheet(to_csv([receipt]))), "handovers.csv")
    rows = {row.tracking_id: row for row in read.rows}
    assert set(rows) == set(IDS[:4])
    assert (rows[IDS[0]].return_id, rows[IDS[0]].order_item_id) == ("126000000000001", "41000000000000001")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("410123456789", "'410123456789"),
        ("41012345678", "41012345678"),
        ("007", "'007"),
        ("0", "0"),
        ("12E5", "'12E5"),
        ("1.50", "'1.50"),
        ("FMPP000000001", "FMPP000000001"),
        ("2026-03-04", "2026-03-04"),
        (410123456789, "410123456789"),
        ("=1+1", "'=1+1"),
        (None, ""),
    ],
)
def test_what_a_spreadsheet_would_change_is_marked_as_text(value: str | int | None, written: str) -> None:
    assert cell(value) == written


def test_the_time_of_a_scan_stays_a_time() -> None:
    line = Line(Standing.MATCHED, "FMPP1", scanned_at=datetime(2026, 3, 4, 8, tzinfo=UTC), handover_id="1" * 32)
    [row] = csv.DictReader(
        io.StringIO(lists_to_csv([DayLists(PLACE, date(2026, 3, 4), [line])], ZONE).decode("utf-8-sig"))
    )
    assert (row["scanned_at"], row["handover"]) == ("2026-03-04 13:30:00+05:30", "'" + "1" * 32)
