"""Names of columns that no list of names has, and which of several is meant."""

import pytest

from bot.lists import Problem
from tests.lists.support import as_csv, as_xlsx, ids, read, refused

BACK, AWAY = "FMPR0000000001", "FMPP0000000001"


@pytest.mark.parametrize(
    "name",
    [
        "Vendor Tracking ID", "Tracking ID (15 digit)", "Tracking ID.1", "Consignment Note No", "Last Mile Tracking ID",
        "AWB Barcode", "Docket", "TID", "Return TID", "Reverse Leg Tracking ID", "DTO AWB", "Inbound AWB No",
        "vendorTrackingId", "3PL AWB", "Tracking ID *",
    ],
)  # fmt: skip
def test_unknown_words_around_a_known_name(name: str) -> None:
    found = read(as_csv([["Note", name, "Qty"], ["x1y2z3", BACK, "1"]]))
    assert [row.tracking_id for row in found.rows] == [BACK]


@pytest.mark.parametrize(
    ("back", "away"),
    [
        ("Reverse Leg Tracking ID", "Forward Leg Tracking ID"),
        ("Return TID", "Forward TID"),
        ("DTO AWB", "Tracking ID"),
        ("Inbound AWB", "Outward AWB"),
        ("Return Tracking ID", "Vendor Tracking ID"),
        ("Vendor Reverse Tracking ID", "Vendor Forward Tracking ID"),
        ("Tracking ID", "Delivery AWB"),
        ("RVP AWB Barcode", "AWB"),
    ],
)
def test_words_of_direction_decide(back: str, away: str) -> None:
    assert ids(as_csv([[back, away], [BACK, AWAY]])) == [BACK]
    assert ids(as_csv([[away, back], [AWAY, BACK]])) == [BACK]
    assert ids(as_xlsx([[away, back], [AWAY, BACK]])) == [BACK]


@pytest.mark.parametrize(
    "header", [("Tracking ID", "Tracking ID.1"), ("Tracking ID", "Tracking ID"), ("Tracking ID", "AWB No")]
)
def test_what_stays_in_doubt_is_asked_about(header: tuple[str, str]) -> None:
    if header[1] == "Tracking ID.1":
        assert ids(as_csv([header, [BACK, AWAY]])) == [BACK], "the plain name says more"
        return
    assert refused(as_csv([header, [BACK, AWAY]])) is Problem.TWO_COLUMNS
    assert ids(as_csv([header, [BACK, BACK]])) == [BACK], "both say the same"
    assert ids(as_csv([header, [BACK, ""]])) == [BACK]


def test_groups_above_the_header() -> None:
    rows = [
        ["Returns of March", "", "", ""],
        ["Forward", "", "Reverse", ""],
        ["Tracking ID", "Qty", "Tracking ID", "Qty"],
        [AWAY, "1", BACK, "1"],
    ]
    assert ids(as_csv(rows)) == [BACK]
    assert ids(as_xlsx(rows)) == [BACK]


def test_a_title_that_names_tracking_ids_is_no_header() -> None:
    assert ids(as_csv([["Return Tracking IDs March"], ["Note", "Tracking ID"], ["a", BACK]])) == [BACK]


def test_an_unknown_name_over_no_ids_is_no_column() -> None:
    assert refused(as_csv([["Note", "AWB Generated"], ["x", "yes"]])) is Problem.NO_COLUMN
