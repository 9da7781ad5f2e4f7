"""Whatever a file holds, it is read or refused in a sentence, with work in bounds."""

import csv
import io
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lists import ListUnreadableError, read_list
from bot.text import parcel_key
from tests.examples import examples
from tests.lists.support import HUB, as_csv, at_most, raw_xlsx, table, texts

REPORT = as_csv(table(HUB, 3))
WORKBOOK = raw_xlsx(texts(["Tracking ID", "Reason"], ["FMPP1", "a"], ["FMPP2", "b"]) + '<row><c><f>"x"</f></c></row>')
CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["Tracking ID", "AWB", "FMPP0000000001", "1.2E+12", '="F12"', "=A1", "'", '"', "", "12/03/2026", "\x00"]
    ),
    st.from_regex(r"[A-Z]{2,4}[0-9]{1,12}", fullmatch=True),
)


def must_answer(content: bytes, name: str = "a.csv") -> None:
    try:
        with at_most(calls=150_000):
            found = read_list(content, name)
    except ListUnreadableError as error:
        sentence = str(error)
    else:
        sentence = "."
        assert found.rows
        assert found.read == len(found.rows) + found.repeated + found.skipped_count
        assert len({parcel_key(row.tracking_id) for row in found.rows}) == len(found.rows)
        assert all(len(row.tracking_id) <= 64 and len(row.reason) <= 200 for row in found.rows)
    assert sentence.endswith(".")
    assert len(sentence) < 600


@settings(max_examples=examples(250), deadline=None)
@given(
    st.binary(max_size=3_000), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"AWB\n", b"sep=,\n"])
)
def test_any_bytes(content: bytes, beginning: bytes) -> None:
    must_answer(beginning + content)


@settings(max_examples=examples(120), deadline=None)
@given(
    st.lists(st.lists(CELLS, max_size=5), max_size=8), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16"])
)
def test_any_cells(rows: list[list[str]], separator: str, encoding: str) -> None:
    out = io.StringIO()
    with suppress(csv.Error):
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    must_answer(out.getvalue().encode(encoding))


@st.composite
def spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    """A file with some bytes overwritten, taken out or put in."""
    found = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(found)))
        found[at : at + draw(st.integers(0, 12))] = draw(st.binary(max_size=12))
    return bytes(found)


@settings(max_examples=examples(150), deadline=None)
@given(spoilt(REPORT))
def test_spoilt_reports(content: bytes) -> None:
    must_answer(content)


@settings(max_examples=examples(150), deadline=None)
@given(spoilt(WORKBOOK))
def test_spoilt_workbooks(content: bytes) -> None:
    must_answer(content, "a.xlsx")


@settings(max_examples=examples(150), deadline=None)
@given(spoilt(texts(["Tracking ID", "Reason"], ["FMPP1", "a"], ["FMPP2", "b"]).encode()), st.booleans())
def test_workbooks_of_spoilt_cells(cells: bytes, formulas: bool) -> None:
    must_answer(raw_xlsx(cells.decode("utf-8", "replace") + ("<row><c><f>A1</f></c></row>" if formulas else "")))


ODD_CELLS = st.sampled_from(
    (
        "a",
        "<f>A1</f>",
        "<f t='shared' si='0'>B2</f>",
        "<v>1E9</v>",
        "<v>-1E400</v>",
        "<is><t>x</t></is>",
        f"<v>1{'0' * 5000}</v>",
    )
)
TYPES = ("n", "s", "b", "str", "d", "e", "inlineStr", "?")
AFTER = (
    "",
    "<mergeCells><mergeCell ref='A1:XFD1'/></mergeCells>",
    "<extLst><ext uri='x'/></extLst>",
    "<sheetProtection password='1'/>",
    "<conditionalFormatting/>",
)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.lists(ODD_CELLS, max_size=3), max_size=6), st.sampled_from(TYPES), st.sampled_from(AFTER))
def test_workbooks_of_odd_cells(rows: list[list[str]], kind: str, after: str) -> None:
    every = ([f"<c t='{kind}'>{cell}</c>" for cell in row] for row in rows)
    data = "".join(f"<row>{''.join(cells)}</row>" for cells in every)
    must_answer(raw_xlsx(texts(["AWB"], ["FMPP1"]) + data, after=after))
