"""Files that are no lists, and lists that are too much: one sentence that tells what to do."""

import io
import os
import zipfile
import zlib

import openpyxl
import pytest

from bot.lists import ListUnreadableError, Problem, Why, columns, read_list, text, workbook
from tests.lists.support import HUB, as_csv, as_xlsx, at_most, raw_xlsx, read, refused, table, texts

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", Problem.EMPTY),
        (b" \r\n\r\n", Problem.EMPTY),
        (b"\xef\xbb\xbf", Problem.EMPTY),
        (b"\xff\xfe\r\x00\n\x00", Problem.EMPTY),
        (OLE, Problem.OLD_XLS),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Problem.PASSWORD),
        (b"\x09\x08\x10\x00\x00\x06", Problem.OLD_XLS),
        (b"<html><table><tr><td>Tracking ID</td></tr></table>", Problem.WEB_PAGE),
        (b"\xef\xbb\xbf \r\n<!DOCTYPE html><p>", Problem.WEB_PAGE),
        (b'<?xml version="1.0"?><Workbook/>', Problem.WEB_PAGE),
        ("<html>".encode("utf-16"), Problem.WEB_PAGE),
        (b"%PDF-1.7\n", Problem.PDF),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), Problem.PICTURE),
        (b"\xff\xd8\xff\xe0" + bytes(50), Problem.PICTURE),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), Problem.PICTURE),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Problem.PICTURE),
        (b"\x1f\x8b\x08\x00", Problem.PACKED),
        (packed({"a.csv": "Tracking ID"}), Problem.PACKED),
        (packed({}), Problem.PACKED),
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), Problem.OTHER_SHEET),
        (packed({"[Content_Types].xml": "", "xl/workbook.bin": ""}), Problem.OTHER_SHEET),
        (packed({"[Content_Types].xml": "", "word/document.xml": ""}), Problem.NOT_A_LIST),
        (packed({"[Content_Types].xml": "<Types/>"}), Problem.DAMAGED),
        (b"PK\x03\x04 and no more", Problem.DAMAGED),
        (b"Tracking ID\nFMPP1\x00\n", Problem.NOT_A_LIST),
        (bytes(range(256)) * 10, Problem.NOT_A_LIST),
        (b"just words", Problem.NO_COLUMN),
        (b"Tracking ID,Qty\n", Problem.NO_ROWS),
        (b"Tracking ID,Qty\n\n , \n", Problem.NO_ROWS),
        (b"Tracking ID\n1.2E+12\n1.3E+12\n", Problem.NO_IDS),
        (b"AWB\n" + b"x" * 20_000_000, Problem.TOO_BIG),
        (b"AWB\n" + b"x" * 300_000, Problem.LONG_LINE),
        (b"\n" + b"," * 1_000_000, Problem.LONG_LINE),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value.name,
)
def test_files_that_are_no_lists(content: bytes, problem: Problem) -> None:
    assert refused(content, "returns.xlsx") is problem


def test_the_name_helps_to_say_what_a_file_is() -> None:
    assert refused(bytes(500) + b"x", "Returns.XLS") is Problem.OLD_XLS


def test_the_refusal_of_all_rows_names_one_and_why() -> None:
    with pytest.raises(ListUnreadableError, match=r"Row 2, for example: the spreadsheet turned .* again\."):
        read_list(b"Tracking ID\n1.2E+12\n", "a.csv")


@pytest.mark.slow("a hundred thousand rows")
def test_a_hundred_thousand_rows_and_not_one_more() -> None:
    # Their own ids would only make the test slower.
    assert read(b"AWB\n" + b"A1B\n" * 100_000).repeated == 99_999
    with pytest.raises(ListUnreadableError, match="100,000 rows"):
        read_list(b"AWB\n" + b"A1B\n" * 100_001, "a.csv")


@pytest.mark.parametrize("rows_after", [3, 100])
def test_a_quotation_mark_that_never_closes(rows_after: int) -> None:
    # Read as it stands, the rest of the file would be one cell, and its parcels gone without a word.
    text = 'Tracking ID,Product\nFMPP1,"Pan 12"" wide"\nFMPP2,"Pan\n' + "FMPP3,Pan\n" * rows_after
    assert refused(text) is Problem.QUOTE
    assert refused('Product,Tracking ID\n"' + "x" * 140_000 + "\n" * 5) is Problem.QUOTE


def test_quotation_marks_in_the_middle_are_harmless() -> None:
    assert len(read('Tracking ID,Product\nFMPP1,12" pan\nFMPP2,"Big" pan\nFMPP3,"two\nlines"').rows) == 3


def test_formulas_of_a_workbook() -> None:
    found = read(
        as_xlsx([["AWB", "Qty"], ['="FMPP123"', 1], ['=HYPERLINK("http://x/","FMPP9")', 1], ["=A2", 1], ["FMPP4", 1]])
    )
    assert [row.tracking_id for row in found.rows] == ["FMPP123", "FMPP9", "FMPP4"], "a link shows its text"
    assert [(skipped.line, skipped.why) for skipped in found.skipped] == [(4, Why.FORMULA)]


def test_a_formula_is_what_the_spreadsheet_last_showed() -> None:
    cells = '<row><c t="str"><f>B2&amp;"1"</f><v>FMPP1</v></c></row><row><c><f>1+1</f></c></row>'
    found = read(raw_xlsx(texts(["AWB"]) + cells))
    assert [row.tracking_id for row in found.rows] == ["FMPP1"]
    assert found.skipped[0].why is Why.FORMULA


