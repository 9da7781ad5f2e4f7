"""Rupees as people type and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES, money, use
from bot.i18n.money import MOST_MONEY, NoMoney, paise


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", None),
        ("  ", None),
        ("500", 500_00),
        ("₹ 500", 500_00),
        ("Rs. 500/-", 500_00),
        ("500 INR", 500_00),
        ("1,23,456.50", 1_23_456_50),
        ("123,456", 1_23_456_00),
        ("1.5", 1_50),
        ("रु. ५००", 500_00),
        ("१,२३,४५६.०५", 1_23_456_05),
        ("0", 0),
    ],
)
def test_an_amount_is_read_as_it_is_typed_in_india(typed: str, found: int | None) -> None:
    assert paise(typed) == found


@pytest.mark.parametrize(
    "typed", ["12,50", "1.234", "-5", "abc", "1e9", "1,2,3", "5.", "∞", "1 0 0 0 x", "₹₹", "9" * 20, "½"]
)
def test_what_can_be_read_in_two_ways_is_no_amount(typed: str) -> None:
    with pytest.raises(NoMoney):
        paise(typed)


@given(st.integers(0, MOST_MONEY), st.sampled_from(list(LANGUAGES)))
def test_an_amount_that_is_shown_can_be_typed_again(amount: int, language: str) -> None:
    with use(language):
        assert paise(money(amount)) == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_is_refused(typed: str) -> None:
    try:
        found = paise(typed)
    except NoMoney:
        return
    assert found is None or 0 <= found <= MOST_MONEY
