"""The file itself: migrations, pragmas, transactions, and no room for a code."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert

from bot.store.calls import CallStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database, DatabaseUnusableError
from bot.store.tables import CALL_MINUTE, METADATA
from bot.store.versions import MIGRATIONS, is_known, newest_version
from tests.store.conftest import NOW
from tests.store.people import arrive
from tests.tables import Tables
from tests.template import migrated


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Of a file, here alone: what both databases have in common stands in `test_door`."""
    return url_of(migrated(tmp_path / "bot.db"))


async def pragma(database: Database, name: str) -> object:
    tables = Tables(database)
    return (await tables.sql(f"PRAGMA {name}")).one()


async def test_an_upgrade_twice_changes_nothing(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "bot.db"))
    assert (await database.version())[0] is None
    before, after = await database.upgrade()
    assert (before, await database.version()) == (None, (after, after))
    kept = await arrive(HandoverStore(database, lambda: NOW))
    assert await database.upgrade() == (after, after)
    await database.close()
    again = Database(url_of(tmp_path / "bot.db"))
    assert await again.upgrade() == (after, after)
    assert await HandoverStore(again, lambda: NOW).get(kept.id) == kept
    await again.close()


async def test_a_file_of_a_newer_bot_is_refused_in_a_sentence(database: Database, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseUnusableError, match=r"made by a newer version of otc-bot .*Install that version"):
        await database.upgrade()


def test_versions_are_told_without_alembic_as_alembic_tells_them() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    known = [one.revision for one in script.walk_revisions()]
    assert newest_version() == script.get_current_head()
    assert all(is_known(one) for one in known)
    assert len(known) == len(list((MIGRATIONS / "versions").glob("*.py"))), "a migration that no version stands for"
    assert not is_known("9999")


@pytest.mark.parametrize("kind", ["folder is missing", "is a folder", "is no database"])
async def test_a_file_that_can_not_be_used_is_refused_in_a_sentence(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "bot.db"
    if kind == "folder is missing":
        file = tmp_path / "no" / "bot.db"
    elif kind == "is a folder":
        file.mkdir()
    else:
        file.write_bytes(b"this is a letter to my aunt, and no database at all. " * 40)
    database = Database(url_of(file))
    try:
        with pytest.raises(DatabaseUnusableError, match=r"Check the path, its rights and the free space\."):
            await database.upgrade()
    finally:
        await database.close()


async def test_a_file_locked_by_another_program_is_told_in_a_sentence(database: Database, tmp_path: Path) -> None:
    tables = Tables(database)
    await tables.sql("PRAGMA busy_timeout=1")
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnusableError, match="locked"):
            await CallStore(database).load(0)
        other.execute("ROLLBACK")
    assert await CallStore(database).load(0) == {}, "the lock is gone and still nothing can be read"


@pytest.mark.parametrize(
    ("name", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)]
)
async def test_pragmas_of_the_connection(database: Database, name: str, value: object) -> None:
    assert await pragma(database, name) == value


def test_no_table_has_room_for_a_code() -> None:
    words = re.compile(r"(^|_)(otcs?|codes?|pin|secrets?|tokens?|passwords?)(_|$)")
    known = {"otc_mode", "start_otc_by", "start_otc_at", "start_otc_until", "end_otc_by", "end_otc_at"}
    for table in METADATA.tables.values():
        assert not words.search(table.name), f"table {table.name} is named as if it held codes"
        for column in table.columns:
            assert column.name in known or not words.search(column.name), (
                f"{table.name}.{column.name} could hold a code"
            )
            if column.name in known and not column.name.endswith(("_by", "_mode")):
                assert not isinstance(column.type, sa.String), f"{table.name}.{column.name} holds text"


async def test_the_file_has_the_same_columns_and_no_more(database: Database, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables - {"alembic_version"} == set(METADATA.tables)
        for name, table in METADATA.tables.items():
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
            assert columns == {column.name for column in table.columns}


async def test_a_commit_that_fails_leaves_nothing_open(database: Database) -> None:
    def fail(_: Connection) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    def add(connection: Connection) -> None:
        connection.execute(insert(CALL_MINUTE).values(minute=1, calls=1))

    sa.event.listen(database._engine, "commit", fail)
    with pytest.raises(DatabaseUnusableError):
        await database.run(add)
    sa.event.remove(database._engine, "commit", fail)
    await database.run(add)  # what the first one wrote is not there, and its transaction is over
    assert database.problem is None
