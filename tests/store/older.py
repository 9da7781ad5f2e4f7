"""Databases as older versions of the bot left them."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.store.session import Database
from bot.store.versions import MIGRATIONS, alembic_config
from tests.store.conftest import NOW

HANDOVER = "a" * 32
VERSIONS = [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
BECAME_DELIVERIES = ("intent", "receipt", "digest")
"""With version 0013."""
KNOWN = {
    "id": HANDOVER,
    "handover_id": HANDOVER,
    "claim_id": HANDOVER,
    "stage": "scanning",
    "otc_mode": "unknown",
    "what": "arrived",
    "detail": "{}",
    "unsaid": "[]",
    "image_links": "[]",
    "file_ids": "[]",
}


def older(file: Path, revision: str) -> None:
    """Makes the tables of that version."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)
    engine.dispose()


def version_before(migration: str) -> str:
    """The version from which a migration with this in its file's name starts."""
    found = next(one for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions() if migration in one.path)
    assert isinstance(found.down_revision, str)
    return found.down_revision


@contextlib.asynccontextmanager
async def upgraded(file: Path) -> AsyncIterator[Database]:
    """The same database, brought to the newest version."""
    database = Database(f"sqlite:///{file}")
    try:
        await database.upgrade()
        yield database
    finally:
        await database.close()


def fill(file: Path) -> dict[str, int]:
    """One row into each table; returns how many each has."""
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        names = _tables(connection)
        # What others name goes first.
        for table in sorted(names, key=lambda one: (one != "handover", one != "claim")):
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            row = {name: _value(name, kind) for _, name, kind, *_ in columns}
            if table in BECAME_DELIVERIES and "key" in row:
                row["key"] = table
            put(connection, table, row)
        return dict.fromkeys(names, 1)


def put(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> None:
    """A row with these values."""
    marks = ", ".join("?" * len(row))
    columns = ", ".join(f'"{name}"' for name in row)
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(row.values()))  # noqa: S608


def like(connection: sqlite3.Connection, table: str) -> dict[str, object]:
    """The values of a row that is there."""
    found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608
    return dict(zip([name for name, *_ in found.description], found.fetchone(), strict=True))


def change(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """Gives these values to every row."""
    marks = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE {table} SET {marks}", list(values.values()))  # noqa: S608


def empty(connection: sqlite3.Connection, *tables: str) -> None:
    """Deletes all rows of these."""
    for table in tables:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608


def written(at: datetime) -> str:
    """As the database has it."""
    return f"{at:%Y-%m-%d %H:%M:%S}.000000"


def _value(name: str, kind: str) -> object:
    """Something that a column of this kind can hold."""
    if name in KNOWN and not (name == "id" and kind == "INTEGER"):
        return KNOWN[name]
    if kind.startswith(("INTEGER", "BOOLEAN")):
        return 1
    return {"DATETIME": written(NOW), "DATE": f"{NOW:%Y-%m-%d}"}.get(kind, "x")


def _tables(connection: sqlite3.Connection) -> list[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'alembic_version'"
    )
    return [name for (name,) in connection.execute(query)]
