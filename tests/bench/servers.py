"""How many pages a second a PostgreSQL keeps for the bot, beside the same rows written by bare psycopg.

The server is on this machine and reached by a socket, so neither side waits for a network: over one, each waits for the
answer to each statement, and the bot's statements are not more than the floor's by much.
"""

import contextlib
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Json

from tests.bench.far import Plan, far
from tests.bench.figures import Figure, Result
from tests.bench.internals import HANDOVER, ROWS, reading
from tests.postgres import a_migrated_one, careful

PAGES = 100
QUICK_PAGES = 20
TURNS = 6
Rows = list[dict[str, Any]]


def _written(kept: str) -> tuple[Rows, dict[str, Any]]:
    """The parcels and the handover that the bot has written, by their columns."""
    with psycopg.connect(kept, row_factory=psycopg.rows.dict_row) as connection:
        shipments = connection.execute("SELECT * FROM shipment ORDER BY id").fetchall()
        handover = connection.execute("SELECT * FROM handover WHERE id = %s", [HANDOVER]).fetchone()
        assert handover is not None
        return [_given(one) for one in shipments], _given(handover)


def _given(row: dict[str, Any]) -> dict[str, Any]:
    return {name: Json(value) if isinstance(value, list | dict) else value for name, value in row.items()}


def _insert(table: str, row: dict[str, Any]) -> sql.Composed:
    names = [sql.Identifier(name) for name in row]
    values = [sql.Placeholder(name) for name in row]
    put = sql.SQL("INSERT INTO {} ({}) VALUES ({})")
    return put.format(sql.Identifier(table), sql.SQL(", ").join(names), sql.SQL(", ").join(values))


def _raw(bare: str, written: tuple[Rows, dict[str, Any]]) -> tuple[float, float]:
    """Pages a second, and CPU milliseconds of one, of this process.

    The handover read, the parcels looked up and added, the cursor moved, one commit a page.
    """
    rows, handover = written
    lookup = "SELECT * FROM shipment WHERE handover_id = %s AND tracking_id = ANY(%s)"
    move = (
        "UPDATE handover SET scanned = %s, cursor_newest = %s, cursor_next = %s, cursor_version = %s, revision = %s"
        " WHERE id = %s"
    )
    with contextlib.closing(psycopg.connect(bare)) as base:
        base.execute(_insert("handover", handover), handover)
        base.commit()
        put = _insert("shipment", rows[0]).as_string(base)
        began, used = time.perf_counter(), time.process_time()
        for at in range(0, len(rows), ROWS):
            page = rows[at : at + ROWS]
            base.execute("SELECT * FROM handover WHERE id = %s", [HANDOVER]).fetchone()
            base.execute(lookup, [HANDOVER, [row["tracking_id"] for row in page]]).fetchall()
            base.cursor().executemany(put, page)
            newest, following = f"/sellers/v3/returns/tasks/shipments/{at}", f"/shipments/{at + 1}"
            base.execute(move, [at, newest, following, at, at, HANDOVER])
            base.commit()
        pages = len(rows) / ROWS
        return pages / (time.perf_counter() - began), (time.process_time() - used) / pages * 1000


async def measure(folder: Path, *, quick: bool) -> Result:
    """Pages that are there at once, kept by the bot and by the bare driver, in turn, each commit on the disk."""
    del folder
    pages = QUICK_PAGES if quick else PAGES
    ours, raw = [], []
    async with far(Plan(scanned=pages * ROWS - 1)) as flipkart:
        _, fe_id, task_id = flipkart.tasks[0]
        with careful():
            for _ in range(1 if quick else TURNS):
                with a_migrated_one() as kept, a_migrated_one() as bare:
                    async with reading(flipkart.url, fe_id, task_id, kept) as one:
                        fetched = one.without_flipkart(await one.pages())
                        began, used = time.perf_counter(), time.process_time()
                        assert await fetched.to_end() == pages * ROWS - 1
                        took = time.perf_counter() - began
                        ours.append((pages / took, (time.process_time() - used) / pages * 1000))
                    raw.append(_raw(bare, _written(kept)))
    same = "the same rows by psycopg, synchronous_commit=on, a commit a page"
    ours_cpu, raw_cpu = (min(used for _, used in found) for found in (ours, raw))
    return Result(
        [
            Figure(
                *("page transactions a second on PostgreSQL", max(ours)[0], "/s", max(raw)[0], same),
                note="where others use the disk too, both wait for it; CPU then tells more",
            ),
            Figure("CPU of a page transaction on PostgreSQL", ours_cpu, "ms", raw_cpu, same),
        ]
    )
