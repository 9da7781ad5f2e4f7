"""What is a seller's own scan, and what is talk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handover.own_scans import LONGEST_MESSAGE, doubtful, ids_in, key_of

SIGNS = "ABCXYZabcxyz0123456789"
IDS = st.builds(
    lambda head, body, tail: f"{head}{body}{tail}",
    st.sampled_from(["FMPP", "FMPC", "ek", "R1-", "SF/9"]),
    st.text("ABCabc0123456789-_/", min_size=1, max_size=20),
    st.text("0123456789", min_size=4, max_size=9),
)
GAPS = st.sampled_from([" ", "\n", ", ", ",", "\r\n", " ;  ", "\t", "\u00a0", " `"])
WORDS = st.sampled_from(
    ["kal", "subah", "ठीक", "parcel", "missing", "FE", "yes", "ok", "2", "12", "👍", "scan", "hua?", "see", "please"]
)


def joined(parts: list[str], gaps: list[str]) -> str:
    return "".join(part + gap for part, gap in zip(parts, gaps, strict=False)) + "".join(parts[len(gaps) :][:1])


@given(st.lists(IDS, min_size=1, max_size=30), st.lists(GAPS, min_size=30, max_size=30))
def test_ids_with_anything_between_them_are_a_scan(ids: list[str], gaps: list[str]) -> None:
    found = ids_in(joined(ids, gaps))
    assert [key_of(one) for one in found] == list(dict.fromkeys(key_of(one) for one in ids))
    assert set(found) <= set(ids), "an id is kept as it was typed"


@given(st.lists(IDS, max_size=5), WORDS, st.lists(IDS, max_size=5), GAPS)
def test_one_word_makes_a_message_talk(before: list[str], word: str, after: list[str], gap: str) -> None:
    assert ids_in(gap.join([*before, word, *after])) == []


@given(st.text(max_size=300))
def test_any_text_gives_only_what_looks_like_ids(text: str) -> None:
    for one in ids_in(text):
        assert 6 <= len(one) <= 40
        assert any(sign.isdigit() for sign in one)
        assert set(one) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_/")


@given(st.text(SIGNS, min_size=41, max_size=300))
def test_an_id_has_a_longest_length(text: str) -> None:
    assert ids_in(text) == []


@pytest.mark.parametrize("unit", ["FMPP0000001 ", "a", "1", "-", "/_", ", ", "<tel:", "\u200b"])
def test_a_hostile_length_is_talk_and_costs_nothing(unit: str) -> None:
    assert ids_in(unit * LONGEST_MESSAGE) == []
    ids_in((unit * LONGEST_MESSAGE)[:LONGEST_MESSAGE])


@pytest.mark.parametrize(
    "text",
    ["", "12", "40 done", "ok", "Ram 12 parcels", "see https://x.test/FMPP123456", "<@U0ASHA>", "FMPP123456?", "10:30",
     "सब ठीक है 123456789", "call +919876543210", "₹120000", "FMPP 123456", "a.b123456", "12345"],
)  # fmt: skip
def test_talk(text: str) -> None:
    assert ids_in(text) == []


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("  fmpp0123456789 ", ["fmpp0123456789"]),
        ("FMPP01234\nfmpp01234\nFMPP01235", ["FMPP01234", "FMPP01235"]),
        ("`FMPP01234`, `FMPP01235`", ["FMPP01234", "FMPP01235"]),
        ("123456789012", ["123456789012"]),
        ("<tel:123456789012|123456789012>", ["123456789012"]),
        ("\ufeffFMPP01234\u200b", ["FMPP01234"]),
    ],
)
def test_scans(text: str, ids: list[str]) -> None:
    assert ids_in(text) == ids


@pytest.mark.parametrize(
    "token",
    ["123456", "1234567", "9876543210", "09876543210", "919876543210", "98765-43210", "23-11-2026", "2026/11/23",
     "KA01AB1234", "KA-01-AB-1234", "OTC123456", "otp-4321", "code1234", "Rs120000", "10am-12pm", "gate12", "dock-1"],
)  # fmt: skip
def test_what_must_be_known_to_be_a_parcel(token: str) -> None:
    assert doubtful(token)


@pytest.mark.parametrize("token", ["FMPP0123456789", "FMP123", "12345678", "1234567890123", "SF/99/1234A"])
def test_what_is_a_parcel_by_its_looks(token: str) -> None:
    assert not doubtful(token)
