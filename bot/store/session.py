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

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handover.ports import NotKept

log = structlog.get_logger()

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 5000
PUT_BACK = (
    "It is left as it is, and nothing new is begun: put a good copy in its place, "
    "or move it away, with its -wal file, to begin anew."
)
_GENERAL = "Check the path, its rights and the free space."
_TODO = {
    sqlite3.SQLITE_FULL: "Free some space on its disk.",
    sqlite3.SQLITE_READONLY: "Give the bot's user the right to write the file and its folder.",
    sqlite3.SQLITE_IOERR: "Look at its disk: it may be full, broken or gone.",
    sqlite3.SQLITE_BUSY: "Another program holds it: close that one.",
    sqlite3.SQLITE_CORRUPT: PUT_BACK,
    sqlite3.SQLITE_NOTADB: f"{PUT_BACK} {_GENERAL}",
}
"""What to do next, by SQLite's primary result code."""
_LASTING = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""What does not mend itself, even if the next write succeeds."""
P = ParamSpec("P")
Result = TypeVar("Result")


class DatabaseUnusableError(NotKept):
    """The database can't be opened, read, written or migrated; the message is a sentence for the one who installs."""


def unusable(database: str, error: BaseException) -> DatabaseUnusableError:
    """What went wrong with the file, and what to do about it."""
    return DatabaseUnusableError(f"database {database} can't be used: {error}. {_TODO.get(_code(error), _GENERAL)}")


def _code(error: BaseException) -> int:
    """SQLite's primary result code; the extended one has more bits."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def file_of(url: str | URL) -> str:
    """The file of a database URL, as it may be shown to people."""
    return make_url(url).database or "memory"


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
        self.problem: str | None = None
        """Why it could not be read or written; None again once something is written."""
        self._damaged = False
        # Names and ids of people belong into the tables, not into a traceback in the log.
        self._engine: AsyncEngine = create_async_engine(self._url, pool_size=1, max_overflow=0, hide_parameters=True)
        event.listen(self._engine.sync_engine, "connect", _prepare)
        event.listen(self._engine.sync_engine, "begin", _begin)

    @property
    def shown(self) -> str:
        """The database as it may be shown to people: the file."""
        return file_of(self._url)

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
                    in_trouble = self.problem is not None
                    before = await _changes(session) if in_trouble else 0
                    yield session
                    wrote = in_trouble and await _changes(session) > before
            except DBAPIError as error:
                if isinstance(error.orig, sqlite3.OperationalError | sqlite3.DatabaseError) and not isinstance(
                    error.orig, sqlite3.IntegrityError | sqlite3.ProgrammingError
                ):
                    raise self._failed(error.orig) from error
                raise
            if wrote:
                self._mended()

    @whole
    async def upgrade(self) -> tuple[str | None, str | None]:
        """Brings the tables to the newest version, and returns the versions before and after.

        Raises:
            DatabaseUnusableError: the file can't be opened or written, or a newer bot has made it.
        """
        try:
            self._try_to_open()
            async with self._engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                # A table that is made anew is dropped first, and rows that name its rows would forbid it. SQLite
                # takes this only outside of a transaction; `_upgrade` looks at all links before it commits.
                await driver.execute("PRAGMA foreign_keys=OFF")
                try:
                    async with connection.begin():
                        return await connection.run_sync(_upgrade)
                finally:
                    await driver.execute("PRAGMA foreign_keys=ON")
        except CommandError as error:
            raise DatabaseUnusableError(
                f"{self.shown} was made by a newer version of otc-bot ({error}). Install that version or newer."
            ) from error
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise unusable(self.shown, getattr(error, "orig", None) or error) from error

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
            raise unusable(self.shown, getattr(error, "orig", None) or error) from error

    @whole
    async def close(self) -> None:
        """Waits for the running transaction and closes the connection and its thread."""
        async with self._turn:
            await self._engine.dispose()

    def _try_to_open(self) -> None:
        """Fails here rather than in aiosqlite, whose thread may outlive the loop when it can't connect."""
        sqlite3.connect(self._url.database or ":memory:").close()

    def _failed(self, error: BaseException) -> DatabaseUnusableError:
        """Says it once, not with every transaction that fails."""
        found = unusable(self.shown, error)
        self._damaged = self._damaged or _code(error) in _LASTING
        if self.problem != str(found):
            log.error("what happens can't be kept; no code is given out until it can", problem=str(found))
            self.problem = str(found)
        return found

    def _mended(self) -> None:
        if not self._damaged:
            log.info("the database can be written again", file=self.shown)
            self.problem = None


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


async def _changes(session: AsyncSession) -> int:
    """How many rows this connection has ever written."""
    connection = await session.connection()
    return int((await connection.execute(text("SELECT total_changes()"))).scalar_one())


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
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise sqlite3.IntegrityError(f"{len(broken)} rows would name rows that are gone, such as in {broken[0][0]}")
    # SQLite begins a transaction even on a file that it can only read; what fails here must not fail in the middle.
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    return before, newest


def _versions(connection: Connection) -> tuple[str | None, str | None]:
    return MigrationContext.configure(connection).get_current_revision(), newest_version()


def newest_version() -> str | None:
    """The version of the tables that this bot works with."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def is_known(version: str) -> bool:
    """Whether this bot can bring tables of that version to the newest one."""
    try:
        return ScriptDirectory(str(MIGRATIONS)).get_revision(version) is not None
    except CommandError:
        return False
