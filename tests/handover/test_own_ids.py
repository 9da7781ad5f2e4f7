"""What is a seller's own scan, and what is talk."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.handover.model import Handover
from bot.handover.own_messages import Known, Message, take
from bot.handover.own_words import LONGEST, LONGEST_MESSAGE, Reading, an_order, asks, doubtful, read, resolve
from bot.text import parcel_key

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


def ids_in(text: str) -> list[str]:
    """The ids of a message that stand by themselves, each once."""
    found: dict[str, str] = {}
    for word in read(text).words:
        if word.text and len(word.text) <= LONGEST:
            found.setdefault(parcel_key(word.text), word.text)
    return list(found.values())


def joined(parts: list[str], gaps: list[str]) -> str:
    return "".join(part + gap for part, gap in zip(parts, gaps, strict=False)) + "".join(parts[len(gaps) :][:1])


@given(st.lists(IDS, min_size=1, max_size=30), st.lists(GAPS, min_size=30, max_size=30))
def test_ids_with_anything_between_them_are_a_scan(ids: list[str], gaps: list[str]) -> None:
    found = ids_in(joined(ids, gaps))
    assert [parcel_key(one) for one in found] == list(dict.fromkeys(parcel_key(one) for one in ids))
    assert set(found) <= set(ids), "an id is kept as it was typed"


@given(st.lists(IDS, max_size=5), WORDS, st.lists(IDS, max_size=5), GAPS)
@example(["FMPP00001"], "2", [], " ")
def test_one_word_makes_a_message_talk(before: list[str], word: str, after: list[str], gap: str) -> None:
    assume(not (word.isdigit() and gap == "," and len(before) == 1 and not after))  # an id and how many
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
        ("FMPP01234,2", ["FMPP01234"]),
        ("ＦＭＰＰ０１２３４", ["FMPP01234"]),
        ("FMPP\u201101234", ["FMPP-01234"]),
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


# ---- which parcels a message means -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    known: bool


def parcels_in(text: str, known: Collection[str]) -> set[str]:
    """What a message means while these are known, as `OwnScanStore.take` and `take` find it."""
    words, found = read(text).words, dict[str, Kept]()
    while wanted := asks(words, found):
        found |= {key: Kept(key in known) for key in wanted}
    return {key for word in words for key in resolve(word, found)}


SOUND = IDS.filter(lambda one: not doubtful(one)).map(parcel_key)
AROUND = st.sampled_from(
    [*("]C1{}", "]C0{}", "]d2{}", "*{}*", "_{}_", "“{}”", "'{}'", "{}.", "({})", "<{}>", "{}-", "`{}`", "«{}»")]
)
COUNTED = st.sampled_from(["{}", "{},1", "{};12", "{},100"])
IN_A_ROW = st.sampled_from(
    ["{}|OD407123456789012345|Ekart", "Ekart\t{}\t1", '{{"awb":"{}"}}', '{{"o":"OD407123456789012345","awb":"{}"}}',
     "{},OD407123456789012345,Ekart", "Ekart Logistics | {}"]
)  # fmt: skip


@given(SOUND, AROUND, COUNTED)
def test_any_decoration_of_a_known_id_is_that_id(known: str, around: str, counted: str) -> None:
    assert parcels_in(counted.format(around.format(known)), {known}) == {known}


@given(SOUND.filter(lambda one: "/" not in one), IN_A_ROW)
def test_of_a_row_the_one_word_that_is_known(known: str, row: str) -> None:
    assert parcels_in(row.format(known), {known}) == {known}
    assert parcels_in(row.format(known), set()) == set(), "a word of a row that nobody knows may be anything"
    assert parcels_in(f"<https://ekartlogistics.com/shipmenttrack/{known}>", {known}) == {known}
    assert parcels_in(f"<https://ekart.example/t?x={known}&y=1|ekart.example>", {known}) == {known}


@given(st.lists(SOUND, min_size=2, max_size=5, unique=True))
def test_a_word_that_is_made_of_known_ids_is_those_ids(ids: list[str]) -> None:
    run = "".join(ids)
    assume(run not in ids and len(run) <= 400)
    made = parcels_in(run, set(ids))
    assert made <= set(ids), "a word of known ids became another parcel"
    assert made


@given(SOUND, st.integers(2, 4))
def test_an_id_said_again_and_again_is_one(one: str, times: int) -> None:
    assert parcels_in(one * times, set()) == parcels_in(one, set())


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HANDOVER = Handover(id="a" * 32, location_id="LOC1", fe_id="fe1", task_id="t1", arrived_at=NOW)
CODES = st.one_of(
    st.from_regex(r"[0-9]{4,7}", fullmatch=True).filter(str.isascii),
    st.from_regex(r"(OTC|OTP|PIN|CODE|otc)[-_]?[0-9]{4,12}", fullmatch=True).filter(str.isascii),
)


@given(CODES, st.one_of(AROUND, IN_A_ROW, COUNTED, st.just("{0}{0}")), st.booleans())
@example("482913", "{0}{0}", False)
@example("otc4821", "{0}{0}", False)
@example("OTC-482913", "{}|Ekart", True)
@example("0000", "{}|OD407123456789012345|Ekart", True)
def test_a_word_like_a_code_is_never_kept(code: str, around: str, listed: bool) -> None:
    assume(not (listed and around == "{0}{0}"))  # then it is the list's own id
    message = Message("U1", "1.1", read(around.format(code)))
    found = dict[str, Known]()
    while wanted := asks(message.reading.words, found):
        # An order's number on a list is that list's parcel, whatever stands beside it.
        found |= {key: Known(listed=listed and not an_order(key)) for key in wanted}
    taking = take(HANDOVER, message, found, {}, NOW)
    assert (taking.seen, taking.kept, taking.step.events) == ((), {}, ())


@given(SOUND, WORDS, st.sampled_from(["{} {}", "{}, {}", "is {} there? {}", "see https://x.test/{} {}", "{}? {}"]))
def test_talk_about_a_known_parcel_is_talk(known: str, word: str, talk: str) -> None:
    reading = read(talk.format(known, word))
    assert reading.words == ()
    assert not reading.failed


@pytest.mark.parametrize("text", ["FMPR0000#000001", "FMPP00001\nFMPP00002\nok", "FMPP00001\nFMPP00002\nFMPP0000#3"])
def test_what_looks_like_a_scan_that_failed(text: str) -> None:
    assert read(text) == Reading(failed=True)


@pytest.mark.parametrize(
    "text", ["FMPP123456?", "482913", "OTC:482913", "<@U0ASHA>", "KA01AB12?", "ok", "+919876543210", "👍"]
)
def test_what_gets_no_sign(text: str) -> None:
    assert not read(text).failed
