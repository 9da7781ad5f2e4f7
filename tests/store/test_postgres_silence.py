"""When a server that says nothing is given up: not for a slow statement, and not never."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import Connection, make_url, text

from bot.store.dialects.postgresql_silence import Watched
from bot.store.session import Database
from tests.postgres import a_database
from tests.wire import Wire, a_wire

pytestmark = pytest.mark.postgres
SOON = {"tcp_user_timeout": "200", "connect_timeout": "2"}


@pytest.fixture
def url() -> Iterator[str]:
    with a_database() as made:
        yield made.render_as_string(hide_password=False)


@pytest_asyncio.fixture
async def wire(url: str) -> AsyncIterator[Wire]:
    async with a_wire(make_url(url)) as one:
        yield one


def watched(url: str, longest: float) -> Watched:
    made = Watched.connect(url, autocommit=True)
    made.watch(lambda: psycopg.connect(url), longest)
    return made


async def test_a_slow_statement_is_waited_for_while_its_server_is_there(url: str) -> None:
    database = Database(make_url(url).update_query_dict(SOON).render_as_string(hide_password=False))
    tries = 0

    def slow(connection: Connection) -> None:
        nonlocal tries
        tries += 1
        connection.execute(text("SELECT pg_sleep(1)"))

    await database.run(slow)
    assert tries == 1
    await database.close()


async def test_a_server_that_answers_everywhere_but_here_is_given_up_in_the_end(wire: Wire) -> None:
    with await asyncio.to_thread(watched, wire.url(**SOON), 1.0) as connection:
        await wire.swallow()
        await wire.heal()
        with pytest.raises(psycopg.OperationalError, match="does not answer"):
            await asyncio.to_thread(connection.execute, "SELECT 1")
        assert connection.closed


async def test_an_address_that_leads_to_another_server_says_nothing_of_this_one(url: str, wire: Wire) -> None:
    with await asyncio.to_thread(watched, wire.url(**SOON), 600.0) as connection:
        connection.watch(lambda: psycopg.connect(url), 600.0)
        await wire.swallow()
        with pytest.raises(psycopg.OperationalError, match="does not answer"):
            await asyncio.to_thread(connection.execute, "SELECT 1")
