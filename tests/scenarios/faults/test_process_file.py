"""The database file: no room, no right to write, an older or newer version, damage."""

import asyncio
import contextlib
import io
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from bot.outbox.dispatcher import Dispatcher
from bot.store.tables import METADATA
from bot.store.versions import MIGRATIONS, alembic_config
from tests.rights import BOT
from tests.scenarios.dockwork import card_of, card_says, start_code, told
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.processes import (
    OwnConnection,
    a_day_at_the_dock,
    all_is_said,
    asked_for,
    health,
    real,
    refused_inside,
)
from tests.support import World
from tests.test_cli import Ended

NOBODY_CAN_KEEP = "I can't keep any record right now"


@pytest.fixture
def own() -> Iterator[OwnConnection]:
    one = OwnConnection()
    sa.event.listen(Engine, "begin", one.begins)
    yield one
    sa.event.remove(Engine, "begin", one.begins)


@pytest.fixture(autouse=True)
def no_long_rest(dock: World) -> None:
    dock.timing = replace(dock.timing, outbox=replace(dock.timing.outbox, unwritten=timedelta(seconds=0.2)))


# ---- nothing can be kept ---------------------------------------------------------------------------------------------

BEFORE_FULL = ["CREATE TABLE IF NOT EXISTS room (bytes BLOB)"]
FULL = [
    # Every change asks for a megabyte more, so that no page with a little room left lets one through.
    *(
        f"CREATE TEMP TRIGGER IF NOT EXISTS full_{table}_{change} AFTER {change} ON {table} "  # noqa: S608 -- names of our own tables
        "BEGIN INSERT INTO room VALUES (zeroblob(1000000)); END"
        for table in METADATA.tables
        for change in ("INSERT", "UPDATE")
    ),
    "PRAGMA max_page_count = 1",  # SQLite reads it as: not a page more than there are
]
ROOM = [
    *(f"DROP TRIGGER IF EXISTS full_{table}_{change}" for table in METADATA.tables for change in ("INSERT", "UPDATE")),
    "PRAGMA max_page_count = 1000000",
]


async def lives_through(dock: World, logged: io.StringIO, own: OwnConnection, bad: list[str], good: list[str]) -> None:
    """Plays a dock at which nothing can be kept for a while: no code without a record, and all is said afterwards."""
    ram, sita = dock.flipkart.arrive("LOC1", "Ram"), dock.flipkart.arrive("LOC1", "Sita")
    sita.begin()
    async with dock.bot():
        await card_of(dock, ram)
        await card_says(dock, sita, "Nothing scanned yet")
        begun = logged.getvalue().count("no code is given out until it can")
        assert begun == 0

        own.statements[:] = bad
        sita.scan(8)
        delivery = await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "Ram")
        assert delivery.acked
        await told(dock, dock.operator, NOBODY_CAN_KEEP)
        await dock.slack.press(dock.second, await card_of(dock, ram), "start_otc")
        await told(dock, dock.second, NOBODY_CAN_KEEP)
        assert asked_for(dock) == 0, "Flipkart was asked for a code without a record"
        status, problems = await health(logged)
        assert status == 503
        assert any("can't be used" in problem for problem in problems), problems
        assert dock.slack.connections == 1, "the bot is gone"

        own.statements[:] = good
        await card_says(dock, sita, "8 scanned")
        await start_code(dock, dock.operator, ram)
        await all_is_said(dock, [ram, sita])
        status, problems = await health(logged)
        assert (status, problems) == (200, [])
    asks = dock.rows("select by, what from audit where by is not null order by id")
    assert asks == [(dock.operator, "asked"), (dock.operator, "start_otc")]
    told_once = logged.getvalue().count("no code is given out until it can")
    assert told_once == 1, f"the log says {told_once} times what is wrong"
    assert "Traceback" not in logged.getvalue(), "what only needs room is reported as a fault of the bot"


@fault(
    "Process",
    "disk full",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="can't be used: database or disk is full. Free some space on its disk.",
)
async def test_disk_full(dock: World, logged: io.StringIO, own: OwnConnection) -> None:
    own.statements[:] = BEFORE_FULL
    await lives_through(dock, logged, own, FULL, ROOM)


@fault(
    "Process",
    "a database that becomes read-only",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="attempt to write a readonly database. Give the bot's user the right to write the file and its folder.",
)
async def test_database_becomes_read_only(dock: World, logged: io.StringIO, own: OwnConnection) -> None:
    await lives_through(dock, logged, own, ["PRAGMA query_only = ON"], ["PRAGMA query_only = OFF"])


