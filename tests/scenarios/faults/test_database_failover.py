"""A PostgreSQL server whose standby takes its place."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.databases import PostgresDatabase
from tests.scenarios.copies import QUICK_COPIES
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.test_database_server import lives_through
from tests.standby import Pair, a_pair
from tests.support import QUICK_POSTS, World, world

pytestmark = [pytest.mark.postgres, pytest.mark.slow("two servers of its own")]
DATABASE = "otc"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with a_pair(DATABASE) as made:
        yield made


@pytest.fixture
def after(pair: Pair) -> Iterator[PostgresDatabase]:
    """The database of whoever is promoted."""
    with contextlib.closing(PostgresDatabase(DATABASE, pair.standby)) as one:
        yield one


@pytest.fixture
async def dock(tmp_path: Path, pair: Pair, after: PostgresDatabase) -> AsyncIterator[World]:
    assert after.name, "it is closed after the world, which is looked at until its end"
    with contextlib.closing(PostgresDatabase(DATABASE, pair.primary)) as before:
        async with world(tmp_path) as one:
            one.elsewhere = before
            rest = replace(QUICK_POSTS.outbox, unwritten=timedelta(seconds=0.2))
            one.timing = replace(QUICK_POSTS, outbox=rest, copies=QUICK_COPIES)
            yield one


@fault(
    "Process",
    "a database server that is gone, and later its standby is promoted",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="None of its hosts can be written to: start the one that was, or promote another one.",
)
@pytest.mark.parametrize("shared", [False, True], ids=["alone", "as a copy"])
async def test_a_standby_that_is_promoted(
    dock: World, logged: io.StringIO, pair: Pair, after: PostgresDatabase, shared: bool
) -> None:
    dock.shared = shared

    async def promoted() -> None:
        await asyncio.to_thread(pair.promote)
        dock.elsewhere = after

    # A connection that ends, and then nobody who takes another one.
    await lives_through(dock, logged, pair.url, lambda: asyncio.to_thread(pair.end_primary), promoted, kinds=2)
