"""PostgreSQL's own: who may work on it, what it must be like, what its errors say, what is as in SQLite after all."""

import asyncio
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import URL, Connection, insert, make_url, select, text, update

from bot.store.calls import CallStore
from bot.store.dialects.postgresql_look import wrong
from bot.store.opening import opened
from bot.store.reading import looked_at, reading
from bot.store.session import Database, DatabaseAwayError, DatabaseUnusableError
from bot.store.tables import CALL_MINUTE, LANGUAGE
from bot.store.versions import newest_version
from tests.postgres import a_database, a_migrated_one
from tests.postgres import run as on_server
from tests.wire import a_wire

pytestmark = pytest.mark.postgres
PASSWORD = "pass-hidden"
AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def url() -> Iterator[str]:
    with a_migrated_one() as made:
        yield made


@pytest.fixture
def empty() -> Iterator[str]:
    with a_database() as made:
        yield made.render_as_string(hide_password=False)


def with_more(url: str, **query: str) -> str:
    return make_url(url).update_query_dict(query).render_as_string(hide_password=False)


async def ends(database: Database) -> None:
    """Ends what serves its connection, as a server does that is told to stop."""
    pid = await database.run(lambda connection: connection.scalar(text("SELECT pg_backend_pid()")))
    on_server("SELECT pg_terminate_backend(%s, 5000)", [pid])


async def counted(database: Database, minute: int, calls: int) -> None:
    await database.run(lambda connection: connection.execute(insert(CALL_MINUTE), {"minute": minute, "calls": calls}))


def count(connection: Connection) -> None:
    connection.execute(update(CALL_MINUTE).values(calls=CALL_MINUTE.c.calls + 1))


async def test_an_empty_database_gets_all_tables(empty: str) -> None:
    async with opened(empty) as found:
        assert (found.before, found.after) == (None, newest_version())
    async with opened(empty) as again:
        assert (again.before, again.after) == (newest_version(), newest_version())


async def test_copies_that_start_together_upgrade_once(empty: str) -> None:
    url = with_more(empty, schema="north")
    copies = [Database(url) for _ in range(3)]
    found = await asyncio.gather(*(one.upgrade() for one in copies))
    assert sorted(found, key=str) == [(newest_version(), newest_version())] * 2 + [(None, newest_version())]
    for one in copies:
        await one.close()


async def test_two_schemas_of_one_database_do_not_meet(empty: str) -> None:
    async with AsyncExitStack() as stack:
        north, south = [
            (await stack.enter_async_context(opened(with_more(empty, schema=name)))).database
            for name in ("north", "south-2")
        ]
        await counted(north, 1, 5)
        assert await CallStore(north).load(0) == {1: 5}
        assert await CallStore(south).load(0) == {}
        other = Database("postgresql://db.example/other?schema=north")
        assert len({north.beside, south.beside, other.beside}) == 3, "their pictures would lie in one folder"
        await other.close()


async def test_a_second_bot_is_refused_in_a_sentence(url: str) -> None:
    async with opened(url) as first:
        with pytest.raises(DatabaseUnusableError, match=r"another otc-bot is running on postgresql:.*stop it first"):
            async with opened(url):
                raise AssertionError("two bots on one database")
        await counted(first.database, 1, 1)
    async with opened(url):
        pass


async def test_a_bot_that_lost_its_connection_has_the_lock_again_before_it_writes(url: str) -> None:
    async with opened(url) as first:
        await ends(first.database)
        await counted(first.database, 1, 1)
        with pytest.raises(DatabaseUnusableError, match="another otc-bot is running"):
            async with opened(url):
                raise AssertionError("the lock went with the connection")


async def test_a_bot_that_lost_its_lock_to_another_one_writes_nothing(url: str) -> None:
    async with opened(url) as first:
        database = first.database
        await counted(database, 1, 1)
        [key] = on_server(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = %s)",
            [make_url(url).database],
        )
        await ends(database)
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [key])
            with pytest.raises(DatabaseUnusableError, match="another otc-bot is running"):
                await counted(database, 2, 1)
            assert any("another otc-bot" in one for one in database.problems())
        await counted(database, 2, 1)
        assert await CallStore(database).load(0) == {1: 1, 2: 1}
        assert database.problems() == []


async def test_a_connection_that_was_cut_is_opened_anew_and_nothing_is_lost(url: str) -> None:
    database = Database(url)
    await counted(database, 1, 1)
    await ends(database)
    await database.run(count)
    assert await CallStore(database).load(0) == {1: 2}
    assert database.problems() == [], "what was done at the second try is no trouble"
    await database.close()


async def test_a_database_of_a_newer_bot_is_refused_in_a_sentence(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseUnusableError, match=r"made by a newer version of otc-bot .*Install that version"):
        async with opened(url):
            pass


