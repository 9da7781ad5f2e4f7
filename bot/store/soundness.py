"""Looks at the database file before the bot opens it: a damaged one is left as it is, byte for byte."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.paths import closed, is_file, is_there
from bot.store.dialects.sqlite_errors import PUT_BACK, unusable
from bot.store.errors import DatabaseUnusableError


def look(database: str) -> None:
    """Reads the whole file once, at about 400 MB a second: a million parcels are half a second at the start.

    SQLite finds damage only when it comes to the damaged page, which may be in the middle of a handover.

    Raises:
        DatabaseUnusableError: the file is damaged or no database, or its folder is closed; it was not changed.
    """
    require_open(database)
    file = Path(database).resolve()
    journal = Path(f"{file}-wal")
    if not is_there(file) or (is_file(file) and file.stat().st_size == 0):
        if is_there(journal) and journal.stat().st_size > 0:
            # SQLite would throw the journal away and begin anew without a word.
            raise DatabaseUnusableError(
                f"database {database} is gone or empty, but {journal.name} is still there. {PUT_BACK}"
            )
        return
    try:
        with closing(reading(file)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise unusable(database, error) from error
    if found != "ok":
        first = " ".join(str(found).split())
        raise DatabaseUnusableError(f"database {database} is damaged ({first}). {PUT_BACK}")


def require_open(database: str) -> None:
    """Raises DatabaseUnusableError where nobody can tell whether there is a database: it is not taken for none."""
    if why := closed(Path(database)):
        raise DatabaseUnusableError(f"database {database} can't be used: {why}, or change DATABASE_URL.")


def version_in(database: str) -> str | None:
    """The version of the tables, read without changing anything, also under a running bot; None: there are none.

    Raises:
        DatabaseUnusableError: the file can't be read.
    """
    require_open(database)
    file = Path(database).resolve()
    if not is_there(file):
        return None
    try:
        with closing(reading(file)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
    except sqlite3.Error as error:
        raise unusable(database, error) from error


def reading(file: Path) -> sqlite3.Connection:
    """A connection that only reads, so that nothing is moved from the journal into the file.

    Without a journal there is nobody to share the file with, and `immutable` keeps SQLite from making one.
    """
    how = "mode=ro" if is_there(Path(f"{file}-wal")) else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.as_uri()}?{how}", uri=True)
