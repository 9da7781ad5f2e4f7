from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.handover.claims import (
    WITH_FLIPKART,
    Claim,
    Kind,
    Opening,
    State,
    clean_id,
    joined,
    opened,
    remind,
    reminders,
    scanned_at,
    told,
    unseen_openings,
)
from bot.handover.events import Happening
from bot.handover.model import Handover

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RAM = Handover(id="a" * 32, location_id="LOC1", fe_id="fe1", task_id="t1", arrived_at=NOW)


def claim(days: float = 14, **more: object) -> Claim:
    fields: dict[str, object] = {
        "id": "c" * 32,
        "handover_id": RAM.id,
        "location_id": "LOC1",
        "tracking_id": "P1",
        "kind": "empty",
    }
    fields |= {"note": "", "opened_by": None, "opened_at": NOW, "due_at": NOW + days * DAY, "state_at": NOW}
    fields |= {"remind_at": NOW + days * DAY / 2} | more
    return Claim(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scanned", "ended", "reported", "days", "due"),
    [
        ("2026-03-02", "2026-03-02", "2026-03-02", 14, "2026-03-16"),
        ("2026-03-02", "2026-03-02", "2026-03-12", 14, "2026-03-16"),
        ("2026-03-02", "2026-03-02", "2026-03-20", 14, "2026-03-16"),
        ("2026-01-20", "2026-01-21", "2026-01-30", 14, "2026-02-03"),
        ("2026-02-20", "2026-02-20", "2026-02-28", 14, "2026-03-06"),
        ("2028-02-20", "2028-02-20", "2028-02-28", 14, "2028-03-05"),
        ("2026-12-25", None, "2026-12-26", 15, "2027-01-09"),
        (None, "2026-03-02", "2026-03-12", 14, "2026-03-16"),
        (None, None, "2026-03-12", 14, "2026-03-26"),
    ],
    ids=str,
)
def test_the_time_to_claim_begins_at_the_scan_or_the_end(
    scanned: str | None, ended: str | None, reported: str, days: int, due: str
) -> None:
    scan, end, report, over = (
        None if one is None else datetime.fromisoformat(f"{one}T09:30:00+00:00")
        for one in (scanned, ended, reported, due)
    )
    assert report is not None
    handover = RAM.model_copy(update={"ended_at": end})
    found = opened(Opening("P1", Kind.EMPTY), handover, "U1", report, days, "c" * 32, scan)
    assert (found.opened_at, found.due_at) == (report, over)


def test_a_scan_of_an_impossible_time_counts_from_when_it_was_seen() -> None:
    assert scanned_at(NOW - DAY, NOW) == NOW - DAY
    for odd in (None, NOW + DAY, NOW - 4 * DAY, datetime(1970, 1, 1, tzinfo=UTC)):
        assert scanned_at(odd, NOW) == NOW


def test_a_claim_that_is_opened_late_is_reminded_of_in_the_time_that_is_left() -> None:
    late = claim(opened_at=NOW + 13 * DAY)
    assert [(moment - NOW) / DAY for moment in reminders(late)] == [13.5]
    assert reminders(claim(opened_at=NOW + 20 * DAY)) == []


@pytest.mark.parametrize(
    ("days", "moments"), [(365, [182.5, 363]), (14, [7, 12]), (4, [2]), (3, [1, 1.5]), (2, [1]), (1, [0.5])]
)
def test_reminders_lie_within_the_time(days: int, moments: list[float]) -> None:
    assert [(moment - NOW) / DAY for moment in reminders(claim(days))] == moments


def test_a_reminder_is_told_once() -> None:
    said, [kept] = remind([claim()], NOW + 7 * DAY)
    assert ([event.what for event in said], kept.remind_at) == ([Happening.CLAIM_DUE], NOW + 12 * DAY)
    assert told(RAM, said).handover.events == RAM.events + 1
    assert remind([kept], NOW + 11 * DAY) == ([], [])
    assert remind([claim(remind_at=None)], NOW + 13 * DAY) == ([], [])


def test_nothing_is_said_when_nothing_can_be_done_any_more() -> None:
    said, [kept] = remind([claim()], NOW + 14 * DAY)
    assert (said, kept.remind_at) == ([], None)


def test_what_is_with_flipkart_is_asked_after_twice() -> None:
    for state in WITH_FLIPKART:
        one = claim(state=state, state_at=NOW + DAY, claimed_at=NOW, claimed_by="U1")
        assert [(moment - NOW) / DAY for moment in reminders(one)] == [8, 15]
        waits, _ = remind([replace(one, remind_at=NOW + 8 * DAY), claim()], NOW + 8 * DAY)
        assert [event.what for event in waits] == [Happening.CLAIM_DUE, Happening.CLAIM_WAITS]
        assert waits[1].detail["claims"][0]["state"] == state
    for state in (State.REJECTED, State.PAID):
        assert reminders(claim(state=state)) == []


def test_days_left_count_a_begun_day() -> None:
    assert [claim().days_left(NOW + hours * DAY / 24) for hours in (0, 1, 24, 13 * 24 + 23, 14 * 24, 20 * 24)] == [
        *(14, 14, 13, 1, 0, 0)
    ]


def test_a_claim_says_each_thing_once() -> None:
    first = claim(note="torn")
    assert joined(first, Opening("P1", Kind.EMPTY, "torn")) == first
    assert joined(first, Opening("P1", Kind.EMPTY)) == first
    more = joined(joined(first, Opening("P1", Kind.DAMAGED, "wet: very")), Opening("P1", Kind.FLYER))
    assert more.reasons == [("empty", "torn"), ("damaged", "wet: very"), ("flyer", "")]
    assert joined(more, Opening("P1", Kind.DAMAGED, "wet: very")) == more


def test_unseen_needs_an_own_scan() -> None:
    assert unseen_openings(["A", "B"], []) == []
    assert unseen_openings(["A", "b "], ["B"]) == [Opening("A", Kind.UNSEEN)]


def test_ids_are_cleaned_and_compared() -> None:
    assert clean_id(" `FMPP\u200b1`\n") == "FMPP1"
    assert len(clean_id("x" * 500)) == 100
