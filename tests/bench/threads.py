"""A hundred live threads for an hour on a virtual clock: how old cards get under Slack's limits."""

from pathlib import Path

from tests.bench.figures import Figure, Line, Plot, Result
from tests.outbox.hundred import hour


async def measure(folder: Path, *, quick: bool) -> Result:
    """The hour, or five minutes of some threads."""
    found = await (hour(folder, threads=20, minutes=5, stages=2) if quick else hour(folder))
    settled = 2 * found.floor
    name = f"{found.threads} live threads"
    minutes = [at / 60 for at, _ in found.ages]
    plot = Plot(
        "threads-age",
        f"Seconds since the stalest card of {found.threads} was drawn",
        "minutes",
        "s",
        [
            Line("stalest card", minutes, [age for _, age in found.ages]),
            Line("1.1 x threads / 50 minutes", [0, minutes[-1]], [1.1 * found.floor] * 2, is_limit=True),
        ],
    )
    return Result(
        [
            Figure(
                *(f"{name}: edits", len(found.edits), "", found.sendable, "what Slack would have taken"),
                target=1.0,
                of_ratio=True,
            ),
            Figure(f"{name}: edits that changed nothing", found.same, "", target=0),
            Figure(
                *(f"{name}: age of the stalest card", found.oldest(since=settled), "s", found.floor),
                floor_is="threads / 50 minutes",
                target=1.1,
                of_ratio=True,
                note="from the second round on: all come within half a minute",
            ),
            Figure(f"{name}: answers 429", found.refused, "", target=0),
            Figure(f"{name}: longest wait of a stage for its card", max(found.stages), "s"),
        ],
        [plot],
    )
