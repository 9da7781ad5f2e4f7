"""How a pass over the ledger begins, goes on and ends, by day and by night."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.handover.ledger import BACKFILL, OVERLAP, Mark, begun, broken_off, gone_on, is_due

ZONE = ZoneInfo("Asia/Kolkata")
NOON = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
"""03:00 of the 3rd at the dock."""
HALF_HOUR = timedelta(minutes=30)
NEW = Mark("LOC1")
READ = replace(NEW, after=NOON, answered_at=NOON, backfilled_on=date(2026, 3, 2))


def test_the_first_pass_goes_back_as_far_as_a_backfill() -> None:
    first = begun(NEW, NOON, ZONE)
    assert (first.since, first.began, first.backfilled_on) == (NOON - BACKFILL, NOON, date(2026, 3, 2))
    more = gone_on(first, "/sellers/v2/returns?offset=25", NOON)
    later = NOON + timedelta(minutes=5)
    assert begun(more, later, ZONE) == more, "it goes on where it was, also after a restart"
    done = gone_on(more, "", later)
    assert (done.after, done.began, done.since, done.url, done.answered_at) == (NOON, None, None, "", later)


def test_the_next_pass_asks_for_what_changed_since_with_an_overlap() -> None:
    again = begun(READ, NOON + HALF_HOUR, ZONE)
    assert (again.since, again.began) == (NOON - OVERLAP, NOON + HALF_HOUR)


def test_once_a_night_it_goes_back_further() -> None:
    night = begun(READ, NIGHT, ZONE)
    assert (night.since, night.backfilled_on) == (NIGHT - BACKFILL, date(2026, 3, 3))
    done = gone_on(night, "", NIGHT + HALF_HOUR)
    assert begun(done, NIGHT + 2 * HALF_HOUR, ZONE).since == NIGHT - OVERLAP
    by_day = replace(READ, backfilled_on=None)
    assert begun(by_day, NOON + HALF_HOUR, ZONE).since == NOON - OVERLAP, "by day the calls are needed for FEs"


def test_a_mark_of_the_future_was_written_before_the_clock_was_set_back() -> None:
    before = NOON - timedelta(days=3)
    assert begun(READ, before, ZONE).since == before - BACKFILL
    assert begun(begun(READ, NOON + HALF_HOUR, ZONE), before, ZONE).since == before - BACKFILL
    assert is_due(READ, before, HALF_HOUR)


def test_when_it_is_due() -> None:
    assert is_due(NEW, NOON, HALF_HOUR)
    assert not is_due(READ, NOON + timedelta(minutes=29), HALF_HOUR)
    assert is_due(READ, NOON + HALF_HOUR, HALF_HOUR)
    going_on = gone_on(begun(READ, NOON + HALF_HOUR, ZONE), "/next", NOON + HALF_HOUR)
    assert is_due(going_on, NOON + HALF_HOUR, HALF_HOUR)


def test_a_pass_that_lost_its_page_asks_for_the_same_again() -> None:
    going_on = gone_on(begun(READ, NOON + HALF_HOUR, ZONE), "/next", NOON + HALF_HOUR)
    left = broken_off(going_on)
    assert (left.after, left.url, left.began) == (NOON, "", None)
    assert begun(left, NOON + 2 * HALF_HOUR, ZONE).since == NOON - OVERLAP