async def test_a_database_that_keeps_texts_otherwise_is_refused() -> None:
    with a_database(how="ENCODING 'LATIN1' LOCALE 'C'") as made, pytest.raises(DatabaseUnusableError) as refusal:
        async with opened(made.render_as_string(hide_password=False)):
            pass
    assert "it keeps texts as LATIN1" in str(refusal.value)
    assert "CREATE DATABASE otc TEMPLATE template0" in str(refusal.value)


@pytest.mark.parametrize(
    ("version", "by_bytes", "said"),
    [(130_022, True, "PostgreSQL 13. Take 14 or newer"), (180_004, False, "not by their bytes"), (140_000, True, None)],
)
def test_what_this_server_can_not_be(version: int, by_bytes: bool, said: str | None) -> None:
    found = wrong(SimpleNamespace(version=version, by_bytes=by_bytes, makes=True))
    assert found is None if said is None else said in str(found)


async def test_a_user_who_may_make_nothing_is_refused(empty: str) -> None:
    name = make_url(empty).database
    on_server(f"CREATE ROLE reader_{name} LOGIN PASSWORD 'pass-hidden'")
    try:
        url = make_url(empty).set(username=f"reader_{name}", password="pass-hidden")
        with pytest.raises(DatabaseUnusableError, match="may make no tables there") as refusal:
            async with opened(url.render_as_string(hide_password=False)):
                pass
        assert "pass-hidden" not in str(refusal.value)
    finally:
        on_server(f"DROP ROLE reader_{name}")


async def test_a_database_that_is_not_there_is_refused_with_what_makes_it(empty: str) -> None:
    url = make_url(empty).set(database="nowhere").render_as_string(hide_password=False)
    with pytest.raises(DatabaseUnusableError, match="Make it, in the order of its bytes: CREATE DATABASE") as refusal:
        async with opened(url):
            pass
    assert not isinstance(refusal.value, DatabaseAwayError), "the start would wait for it"


async def test_a_server_that_is_away_is_told_from_one_that_refuses() -> None:
    url = URL.create("postgresql", "user", PASSWORD, "127.0.0.1", 1, "otc").render_as_string(hide_password=False)
    with pytest.raises(DatabaseAwayError, match="Connection refused") as refusal:
        async with opened(url):
            pass
    assert PASSWORD not in "".join(traceback.format_exception(refusal.value))


async def test_numbers_are_as_wide_as_in_sqlite(url: str) -> None:
    database = Database(url)
    await counted(database, 2**33, 2**62)
    assert await CallStore(database).load(0) == {2**33: 2**62}
    await database.close()


async def test_a_sign_that_postgresql_keeps_in_no_text_is_left_out(url: str) -> None:
    database = Database(url)
    row = {"user_id": "U\0one", "language": "hi", "chosen_at": AT}
    await database.run(lambda connection: connection.execute(insert(LANGUAGE), row))
    assert await database.run(lambda connection: connection.execute(select(LANGUAGE)).one()) == ("Uone", "hi", AT)
    await database.close()


async def test_what_is_answered_is_on_the_disk(url: str) -> None:
    assert on_server("SHOW synchronous_commit") == ["off"], "the tests' server is quick about it"
    database = Database(url)
    assert await database.run(lambda connection: connection.scalar(text("SHOW synchronous_commit"))) == "on"
    await database.close()


async def test_an_error_names_no_value_of_a_row(url: str) -> None:
    database = Database(url)
    row = {"user_id": "U-hidden", "language": "hi", "chosen_at": AT}
    await database.run(lambda connection: connection.execute(insert(LANGUAGE), row))
    with pytest.raises(Exception, match="duplicate key") as fault:
        await database.run(lambda connection: connection.execute(insert(LANGUAGE), row))
    assert "U-hidden" not in str(fault.value)
    assert "U-hidden" not in str(fault.value.__cause__)
    await database.close()


async def test_it_is_looked_at_from_outside_beside_a_bot(url: str) -> None:
    async with opened(url) as found:
        looked = looked_at(url)
        assert (looked.version, looked.doubts) == (newest_version(), ())
        assert re.fullmatch(r"PostgreSQL \d+\.\d+.*", looked.product)
        await counted(found.database, 1, 1)
    with pytest.raises(DatabaseUnusableError, match="read-only transaction"), reading(url) as connection:
        connection.execute(insert(CALL_MINUTE), {"minute": 2, "calls": 1})


async def test_a_pooler_in_between_is_told(url: str) -> None:
    async with a_wire(make_url(url)) as wire:
        wire.pools = True
        [doubt] = (await asyncio.to_thread(looked_at, wire.url())).doubts
    assert "pool_mode = session" in doubt


def test_without_its_driver_it_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from bot.store.session import Database, DatabaseUnusableError\n"
        "try: Database('postgresql://db.example/otc')\n"
        "except DatabaseUnusableError as error: print(error)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install '.[postgres]'" in ended.stdout


def test_sqlite_loads_no_driver_of_another_database() -> None:
    script = (
        "import sys\nfrom bot.store.session import Database\n"
        "Database('sqlite:///x.db')\nprint([one for one in sys.modules if one.startswith('psycopg')])\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
