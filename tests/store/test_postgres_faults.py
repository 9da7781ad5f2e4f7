"""A server that is in the way: each transaction is kept once or not at all, whatever becomes of its commit."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import Connection, insert, make_url, text, update

from bot.store.calls import CallStore
from bot.store.session import Database, DatabaseAwayError, DatabaseUnusableError, to_say
from bot.store.tables import CALL_MINUTE
from tests.postgres import a_migrated_one, another_server, restart, run
from tests.wire import Cut, Wire, a_wire

pytestmark = pytest.mark.postgres


@pytest.fixture
def url() -> Iterator[str]:
    with a_migrated_one() as made:
        yield made


@pytest_asyncio.fixture
async def wire(url: str) -> AsyncIterator[Wire]:
    async with a_wire(make_url(url)) as one:
        yield one


@pytest_asyncio.fixture
async def database(wire: Wire) -> AsyncIterator[Database]:
    found = Database(wire.url())
    await found.hold()
    await found.run(lambda connection: connection.execute(insert(CALL_MINUTE), {"minute": 1, "calls": 0}))
    yield found
    await found.close()


def one_more(connection: Connection) -> None:
    connection.execute(update(CALL_MINUTE).values(calls=CALL_MINUTE.c.calls + 1))
    to_say(connection)


async def calls(database: Database) -> int:
    return (await CallStore(database).load(0))[1]


@pytest.mark.parametrize("cut", list(Cut))
async def test_a_commit_that_is_cut_is_kept_once(database: Database, wire: Wire, cut: Cut) -> None:
    rung: list[bool] = []
    database.bell = rung.append
    wire.commits[:] = [cut]
    await database.run(one_more)
    assert wire.cuts == 1
    assert await calls(database) == 1
    assert rung == [False], "what is to be said is said once"
    assert database.problems() == []


async def test_commits_that_are_cut_again_and_again(database: Database, wire: Wire) -> None:
    for n in range(12):
        wire.commits[:] = [Cut.AFTER if n % 3 else Cut.BEFORE, None if n % 2 else Cut.AFTER]
        await database.run(one_more)
    assert await calls(database) == 12


async def test_a_commit_that_is_cut_while_the_server_goes_away(database: Database, wire: Wire) -> None:
    wire.commits[:] = [Cut.AFTER]
    running = asyncio.create_task(database.run(one_more))
    await wire.cut_once.wait()
    await wire.away()
    await asyncio.sleep(0.5)
    await wire.start()
    await running
    assert await calls(database) == 1


async def test_a_commit_that_is_cut_and_asked_about_at_another_server(database: Database, wire: Wire) -> None:
    """After a failover that lost the last transactions nobody knows: by their numbers the other one calls its own."""
    with another_server(str(wire.to.database)) as other:
        first = wire.to
        for is_ahead in (False, True):
            if is_ahead:
                with psycopg.connect(other.render_as_string(hide_password=False), autocommit=True) as connection:
                    [number] = run("SELECT pg_current_xact_id()::text::bigint")
                    counts = f"WHILE pg_current_xact_id()::text::bigint < {number} + 100 LOOP COMMIT; END LOOP"
                    connection.execute(f"DO $$ BEGIN {counts}; END $$".encode())
            wire.commits[:] = [Cut.BEFORE]
            wire.to = other
            with pytest.raises(DatabaseUnusableError, match=r"Whether the last change was kept is not known\."):
                await database.run(one_more)
            wire.to = first
            wire.cut()
            await database.run(one_more)
    assert await calls(database) == 2
    assert database.problems() == []


async def test_a_server_that_is_away_is_told_and_waited_for(database: Database, wire: Wire) -> None:
    await wire.away()
    for _ in range(2):
        with pytest.raises(DatabaseAwayError, match="Look whether the server runs"):
            await database.run(one_more)
    [problem] = database.problems()
    assert problem.endswith("The bot waits and goes on by itself.")
    await wire.start()
    await database.run(one_more)
    assert await calls(database) == 1
    assert database.problems() == []


async def test_a_server_that_is_only_read_from(database: Database, wire: Wire) -> None:
    name = wire.to.database
    run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    wire.cut()
    with pytest.raises(DatabaseUnusableError, match="It is only read from"):
        await database.run(one_more)
    run(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await database.run(one_more)
    assert await calls(database) == 1
    assert database.problems() == []


async def test_a_server_that_is_killed_and_started_again() -> None:
    with another_server("otc") as url:
        database = Database(url.render_as_string(hide_password=False))
        await database.upgrade()
        await database.hold()
        await database.run(lambda connection: connection.execute(insert(CALL_MINUTE), {"minute": 1, "calls": 0}))
        await database.run(one_more)
        restarting = asyncio.create_task(asyncio.to_thread(restart, url))
        kept, told = 1, list[str]()
        while not (restarting.done() and database.problem is None):
            try:
                await database.run(one_more)
                kept += 1
            except DatabaseUnusableError as error:
                told.append(str(error))
                await asyncio.sleep(0.02)
        await restarting
        assert kept > 1
        assert not [one for one in told if "is not known" in one]
        assert await calls(database) == kept, "what was answered is lost, or was made twice"
        await database.close()


async def test_a_row_that_another_program_holds(database: Database, url: str) -> None:
    await database.run(lambda connection: connection.execute(text("SET lock_timeout = '50ms'")))
    with psycopg.connect(url) as other:
        other.execute("SELECT * FROM flipkart_minute FOR UPDATE")
        with pytest.raises(DatabaseUnusableError, match="Another program holds what the bot needs"):
            await database.run(one_more)
        other.rollback()
    await database.run(one_more)
    assert await calls(database) == 1
    assert database.problems() == []


async def test_a_deadlock_is_tried_again(database: Database, url: str) -> None:
    await database.run(lambda connection: connection.execute(insert(CALL_MINUTE), {"minute": 2, "calls": 0}))
    await database.run(lambda connection: connection.execute(text("SET deadlock_timeout = '20ms'")))
    tries, again = 0, threading.Event()

    def both(connection: Connection) -> None:
        nonlocal tries
        tries += 1
        if tries == 2:
            again.set()
        change = update(CALL_MINUTE).values(calls=CALL_MINUTE.c.calls + 1)
        connection.execute(change.where(CALL_MINUTE.c.minute == 1))
        if tries == 1:
            other.send_query(b"UPDATE flipkart_minute SET calls = 100 WHERE minute = 1")
            other.flush()
            while not run("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s", [name]):
                pass
        connection.execute(change.where(CALL_MINUTE.c.minute == 2))

    name = make_url(url).database
    with psycopg.connect(url, autocommit=True) as holder:
        other = holder.pgconn
        other.exec_(b"SET deadlock_timeout = '100s'")
        other.exec_(b"BEGIN")
        other.exec_(b"UPDATE flipkart_minute SET calls = 100 WHERE minute = 2")
        running = asyncio.create_task(database.run(both))
        await asyncio.to_thread(again.wait, 20)
        await asyncio.to_thread(other.get_result)
        other.get_result()
        other.exec_(b"COMMIT")
        await running
    assert tries == 2
    assert await CallStore(database).load(0) == {1: 101, 2: 101}
    assert database.problems() == []


async def test_what_another_program_changed_below_a_prepared_statement(database: Database, url: str) -> None:
    for _ in range(8):
        await calls(database)
    with psycopg.connect(url) as other:
        other.execute("ALTER TABLE flipkart_minute ALTER COLUMN calls TYPE integer")
    assert await calls(database) == 0
    assert database.problems() == []
