import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n import DEFAULT, LANGUAGES, span, use
from bot.slack.blocks.text import (
    DAY,
    DAY_AND_TIME,
    SECTION,
    at,
    capital,
    cut,
    esc,
    ident,
    parcels,
    section,
    sections,
    who,
)
from bot.slack.ids import BrokenPayloadError, ModalState, handover_id
from tests.examples import examples


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (-5, "under a minute"),
        (0, "under a minute"),
        (0.99, "under a minute"),
        (1, "1 min"),
        (59.9, "59 min"),
        (60, "1 h"),
        (80, "1 h 20 min"),
        (1500, "25 h"),
    ],
)
def test_span(minutes: float, said: str) -> None:
    assert span(timedelta(minutes=minutes)) == said


def test_texts_are_one_line_cut_and_harmless() -> None:
    assert cut("  a\n b\t c ", 80) == "a b c"
    assert cut("abcdef", 4) == "abc…"
    assert esc("<!channel> *b* _i_ ~s~ `c` &lt;") == "&lt;!channel&gt; ∗b∗ ˍiˍ ∼s∼ ˋcˋ &amp;lt;"
    assert ident("a_b*c`d<e>") == "`a_b*cˋd&lt;e&gt;`"
    assert (ident(" "), who(None), who("U1")) == ("–", "somebody", "<@U1>")
    assert [capital(one) for one in ("", "not yet", "⚠️ not yet")] == ["", "Not yet", "⚠️ Not yet"]
    assert (parcels(0), parcels(1), parcels(2)) == ("0 parcels", "1 parcel", "2 parcels")


def test_moments_are_in_the_readers_zone_with_the_docks_as_fallback() -> None:
    moment = datetime(2026, 3, 2, 20, 15, tzinfo=UTC)
    assert at(moment, ZoneInfo("Asia/Kolkata")) == f"<!date^{int(moment.timestamp())}^{{time}}|01:45 IST>"


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != DEFAULT])
@pytest.mark.parametrize(
    ("form", "said"),
    [("{time}", "01:45"), ("{time_secs}", "01:45:09"), (DAY, r"3 \S+ 2026"), (DAY_AND_TIME, r"3 \S+ 2026 01:45")],
)
def test_a_moment_in_another_language_is_written_by_the_bot(form: str, said: str, language: str) -> None:
    # Slack's own way writes English words, whatever language the sentence is in.
    with use(language):
        assert re.fullmatch(said, at(datetime(2026, 3, 2, 20, 15, 9, tzinfo=UTC), ZoneInfo("Asia/Kolkata"), form))


@given(st.lists(st.text(max_size=3500), max_size=30))
@settings(max_examples=examples(100), deadline=None)
def test_sections_hold_every_line_whole_where_they_can(lines: list[str]) -> None:
    shown = [block.to_dict()["text"]["text"] for block in sections(lines)]
    assert all(0 < len(text) <= SECTION for text in shown)
    for line in lines:
        if len(line) <= SECTION:
            assert any(line in text for text in shown) or not line, "a line was lost or cut"


def test_a_section_that_is_too_long_says_so() -> None:
    text = section("x" * 4000).to_dict()["text"]["text"]
    assert (len(text), text[-1]) == (SECTION, "…")


@pytest.mark.parametrize(
    "value", [None, 7, "", "a" * 31, "A" * 32, "g" * 32, "a" * 32 + "\n", "a" * 33, {}, ["a" * 32]]
)
def test_a_value_that_is_no_button_of_ours_is_refused(value: object) -> None:
    with pytest.raises(BrokenPayloadError):
        handover_id(value)


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "{}",
        "null",
        '{"handover": "x"}',
        '{"handover": "' + "a" * 32 + '", "otc": "481516"}',
        "[1",
        "�",
        '{"handover": "' + "a" * 32 + '", "scanned": "many"}',
        '{"handover": "' + "a" * 32 + '\\n"}',
    ],
)
def test_a_modal_that_is_not_ours_is_refused(text: object) -> None:
    with pytest.raises(BrokenPayloadError):
        ModalState.load(text)


def test_what_a_modal_keeps_comes_back() -> None:
    state = ModalState(handover="a" * 32, scanned=42)
    assert ModalState.load(state.dump()) == state
    assert handover_id("0123456789abcdef" * 2) == "0123456789abcdef" * 2
