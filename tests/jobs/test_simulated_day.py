"""A day of ten hours in seconds: what the poller and the quota make of a budget that is too small for the peaks."""

import pytest

from tests.jobs.simulated_day import LIMIT, OTHERS_FROM, PEAKS, Figures, run


@pytest.fixture(scope="module")
def alone() -> Figures:
    """A day on which nobody else calls Flipkart."""
    return run(others=False)


@pytest.fixture(scope="module")
def shared() -> Figures:
    """The same with 150 calls of others in the second peak."""
    return run(others=True)


def test_the_budget_is_spent_on_what_is_needed(alone: Figures, shared: Figures) -> None:
    for day in (alone, shared):
        assert day.calls <= 1.02 * day.fewest, f"{day.calls} calls where {day.fewest:.0f} would do"


def test_nobody_waits_who_presses(alone: Figures, shared: Figures) -> None:
    assert not alone.waits
    assert not shared.waits


def test_flipkart_refuses_nothing_that_could_be_known(alone: Figures, shared: Figures) -> None:
    """The first refusal is all that tells of others; the bot learns from that one."""
    assert alone.refused == 0
    assert shared.refused <= 1
    assert max(used for _, used, _ in alone.used) <= LIMIT


def test_an_fe_who_scans_is_read_as_often_as_the_hour_allows(alone: Figures, shared: Figures) -> None:
    for gap, best in (*alone.gaps, shared.gaps[0]):
        assert gap <= 1.1 * best, f"{gap:.0f} s where {best:.0f} were possible"


def test_others_in_a_full_hour_make_a_gap_and_no_halt(shared: Figures) -> None:
    """When the refusal comes the hour is full, and what becomes free is what a quiet hour before the peak had used."""
    gap, _ = shared.gaps[1]
    assert gap <= 360, f"an FE who scans was not read for {gap:.0f} s"
    after = [stretch for at, stretch in shared.stretch if OTHERS_FROM + 4800 <= at < PEAKS[1] + 9000]
    assert min(after) == 1.0, "the pace does not come back"


def test_a_location_is_never_forgotten(alone: Figures, shared: Figures) -> None:
    for day in (alone, shared):
        assert day.location_gap <= 300, f"a location was not looked at for {day.location_gap:.0f} s"


def test_looks_are_not_bunched(alone: Figures) -> None:
    assert alone.burst <= 14, f"{alone.burst} calls within a second"
