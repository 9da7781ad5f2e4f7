"""The database: one SQLite file, one connection, one transaction at a time.

Why one connection: SQLite up to 3.51.2 can corrupt a WAL file that several connections write, and SQLAlchemy's default
transaction mode loses updates without an error (reference: floors, traps 1 and 2). Transactions here take about a
millisecond, so waiting one's turn costs less than either.
"""

import asyncio
import functools
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlmodel.ext.asyncio.session import AsyncSession

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 5000
P = ParamSpec("P")
Result = TypeVar("Result")


class DatabaseUnusableError(Exception):
    """The database can't be opened, read, written or migrated; the message is a sentence for the one who installs."""


def whole(method: Callable[P, Coroutine[Any, Any, Result]]) -> Callable[P, Coroutine[Any, Any, Result]]:
    """Lets a transaction that has begun come to its end when its caller is cancelled, and cancels the caller then.

    A stop cancels tasks in the middle of things. Torn out of a statement, the driver's thread would answer to a loop
    that is gone, and SQLAlchemy would report a broken connection.
    """

    @functools.wraps(method)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> Result:
        task = asyncio.create_task(method(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait({task})
            if not task.cancelled():
                task.exception()
            raise

    return guarded


class Database:
    """Opens transactions. Built once by `bot.app`."""

    def __init__(self, url: str) -> None:
        """Takes an SQLAlchemy URL such as ``sqlite+aiosqlite:///otc-bot.db``; connects to nothing yet."""
        self._url = make_url(url)
        self._turn = asyncio.Lock()
        self._engine: AsyncEngine = create_async_engine(self._url, pool_size=1, max_overflow=0)
        event.listen(self._engine.sync_engine, "connect", _prepare)
        event.listen(self._engine.sync_engine, "begin", _begin)

    @property
    def shown(self) -> str:
        """The database as it may be shown to people: the file."""
        return self._url.database or "memory"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction that writes: committed at the end, rolled back when anything is raised.

        Raises:
            DatabaseUnusableError: the file can't be read or written (disk full, read-only, corrupt).
        """
        async with self._turn:
            try:
                async with (
                    AsyncSession(self._engine, expire_on_commit=False, autoflush=False) as session,
                    session.begin(),
                ):
                    yield session
            except DBAPIError as error:
                if isinstance(error.orig, sqlite3.OperationalError | sqlite3.DatabaseError) and not isinstance(
                    error.orig, sqlite3.IntegrityError | sqlite3.ProgrammingError
                ):
                    raise DatabaseUnusableError(self._sentence(error)) from error
                raise

    @whole
    async def upgrade(self) -> tuple[str | None, str | None]:
        """Brings the tables to the newest version, and returns the versions before and after.

        Raises:
            DatabaseUnusableError: the file can't be opened or written, or a newer bot has made it.
        """
        try:
            self._try_to_open()
            async with self._engine.begin() as connection:
                return await connection.run_sync(_upgrade)
        except CommandError as error:
            raise DatabaseUnusableError(
                f"{self.shown} was made by a newer version of otc-bot ({error}). Install that version or newer."
            ) from error
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise DatabaseUnusableError(self._sentence(error)) from error

    @whole
    async def version(self) -> tuple[str | None, str | None]:
        """The version of the tables, and the newest one, without changing anything.

        Raises:
            DatabaseUnusableError: the file can't be opened.
        """
        try:
            self._try_to_open()
            async with self._engine.connect() as connection:
                return await connection.run_sync(_versions)
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise DatabaseUnusableError(self._sentence(error)) from error

    @whole
    async def close(self) -> None:
        """Waits for the running transaction and closes the connection and its thread."""
        async with self._turn:
            await self._engine.dispose()

    def _try_to_open(self) -> None:
        """Fails here rather than in aiosqlite, whose thread may outlive the loop when it can't connect."""
        sqlite3.connect(self._url.database or ":memory:").close()

    def _sentence(self, error: Exception) -> str:
        cause = getattr(error, "orig", None) or error
        return f"database {self.shown} can't be used: {cause}. Check the path, its rights and the free space."


def _prepare(connection: PoolProxiedConnection, _: ConnectionPoolEntry) -> None:
    # aiosqlite's adapter hands the driver's own BEGIN to us: SQLAlchemy's begin event below opens every transaction.
    connection.isolation_level = None  # type: ignore[attr-defined]
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
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> tuple[str | None, str | None]:
    before, newest = _versions(connection)
    if before != newest:
        command.upgrade(_config(connection), "head")
    return before, newest


def _versions(connection: Connection) -> tuple[str | None, str | None]:
    script = ScriptDirectory(str(MIGRATIONS))
    return MigrationContext.configure(connection).get_current_revision(), script.get_current_head()
