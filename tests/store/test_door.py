"""The door to the database, whichever it is: the tables behind it, transactions, and the bell."""

import asyncio
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import JSON, Connection, delete, insert, select

from bot.store.calls import CallStore
from bot.store.session import Database, to_say
from bot.store.tables import CALL_MINUTE, METADATA
from tests.tables import Tables


def _default_differs(context: Any, there: Any, column: Any, *defaults: Any) -> bool | None:
    """None: let Alembic compare them. It compares by the database's `=`, which PostgreSQL's JSON has not."""
    return False if isinstance(column.type, JSON) else None


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_migrations_make_the_tables_that_the_code_has(database: Database) -> None:
    def differences(connection: Connection) -> object:
        opts = {"compare_type": True, "compare_server_default": _default_differs}
        context = MigrationContext.configure(connection, opts=opts)
        return compare_metadata(context, METADATA)

    found = await database.run(differences)
    assert found == [], f"a migration is missing for {found}"


async def test_transactions_take_turns(database: Database) -> None:
    def add_one(connection: Connection) -> None:
        calls = connection.scalar(select(CALL_MINUTE.c.calls)) or 0
        connection.execute(delete(CALL_MINUTE))
        connection.execute(insert(CALL_MINUTE).values(minute=1, calls=calls + 1))

    await asyncio.gather(*(database.run(add_one) for _ in range(20)))
    assert await CallStore(database).load(0) == {1: 20}, "an update was lost"


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def write(connection: Connection) -> None:
        connection.execute(insert(CALL_MINUTE).values(minute=7, calls=1))
        raise LookupError("fault")

    with pytest.raises(LookupError):
        await database.run(write)
    assert await CallStore(database).load(0) == {}


async def test_a_transaction_that_has_begun_is_kept_when_its_caller_is_cancelled(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    rung: list[str] = []
    database.bell = lambda _: rung.append("ring")

    def write(connection: Connection) -> None:
        begun.set()
        assert go_on.wait(10)
        connection.execute(insert(CALL_MINUTE).values(minute=7, calls=1))
        to_say(connection)

    task = asyncio.create_task(database.run(write))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await CallStore(database).load(0) == {7: 1}
    assert rung == ["ring"], "what was kept is not said until somebody else rings"


async def test_the_bell_rings_at_the_commit_of_what_is_to_be_said(database: Database) -> None:
    rung: list[str] = []
    database.bell = lambda _: rung.append(threading.current_thread().name)

    def work(connection: Connection, then: Exception | None, *, marked: bool) -> None:
        if marked:
            to_say(connection)
        if then is not None:
            raise then

    await database.run(work, None, marked=False)
    with pytest.raises(LookupError):
        await database.run(work, LookupError("fault"), marked=True)
    await database.run(work, None, marked=False)
    assert rung == [], "a transaction that says nothing, or is rolled back, rings no bell"
    await database.run(work, None, marked=True)
    assert rung == [threading.current_thread().name], "it rings on the loop, once"


async def test_rows_need_their_handover(database: Database) -> None:
    tables = Tables(database)
    with pytest.raises(sa.exc.IntegrityError):
        await tables.sql(
            "INSERT INTO tally (handover_id, by, at, added, undone) VALUES ('nobody', 'U1', '2027-01-15', 1, false)"
        )