def test_numbers_of_a_workbook() -> None:
    cells = "".join(
        f"<row><c><v>{number}</v></c></row>"
        for number in ("123456789012", "1.23456789012E+11", "1.2345678901234501E+16")
    )
    found = read(raw_xlsx(texts(["AWB"], ["000123"]) + cells))
    assert [row.tracking_id for row in found.rows] == ["000123", "123456789012"]
    assert [skipped.why for skipped in found.skipped] == [Why.ROUNDED]
    assert found.repeated == 1


def test_a_wrong_dimension_and_far_cells_are_harmless() -> None:
    data = '<row r="2"><c r="A2" t="str"><v>AWB</v></c><c r="XFD2"><v>1</v></c></row>'
    far = '<row r="1048576"><c t="str"><v>FMPP1</v></c></row><row r="99999999999"><c t="str"><v>FMPP2</v></c></row>'
    # A sheet has a million rows at most: those are gone through, but no more of the last number.
    with at_most(calls=8_000_000):
        found = read(raw_xlsx(data + far))
    assert [row.tracking_id for row in found.rows] == ["FMPP1"]


def bomb(name: str, size: int) -> bytes:
    return raw_xlsx(texts(["AWB"], ["FMPP1"]), parts={name: b" " * size})


@pytest.mark.parametrize(
    "content",
    [
        bomb("xl/worksheets/sheet2.xml", 6_000_000),  # unpacks to a thousand times its size
        bomb("xl/styles.xml", 4_500_000),
        bomb("xl/media/image1.bmp", 6_000_000),
        packed({"[Content_Types].xml": "", **{f"xl/{n}": "" for n in range(1_100)}}),
    ],
    ids=["sheet", "styles", "picture", "entries"],
)
def test_bombs(content: bytes) -> None:
    assert len(content) < 200_000
    assert refused(content) is Problem.BOMB


def test_a_bomb_of_many_parts() -> None:
    part = b"".join(b"%08x" % zlib.crc32(b"%d" % n) for n in range(1_000)) * 600  # 4.8 MB: too little to stand out
    assert refused(raw_xlsx(texts(["AWB"]), parts={f"xl/worksheets/s{n}.xml": part for n in range(26)})) is Problem.BOMB


def test_a_part_that_declares_less_than_it_is() -> None:
    content = bytearray(bomb("xl/worksheets/sheet2.xml", 6_000_000))
    entry = content.rindex(b"PK\x01\x02")
    assert int.from_bytes(content[entry + 24 : entry + 28], "little") == 6_000_000
    content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    assert refused(bytes(content)) is Problem.DAMAGED


def test_a_part_with_a_password() -> None:
    content = bytearray(raw_xlsx(texts(["AWB"], ["FMPP1"])))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + at] |= 1
    assert refused(bytes(content)) is Problem.PASSWORD


def test_too_many_cells() -> None:
    """Now and then another letter by chance, so that they are packed no better than cells are."""
    letters = bytes(range(ord("a"), ord("q"))) * 16
    signs = workbook.MOST_CELLS * 6
    cells = bytearray(b"<x/>" * 16 * (signs // 16 + 1))
    cells[1::64] = os.urandom(signs // 16 + 1).translate(letters)
    assert refused(raw_xlsx(cells.decode())) is Problem.TOO_MANY_CELLS


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><styleSheet>&b;</styleSheet>'


@pytest.mark.parametrize(
    "content",
    [
        raw_xlsx(texts(["AWB"], ["FMPP1"]), parts={"xl/styles.xml": ENTITIES}),
        raw_xlsx("<row><c><v>"),
        raw_xlsx("<row r='x'><c/></row>"),
        raw_xlsx("<row><c t='s'><v>5</v></c></row>"),
        raw_xlsx("<row><c><v>no number</v></c></row>"),
        raw_xlsx("", parts={"xl/workbook.xml": "<workbook/>"}),
        as_xlsx(table(HUB, 2))[:-200],
        as_xlsx(table(HUB, 2))[:3000],
    ],
)
def test_damaged_workbooks(content: bytes) -> None:
    assert refused(content) in {Problem.DAMAGED, Problem.EMPTY}


def test_entities_are_never_resolved() -> None:
    assert openpyxl.DEFUSEDXML


def test_an_empty_workbook() -> None:
    assert refused(as_xlsx([])) is Problem.EMPTY
    assert refused(as_xlsx([["", "  "]])) is Problem.EMPTY


def test_a_workbook_called_csv_and_a_csv_called_xlsx() -> None:
    assert len(read(as_xlsx(table(HUB, 1)), "returns.csv").rows) == 1
    assert len(read(as_csv(table(HUB, 1)), "returns.xlsx").rows) == 1


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b",\n", b" , \n", b'"",""\n'])
def test_a_list_ends_where_nothing_comes_for_long(line: bytes) -> None:
    count = text.MOST_EMPTY * 30
    for content in (b"Tracking ID,Qty\n" + line * count, b"Tracking ID,Qty\nFMPP1,1\n" + line * count):
        rows = text.rows(text.decoded(content), columns.score)
        assert len(list(rows)) < text.MOST_EMPTY + 5, "every one of a million empty rows is read"
    assert [row.tracking_id for row in read(content).rows] == ["FMPP1"]


def test_what_comes_after_a_long_gap_is_not_dropped_without_a_word() -> None:
    gap = b",\n" * (text.MOST_EMPTY + 1)
    with pytest.raises(ListUnreadableError, match=r"After row 2 more than 10,000 empty rows") as found:
        read_list(b"Tracking ID,Qty\nFMPP1,1\n" + gap + b"FMPP2,1\n", "a.csv")
    assert found.value.problem is Problem.GAP
    assert len(read(b"Tracking ID,Qty\nFMPP1,1\n" + gap[:1000] + b"FMPP2,1\n").rows) == 2
