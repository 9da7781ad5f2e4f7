"""A PostgreSQL server that is away, restarted, full, read-only, in the way, or gone in the middle of a commit."""

import asyncio
import contextlib
import functools
import io
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import psycopg
import pytest
from sqlalchemy import make_url

from tests import postgres
from tests.databases import PostgresDatabase
from tests.scenarios.dockwork import card_of, card_says, start_code, told
from tests.scenarios.faults.health import well
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.processes import all_is_said, asked_for, health, refused_inside
from tests.support import QUICK_POSTS, World, world
from tests.wire import Cut, Wire, a_wire

pytestmark = pytest.mark.postgres
Does = Callable[[], Awaitable[object]]
NOBODY_CAN_KEEP = "I can't keep any record right now"
NOT_KEPT = "no code is given out until it can"


@pytest.fixture
def role() -> Iterator[str]:
    """The bot's own user at the server: no administrator, whom no limit would hold back."""
    name = f"bot_{postgres.new_name()}"
    postgres.run(f"CREATE ROLE {name} LOGIN")
    yield name
    postgres.run(f"DROP ROLE {name}")


@pytest.fixture
async def dock(tmp_path: Path, role: str) -> AsyncIterator[World]:
    """A world whose database is at a server, and is there until it was searched for codes."""
    with postgres.a_database() as url:
        postgres.run(f"ALTER DATABASE {url.database} OWNER TO {role}")
        async with world(tmp_path) as one:
            rest = replace(QUICK_POSTS.outbox, unwritten=timedelta(seconds=0.2))
            one.timing = replace(QUICK_POSTS, outbox=rest)
            with contextlib.closing(PostgresDatabase(str(url.database))) as one.elsewhere:
                yield one


@pytest.fixture
async def wire(dock: World, role: str) -> AsyncIterator[Wire]:
    """What leads the bot to its database; the test looks at that from beside."""
    async with a_wire(make_url(dock.kept.url).set(username=role)) as one:
        yield one


async def at_the_server(statement: str) -> None:
    """As an administrator does it; not in the loop, in which the wire lives that somebody waits for."""
    await asyncio.to_thread(postgres.run, statement)


async def lives_through(
    dock: World,
    logged: io.StringIO,
    url: str,
    bad: Callable[[], Awaitable[object]],
    good: Callable[[], Awaitable[object]],
    kinds: int = 1,
) -> None:
    """Plays a dock at which nothing can be kept for a while: no code without a record, and all is said afterwards.

    `kinds` says how many things may be wrong with the database in turn.
    """
    ram, sita = dock.flipkart.arrive("LOC1", "Ram"), dock.flipkart.arrive("LOC1", "Sita")
    sita.begin()
    async with dock.bot(database_url=url):
        await card_of(dock, ram)
        await card_says(dock, sita, "Nothing scanned yet")
        assert NOT_KEPT not in logged.getvalue()

        await bad()
        sita.scan(8)
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "Ram")
        await told(dock, dock.operator, NOBODY_CAN_KEEP)
        assert asked_for(dock) == 0, "Flipkart was asked for a code without a record"
        status, problems = await health(logged)
        assert status == 503
        assert any("can't be used" in problem for problem in problems), problems

        await good()
        await card_says(dock, sita, "8 scanned")
        await start_code(dock, dock.operator, ram)
        await all_is_said(dock, [ram, sita])
        await well(logged)
    asks = dock.rows("select by, what from audit where by is not null order by id")
    assert asks == [(dock.operator, "asked"), (dock.operator, "start_otc")]
    assert 1 <= logged.getvalue().count(NOT_KEPT) <= kinds, "it is said once"
    assert "Traceback" not in logged.getvalue(), "what the server alone can mend is reported as a fault of the bot"