@fault(
    "Process",
    "a database that takes nothing from the first second after it was opened",
    keeps=(1, 2, 3, 6),
    operator="attempt to write a readonly database. Give the bot's user the right to write the file and its folder.",
)
async def test_a_database_that_takes_nothing_from_the_first_second(
    dock: World, logged: io.StringIO, own: OwnConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was sound a moment ago, when it was opened: what each part does first waits for it like all the rest."""
    begins = Dispatcher.run

    async def into_trouble(outbox: Dispatcher) -> None:
        own.statements[:] = ["PRAGMA query_only = ON"]
        await begins(outbox)

    monkeypatch.setattr(Dispatcher, "run", into_trouble)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    async with dock.bot():
        await dock.until(lambda: "no code is given out until it can" in logged.getvalue())
        own.statements[:] = ["PRAGMA query_only = OFF"]
        visit.scan(3)
        await card_says(dock, visit, "3 scanned")
        await all_is_said(dock, [visit])
    assert "Traceback" not in logged.getvalue()


async def refused(dock: World, *, prefix: tuple[str, ...] = ("-m", "bot")) -> Ended:
    """`otc-bot run` to its end, which must come by itself, before Slack and Flipkart are asked for anything."""
    asked = len(dock.slack.calls), len(dock.flipkart.calls)
    one = real(dock)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, *prefix, "run", cwd=one.folder, env=one.env, stdout=pipe, stderr=pipe
    )
    out, err = await process.communicate()
    assert (len(dock.slack.calls), len(dock.flipkart.calls)) == asked, "it began to work"
    ended = Ended(process.returncode or 0, out.decode(), err.decode())
    assert ended.code == 4, ended.err
    assert len(ended.said) == 1, ended.err
    assert "Traceback" not in ended.err
    return ended


@fault(
    "Process",
    "a read-only database",
    keeps=(),
    operator="attempt to write a readonly database. Give the bot's user the right to write the file and its folder.",
)
async def test_read_only_database_at_the_start(dock: World, logged: io.StringIO) -> None:
    await a_day_at_the_dock(dock)
    file = dock.folder / "bot.db"
    before = file.read_bytes()
    file.chmod(0o444)
    ended = await refused(dock, prefix=BOT[1:])
    logged.write(ended.err)
    assert file.read_bytes() == before


# ---- old, new and damaged databases ----------------------------------------------------------------------------------


def revisions() -> list[str]:
    """Every version that a database can be of before the newest, the oldest first; "" has no tables yet."""
    script = ScriptDirectory(str(MIGRATIONS))
    known = [one.revision for one in script.walk_revisions()]
    return ["", *reversed(known[1:])]


def make(file: Path, revision: str) -> None:
    """A database as a bot of that revision left it."""
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        if revision:
            command.upgrade(alembic_config(connection), revision)
    engine.dispose()


@pytest.mark.everyday(1)
@pytest.mark.parametrize("revision", revisions())
@fault(
    "Process",
    "a database from an older version",
    keeps=(1, 2, 3, 4),
    person="Start OTC for",
    operator="database upgraded",
)
async def test_database_of_an_older_version(dock: World, revision: str) -> None:
    make(dock.folder / "bot.db", revision)
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        await start_code(dock, dock.operator, visit)
        visit.begin()
        visit.scan(8)
        await all_is_said(dock, [visit])
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert dock.rows("select version_num from alembic_version") == [(newest,)]


@fault(
    "Process",
    "a database from a newer version",
    keeps=(),
    operator="was made by a newer version of otc-bot",
)
async def test_database_of_a_newer_version(dock: World, logged: io.StringIO) -> None:
    await a_day_at_the_dock(dock)
    file = dock.folder / "bot.db"
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from the future'")
    kept = dock.rows("select * from shipment")
    said = await refused_inside(dock)
    logged.write(said)
    assert "Install that version or newer." in said
    assert dock.rows("select * from shipment") == kept
    assert dock.rows("select version_num from alembic_version") == [("from the future",)]


def garbage(folder: Path) -> None:
    """The first page is not SQLite's."""
    _overwrite(folder / "bot.db", 0, 4096)


def a_page_in_the_middle(folder: Path) -> None:
    """The header is well and so is the version; a page of parcels is not."""
    file = folder / "bot.db"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'shipment'").fetchone()
    _overwrite(file, (root - 1) * size, size)


def a_page_and_a_journal(folder: Path) -> None:
    """The same, with a journal left by a crash: it must not be worked into the file either."""
    a_page_in_the_middle(folder)
    # What is in it does not matter: bytes that are no frame end a journal for SQLite.
    (folder / "bot.db-wal").write_bytes(os.urandom(5000))


def nothing_but_the_journal(folder: Path) -> None:
    """The file was cut to nothing, and what it held last is still in the journal."""
    (folder / "bot.db").write_bytes(b"")
    (folder / "bot.db-wal").write_bytes(os.urandom(5000))


def _overwrite(file: Path, at: int, size: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(os.urandom(size))


@pytest.mark.everyday(1)
@pytest.mark.parametrize("damage", [garbage, a_page_in_the_middle, a_page_and_a_journal, nothing_but_the_journal])
@fault(
    "Process",
    "a corrupt database",
    keeps=(),
    operator="It is left as it is, and nothing new is begun: put a good copy in its place",
)
async def test_corrupt_database(dock: World, logged: io.StringIO, damage: Callable[[Path], None]) -> None:
    await a_day_at_the_dock(dock)
    damage(dock.folder)
    before = {path.name: path.read_bytes() for path in dock.folder.glob("bot.db*") if path.suffix != ".db-shm"}
    said = (await refused(dock)).err if damage is a_page_and_a_journal else await refused_inside(dock)
    logged.write(said)
    after = {name: (dock.folder / name).read_bytes() for name in before}
    assert after == before, "the damaged file, or its journal, was changed"
