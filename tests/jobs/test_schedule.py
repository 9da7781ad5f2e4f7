"""The schedule: a failing job is logged and counted, and a job that no longer succeeds is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import trace
from bot.handover.ports import NotKept
from bot.jobs.schedule import Schedule
from bot.monitoring.house import HouseCounts
from bot.timing import Timing
from tests.pace import PATIENCE


class Hand:
    """Monotonic time as the schedule sees it: it stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def counted() -> HouseCounts:
    return HouseCounts()


@pytest.fixture
async def schedule(hand: Hand, counted: HouseCounts) -> AsyncIterator[Schedule]:
    one = Schedule(Timing(), hand, counted.faulted)
    yield one
    one.close()
    await asyncio.sleep(0)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 -- APScheduler has no event for this
            await asyncio.sleep(0.005)


def counting(runs: list[int], *, fails: bool = False) -> Callable[[], Awaitable[None]]:
    async def job() -> None:
        runs.append(len(runs))
        if fails:
            raise RuntimeError("as ordered")

    return job


async def test_jobs_run_again_and_again(schedule: Schedule, counted: HouseCounts) -> None:
    runs: list[int] = []
    schedule.every(0.01, "poll", counting(runs))
    schedule.start()
    await until(lambda: len(runs) >= 3)
    assert counted.faults == 0
    assert schedule.problems() == []


async def test_a_failing_job_is_logged_and_counted_and_runs_again(schedule: Schedule, counted: HouseCounts) -> None:
    runs: list[int] = []
    others: list[int] = []
    schedule.every(0.01, "poll", counting(runs, fails=True))
    schedule.every(0.01, "other", counting(others))
    with capture_logs() as logs:
        schedule.start()
        await until(lambda: counted.faults >= 2 and others)
    assert len(runs) >= 2, "a job that failed once is not run again"
    lines = [line for line in logs if line["log_level"] == "error"]
    assert lines, "a failing job is not logged"
    assert {line["job"] for line in lines} == {"poll"}
    assert isinstance(lines[0]["exc_info"], RuntimeError)


async def test_each_run_is_a_request_of_its_own_in_the_log(schedule: Schedule) -> None:
    bound: list[dict[str, Any]] = []

    async def job() -> None:
        bound.append(dict(trace.merge(None, "", {})))
        trace.about("the handover of this run alone")

    trace.begin("a handover of before")
    schedule.every(0.01, "poll", job)
    schedule.start()
    await until(lambda: len(bound) >= 3)
    assert len({one["request"] for one in bound}) == len(bound)
    assert not [one for one in bound if "handover" in one]


async def test_a_run_says_of_which_handover_its_fault_was(schedule: Schedule, counted: HouseCounts) -> None:
    """One of several that it went through; what it does after one of them is about none."""
    between: list[dict[str, Any]] = []

    async def job() -> None:
        for handover in ("first", "second"):
            with trace.of(handover):
                if handover == "second":
                    raise RuntimeError("as ordered")
            between.append(dict(trace.merge(None, "", {})))

    schedule.every(0.01, "retention", job)
    with capture_logs(processors=[trace.merge]) as logs:
        schedule.start()
        await until(lambda: counted.faults >= 2)
    faults = [line for line in logs if line["event"].startswith("a job ended")]
    assert {line["handover"] for line in faults} == {"second"}
    assert not [line for line in between if "handover" in line]
    assert {line["request"] for line in faults} == {line["request"] for line in between}, "it is another request within"


async def test_a_run_never_overlaps_the_one_before(schedule: Schedule) -> None:
    running = most = runs = 0

    async def job() -> None:
        nonlocal running, most, runs
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        runs += 1

    schedule.every(0.01, "poll", job)
    schedule.start()
    await until(lambda: runs >= 3)
    assert most == 1, f"{most} runs of one job at once"


async def test_late_tells_of_a_job_that_no_longer_succeeds(schedule: Schedule, hand: Hand) -> None:
    runs: list[int] = []
    others: list[int] = []
    schedule.every(0.01, "poll", counting(runs, fails=True))
    schedule.every(0.01, "other", counting(others))
    with capture_logs():
        schedule.start()
        assert schedule.problems() == [], "late before anything could run"
        hand.at += 30.05
        await until(lambda: len(runs) >= 2)
        assert schedule.problems() == [], "late within ten intervals and the grace"
        hand.at += 1
        seen = len(others)
        await until(lambda: len(others) > seen + 1)
        late = schedule.problems()
    assert len(late) == 1, f"not just the failing job: {late}"
    assert "poll" in late[0]
    assert "31 s" in late[0], late


async def test_a_vital_job_is_told_apart(schedule: Schedule, hand: Hand) -> None:
    schedule.every(3600, "poll", counting([]), vital=True)
    schedule.every(3600, "digest", counting([]))
    schedule.start()
    hand.at += 10 * 3600 + 31
    assert [one.split()[1] for one in schedule.stuck()] == ["poll"]
    assert [one.split()[1] for one in schedule.problems()] == ["digest"]


async def test_a_job_that_hangs_is_late(schedule: Schedule, hand: Hand) -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    schedule.every(0.01, "poll", hang)
    schedule.start()
    await begun.wait()
    hand.at += 60
    assert len(schedule.problems()) == 1, "a job that hangs for ever is not told"


async def test_a_stop_while_a_job_runs_is_no_fault(schedule: Schedule, counted: HouseCounts) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with capture_logs() as logs:
        schedule.every(0.01, "poll", hang)
        schedule.start()
        await begun.wait()
        schedule.close()
        await ended.wait()
        for _ in range(5):  # APScheduler's own words about it
            await asyncio.sleep(0)
    assert counted.faults == 0
    assert not [line for line in logs if line["log_level"] == "error"], logs


async def test_a_stop_before_the_start_and_twice(schedule: Schedule) -> None:
    schedule.close()
    schedule.every(0.01, "poll", counting([]))
    schedule.start()
    schedule.close()
    await asyncio.sleep(0)
    schedule.close()


async def test_a_database_that_takes_nothing_is_no_fault_of_the_job(
    schedule: Schedule, hand: Hand, counted: HouseCounts
) -> None:
    runs: list[int] = []

    async def job() -> None:
        runs.append(1)
        raise NotKept

    schedule.every(0.01, "digest", job)
    with capture_logs() as logs:
        schedule.start()
        await until(lambda: len(runs) >= 3)
    assert counted.faults == 0
    assert logs == [], "the store has said it already"
    hand.at += 31
    assert schedule.problems() != [], "it has not succeeded, either"
