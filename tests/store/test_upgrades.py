"""Databases of every older version, with a row in each table: nothing is lost on the way to the newest."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.store.handovers import HandoverStore
from bot.store.session import Database
from bot.store.versions import MIGRATIONS, alembic_config
from tests.store.conftest import NOW
from tests.tables import Tables

HANDOVER = "a" * 32
AT = f"{NOW:%Y-%m-%d %H:%M:%S}.000000"
VERSIONS = [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
BECAME_DELIVERIES = ("intent", "receipt", "digest")
"""With version 0013."""
KNOWN = {
    "id": HANDOVER,
    "handover_id": HANDOVER,
    "stage": "scanning",
    "otc_mode": "unknown",
    "what": "arrived",
    "detail": "{}",
    "unsaid": "[]",
    "image_links": "[]",
    "file_ids": "[]",
}


def value(name: str, kind: str) -> object:
    """Something that a column of this kind can hold."""
    if name in KNOWN and not (name == "id" and kind == "INTEGER"):
        return KNOWN[name]
    if kind.startswith(("INTEGER", "BOOLEAN")):
        return 1
    return AT if kind == "DATETIME" else AT[:10] if kind == "DATE" else "x"


def tables(connection: sqlite3.Connection) -> list[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'alembic_version'"
    )
    return [name for (name,) in connection.execute(query)]


def fill(file: Path) -> dict[str, int]:
    """One row into each table; returns how many each has."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        names = tables(connection)
        for table in sorted(names, key=lambda one: one != "handover"):
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            row = {name: value(name, kind) for _, name, kind, *_ in columns}
            if table in BECAME_DELIVERIES and "key" in row:
                row["key"] = table
            marks = ", ".join("?" * len(row))
            quoted = ", ".join(f'"{name}"' for name in row)
            connection.execute(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", list(row.values()))  # noqa: S608
        return dict.fromkeys(names, 1)


@pytest.mark.parametrize("revision", VERSIONS)
async def test_nothing_is_lost_on_the_way_from(tmp_path: Path, revision: str) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)
    engine.dispose()
    before = fill(tmp_path / "old.db")

    database = Database(url)
    try:
        assert (await database.upgrade())[0] == revision
        handover = await HandoverStore(database, lambda: NOW).get(HANDOVER)
        assert handover is not None
        assert (handover.fe_id, handover.scanned, handover.arrived_at) == ("x", 1, NOW)
    finally:
        await database.close()

    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        deliveries = sum(before.pop(table) for table in BECAME_DELIVERIES if table in before)
        if deliveries:
            before["delivery"] = deliveries
        for table, rows in before.items():
            (now,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            assert now == rows, f"{table} had {rows} rows and has {now}"


async def test_a_link_to_nothing_is_watched_after_an_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    database = Database(url)
    try:
        await database.upgrade()
        assert (await Tables(database).sql("PRAGMA foreign_keys")).one() == 1
    finally:
        await database.close()
