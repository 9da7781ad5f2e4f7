"""The simulated day: calls over the fewest possible, the hour against its limit, and how evenly FEs are read."""

import asyncio
from itertools import pairwise
from pathlib import Path

from structlog.testing import capture_logs

from tests.bench.figures import Figure, Line, Plot, Result
from tests.jobs.simulated_day import LIMIT, PEAKS, Figures, Others, run

A_LOOK = 2.0
"""Seconds within which two calls for the same FE are one look."""


async def measure(folder: Path, *, quick: bool) -> Result:
    """The whole day; it takes seconds, so it is never shortened."""
    del folder, quick
    with capture_logs():  # a day that runs into its limit has much to say
        day = await asyncio.to_thread(run, Others())
    gaps = [(f"longest gap of a scanning FE, peak {n}", *one) for n, one in enumerate(day.gaps, 1)]
    return Result(
        [
            Figure("the day: calls to Flipkart", day.calls, "", day.fewest, "the fewest", target=1.02, of_ratio=True),
            Figure("the day: calls refused for quota", len(day.refused), "", target=0),
            Figure("the day: presses that waited for it", len(day.waits), "", target=0),
            *(
                Figure(f"the day: {name}", gap, "s", best, "the best possible", target=1.1, of_ratio=True)
                for name, gap, best in gaps
            ),
            Figure("the day: longest gap of a scanning FE, while many are closed", max(day.crowd_gaps), "s"),
            Figure("the day: longest gap of a location", day.location_gap, "s"),
        ],
        [_hour(day), *(_intervals(day, n, peak) for n, peak in enumerate(PEAKS, 1))],
    )


def _hour(day: Figures) -> Plot:
    hours = [at / 3600 for at, _, _ in day.used]
    return Plot(
        "day-hour",
        "Calls of the last hour",
        "hours of the day",
        "calls",
        [
            Line("all tools of the seller", hours, [used for _, used, _ in day.used]),
            Line("as the bot counts", hours, [own for _, _, own in day.used]),
            Line("limit", [hours[0], hours[-1]], [LIMIT, LIMIT], is_limit=True),
        ],
    )


def _intervals(day: Figures, number: int, peak: float) -> Plot:
    lines = []
    for fe, moments in day.looks.items():
        if fe.startswith(f"P{peak:.0f}-"):
            # The pages of one look are asked for at once.
            looks = [one for n, one in enumerate(moments) if n == 0 or one - moments[n - 1] > A_LOOK]
            pairs = [(after / 60, after - before) for before, after in pairwise(looks)]
            lines.append(Line(fe, [at for at, _ in pairs], [gap for _, gap in pairs]))
    best = day.gaps[number - 1][1]
    lines.append(Line("best possible", [peak / 60, peak / 60 + 90], [best, best], is_limit=True))
    return Plot(
        f"day-peak-{number}", f"Seconds between two reads of each FE, peak {number}", "minutes of the day", "s", lines
    )
