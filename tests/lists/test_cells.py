"""What spreadsheets do to ids and dates."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.lists import Why
from bot.lists.cells import tracking_id
from bot.lists.dates import day, months_first
from tests.lists.support import as_csv, as_xlsx, read


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("FMPP123", "FMPP123"),
        ("  fmpp123\u200b ", "fmpp123"),
        ('="FMPP123"', "FMPP123"),
        ('= "0123"', "0123"),
        ("'0123", "0123"),
        ("000123456789", "000123456789"),
        (123456789012, "123456789012"),
        (123456789012.0, "123456789012"),
        ("123456789012.0", "123456789012"),
        ("1234E5678", "1234E5678"),
        ("AB-12/34_5.6", "AB-12/34_5.6"),
        ("20260312", "20260312"),
        ("1.23457E+12", Why.ROUNDED),
        ("1,23457E+12", Why.ROUNDED),
        ("1.23e12", Why.ROUNDED),
        ("5E+11", Why.ROUNDED),
        (1.5, Why.ROUNDED),
        (float("nan"), Why.ROUNDED),
        (float("inf"), Why.ROUNDED),
        (1234567890123456, Why.ROUNDED),
        (10**9000, Why.ROUNDED),
        ('=HYPERLINK("http://x","FMPP1")', "FMPP1"),
        ('=HYPERLINK("http://x",A2)', Why.FORMULA),
        ("RTr:FMPR0000000001", "FMPR0000000001"),
        ("AWB: 1410123456789", "1410123456789"),
        ("1410123456789.0", "1410123456789"),
        ("FMPR0000000001_x000D_", "FMPR0000000001"),
        ("https://ekartlogistics.com/shipmenttrack/FMPR0000000001", "FMPR0000000001"),
        ("A\u2011B\u201112345", "A-B-12345"),
        ("OI:433000000000", Why.NOT_AN_ID),
        ("SKU: BTL-1", Why.NOT_AN_ID),
        ("Total: 128", Why.NOT_AN_ID),
        ("=A1", Why.FORMULA),
        ("=", Why.FORMULA),
        pytest.param(object(), Why.FORMULA, id="an object"),
        ("@SUM(A1)", Why.NOT_AN_ID),
        ("+cmd|' /C calc'!A0", Why.NOT_AN_ID),
        (True, Why.NOT_AN_ID),
        (-5, Why.NOT_AN_ID),
        (7, Why.NOT_AN_ID),
        ("Total", Why.NOT_AN_ID),
        ("<!channel> 1", Why.NOT_AN_ID),
        ("F" * 70 + "1", Why.NOT_AN_ID),
        ("١٢٣٤٥٦٧٨٩", Why.NOT_AN_ID),
        ("FMPP0001, FMPP0002", Why.SEVERAL),
        ("FMPP0001\nFMPP0002", Why.SEVERAL),
        ("12/03/2026", Why.DATE),
        ("12-Mar-2026", Why.DATE),
        (datetime.combine(date(2026, 3, 12), time()), Why.DATE),
        (timedelta(1), Why.DATE),
        (None, Why.NO_ID),
        ("", Why.NO_ID),
        ("N/A", Why.NO_ID),
        ("#N/A", Why.NO_ID),
        ("-", Why.NO_ID),
        ("Not Assigned", Why.NO_ID),
    ],
    ids=lambda value: repr(value)[:30] if not isinstance(value, int) or value < 10**99 else "long",
)
def test_a_tracking_id(cell: object, expected: str | Why) -> None:
    assert tracking_id(cell) == expected


def test_other_ids_that_were_rounded_are_left_away() -> None:
    found = read("AWB,Order Item ID,Return ID\nFMPP1,4.33001E+16,'0012\nFMPP2,OI:433,#N/A\n")
    assert [(row.order_item_id, row.return_id) for row in found.rows] == [("", "0012"), ("433", "")]
    found = read(as_xlsx([["AWB", "Order Item ID"], ["FMPP1", 43300112345678901], ["FMPP2", 433]]))
    assert [row.order_item_id for row in found.rows] == ["", "433"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02",
        "2026-03-02 10:11:12",
        "2026-03-02T10:11:12",
        "2026/3/2",
        "2026-03-01T20:00:00Z",
        "2026-03-02T01:00:00+05:30",
        "2026-03-02T10:11:12.123+05:30",
        "02-03-2026",
        "02/03/2026",
        "2/3/26",
        "02.03.2026",
        "02/03/2026 10:30 AM",
        "02-03-2026 10:30:00",
        "2 Mar 2026",
        "02-Mar-26",
        "02-MAR-2026 10:30",
        "2nd March 2026",
        "2 March, 2026",
        "02Mar2026",
        "2 Mar'26",
        "Mar 2, 2026",
        "Mar 02, 2026 10:11:12",
        "March 2 2026",
        "Mon, 2 Mar 2026",
        "Mon 02 Mar 2026 10:11",
        "Monday, March 2, 2026",
        "'02/03/2026",
        " 02/03/2026 ",
        "०२/०३/२०२६",
        "03/02/2026",
    ],
)
def test_a_day(text: str) -> None:
    assert day(text, month_first=text.startswith("03/")) == date(2026, 3, 2)


@pytest.mark.parametrize("cell", [datetime.combine(date(2026, 3, 2), time(23, 59)), date(2026, 3, 2), 46083, 46083.99])
def test_a_day_of_a_spreadsheet(cell: object) -> None:
    assert day(cell) == date(2026, 3, 2)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "NA",
        "soon",
        "31/02/2026",
        "03/25/2026",
        "12/03",
        "2 Foo 2026",
        "1900-01-00",
        date(1900, 1, 1),
        True,
        7,
        None,
        float("nan"),
        float("inf"),
        10**400,
        "9" * 500,
        "Tomorrow, 5 pm",
        "12 Mar",
        "02/03/20261",
        "1-2-3-4-5",
        timedelta(1),
    ],
)
def test_no_day(cell: object) -> None:
    assert day(cell) is None


def test_a_column_that_shows_its_month_first() -> None:
    assert months_first(["03/04/2026", "03/25/2026", None, ""])
    assert not months_first(["03/04/2026", "03/05/2026"])
    assert not months_first(["03/25/2026", "25/03/2026"])
    found = read(as_csv([["AWB", "Expected Date"], ["F1A", "03/04/2026"], ["F2A", "03/25/2026"]]))
    assert [row.expected_on for row in found.rows] == [date(2026, 3, 4), date(2026, 3, 25)]