async def nobody_notices(dock: World, logged: io.StringIO, wire: Wire, trouble: Does) -> None:
    """Plays a handover with trouble in the middle of which nobody hears."""
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot(database_url=wire.url()):
        await card_of(dock, visit)
        await trouble()
        await start_code(dock, dock.operator, visit)
        visit.begin()
        for n in range(1, 7):
            visit.scan(2)
            await card_says(dock, visit, f"{2 * n} scanned")
        await all_is_said(dock, [visit])
        assert await health(logged) == (200, [])
    assert dock.rows("select what, count(*) from audit where by is not null group by what order by what") == [
        ("asked", 1),
        ("start_otc", 1),
    ]
    assert NOT_KEPT not in logged.getvalue()
    assert "Traceback" not in logged.getvalue()


@fault(
    "Process",
    "a database server that is away at the start",
    keeps=(1, 2, 3),
    operator="can't reach the database; trying again",
)
async def test_a_server_that_is_away_at_the_start(dock: World, logged: io.StringIO, wire: Wire) -> None:
    dock.timing = replace(dock.timing, life=replace(dock.timing.life, first_backoff=0.1))
    visit = dock.flipkart.arrive("LOC1", "Ram")
    await wire.away()

    async def comes_later(port: int) -> None:
        await dock.until(lambda: logged.getvalue().count("can't reach the database") >= 2)
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/healthz") as answer,
        ):
            assert answer.status == 503
            [problem] = (await answer.json())["problems"]
            assert "The bot waits and goes on by itself" in problem
        await wire.start()

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    coming = asyncio.create_task(comes_later(port))
    async with dock.bot(database_url=wire.url(), http_port=port):
        await coming
        await card_of(dock, visit)
        await all_is_said(dock, [visit])
        assert await health(logged) == (200, [])


@fault(
    "Process",
    "a database server that goes away and comes back",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="Look whether the server runs and can be reached from here. The bot waits and goes on by itself.",
)
async def test_a_server_that_goes_away(dock: World, logged: io.StringIO, wire: Wire) -> None:
    await lives_through(dock, logged, wire.url(), wire.away, wire.start)


@fault(
    "Process",
    "a database server that has no connection left",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="Raise max_connections, or end some of the server's other connections.",
)
@pytest.mark.slow("a server of its own kind of trouble, which others show every day")
async def test_a_server_without_connections(dock: World, logged: io.StringIO, wire: Wire) -> None:
    async def bad() -> None:
        await at_the_server(f"ALTER ROLE {wire.to.username} CONNECTION LIMIT 0")
        wire.cut()

    good = f"ALTER ROLE {wire.to.username} CONNECTION LIMIT -1"
    await lives_through(dock, logged, wire.url(), bad, lambda: at_the_server(good))


@fault(
    "Process",
    "a database server behind whose address a copy stands that is only read from",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="It is only read from here, as a copy that stands by is: name the server that is written to.",
)
@pytest.mark.slow("a server of its own kind of trouble, which others show every day")
async def test_a_server_that_is_only_read_from(dock: World, logged: io.StringIO, wire: Wire) -> None:
    async def bad() -> None:
        await at_the_server(f"ALTER DATABASE {wire.to.database} SET default_transaction_read_only = on")
        wire.cut()

    good = f"ALTER DATABASE {wire.to.database} RESET default_transaction_read_only"
    await lives_through(dock, logged, wire.url(), bad, lambda: at_the_server(good))


DISK = """
    CREATE OR REPLACE FUNCTION disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {} RETURN NEW;
    END $$
"""
FULL = """RAISE 'could not extend file "base/5/16384": No space left on device' USING ERRCODE = '53100';"""


