"""What rows say of their own return and of the place it comes to."""

import io

import openpyxl
import pytest

from bot.lists import read_list
from bot.lists.model import OtherSheet, State
from bot.lists.places import place, same
from bot.lists.states import state

A, B = "FMPR0000000001", "FMPR0000000002"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Return Cancelled", State.CANCELLED), ("RETURN_CANCELLED", State.CANCELLED), ("canceled", State.CANCELLED),
        ("cancelled by customer", State.CANCELLED), ("रद्द", State.CANCELLED),
        ("Completed", State.COMPLETED), ("return_completed", State.COMPLETED), ("Return is complete", State.COMPLETED),
        ("Delivered to seller", State.COMPLETED), ("Received at the warehouse", State.COMPLETED),
        ("Returned", State.COMPLETED), ("closed", State.COMPLETED), ("matched", State.COMPLETED),
        ("Rejected", State.REJECTED), ("Return request declined", State.REJECTED), ("अस्वीकृत", State.REJECTED),
        ("unexpected", State.UNLISTED),
        ("", State.AWAITED), (None, State.AWAITED), ("In Transit", State.AWAITED), ("Return approved", State.AWAITED),
        ("not completed", State.AWAITED), ("incomplete", State.AWAITED), ("missing", State.AWAITED),
        ("cancellation_in_progress", State.AWAITED), ("Order Cancelled", State.AWAITED), ("init", State.AWAITED),
        ("completed or cancelled", State.AWAITED), ("Return", State.AWAITED), ("refund completed", State.AWAITED),
        (5, State.AWAITED), ("return" * 500, State.AWAITED),
    ],
)  # fmt: skip
def test_the_words_of_a_returns_state(written: object, meant: State) -> None:
    assert state(written, None) is meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Delivered", State.AWAITED), ("Received", State.AWAITED), ("Cancelled", State.CANCELLED), ("x", State.AWAITED)],
)
def test_a_shipments_delivery_is_no_end_of_the_return(written: str, meant: State) -> None:
    assert state("", written) is meant
    assert state("In Transit", written) is State.AWAITED, "the return's own column decides where it says anything"


def read_states(header: str, *cells: str) -> list[State]:
    rows = [f"FMPR00000000{n:02},{cell}" for n, cell in enumerate(cells)]
    return [row.state for row in read_list("\n".join([f"Tracking ID,{header}", *rows]).encode(), "a.csv").rows]


@pytest.mark.parametrize("header", ["Return Status", "return_status", "Status", "Shipment Status", "स्थिति", "स्टेटस"])
def test_the_columns_of_a_state(header: str) -> None:
    assert read_states(header, "Cancelled", "Approved") == [State.CANCELLED, State.AWAITED]


@pytest.mark.parametrize("header", ["Order Status", "Payment Status", "State", "Refund Status", "Comments"])
def test_columns_that_say_nothing_of_it(header: str) -> None:
    assert read_states(header, "Cancelled", "Completed") == [State.AWAITED] * 2


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("LOC1", "LOC1"), (" LOC1 ", "LOC1"), ("'0012", "0012"), ('="0012"', "0012"), (12, "12"), (12.0, "12"),
        (None, ""), ("NA", ""), ("-", ""), (True, ""), ("x" * 900, "x" * 299 + "…"),
    ],
)  # fmt: skip
def test_a_place_as_it_is_written(cell: object, written: str) -> None:
    assert place(cell) == written


def test_spellings_of_a_place() -> None:
    assert same("Bengaluru  dock", "bengaluru-dock")
    assert not same("LOC1", "LOC2")
    assert same("--", "--")
    assert not same("--", "__")


def test_the_columns_of_a_place() -> None:
    read = read_list(f"Tracking ID,Location Name,Location ID\n{A},Hosur,LOC2\n{B},,\n".encode(), "a.csv")
    assert [(row.location_id, row.location_name) for row in read.rows] == [("LOC2", "Hosur"), ("", "")]
    assert not read.vague_location
    vague = read_list(f"Tracking ID,Location\n{A},Hosur\n".encode(), "a.csv")
    assert ([row.location_name for row in vague.rows], vague.vague_location) == (["Hosur"], True)


def test_other_sheets_with_ids() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in {
        "Notes": [["About"], ["nothing"]],
        "Main": [["Tracking ID"], [A]],
        "Empty": [["Tracking ID"]],
        "Bare": [[f"FMPR00000001{n:02}"] for n in range(12)],
        "Two": [[f"FMPR00000001{n:02}", f"FMPR00000002{n:02}"] for n in range(12)],
    }.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    read = read_list(file.getvalue(), "a.xlsx")
    assert (read.sheet, read.other_sheets) == ("Main", (OtherSheet(3, "Bare"),))
    other = read_list(file.getvalue(), "a.xlsx", 3)
    assert (other.sheet, len(other.rows), other.other_sheets) == ("Bare", 12, ())
