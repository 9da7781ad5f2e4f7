"""The intervals: as wished while the budget allows, and stretched evenly when it does not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handover.model import Handover, Stage
from bot.jobs.pace import CLOSING_SLOWER, PAGES_SECONDS, Burden, Costs, Pace, is_read, slower
from bot.jobs.pace import pace as pace_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def handover(stage: Stage, status: str = "Scanning") -> Handover:
    return Handover(id="0" * 32, location_id="L", fe_id="f", task_id="t", stage=stage, status=status, arrived_at=NOW)


def pace(arrivals: float, scans: float, locations: int, read: list[Handover], budget: int) -> Pace:
    wanted = locations * 3600 / arrivals + sum(3600 / (scans * slower(one)) for one in read)
    return pace_of(arrivals, scans, wanted, budget)


def planned(arrivals: float, scans: float, locations: int, read: list[Handover], budget: int) -> float:
    """The calls of an hour at the intervals that were planned."""
    made = pace(arrivals, scans, locations, read, budget)
    return locations * 3600 / made.arrivals + sum(3600 / (made.scans * slower(one)) for one in read)


def test_nothing_is_stretched_while_the_budget_is_enough() -> None:
    made = pace(60, 30, 2, [handover(Stage.SCANNING)] * 3, 900)
    assert (made.arrivals, made.scans, made.stretch) == (60, 30, 1.0)


def test_all_is_stretched_evenly_when_it_is_not() -> None:
    read = [handover(Stage.SCANNING)] * 12
    made = pace(60, 30, 6, read, 900)
    assert made.stretch == pytest.approx((6 * 60 + 12 * 120) / 900)
    assert made.arrivals / 60 == pytest.approx(made.scans / 30), "one kind of look pays for the other"


def test_closing_ones_are_looked_at_less_often() -> None:
    assert (slower(handover(Stage.SCANNING)), slower(handover(Stage.CLOSING))) == (1.0, CLOSING_SLOWER)


@pytest.mark.parametrize(
    ("stage", "status", "read"),
    [
        (Stage.WAITING, "StartOTC", False),
        (Stage.SCANNING, "Scanning", True),
        (Stage.CLOSING, "EndOTC", True),
        (Stage.WAITING, "SOMETHING_NEW", True),
    ],
)
def test_whose_scans_are_read(stage: Stage, status: str, read: bool) -> None:
    assert is_read(handover(stage, status)) is read


@given(
    arrivals=st.floats(1, 3600),
    scans=st.floats(1, 3600),
    locations=st.integers(0, 50),
    scanning=st.integers(0, 200),
    closing=st.integers(0, 200),
    budget=st.integers(1, 10_000),
)
def test_the_planned_calls_never_exceed_the_budget(
    arrivals: float, scans: float, locations: int, scanning: int, closing: int, budget: int
) -> None:
    read = [handover(Stage.SCANNING)] * scanning + [handover(Stage.CLOSING)] * closing
    calls = planned(arrivals, scans, locations, read, budget)
    assert calls <= budget * (1 + 1e-9), f"{calls:.1f} calls are planned with a budget of {budget}"
    made = pace(arrivals, scans, locations, read, budget)
    assert made.arrivals >= arrivals, "looks more often than wished"
    assert made.scans >= scans, "looks more often than wished"
    if made.stretch > 1:
        assert calls == pytest.approx(budget), "stretched further than the budget asks for"


def test_a_budget_of_nothing() -> None:
    assert planned(60, 30, 1, [handover(Stage.SCANNING)], 0) <= 1 + 1e-9


def test_pages_that_fill_take_from_looks_and_no_more_than_half() -> None:
    burden = Burden()
    assert burden.left_for_looks(850) == 850
    burden.put("one", Costs(more=0.0, filling=50 / 3600, press=0))
    burden.put("two", Costs(more=0.0, filling=50 / 3600, press=12))
    assert burden.left_for_looks(850) == pytest.approx(750)
    assert burden.presses == 12
    burden.put("two", Costs(more=0.0, filling=20 / 3600, press=0))
    assert burden.left_for_looks(850) == pytest.approx(780)
    assert burden.presses == 0
    burden.put("three", Costs(more=0.0, filling=5.0, press=0))
    assert burden.left_for_looks(850) == 425
    for one in ("one", "two", "three", "four"):
        burden.drop(one)
    assert burden.left_for_looks(850) == pytest.approx(850)


def test_what_looks_cost_beyond_a_call_is_averaged() -> None:
    burden = Burden()
    burden.put("one", Costs(more=0.5, filling=0.0, press=0))
    burden.pass_time(PAGES_SECONDS / 10)
    assert burden.more == pytest.approx(0.05)
    burden.drop("one")
    burden.add_up()
    burden.pass_time(PAGES_SECONDS)
    assert burden.more == 0
