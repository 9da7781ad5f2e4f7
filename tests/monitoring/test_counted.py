"""What is counted at the moment: additions, and a fixed set of words."""

import asyncio

import pytest

from bot.monitoring.counted import OTHER, Calls, Counts, Histogram
from bot.monitoring.lag import LoopLag
from tests.pace import PATIENCE


def test_counts_by_words() -> None:
    counts = Counts()
    for word in ("a", "b", "a"):
        counts.add(word)
    counts.add("b", times=3)
    assert dict(counts) == {("a",): 2, ("b",): 4}


def test_a_histogram_counts_up_to_its_bounds() -> None:
    one = Histogram((1.0, 2.0))
    for measured in (0.5, 1.0, 1.5, 2.0, 9.0):
        one.add(measured)
    assert list(one.up_to()) == [(1.0, 2), (2.0, 4), (float("inf"), 5)]
    assert (one.count, one.total) == (5, 14.0)


def test_a_clock_that_was_set_back_takes_nothing_off() -> None:
    one = Histogram((1.0,))
    one.add(-3.0)
    assert (one.count, one.total) == (1, 0.0)


@pytest.mark.parametrize(
    ("name", "code", "kept"),
    [
        ("look", "200", ("look", "ok", "200")),
        ("look", "", ("look", "ok", "")),
        ("look", "RAM_KUMAR", ("look", "ok", OTHER)),
        ("users.ram", "200", (OTHER, "ok", "200")),
    ],
)
def test_words_that_nobody_listed_make_no_series(name: str, code: str, kept: tuple[str, str, str]) -> None:
    calls = Calls({"look"}, {"200"})
    calls.add(name, "ok", code, 0.2)
    assert dict(calls.ended) == {kept: 1}
    assert calls.seconds.keys() == {kept[0]}


async def beaten(lag: LoopLag, before: int) -> None:
    """Returns at the beat after so many."""
    loop, seen = asyncio.get_running_loop(), asyncio.Event()

    def look() -> None:
        seen.set() if lag.seconds.count > before else loop.call_soon(look)

    look()
    await seen.wait()


async def test_how_late_the_loop_is_until_it_is_closed() -> None:
    lag = LoopLag(0.001)
    lag.start()
    for beat in range(3):
        async with asyncio.timeout(PATIENCE):
            await beaten(lag, beat)
    lag.close()
    assert lag.seconds.total >= 0.0
