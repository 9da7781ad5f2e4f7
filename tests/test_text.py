"""How tracking ids are compared, what is put around them, and where texts are cut."""

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.text import bare, beginning, in_address, parcel_key, shortened, taken_off, undecorated

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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FMPP1", " fmpp1\u00a0"), ("FMPP1", "FM PP\t1"), ("STRAẞE1", "Strasse1"), ("straße1", "STRASSE1"),
        ("FMPP1", "ＦＭＰＰ１"),
        ("FMPP1", "FM\u200bPP\u00ad1\ufe0f"), ("R-1", "R\u20111"), ("R-1", "R－1"), ("É1", "e\u03011"),
        ("ΑΣ1", "ας1"), ("ﬃ1", "FFI1"),
    ],
)  # fmt: skip
def test_one_label_has_one_key(one: str, other: str) -> None:
    assert parcel_key(one) == parcel_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("FMPP1", "FMPP2"), ("R-1", "R_1"), ("R-1", "R1"), ("O1", "01"), ("A.1", "A1")]
)
def test_two_labels_have_two_keys(one: str, other: str) -> None:
    assert parcel_key(one) != parcel_key(other)


def test_nothing_that_can_be_seen_has_no_key() -> None:
    assert parcel_key(" \u200b\ufeff\n") == ""


ANY = st.one_of(st.text(max_size=60), st.text("aAıİßẞſσςΣﬁªµ\u0301\u200d ｱﾞＡ-‑", max_size=12))


@given(ANY)
def test_a_key_is_the_key_of_itself_in_any_spelling(text: str) -> None:
    key = parcel_key(text)
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    spelt = [key, *forms]
    if "\u0345" not in text:  # an iota below no letter becomes a letter, which no normal form puts where it stood
        spelt += [one.upper() for one in forms] + [one.casefold() for one in forms]
    assert {parcel_key(one) for one in spelt} == {key}
    assert parcel_key(f"\u00a0{text}\n") == key
    assert not any(sign.isspace() for sign in key)


def test_each_sign_has_one_key() -> None:
    for sign in map(chr, range(0x30000)):
        if unicodedata.normalize("NFKC", sign).casefold() == sign == sign.upper():
            continue
        key = parcel_key(sign)
        assert parcel_key(key) == parcel_key(sign.upper()) == parcel_key(sign.lower()) == key, ascii(sign)


@given(IDS, AROUND, AROUND)
def test_a_scan_and_a_cell_of_one_decorated_id_are_one(one: str, before: str, after: str) -> None:
    """The same signs are taken off wherever an id is read."""
    assert bare(before + one + after) == undecorated(before + one + after) == one


@pytest.mark.parametrize(
    ("text", "most", "said"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "abc"),
        ("राम", 2, "रा"),
        ("राम", 1, "र"),
        ("पार्सल", 4, "पा"),
        ("रक्षित", 3, "र"),
        ("रक्षित", 5, "रक्षि"),
        ("ஸ்ரீராம்", 4, "ஸ்ரீ"),
        ("নমস্কার", 4, "নম"),
        ("ok 👩‍👩‍👧 x", 5, "ok "),
        ("ok 🇮🇳", 4, "ok "),
        ("e\u0301" * 3, 3, "e\u0301"),
        ("a" + "\u0301" * 200, 50, "a" + "\u0301" * 49),
    ],
)
def test_a_text_is_cut_between_letters(text: str, most: int, said: str) -> None:
    assert beginning(text, most) == said


@given(st.text(max_size=60) | st.text("क्षिरामா்க\u200d👩🇮🇳é ", max_size=60), st.integers(1, 40))
def test_nothing_is_cut_in_the_middle_of_a_letter(text: str, most: int) -> None:
    cut = beginning(text, most)
    letters = regex.findall(r"\X", text)
    whole = regex.findall(r"\X", cut)
    assert text.startswith(cut)
    assert len(cut) <= most
    assert whole == letters[: len(whole)] or len(letters[0]) > most
    assert cut or not text
    assert len(shortened(text, most)) <= most
    assert (shortened(text, most) == text) == (len(text) <= most)
