"""What a long list costs everybody else: how long the database is held and how long the event loop stands still.

The loop is measured in CPU that this process used between two turns of it, which the other work of the machine does
not change.
"""

import asyncio
import contextlib
import gc
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bot.handover.dropped import Brought, File, Part
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.lists.turns import ListTurns
from bot.store.lists import ListStore
from bot.store.session import Database
from bot.worker import Worker
from tests.bench.figures import Result
from tests.bench.internals import turn
from tests.bench.processes import resident_mb
from tests.store.conftest import NOW

ROWS = 99_999
QUICK_ROWS = 2_000
LOOK_SECONDS = 0.005


def long_list(count: int) -> bytes:
    """17 MB of CSV with as many rows as are read."""
    rows = b"".join(b"FMPR%010d,%s,2026-03-04\n" % (n, b"x" * 150) for n in range(count))
    return b"Tracking ID,Return Reason,Expected Date\n" + rows


class Lag:
    """Milliseconds of CPU between two turns of the loop."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def line(self, name: str, seconds: float) -> str:
        """What people read."""
        times = sorted(self.times)
        p99 = times[int(len(times) * 0.99)]
        return f"{name:<34} took {seconds:5.2f} s   loop stood still p99 {p99:5.1f} ms   max {times[-1]:5.1f} ms"


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[Lag]:
    """Looks at the loop all the time."""
    lag = Lag()

    async def look() -> None:
        while True:
            before = time.process_time()
            await asyncio.sleep(LOOK_SECONDS)
            lag.times.append((time.process_time() - before) * 1000)

    looking = asyncio.create_task(look())
    yield lag
    await asyncio.sleep(LOOK_SECONDS * 2)
    looking.cancel()


async def _turns(database: Database, waits: list[float]) -> None:
    """What a press needs of the database, again and again."""
    while True:
        began = time.perf_counter()
        await turn(database)
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(LOOK_SECONDS)


async def measure(folder: Path, *, quick: bool) -> Result:
    """Lines for people: this has no floor."""
    rows = QUICK_ROWS if quick else ROWS
    database = Database(f"sqlite:///{folder / 'load.db'}")
    await database.upgrade()
    worker, content = Worker(), long_list(rows)
    turns, store = ListTurns(worker), ListStore(database)
    gc.collect()
    gc.freeze()
    lines: list[str] = []
    waits: list[float] = []
    others = asyncio.create_task(_turns(database, waits))
    began = time.perf_counter()
    await turns.read(b"Tracking ID\nFMPP1\n", "first.csv")
    lines.append(f"{'process for lists, from nothing':<34} {time.perf_counter() - began:5.2f} s")
    async with watched() as lag:
        began = time.perf_counter()
        read = await turns.read(content, "long.csv")
        seconds = time.perf_counter() - began
    lines.append(lag.line(f"read {rows:,} rows", seconds))
    assert worker.pid is not None
    lines.append(f"{'resident memory of that process':<34} {resident_mb(worker.pid):.0f} MB")
    span = Span("LOC1", NOW, NOW.replace(hour=0))
    part = Part(span, read.rows, Event(Happening.LISTED, NOW, "U1", {}))
    quiet = statistics.median(waits)
    waits.clear()
    async with watched() as lag:
        began = time.perf_counter()
        await store.keep(Brought("a" * 32, "LOC1", "U1", NOW, File("F1", "long.csv")), [part])
        seconds = time.perf_counter() - began
    lines.append(lag.line(f"keep {rows:,} rows", seconds))
    lines.append(
        f"{'wait for the database meanwhile':<34} p50 {statistics.median(waits) * 1000:6.1f} ms   "
        f"max {max(waits) * 1000:6.1f} ms   (else p50 {quiet * 1000:.1f} ms)"
    )
    others.cancel()
    await asyncio.gather(others, return_exceptions=True)
    await worker.close()
    await database.close()
    return Result([], lines=lines)
