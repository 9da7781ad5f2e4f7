"""What is put around a tracking id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handover.decoration import in_address, taken_off, undecorated

A = "FMPR0000000001"
DECORATED = [
    A, f"RTr:{A}", f"DTr:{A}", f"RTr: {A}", f"'RTr:{A}", f"AWB: {A}", f"AWB No. {A}", f"AWB:{A}", f"awb {A}",
    f"Tracking ID: {A}", f"TID={A}", f"'{A}", f"`{A}`", f"’{A}", f"‘{A}’", f"“{A}”", f"*{A}*", f"**{A}**", f"{A},",
    f"{A}.", f"{A}/", f"{A}-", f"{A}_", f"({A})", f"[{A}]", f"<{A}>", f"_{A}_", f"~{A}~", f"• {A}", f"#{A}", f"{A};",
    f"]C1{A}", f"]C0{A}", f"]d2{A}", f"]Q3{A}", f"*]C1{A}*", f"{A[:4]} {A[4:]}", f"{A[:4]} {A[4:9]} {A[9:]}",
    f"{A[:5]}\u200b{A[5:]}", f"{A[:5]}\u200d{A[5:]}", f"{A}\ufe0f", f"\ufeff{A}", f"{A}_x000D_", f"_x0009_{A}",
    f'="{A}"', f'= "{A}"', f'=HYPERLINK("https://x.test/1";"{A}")', f'=hyperlink( "u" , "{A}" )',
    "".join(chr(ord(c) + 0xFEE0) for c in A), f"\u00a0{A}\u00a0", f'"{A}"', f"AWB: “{A}”",
]  # fmt: skip


@pytest.mark.parametrize("text", DECORATED)
def test_the_bare_id(text: str) -> None:
    assert undecorated(text) == A


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d")
def test_one_kind_of_dash(dash: str) -> None:
    assert undecorated(f"SF{dash}12345") == "SF-12345"


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "Total: 128", "Total 12345678", "Page: 3", "Order 12345678", "otp 12345678", "FMPP1, FMPP2", "₹1200",
        "12.5%", "-12345", "-1.5", "FMPP123456?", "<@U0ASHA>", "@SUM(A1)", "=A1", "see FMPP123456", "Ram 12 parcels",
        f"https://x.test/{A}", "10:30", "<!channel> 1", "FMPP0000001 FMPP0000002", "call +919876543210",
    ],
)  # fmt: skip
def test_nothing_is_made_into_an_id(text: str) -> None:
    assert undecorated(text) == text


def test_a_label_may_say_that_it_is_no_tracking_id() -> None:
    assert taken_off("OI:433000000000") == ("433000000000", True)
    assert taken_off("SKU: BTL-1") == ("BTL-1", True)
    assert taken_off(f"RTr:{A}") == (A, False)


@pytest.mark.parametrize(
    "text",
    [
        f"https://ekartlogistics.com/shipmenttrack/{A}", f"<https://ekartlogistics.com/shipmenttrack/{A}>",
        f"http://x.test/t?awb={A}", f"https://x.test/{A}/", f"<https://x.test/a/{A}|{A}>", f"https://x.test/{A}#top",
    ],
)  # fmt: skip
def test_an_address_that_ends_in_an_id(text: str) -> None:
    assert in_address(text) == A


@pytest.mark.parametrize("text", [A, "https://x.test/", "https://x.test/help", f"see https://x.test/{A}", "x.test/1"])
def test_no_address_that_ends_in_an_id(text: str) -> None:
    assert in_address(text) == ""


IDS = st.from_regex(r"[A-Z]{2,4}[0-9]{8,12}([-_/][0-9]{1,3})?[A-Z]{0,2}|[0-9]{9,15}", fullmatch=True)
AROUND = st.text(" '\"`‘’“”()[]<>*~|;,•\u200b\u00a0\ufeff", max_size=4)
LABELS = st.sampled_from(["", "RTr:", "DTr: ", "AWB: ", "AWB No. ", "Tracking ID : ", "TID="])


@given(IDS, AROUND, LABELS, AROUND, AROUND)
def test_any_decoration_reads_as_the_id(one: str, before: str, label: str, within: str, after: str) -> None:
    assert undecorated(before + label + within + one + after) == one


@given(st.text(max_size=600))
def test_any_text_and_nothing_new(text: str) -> None:
    once = undecorated(text)
    assert undecorated(once) == once
    assert len(in_address(text)) <= len(text)
