"""How many pages a second can be kept, beside the same rows written by the bare driver with the same care."""

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any

from tests.bench.far import Plan, far
from tests.bench.figures import Figure, Result
from tests.bench.internals import HANDOVER, ROWS, new_database, reading

PAGES = 100
QUICK_PAGES = 20
TURNS = 12
"""Short ones, in turn, and the best of each side: each commit waits for a disk that others use as well."""
PAGE = tuple[list[Any], list[list[Any]]]
"""The handover's row after the page, and the page's parcels."""


def _written(file: Path) -> tuple[list[str], list[list[Any]], list[str], list[Any]]:
    """The parcels and the handover that the bot has written, with the names of their columns."""
    with contextlib.closing(sqlite3.connect(file)) as kept:
        shipments = kept.execute("SELECT * FROM shipment ORDER BY id")
        names = [column[0] for column in shipments.description]
        rows = [list(row) for row in shipments.fetchall()]
        handover = kept.execute("SELECT * FROM handover WHERE id = ?", [HANDOVER])
        return names, rows, [column[0] for column in handover.description], list(handover.fetchone())


def _raw(file: Path, written: tuple[list[str], list[list[Any]], list[str], list[Any]]) -> tuple[float, float]:
    """Pages a second, and CPU milliseconds of one.

    The handover read, the parcels looked up and added, the cursor moved, one commit a page.
    """
    names, rows, columns, handover = written
    marks = ", ".join("?" * len(names))
    lookup = f"SELECT * FROM shipment WHERE handover_id = ? AND tracking_id IN ({', '.join('?' * ROWS)})"  # noqa: S608
    tracking = names.index("tracking_id")
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as base:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            base.execute(f"PRAGMA {pragma}")
        base.execute(f"INSERT INTO handover VALUES ({', '.join('?' * len(columns))})", handover)  # noqa: S608
        began, used = time.perf_counter(), time.process_time()
        for at in range(0, len(rows), ROWS):
            page = rows[at : at + ROWS]
            base.execute("BEGIN IMMEDIATE")
            base.execute("SELECT * FROM handover WHERE id = ?", [HANDOVER]).fetchone()
            ids = [row[tracking] for row in page]
            base.execute(lookup, [HANDOVER, *ids, *[""] * (ROWS - len(ids))]).fetchall()
            base.executemany(f"INSERT INTO shipment VALUES ({marks})", page)  # noqa: S608
            base.execute(
                "UPDATE handover SET scanned = ?, cursor_newest = ?, cursor_next = ?, cursor_version = ?,"
                " revision = ? WHERE id = ?",
                [at, f"/sellers/v3/returns/tasks/shipments/{at}", f"/shipments/{at + 1}", at, at, HANDOVER],
            )
            base.execute("COMMIT")
        pages = len(rows) / ROWS
        return pages / (time.perf_counter() - began), (time.process_time() - used) / pages * 1000


async def measure(folder: Path, *, quick: bool) -> Result:
    """Pages that are there at once, kept by the bot and by the bare driver, in turn."""
    pages = QUICK_PAGES if quick else PAGES
    ours, raw = [], []
    async with far(Plan(scanned=pages * ROWS - 1)) as flipkart:
        _, fe_id, task_id = flipkart.tasks[0]
        for turn in range(1 if quick else TURNS):
            file, bare = folder / f"kept{turn}.db", folder / f"raw{turn}.db"
            async with reading(flipkart.url, fe_id, task_id, file) as one:
                fetched = one.without_flipkart(await one.pages())
                began, used = time.perf_counter(), time.process_time()
                assert await fetched.to_end() == pages * ROWS - 1
                ours.append((pages / (time.perf_counter() - began), (time.process_time() - used) / pages * 1000))
            await new_database(bare)
            raw.append(_raw(bare, _written(file)))
    same = "the same rows by sqlite3, synchronous=FULL, a commit a page"
    ours_cpu, raw_cpu = (min(used for _, used in found) for found in (ours, raw))
    return Result(
        [
            Figure(
                *("page transactions a second", max(ours)[0], "/s", max(raw)[0], same),
                target=0.4,
                way="at least",
                of_ratio=True,
                note="where others use the disk too, both wait for it; CPU then tells more",
            ),
            Figure("CPU of a page transaction", ours_cpu, "ms", raw_cpu, same),
        ]
    )
