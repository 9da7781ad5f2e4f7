"""A day of ten hours in seconds: what the poller and the quota make of a budget that is too small for the peaks."""

import pytest
from structlog.testing import capture_logs

from tests.jobs.simulated_day import LIMIT, PEAKS, Figures, Others, run


def day_of(others: Others | None = None) -> Figures:
    """A whole day, in which nothing ends in a fault of the bot."""
    with capture_logs() as logs:
        found = run(others)
    assert not [line for line in logs if line["log_level"] == "error"]
    return found


@pytest.fixture(scope="module")
def alone() -> Figures:
    """A day on which nobody else calls Flipkart."""
    return day_of()


@pytest.fixture(scope="module")
def shared() -> Figures:
    """The same with 150 calls of others in the second peak."""
    return day_of(Others())


@pytest.fixture(scope="module")
def late() -> Figures:
    """The same where others begin half an hour later: they are at their most when 14 FEs come to the End OTC page."""
    return day_of(Others(begin=PEAKS[1] + 1800))


@pytest.fixture(scope="module")
def greedy() -> Figures:
    """More of others than is left to them."""
    return day_of(Others(calls=250))


def test_the_budget_is_spent_on_what_is_needed(alone: Figures, shared: Figures) -> None:
    for day in (alone, shared):
        assert day.calls <= 1.02 * day.fewest, f"{day.calls} calls where {day.fewest:.0f} would do"


def test_nobody_waits_who_presses(alone: Figures, shared: Figures) -> None:
    for day in (alone, shared):
        assert not day.waits


def test_flipkart_refuses_nothing(alone: Figures, shared: Figures) -> None:
    for day in (alone, shared):
        assert not day.refused
        assert max(used for _, used, _ in day.used) < LIMIT


def test_an_fe_who_scans_is_read_as_often_as_the_hour_allows(alone: Figures, shared: Figures) -> None:
    for gap, best in (*alone.gaps, *shared.gaps):
        assert gap <= 1.1 * best, f"{gap:.0f} s where {best:.0f} were possible"


def test_a_crowd_at_the_end_makes_no_long_gap_for_those_who_still_scan(alone: Figures, shared: Figures) -> None:
    """Fourteen End OTCs within ten minutes take 154 calls, and what others may take stays free all the same."""
    for day in (alone, shared):
        for crowd, (_, best) in zip(day.crowd_gaps, day.gaps, strict=True):
            assert crowd <= 2 * best, f"{crowd:.0f} s where {best:.0f} were possible before"


@pytest.mark.slow("a day more")
def test_looks_make_room_for_a_crowd_at_the_end_once_others_are_known(late: Figures) -> None:
    """When others are first met, half of the crowd still comes.

    An End OTC takes eleven calls, and every five seconds one is free. One look finds it out; then none is tried.
    """
    assert sum(not for_person for _, for_person in late.refused) <= 1
    assert len(late.waits) <= 7
    for gap, best in late.gaps:
        assert gap <= 1.1 * best, f"{gap:.0f} s where {best:.0f} were possible"


@pytest.mark.slow("a day more")
def test_more_of_others_than_is_left_to_them_makes_a_gap_and_no_halt(greedy: Figures) -> None:
    """When the refusal comes the hour is full, and what becomes free is what a quiet hour before the peak had used.

    Of that, two fifths at most make room for people anew.
    """
    assert 1 <= len(greedy.refused) <= 4
    assert not greedy.waits
    gap, _ = greedy.gaps[1]
    assert gap <= greedy.freed_gap / 0.6, (
        f"an FE was not read for {gap:.0f} s where {greedy.freed_gap:.0f} were possible"
    )
    after = [stretch for at, stretch in greedy.stretch if PEAKS[1] + 4800 <= at < PEAKS[1] + 9000]
    assert min(after) == 1.0, "the pace does not come back"


def test_a_location_is_never_forgotten(alone: Figures, shared: Figures) -> None:
    for day in (alone, shared):
        assert day.location_gap <= 150, f"a location was not looked at for {day.location_gap:.0f} s"


def test_looks_are_not_bunched(alone: Figures) -> None:
    assert alone.burst <= 4, f"{alone.burst} calls within a second"
