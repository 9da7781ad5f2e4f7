"""What figures for a monitor cost: what is counted for each page, and one reading of all of it."""

import time
from pathlib import Path

from tests.bench.far import Plan, far
from tests.bench.figures import Figure, Result
from tests.bench.internals import ROWS, Reading, a_page, counting, reading

LOOKS, QUICK_LOOKS = 400, 20
COUNTS, QUICK_COUNTS = 200_000, 2_000
TURNS = 5
"""Both sides in turn, as often: the machine is seldom the same for long."""
DOCKS = 100


async def measure(folder: Path, *, quick: bool) -> Result:
    """Looks that bring nothing, with and without counting: nothing else is read as cheaply."""
    looks, turns = (QUICK_LOOKS, 1) if quick else (LOOKS, TURNS)
    on, off = [], []
    async with far(Plan(scanned=ROWS - 1)) as flipkart:
        _, fe_id, task_id = flipkart.tasks[0]
        async with reading(flipkart.url, fe_id, task_id, folder / "monitor.db") as counted:
            await counted.to_end()
            bare = counted.uncounted()
            for _ in range(turns):
                off.append(await _look(bare, looks))
                on.append(await _look(counted, looks))
    added = max(0.0, min([await counting(QUICK_COUNTS if quick else COUNTS) for _ in range(turns)]))
    a_page(1)  # loads the library
    began = time.process_time()
    page = a_page(DOCKS)
    took = (time.process_time() - began) * 1000
    without = "the same look, not counted"
    return Result(
        [
            Figure("CPU, look that is counted", min(on), "ms", min(off), without, target=1.03, of_ratio=True),
            Figure("CPU, what counting adds to a look", added, "ms", min(off), without, target=0.01, of_ratio=True),
            Figure(f"CPU, one reading of {DOCKS} docks", took, "ms", note=f"{len(page) // 1024} KiB"),
        ]
    )


async def _look(ours: Reading, looks: int) -> float:
    """CPU milliseconds of a look."""
    known = await ours.look()
    began = time.process_time()
    for _ in range(looks):
        known = await ours.look(known)
    return (time.process_time() - began) / looks * 1000
