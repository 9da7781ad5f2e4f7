"""Seller Hub's reports, and people's own lists, in the shapes that they come in."""

from datetime import date, datetime, time

import pytest

from bot.lists import ExpectedRow, Why
from bot.text import parcel_key
from tests.lists.support import CENTRE, HUB, as_csv, as_xlsx, ids, parcel, raw_xlsx, read, table

FIRST = ExpectedRow(
    "FMPR0000000001", "12600000000001", "40000000000000001", "Defective: Not working", date(2026, 3, 12)
)


def test_the_returns_report() -> None:
    found = read(as_csv(table(HUB, 3)))
    assert found.rows[0] == FIRST
    assert [row.tracking_id for row in found.rows] == ["FMPR0000000001", "FMPR0000000002", "FMPR0000000003"]
    assert (found.column, found.read, found.skipped, found.repeated) == ("Tracking ID", 3, (), 0)
    assert found.other_columns_used == (
        "Return ID", "Order Item ID", "Return Status", "Return Delivery Promise Date", "Return Reason",
        "Return Sub-reason",
    )  # fmt: skip


def test_the_report_of_the_report_centre() -> None:
    found = read(as_csv(table(CENTRE, 2)))
    assert found.rows[0] == ExpectedRow(FIRST.tracking_id, FIRST.return_id, FIRST.order_item_id, FIRST.reason)
    assert found.column == "reverse_logistics_tracking_id"


def test_the_report_of_the_report_centre_with_its_labels() -> None:
    rows = table(CENTRE, 3)
    for row in rows[1:]:
        row[CENTRE.index("reverse_logistics_tracking_id")] = "RTr:" + row[CENTRE.index("reverse_logistics_tracking_id")]
        row[CENTRE.index("order_item_id")] = "OI:" + row[CENTRE.index("order_item_id")]
        row[CENTRE.index("return_id")] = "RI:" + row[CENTRE.index("return_id")]
        row[CENTRE.index("sku")] = "SKU:" + row[CENTRE.index("sku")]
    assert read(as_csv(rows)).rows == read(as_csv(table(CENTRE, 3))).rows
    assert read(as_xlsx(rows)).rows == read(as_csv(table(CENTRE, 3))).rows


@pytest.mark.parametrize("step", [5, 7, 11, 17])
def test_any_order_of_columns(step: int) -> None:
    header = [HUB[n * step % len(HUB)] for n in range(len(HUB))]  # each once: no step divides 18
    assert read(as_csv(table(header, 2))).rows[0] == FIRST


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings_and_separators(separator: str, encoding: str, end: str) -> None:
    rows = table(HUB, 2)
    rows[1][-1] = "café – “torn”"
    found = read(as_csv(rows, separator, encoding, end))
    assert found.rows[0] == FIRST
    assert len(found.rows) == 2


def test_utf_16_as_excel_saves_unicode_text() -> None:
    assert ids("Tracking ID\tकारण\r\nFMPP1\tटूटा\r\n".encode("utf-16-le")) == ["FMPP1"]


def test_excels_line_about_the_separator_is_no_row() -> None:
    found = read("sep=;\r\nTracking ID;Reason\r\nFMPP1;a,b,c\r\n;none\r\n")
    assert found.rows == (ExpectedRow("FMPP1", reason="a,b,c"),)
    assert found.skipped[0].line == 3


def test_titles_before_the_header() -> None:
    rows = [
        ["Returns report"],
        [],
        ["Seller", "Asha Rao Traders"],
        ["List of tracking ids, 1 to 3 March"],
        *table(HUB, 2),
    ]
    assert read(as_csv(rows)).rows[0] == FIRST
    assert read(as_xlsx(rows), "a.xlsx").rows[0] == FIRST


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    found = read('Title\n\nTracking ID,Note\nFMPP1,"two\nlines"\n,nothing\nlater,\n')
    assert [(skipped.line, skipped.why, skipped.written) for skipped in found.skipped] == [
        (5, Why.NO_ID, ""),
        (6, Why.NOT_AN_ID, "later"),
    ]


def test_a_workbook() -> None:
    rows: list[list[object]] = [list(row) for row in table(HUB, 3)]
    rows[1][13] = datetime.combine(date(2026, 3, 12), time(23, 59))
    found = read(as_xlsx(rows), "Returns.XLSX")
    assert found.rows[0] == FIRST
    assert (found.sheet, found.read) == ("One", 3)


def test_the_first_sheet_with_tracking_ids() -> None:
    summary = [["Total", 3], ["On the way", 2]]
    explained = [["Column", "Tracking ID"], ["Meaning", "the id of the courier"]]
    found = read(as_xlsx(summary, explained, table(HUB, 1)))
    assert (found.sheet, found.rows) == ("Three", (FIRST,))
    assert read(as_xlsx(table(CENTRE, 1), table(HUB, 1), hidden=[0])).sheet == "Two"
    assert read(as_xlsx(summary, [["FMPP00000001"], ["FMPP00000002"]])).sheet == "Two"


def test_a_repeated_id_counts_once() -> None:
    found = read("AWB,Reason\nfmpp1,first\n FMPP1 ,second\nFMPP2,\n")
    assert found.rows == (ExpectedRow("fmpp1", reason="first"), ExpectedRow("FMPP2"))
    assert found.repeated == 1
    assert parcel_key(" fmpp1 ") == parcel_key("FMPP1")


def test_named_are_twenty_skipped_rows_and_all_are_counted() -> None:
    found = read("AWB\nFMPP1\n" + "rubbish\n" * 50)
    assert (len(found.skipped), found.skipped_count, found.read) == (20, 50, 51)


def test_a_comma_too_many_shifts_a_row() -> None:
    found = read("Product,AWB\nBottle,FMPP1\nBottle, blue,FMPP2\nCup,FMPP3,,\n")
    assert [row.tracking_id for row in found.rows] == ["FMPP1", "FMPP3"]
    assert found.skipped[0].why is Why.SHIFTED


def test_texts_of_strangers_are_bounded_and_of_one_line() -> None:
    found = read(as_csv([["AWB", "Reason"], ["FMPP1", "x\u202e\n" * 50 + "x" * 5000], ["y\u200b" * 5000, ""]]))
    assert len(found.rows[0].reason) <= 200
    assert "\u202e" not in found.rows[0].reason
    assert "\n" not in found.rows[0].reason
    assert len(found.skipped[0].written) == 60


@pytest.mark.slow("twenty thousand rows")
def test_twenty_thousand_rows_of_text() -> None:
    rows = table(HUB, 20_000)
    found = read(as_csv(rows, ";", "utf-16"))
    assert (len(found.rows), found.read) == (20_000, 20_000)
    assert found.rows[-1].tracking_id == parcel(20_000)["trackingid"]


@pytest.mark.slow("twenty thousand rows")
def test_twenty_thousand_rows_of_a_workbook() -> None:
    cells = "".join(f'<row><c t="str"><v>FMPR{n:010d}</v></c><c><v>{n}</v></c></row>' for n in range(20_000))
    found = read(raw_xlsx('<row><c t="str"><v>Return AWB</v></c><c t="str"><v>Quantity</v></c></row>' + cells))
    assert (len(found.rows), found.rows[-1].tracking_id) == (20_000, "FMPR0000019999")
