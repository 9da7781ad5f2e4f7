"""Which column has the tracking ids."""

import pytest

from bot.lists import Problem
from tests.lists.support import as_csv, as_xlsx, ids, read, refused

NAMES = [
    "Tracking ID",
    "tracking_id",
    "TRACKING-ID",
    "trackingId",
    "Tracking Id(s)",
    "Tracking No.",
    "Tracking Number",
    "Tracking",
    "AWB",
    "AWB No.",
    "AWB Number",
    "Airway Bill No",
    "Waybill",
    "Return Tracking Id",
    "Return AWB",
    "Reverse AWB No.",
    "reverse_logistics_tracking_id",
    "Reverse Logistics Tracking ID",
    "RVP Tracking ID",
    "RTO AWB",
    "Courier Tracking ID",
    "Shipment Tracking Number",
    "Tracking ID (Return)",
    "Tracking ID / AWB",
    "Consignment No.",
    "Docket Number",
    "LR No",
    "Forward Tracking ID",
    "Order Tracking Number",
    "ट्रैकिंग आईडी",
    "ट्रैकिंग नंबर",
    "वापसी ट्रैकिंग आईडी",
    "एडब्ल्यूबी नंबर",
    " Ｔｒａｃｋｉｎｇ ID\n",
]
OTHERS = [
    "Tracking URL",
    "Tracking Status",
    "Tracking Link",
    "AWB Date",
    "Order ID",
    "Return ID",
    "Shipment ID",
    "Track",
    "Number",
    "Consignment",
    "Last Tracking Update",
    "Courier Partner",
    "Tracking ID of the parcel that went out on the day before",
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_column(name: str) -> None:
    found = read(as_csv([["Note", name, "Qty"], ["x1y2z3", "FMP01", "1"]]))
    assert [row.tracking_id for row in found.rows] == ["FMP01"]
    assert found.column == " ".join(name.split())


@pytest.mark.parametrize("name", OTHERS)
def test_names_of_other_columns(name: str) -> None:
    assert refused(as_csv([["Note", name, "Qty"], ["x1y2z3", "FMP01", "1"]])) is Problem.NO_COLUMN


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Return Tracking ID", "Forward Tracking ID"),
        ("Reverse Tracking ID", "Tracking ID"),
        ("reverse_logistics_tracking_id", "forward_tracking_id"),
        ("Tracking ID", "Forward Tracking ID"),
        ("Tracking ID", "Order Tracking ID"),
        ("Tracking ID", "Replacement Tracking ID"),
        ("Return AWB", "Forward AWB"),
        ("Tracking ID", "Tracking"),
        ("वापसी ट्रैकिंग आईडी", "ट्रैकिंग आईडी"),
    ],
)
def test_the_way_back_wins(better: str, worse: str) -> None:
    assert ids(as_csv([[better, worse], ["FMPR1", "FMPP1"]])) == ["FMPR1"]
    assert ids(as_csv([[worse, better], ["FMPP1", "FMPR1"]])) == ["FMPR1"]


@pytest.mark.parametrize(
    ("out", "taken"),
    [
        ("Forward Tracking ID", True),
        ("forward_tracking_id", True),
        ("Original AWB", True),
        ("Replacement Tracking ID", False),
        ("Exchange AWB", False),
        ("Order Tracking ID", False),
        ("Forward Courier", False),
    ],
)
def test_the_id_of_the_way_out_is_kept_beside_it(out: str, taken: bool) -> None:
    """Not that of a parcel that was sent in its place; nor where it is the same, or none."""
    for way in ((0, 1), (1, 0)):
        rows = [
            ["Return Tracking ID", out],
            ["FMPR1", "FMPP1"],
            ["FMPR2", "fmpr2"],
            ["FMPR3", ""],
            ["FMPR4", "1.5E+11"],
        ]
        found = read(as_csv([[row[at] for at in way] for row in rows]))
        assert [(row.tracking_id, row.forward) for row in found.rows] == [
            ("FMPR1", "FMPP1" if taken else ""),
            *((f"FMPR{n}", "") for n in (2, 3, 4)),
        ]


@pytest.mark.parametrize("ids_of", ["FMPP{:010d}", "MYSC{:010d}", "fmpc{:010d}", "{:012d}", "SF{:09d}FPY"])
def test_a_list_of_nothing_but_ids(ids_of: str) -> None:
    written = [ids_of.format(n) for n in range(123456789, 123456799)]
    found = read("\n".join(written))
    assert [row.tracking_id for row in found.rows] == written
    assert found.column == "A"
    assert ids(as_xlsx([[one] for one in written])) == written


def test_one_id_is_a_list() -> None:
    assert ids("FMPP0123456789") == ["FMPP0123456789"]


def test_ids_under_a_header_that_says_nothing() -> None:
    found = read(
        "My list\nParcel,Qty,Order\nFMPP0000000001,1,OD123456789012345678\nFMPP0000000002,2,OD123456789012345679\n,3,"
    )
    assert (found.column, len(found.rows), found.skipped_count) == ("Parcel", 2, 1)


def test_plain_digits_among_other_columns_are_not_guessed() -> None:
    assert refused("Parcel,Phone\n123456789012,9876543210\n223456789012,9876543211\n") is Problem.NO_COLUMN


def test_two_columns_of_ids_are_not_guessed() -> None:
    rows = [["Out", "Back"], *([f"FMPP{n:010d}", f"FMPR{n:010d}"] for n in range(5))]
    assert refused(as_csv(rows)) is Problem.TWO_COLUMNS


def test_prose_is_no_list() -> None:
    assert refused("Dear team,\nplease see tracking FMPP0000000001.\nThanks\n") is Problem.NO_COLUMN


def test_a_header_after_a_hundred_rows_is_too_late() -> None:
    assert refused("title\n" * 100 + "Tracking ID\nFMPP1\n") is Problem.NO_COLUMN
