"""The same load over an empty database and over one with a million parcels of forty thousand handovers, side by side.

The history is made of one handover that the bot itself has lived through, copied by SQL with ids and moments of its
own: whatever tables it has left rows in, the history has them too.
"""

import asyncio
import contextlib
import shutil
import sqlite3
import statistics
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bot.sandbox.slack import SlackSim
from tests.bench.far import Far, Plan, far
from tests.bench.figures import Figure, Result
from tests.bench.processes import cpu_seconds, environment_of, running, write_toml_of
from tests.bench.watched import BOT, command
from tests.support import SCOPES

LOCATIONS = 10
PARCELS = 25
"""Of each old handover."""
SLICES = 12
A_DAY = 100
"""Old handovers; the newest ended some days ago."""
OWN = ("tracking_id", "shipment_id", "fe_id", "task_id", "key", "ts")
"""What is another one in each copy."""
WHOSE = ("handover_id", "about")
"""By which column a table names the handover of its rows."""


class Warehouse:
    """A Slack with a channel for each location, and what a bot there is started with."""

    def __init__(self, flipkart: Far, slack: SlackSim, folder: Path, interval: float) -> None:
        self.flipkart, self.slack, self.folder = flipkart, slack, folder
        person = slack.add_user("asha", real_name="Asha Rao", tz="Asia/Kolkata")
        places = [(f"LOC{n}", slack.add_channel(f"returns-{n}", members=[person])) for n in range(1, LOCATIONS + 1)]
        write_toml_of(folder, places, person, arrivals=interval, scans=interval)

    @contextlib.asynccontextmanager
    async def bot(self, database: Path) -> AsyncIterator[int]:
        """A bot over this database; its process id."""
        env = environment_of(self.slack, self.flipkart.url, self.folder, DATABASE_URL=f"sqlite:///{database}")
        report = database.with_suffix(".json")
        before = self.slack.connections
        async with running(*command(BOT, report), env=env, folder=self.folder) as process:
            await self.slack.wait_for(lambda: self.slack.connections > before, timeout=60)
            yield process.pid

    async def all_said(self, database: Path, parcels: int) -> None:
        """Waits until every FE has a card and is read, one has left, and nothing of theirs is on its way any more."""
        cards = len(self.flipkart.tasks)
        await self.slack.wait_for(
            lambda: sum(len(self.slack.messages(channel)) for channel in self.slack.channels) >= cards, timeout=300
        )
        async with asyncio.timeout(120):
            while _parcels(database) < parcels:  # noqa: ASYNC110 - the file of another process has no event
                await asyncio.sleep(0.5)
            await self.flipkart.do("leave")
            while not _is_over(database):  # noqa: ASYNC110 - the file of another process has no event
                await asyncio.sleep(0.5)


def _is_over(database: Path) -> bool:
    """Whether the FE who left is gone for the bot too, and whether all that was to be said of them is said."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as base:
        over = base.execute("SELECT id, revision, shown_revision FROM handover WHERE stage = 'left'").fetchone()
        unsent = "SELECT count(*) FROM delivery WHERE about = ? AND state NOT IN ('sent', 'lost')"
        return over is not None and over[1] == over[2] and not base.execute(unsent, over[:1]).fetchone()[0]


def _parcels(database: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as base:
        return int(base.execute("SELECT count(*) FROM shipment").fetchone()[0])


def _tables(base: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [name for (name,) in base.execute(query)]


def multiply(database: Path, count: int) -> int:
    """Copies the handover that is over so many times; the parcels that are stored then."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as base:
        base.execute("PRAGMA synchronous=OFF")
        base.execute("PRAGMA foreign_keys=OFF")
        base.execute("BEGIN")
        base.execute("CREATE TEMP TABLE copy (copied INTEGER PRIMARY KEY)")
        base.executemany("INSERT INTO copy VALUES (?)", ((n,) for n in range(1, count + 1)))
        (over,) = base.execute("SELECT id FROM handover WHERE stage = 'left'").fetchone()
        for table in _tables(base):
            _copy(base, table, over)
        base.execute("COMMIT")
        if broken := base.execute("PRAGMA foreign_key_check").fetchall():
            raise AssertionError(f"copied rows name rows that are not there: {broken[:3]}")
        stale, cards = (
            int(base.execute(f"SELECT count(*) FROM {what}").fetchone()[0])  # noqa: S608
            for what in ("handover WHERE ended_at IS NOT NULL AND shown_revision < revision", "delivery")
        )
        assert not stale, f"{stale} old cards would be drawn anew"
        assert cards > count, f"{count} old handovers have {cards} messages"
        return int(base.execute("SELECT count(*) FROM shipment").fetchone()[0])


