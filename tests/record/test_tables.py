"""CSV, XLSX and JSON lines."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from bot.lists.model import ExpectedRow
from bot.record.csvs import cell
from bot.record.daytable import day_table
from bot.record.receipt import OwnScan, make_receipt
from bot.record.sheets import MOST_ROWS, TooManyRows, workbook
from bot.record.tables import COLUMNS, TITLES, to_csv, to_jsonl, to_xlsx
from tests.handover.test_digest import ZONE, busy
from tests.record import samples


def read_csv(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_csv_has_every_parcel_event_and_number() -> None:
    receipt = samples.small()
    rows = read_csv(to_csv([receipt]))
    assert {row["sha256"] for row in rows} == {receipt.sha256}
    kinds = [row["row"] for row in rows]
    assert (kinds.count("handover"), kinds.count("parcel"), kinds.count("event")) == (1, 9, 11)
    summary = rows[0]
    assert (summary["counted"], summary["scanned"], summary["flipkart_total"]) == ("7", "8", "8")
    assert summary["override_reason"] == "One parcel had two labels, both were scanned"
    assert summary["arrived_at"] == "2026-03-04 14:01:05+05:30"
    by_id = {row["tracking_id"]: row for row in rows if row["row"] == "parcel"}
    assert by_id["FMPP00000001"]["own_scan"] == "not seen"
    assert by_id["FMPP99999999"]["status"] == "not scanned by the FE"
    assert by_id["FMPP00000005"]["claim_reference"] == "SPF-88121"
    assert receipt.photos[0].sha256 in by_id["FMPP00000003"]["photos"]
    assert [row["what"] for row in rows if row["row"] == "event"][1:3] == ["Start OTC asked for", "Start OTC taken"]


def test_the_return_is_named_and_the_hash_stays() -> None:
    before = samples.small()
    returns = {"FMPP00000001": ExpectedRow("fmpp00000001", "R1", "OI1", "=Torn", date(2026, 3, 3))}
    receipt = replace(before, returns=returns)
    by_id = {row["tracking_id"]: row for row in read_csv(to_csv([receipt])) if row["row"] == "parcel"}
    told = by_id["FMPP00000001"]
    assert (told["return_id"], told["order_item_id"], told["return_reason"]) == ("R1", "OI1", "'=Torn")
    assert by_id["FMPP00000003"]["return_id"] == ""
    line = json.loads(to_jsonl([receipt]))
    assert line["returns"] == {
        "fmpp00000001": {"return_id": "R1", "order_item_id": "OI1", "reason": "=Torn", "expected_date": "2026-03-03"}
    }
    assert (line["sha256"], line["data"]) == (before.sha256, json.loads(json.dumps(before.data)))


def test_a_formula_in_csv_is_a_text() -> None:
    content = to_csv([samples.odd()])
    rows = {row["tracking_id"]: row for row in read_csv(content)}
    assert "'@SUM(A1)" in rows
    assert "'+91-22/📦'\"<b>&" in rows
    assert any(row["reason"].startswith("'=HYPERLINK") for row in rows.values())
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize(
    "before", ["", "\t", "\r", "\n", "\r\n", " ", "\u00a0", "\u200b", "\ufeff", "\x00", " \t\u2060"]
)
def test_what_a_spreadsheet_would_calculate_is_a_text_in_every_table(before: str, sign: str) -> None:
    text = f"{before}{sign}1"
    assert cell(text) == f"'{text}"
    made = busy(1, text)
    (row,) = read_csv(day_table(made, ZONE))
    assert row["fe_name"] == f"'{text}"


@pytest.mark.parametrize("text", ["\t1", "\r1", "\n1"])
def test_what_an_old_spreadsheet_begins_a_cell_anew_with(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "written"), [(None, ""), ("", ""), (0, "0"), (-1, "-1"), ("a=1", "a=1"), ("'=1", "'=1")]
)
def test_what_is_no_formula_stays_as_it_is(value: str | int | None, written: str) -> None:
    assert cell(value) == written


def test_xlsx_has_three_sheets_of_texts() -> None:
    receipt = samples.odd()
    content = to_xlsx([receipt, samples.small()])
    found = sheets(content)
    assert list(found) == ["Summary", "Parcels", "Record"]
    assert [len(rows) for rows in found.values()] == [3, 20, 23]
    ids = [row[0] for row in found["Parcels"]]
    assert "@SUM(A1)" in ids
    assert "X" + "9Z" * 149 + "Q" in ids
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    parcels = book["Parcels"]
    assert {cell.number_format for cell in parcels["A"][1:] if cell.value} == {"@"}
    reasons = [cell for row in parcels.iter_rows() for cell in row if str(cell.value).startswith("=HYPER")]
    assert [cell.data_type for cell in reasons] == ["s"]


def test_xlsx_speaks_the_readers_language() -> None:
    assert sheets(to_xlsx([samples.small()], language="xx")) == sheets(to_xlsx([samples.small()], language="en"))
    assert [len(rows) for rows in sheets(to_xlsx([samples.small()], language="hi")).values()] == [2, 10, 12]


def test_xlsx_refuses_what_a_sheet_does_not_hold() -> None:
    row: dict[str, str] = {}
    with pytest.raises(TooManyRows, match=r"choose CSV\.$"):
        workbook([("Parcels", ("row",), [row] * (MOST_ROWS + 1))], {"row": "Row"})


def test_json_lines_can_be_checked() -> None:
    content = to_jsonl([samples.small(), samples.odd()])
    lines = content.decode().splitlines()
    assert len(lines) == 2
    for line in lines:
        one = json.loads(line)
        text = json.dumps(one["data"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == one["sha256"]
    assert json.loads(lines[0])["shown"]["names"]["U0ASHA"] == "Asha Rao"


def test_line_separators_in_a_text_end_no_line() -> None:
    parcels = [samples.shipments(1)[0].model_copy(update={"reason": "a\u2028b\u2029c\u0085d\r\ne"})]
    content = to_jsonl([make_receipt(samples.handover(parcels), samples.LOCATION, [], parcels)])
    lines = content.decode().splitlines()
    assert len(lines) == 1
    assert json.loads(lines[0])["data"]["parcels"][0]["reason"] == "a\u2028b\u2029c\u0085d\r\ne"


def test_no_code_is_in_any_table() -> None:
    receipts = [samples.small()]
    assert samples.SENTINEL.encode() not in to_csv(receipts)
    assert samples.SENTINEL.encode() not in to_jsonl(receipts)
    assert samples.SENTINEL not in str(sheets(to_xlsx(receipts)))


def test_every_column_has_a_title() -> None:
    assert set(COLUMNS) - {"row"} == set(TITLES)
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_a_parcel_that_was_seen_twice_says_so() -> None:
    parcels = samples.shipments(1)
    scans = [OwnScan("FMPP00000001", "U0ASHA", samples.after(9), 2)]
    receipt = make_receipt(samples.handover(parcels), samples.LOCATION, [], parcels, own_scans=scans)
    row = next(row for row in read_csv(to_csv([receipt])) if row["row"] == "parcel")
    assert (row["own_scan"], row["own_scan_by"], row["own_scan_times"]) == ("seen", "U0ASHA", "2")
