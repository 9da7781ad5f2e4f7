"""Reports as sellers have them, made here: no row is of a real order."""

import contextlib
import csv
import io
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

import openpyxl
import pytest

from bot.lists import ListRead, ListUnreadableError, Problem, read_list

HUB = (
    "Return ID", "Order ID", "Order Item ID", "Product", "FSN", "SKU", "Quantity", "Tracking ID", "Return Type",
    "Return Sub Type", "Return Requested Date", "Return Approval Date", "Return Status", "Return Delivery Promise Date",
    "Out For Delivery Date", "Return Reason", "Return Sub-reason", "Comments",
)  # fmt: skip
"""Seller Hub's returns report."""
CENTRE = (
    "return_id", "order_item_id", "fulfilment_type", "return_requested_date", "return_approval_date", "return_status",
    "return_reason", "return_sub_reason", "return_type", "return_result", "return_expectation",
    "reverse_logistics_tracking_id", "sku", "fsn", "product_title", "quantity",
)  # fmt: skip
"""The report of its report centre."""


def parcel(n: int) -> dict[str, str]:
    """What both reports say of the parcel with this number."""
    return {
        "returnid": f"1260{n:010d}",
        "orderid": f"OD4{n:017d}",
        "orderitemid": f"4{n:016d}",
        "product": f'Steel Bottle 1 l, "cold"\n{n} pieces | blue; tab\there',
        "producttitle": f"Kurta, {n}",
        "fsn": f"BOTH{n:012d}",
        "sku": f"BTL-{n}",
        "quantity": "1",
        "trackingid": f"FMPR{n:010d}",
        "reverselogisticstrackingid": f"FMPR{n:010d}",
        "returntype": "Customer Return",
        "returnrequesteddate": "Mar 03, 2026 10:11:12",
        "returnstatus": "In Transit",
        "returndeliverypromisedate": "Mar 12, 2026 23:59:00",
        "outfordeliverydate": "NA",
        "returnreason": "Defective",
        "returnsubreason": "Not working",
        "comments": "wrong colour, too",
    }


def table(header: Sequence[str], count: int) -> list[list[str]]:
    """A header and parcels 1 to `count`."""
    names = ["".join(c for c in name.casefold() if c.isalnum()) for name in header]
    return [list(header), *([parcel(n).get(name, "") for name in names] for n in range(1, count + 1))]


def as_csv(rows: Iterable[Sequence[object]], separator: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """Rows as a program writes them."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(*sheets: Iterable[Sequence[object]], hidden: Sequence[int] = ()) -> bytes:
    """Sheets named One, Two, Three; a text that begins with `=` is a formula without a value."""
    book = openpyxl.Workbook()
    for at, (rows, title) in enumerate(zip(sheets, ("One", "Two", "Three"), strict=False)):
        sheet = book.active if at == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = title
        if at in hidden:
            sheet.sheet_state = "hidden"
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def raw_xlsx(sheet_data: str, *, after: str = "", parts: dict[str, str | bytes] | None = None) -> bytes:
    """A workbook of one sheet whose cells are given as XML, with other parts added or replaced."""
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="Returns" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{main}"/>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet_data}</sheetData>{after}</worksheet>',
    }
    files |= parts or {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return out.getvalue()


def texts(*rows: Sequence[str]) -> str:
    """Rows of text cells as XML."""
    every = (["<c t='str'><v>" + escape(cell) + "</v></c>" for cell in row] for row in rows)
    return "".join(f"<row>{''.join(cells)}</row>" for cells in every)


def read(content: bytes | str, name: str = "returns.csv") -> ListRead:
    """Reads a list whose numbers must add up."""
    found = read_list(content.encode() if isinstance(content, str) else content, name)
    assert found.read == len(found.rows) + found.repeated + found.skipped_count
    return found


def ids(content: bytes | str) -> list[str]:
    """The tracking ids of a list."""
    return [row.tracking_id for row in read(content).rows]


def refused(content: bytes | str, name: str = "returns.csv") -> Problem:
    """Why a file is refused; the sentence is whole and tells what to do."""
    with pytest.raises(ListUnreadableError) as caught:
        read_list(content.encode() if isinstance(content, str) else content, name)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert len(sentence) < 400
    return caught.value.problem


@contextlib.contextmanager
def at_most(calls: int) -> Iterator[None]:
    """Work in bounds: so many calls of functions at most, which are as many on a slow machine as on a fast one."""
    made = 0

    def count(*_: object) -> None:
        nonlocal made
        made += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
    assert made < 2 * calls, f"{made // 2} calls and returns where {calls} are enough"
