"""Workbooks as other programs pack them, and web pages that are called .xls."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from bot.lists import Problem, Why
from tests.lists.support import as_xlsx, ids, raw_xlsx, read, refused, texts

A, B = "FMPR0000000001", "FMPR0000000002"
ROWS = [["Tracking ID", "Reason"], [A, "torn"], [B, ""]]


def packed_again(content: bytes, name: Callable[[str], str] = str, part: Callable[[bytes], bytes] = bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(name(one), part(old.read(one)))
    return out.getvalue()


def strict(part: bytes) -> bytes:
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/"
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    part = part.replace(office, b"http://purl.oclc.org/ooxml/officeDocument/")
    return part.replace(main, b"http://purl.oclc.org/ooxml/spreadsheetml/main")


def test_the_strict_form_of_the_format() -> None:
    for content in (as_xlsx(ROWS), raw_xlsx(texts(*ROWS))):
        assert ids(packed_again(content, part=strict)) == [A, B]


@pytest.mark.parametrize(
    "name",
    [
        lambda name: name.replace("sharedStrings", "SharedStrings"),
        lambda name: name.replace("sharedStrings", "sharedstrings"),
        lambda name: name.replace("/", "\\"),
        lambda name: name.replace("sheet1", "Sheet1"),
        str.upper,
    ],
)
def test_names_of_parts_under_another_spelling(name: Callable[[str], str]) -> None:
    assert ids(packed_again(as_xlsx(ROWS), name)) == [A, B]


def test_rows_that_a_filter_hides_are_read_and_counted() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert ([row.tracking_id for row in found.rows], found.hidden) == ([A, B], 1)
    assert read(as_xlsx(ROWS)).hidden == 0


@pytest.mark.parametrize("head", ["MIME-Version: 1.0\r\n", "From: <Saved by a browser>\r\nSubject: Returns\r\n"])
def test_a_web_page_with_a_mail_header(head: str) -> None:
    mail = f'{head}Content-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<html>'
    assert refused(mail + f"<table><tr><td>{A}</td></tr></table>", "returns.xls") is Problem.WEB_PAGE


def test_escapes_of_the_format() -> None:
    assert ids(as_xlsx([["Tracking ID"], [f"{A}_x000D_"], [f"_x0009_{B}"]])) == [A, B]


@pytest.mark.parametrize(
    ("form", "kept", "shown"),
    [
        ("0000000000000", 12345678, "0000012345678"),
        ('"FMPR"0000000000', 1, A),
        ("0", 1410123456789, "1410123456789"),
        ("0.00E+00", 1410123456789, "1410123456789"),
        ("#,##0", 1410123456789, "1410123456789"),
    ],
)
def test_an_id_is_what_the_sheet_shows(form: str, kept: int, shown: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Tracking ID", "Qty"])
    sheet.append([kept, 1])
    sheet["A2"].number_format = form
    out = io.BytesIO()
    book.save(out)
    assert ids(out.getvalue()) == [shown]


def test_a_date_of_completion_is_no_date_of_arrival() -> None:
    found = read(f"tracking_id,return_complete_by_date\n{A},2026-03-12\n")
    assert found.rows[0].expected_on is None
    assert not found.other_columns_used


def test_rows_below_a_row_with_an_id_are_counted_apart() -> None:
    rows = [["Tracking ID", "SKU"], [A, "x"], ["", "y"], ["", "z"], [B, "x"], ["", "y"], ["rubbish", ""]]
    found = read(as_xlsx(rows))
    assert found.kinds == ((Why.NO_ID, 3), (Why.NOT_AN_ID, 1))