def _copy(base: sqlite3.Connection, table: str, over: str) -> None:
    columns = base.execute(f"PRAGMA table_info({table})").fetchall()
    names = [name for _, name, *_ in columns]
    which = "id" if table == "handover" else next((name for name in WHOSE if name in names), None)
    if which is None:
        return
    made = {}
    for _, name, kind, _, _, primary in columns:
        if name == which:
            made[name] = "printf('%032x', copied)"
        elif primary and name == "id" and kind.upper() == "INTEGER":
            continue
        elif name == "id":
            made[name] = "printf('%032x', copied)"
        elif name == "location_id":
            made[name] = f"'LOC' || (copied % {LOCATIONS} + 1)"
        elif name in OWN:
            made[name] = f"CASE {name} WHEN '' THEN '' ELSE {name} || copied END"
        elif kind.upper() == "DATETIME":
            made[name] = f"strftime('%Y-%m-%d %H:%M:%f000', {name}, '-' || (3 + copied / {A_DAY}) || ' days')"
        else:
            made[name] = name
    into, chosen = ", ".join(f'"{name}"' for name in made), ", ".join(made.values())
    base.execute(
        f"INSERT INTO {table} ({into}) SELECT {chosen} FROM {table} CROSS JOIN copy WHERE {which} = ?",  # noqa: S608
        [over],
    )


async def measure(folder: Path, *, quick: bool) -> Result:
    """Ten and a hundred live handovers."""
    figures = []
    for live in (10,) if quick else (10, 100):
        home = folder / f"history{live}"
        home.mkdir()
        figures.append(await _over_both(home, live, quick=quick))
    return Result(figures)


async def _over_both(folder: Path, live: int, *, quick: bool) -> Figure:
    old, window, slices = (40, 0.5, 2) if quick else (40_000, 8.0, SLICES)
    interval = live / 20
    plan = Plan(locations=LOCATIONS, each=live // LOCATIONS, slow=0.0, scanned=PARCELS, parcels=2, every=interval)
    slack = SlackSim()
    slack.scopes |= SCOPES
    await slack.start()
    empty, full = folder / "empty.db", folder / "full.db"
    try:
        async with far(plan) as flipkart:
            house = Warehouse(flipkart, slack, folder, interval)
            async with house.bot(empty):
                await house.all_said(empty, live * PARCELS)
            shutil.copy(empty, full)  # with its rights: nobody else reads it
            parcels = multiply(full, old)
            async with house.bot(empty) as without, house.bot(full) as having:
                await flipkart.do("begin")
                await asyncio.sleep(window)
                pairs = await _slices((without, having), window, slices)
    finally:
        await slack.stop()
    return Figure(
        f"{live} live handovers over {parcels:,} parcels of {old:,} handovers: share of a core",
        statistics.median(pair[1] for pair in pairs) / window * 100,
        "%",
        statistics.median(pair[0] for pair in pairs) / window * 100,
        "the same load over an empty database",
        target=1.05,
        of_ratio=True,
        note=f"a look each {interval:g} s at each; both at once; medians of {slices} windows",
    )


async def _slices(pids: tuple[int, int], window: float, slices: int) -> Sequence[tuple[float, float]]:
    """CPU seconds of both in each of some windows."""
    found = []
    before = [cpu_seconds(pid) for pid in pids]
    for _ in range(slices):
        await asyncio.sleep(window)
        after = [cpu_seconds(pid) for pid in pids]
        found.append((after[0] - before[0], after[1] - before[1]))
        before = after
    return found
