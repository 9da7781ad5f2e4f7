"""One SQLite file, one connection.

SQLite up to 3.51.2 can corrupt a WAL file that several connections write, and SQLAlchemy's default transaction mode
loses updates without an error (reference: floors, traps 1 and 2). Transactions here take about a millisecond, so
waiting one's turn costs less than either.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, StaticPool

from bot.paths import is_there
from bot.store.dialects.backend import Trouble
from bot.store.dialects.sqlite_errors import is_lasting, sentence
from bot.store.lock import only_bot
from bot.store.privacy import keep_private, make_private
from bot.store.soundness import look, reading, require_open

BUSY_MS = 5000


class SqliteFile:
    """A file, with its lock and its rights beside it."""

    def __init__(self, url: URL) -> None:
        """Takes a URL such as ``sqlite:///otc-bot.db``."""
        # An older bot worked through another driver, and its `.env` may still name that.
        self._url = url.set(drivername="sqlite")
        self.shown = self._url.database or "memory"
        self.beside = Path(self.shown)
        self.errors: tuple[type[Exception], ...] = (DBAPIError, sqlite3.Error)
        self._held = contextlib.ExitStack()

    def engine(self) -> Engine:
        """Makes the engine."""
        # Names and ids of people belong into the tables, not into a traceback in the log.
        made = create_engine(self._url, poolclass=StaticPool, hide_parameters=True)
        event.listen(made, "connect", _prepare)
        event.listen(made, "begin", _begin)
        return made

    def reader(self) -> Engine:
        """Makes an engine that moves nothing from the journal into the file."""
        file = self.beside.resolve()
        return create_engine(self._url, creator=lambda: reading(file), poolclass=NullPool, hide_parameters=True)

    def about(self, connection: Connection) -> tuple[str, tuple[str, ...]]:
        """The library of this process reads it."""
        del connection
        return f"SQLite {sqlite3.sqlite_version}", ()

    def trouble(self, error: BaseException) -> Trouble | None:
        """All that the file's own errors are; a row that breaks a rule of its table is a mistake of the bot."""
        cause = (error.orig or error) if isinstance(error, DBAPIError) else error
        wrong = sqlite3.IntegrityError | sqlite3.ProgrammingError
        if isinstance(cause, OSError) or (isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, wrong)):
            return Trouble(sentence(self.shown, cause), lasting=is_lasting(cause))
        return None

    def is_there(self) -> bool:
        """Whether there is a file."""
        require_open(self.shown)
        return is_there(self.beside)

    def says(self, error: BaseException) -> str:
        """What went wrong with the file."""
        return sentence(self.shown, getattr(error, "orig", None) or error)

    def require_sound(self, engine: Engine) -> None:
        """Reads the whole file."""
        del engine
        look(self.shown)

    def hold(self, engine: Engine, *, shared: bool, version: str) -> None:
        """Takes the lock beside the file, which is never shared."""
        del engine, shared, version
        self._held.enter_context(only_bot(self.shown))

    def let_go(self) -> None:
        """Gives it back."""
        self._held.close()

    def make_private(self) -> None:
        """Makes the file where there is none."""
        make_private(self.shown)

    def keep_private(self) -> list[str]:
        """Closes the file and what lies beside it."""
        return keep_private(self.shown)

    def before_upgrade(self, connection: Connection) -> None:
        """A table that is made anew is dropped first, and rows that name its rows would forbid it.

        SQLite takes this only outside of a transaction; all links are looked at before the commit.
        """
        _driver(connection).execute("PRAGMA foreign_keys=OFF")

    def in_upgrade(self, connection: Connection) -> None:
        """The transaction itself has the file alone."""

    def require_gone(self, connection: Connection, versions: Sequence[str]) -> None:
        """Nobody else works on a file."""

    def after_upgrade(self, connection: Connection) -> None:
        """Links count again."""
        _driver(connection).execute("PRAGMA foreign_keys=ON")

    def check_links(self, connection: Connection) -> None:
        """Looks at all of them."""
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise sqlite3.IntegrityError(f"{len(broken)} rows would name rows that are gone, such as in {broken[0][0]}")

    def hurry(self, connection: Connection) -> None:
        """Who holds the file is seldom long about it."""

    def changes(self, connection: Connection) -> int:
        """How many rows this connection has ever written."""
        return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())

    def doubt(self, connection: Connection) -> None:
        """A commit that fails was not carried out."""

    def carried_out(self, connection: Connection, doubt: Any) -> bool:
        """There is no doubt."""
        del connection, doubt
        return False


def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN is handed to us: SQLAlchemy's begin event below opens every transaction.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    _driver(connection).execute("BEGIN IMMEDIATE")


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