@fault(
    "Process",
    "a database server whose disk is full",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="No space left on device. Free some space on the server's disk.",
)
@pytest.mark.slow("a server of its own kind of trouble, which others show every day")
async def test_a_server_whose_disk_is_full(dock: World, logged: io.StringIO, wire: Wire) -> None:
    def becomes(disk: str, *more: str) -> None:
        # One by one: who changes several tables at once and a bot that writes them may wait for each other.
        with psycopg.connect(dock.kept.url, autocommit=True) as connection:
            for statement in (DISK.format(disk), *more):
                connection.execute(statement.encode())

    written = ("handover", "audit", "shipment", "delivery", "awake", "flipkart_minute")
    each = [f"CREATE TRIGGER disk BEFORE INSERT OR UPDATE ON {one} EXECUTE FUNCTION disk()" for one in written]
    full = functools.partial(asyncio.to_thread, becomes, FULL, *each)
    await lives_through(dock, logged, wire.url(), full, functools.partial(asyncio.to_thread, becomes, ""))


@fault(
    "Process",
    "another program that holds tables of the database for long",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="Another program holds what the bot needs: look which one (pg_stat_activity) and end it.",
)
@pytest.mark.slow("a server of its own kind of trouble, which others show every day")
async def test_another_program_holds_the_tables(dock: World, logged: io.StringIO, wire: Wire) -> None:
    with psycopg.connect(dock.kept.url) as other:

        def holds() -> None:
            while True:
                with contextlib.suppress(psycopg.errors.DeadlockDetected):
                    other.execute("LOCK TABLE handover, delivery, audit, awake, flipkart_minute")
                    return
                other.rollback()  # the bot wrote into one of them, and wanted another one

        bad = functools.partial(asyncio.to_thread, holds)
        await lives_through(dock, logged, wire.url(), bad, lambda: asyncio.to_thread(other.rollback))


@fault(
    "Process",
    "a database server that ends every connection in the middle of a handover, as at a restart",
    keeps=(1, 2, 3, 4, 6),
)
async def test_a_server_that_ends_every_connection(dock: World, logged: io.StringIO, wire: Wire) -> None:
    its = f"WHERE usename = '{wire.to.username}'"
    ends = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity {its}"  # noqa: S608 - a name of our own
    await nobody_notices(dock, logged, wire, lambda: at_the_server(ends))


@fault(
    "Process",
    "a connection to the database that dies inside a commit, before or after it was carried out",
    keeps=(1, 2, 3, 4, 6),
)
async def test_commits_that_are_cut(dock: World, logged: io.StringIO, wire: Wire) -> None:
    async def trouble() -> None:
        wire.commits[:] = [Cut.AFTER, None, Cut.BEFORE, None, None] * 12

    await nobody_notices(dock, logged, wire, trouble)
    assert wire.cuts >= 8, f"only {wire.cuts} commits were cut"


@fault(
    "Process",
    "a commit of which nobody can say whether it was carried out, as after a failover",
    keeps=(1, 2, 3),
    operator="Whether the last change was kept is not known.",
)
async def test_commits_of_which_nobody_knows(dock: World, logged: io.StringIO, wire: Wire) -> None:
    """What the cursor's version and the delivery's state say is looked at: nothing is lost, and nothing said twice."""
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    async with dock.bot(database_url=wire.url()):
        await card_says(dock, visit, "Nothing scanned yet")
        with psycopg.connect(dock.kept.url, autocommit=True) as administrator:
            administrator.execute("REVOKE EXECUTE ON FUNCTION pg_xact_status FROM PUBLIC")
        for n in range(1, 5):
            wire.commits[:] = [Cut.AFTER, Cut.BEFORE, None, Cut.AFTER]
            visit.scan(3)
            await card_says(dock, visit, f"{3 * n} scanned")
        wire.commits[:] = []
        await all_is_said(dock, [visit])
        await well(logged)
    assert wire.cuts >= 8, f"only {wire.cuts} commits were cut"
    assert "Traceback" not in logged.getvalue()


@fault(
    "Process",
    "a second bot on one PostgreSQL database",
    keeps=(2, 5),
    operator="stop it first, or give this one another DATABASE_URL.",
)
async def test_a_second_bot_on_one_server(dock: World, logged: io.StringIO, wire: Wire) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot(database_url=wire.url()):
        await card_of(dock, visit)
        logged.write(await refused_inside(dock, database_url=wire.url()))
        await all_is_said(dock, [visit])
