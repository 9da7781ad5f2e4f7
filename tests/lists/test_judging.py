"""Rows that look as if they had a parcel, and rows whose cells are not where they seem to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lists import Why
from bot.lists.judging import far, usual
from tests.lists.support import as_csv, as_xlsx, ids, read

A, B = "FMPR0000000001", "FMPR0000000002"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["Total", "128"], Why.TOTAL),
        (["Grand total:", "128"], Why.TOTAL),
        (["कुल", "2"], Why.NOT_AN_ID),
        (["", "Page1"], Why.MARK),
        (["", "Page 1 of 3"], Why.NOT_AN_ID),
        (["", "Sheet2"], Why.MARK),
        (["", "v1.2"], Why.MARK),
        (["", "Ecom1"], Why.FAR),
        (["", "KURTA-BLUE-42"], Why.FAR),
        (["", "OD433001123456789012"], Why.ORDER),
    ],
)
def test_what_has_a_digit_is_not_yet_a_parcel(row: list[str], why: Why) -> None:
    for content in (
        as_csv([["Note", "Tracking ID"], ["a", A], ["b", B], row]),
        as_xlsx([["Note", "AWB"], ["a", A], row]),
    ):
        found = read(content)
        assert {one.tracking_id for one in found.rows} <= {A, B}
        assert [one.why for one in found.skipped] == [why]
        assert found.kinds == ((why, 1),)


def test_a_total_below_one_parcel() -> None:
    assert ids(f"Note,Tracking ID\na,{A}\nTotal,128\n") == [A]


def test_a_short_id_repeated_is_skipped_as_often() -> None:
    found = read(as_csv([["AWB"], [A], ["Ecom1"], ["Ecom1"], [B], [A]]))
    assert ([one.line for one in found.skipped], found.repeated, found.kinds) == ([3, 4], 1, ((Why.FAR, 2),))


@pytest.mark.parametrize("one", [A + sign for sign in "./-_,"])
def test_a_sign_at_the_end_is_none_of_the_id(one: str) -> None:
    assert ids(as_csv([["AWB"], [one]])) == [A]


def test_a_shift_that_an_empty_tail_hides_is_told() -> None:
    found = read(f"Product,SKU,AWB,Note\nBottle,BTL-100,{A},\nBottle, blue,BTL-101,{B},\n")
    assert [row.tracking_id for row in found.rows] == [A]
    assert [one.why for one in found.skipped] == [Why.SHIFTED]


def test_a_separator_at_the_end_of_each_row_moves_nothing() -> None:
    assert ids(f"Product,Return AWB,Forward AWB\nBottle,{A},FMPP1,\nCup,{B},FMPP2,\n") == [A, B]


def test_quotes_escaped_with_a_backslash() -> None:
    assert ids(f'Product,AWB\n"a \\"b\\", c",{A}\n"Big \\"pan\\", 12",{B}\n') == [A, B]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_lines_that_are_quoted_as_a_whole_or_stand_in_column_a(separator: str) -> None:
    lines = [["Product", "AWB", "Reason"], ['Bottle, "blue"; x', A, "torn"], ["Cup", B, ""]]
    folded = [[line] for line in as_csv(lines, separator, end="\n").decode().splitlines()]
    for found in (read(as_csv(folded)), read(as_xlsx(folded))):
        assert [(row.tracking_id, row.reason) for row in found.rows] == [(A, "torn"), (B, "")]


IDS = st.from_regex(r"FMP[CPR][0-9]{10}", fullmatch=True)


@given(st.lists(IDS, min_size=3, max_size=20), st.sampled_from(["Ecom1", "128", "BTL-1", "KURTA-42", "gate12"]))
def test_what_is_far_from_all_others_is_no_parcel(every: list[str], odd: str) -> None:
    digits = usual([*every, odd])
    assert far(odd, digits)
    assert not any(far(one, digits) for one in every)


def test_the_half_of_a_mixed_column_is_not_far() -> None:
    assert not far("SF123456789FPY", usual(["141012345678901", "SF123456789FPY"]))
