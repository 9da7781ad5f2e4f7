"""Which pictures a claim needs, and which are still missing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handover.claims import Claim, Kind
from bot.handover.evidence import NEEDED, Missing, Shot, as_kept, missing, needed, shots_in, shots_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def claim(kind: Kind, tracking_id: str = "FMPP1", **more: Any) -> Claim:
    fields: dict[str, Any] = {"id": "c" * 32, "handover_id": "a" * 32, "location_id": "LOC1", "note": ""}
    fields |= {"opened_by": None, "opened_at": NOW, "due_at": NOW + timedelta(days=14), "state_at": NOW}
    return Claim(tracking_id=tracking_id, kind=kind, **(fields | more))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("FMPP1 label", (Shot.LABEL,)),
        ("Inside of the box, FMPP1", (Shot.OUTSIDE, Shot.INSIDE)),
        ("FMPP1 लेबल और सामान", (Shot.LABEL, Shot.ITEM)),
        ("opened: item", (Shot.INSIDE, Shot.ITEM)),
        ("FMPP1", ()),
        ("labelled boxes", ()),
        ("", ()),
    ],
)
def test_words_beside_a_picture_say_what_it_shows(said: str, found: tuple[Shot, ...]) -> None:
    assert shots_in(said) == found


@given(st.sets(st.sampled_from(Shot)))
def test_what_is_kept_is_read_again(shots: set[Shot]) -> None:
    assert set(shots_of(as_kept(shots))) == shots
    assert shots_of("of_a_later_version") == ()


def test_every_kind_says_what_it_needs() -> None:
    assert set(NEEDED) == set(Kind)
    assert needed(claim(Kind.EMPTY)) == (Shot.LABEL, Shot.OUTSIDE, Shot.INSIDE)
    both = claim(Kind.REJECTED, note="torn\nalso wrong_item: a brick")
    assert needed(both) == tuple(Shot)


def test_what_is_missing_is_told_parcel_by_parcel() -> None:
    claims = [claim(Kind.EMPTY), claim(Kind.REJECTED, "fmpp2"), claim(Kind.UNSEEN, "FMPP3")]
    pictures = [("fmpp1", "label,outside"), ("FMPP2", "label,outside"), ("", "inside"), ("FMPP1", "")]
    assert missing(claims, pictures) == [Missing("FMPP1", (Shot.INSIDE,))]
    assert missing(claims, [*pictures, ("FMPP1", "inside")]) == []
