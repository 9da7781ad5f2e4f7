"""The one door to the database: one SQLite file, one connection, one worker thread, one transaction at a time.

What is kept stands in plain functions over a connection (SQLAlchemy Core). A whole transaction of them is carried to
the worker thread and back: one hop, however many statements it has.

Why one connection: SQLite up to 3.51.2 can corrupt a WAL file that several connections write, and SQLAlchemy's default
transaction mode loses updates without an error (reference: floors, traps 1 and 2). Transactions here take about a
millisecond, so waiting one's turn costs less than either.
"""

import asyncio
import contextlib
import contextvars
import functools
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from bot.handover.ports import NotKept
from bot.store.versions import NewerVersionError, bring_up, versions

log = structlog.get_logger()

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
_TO_SAY = "something is to be said"
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


def to_say(connection: Connection, *, only_counts: bool = False) -> None:
    """Marks the running transaction as one that leaves something to be said in Slack: its commit rings the bell.

    Args:
        connection: of the transaction.
        only_counts: whether it is no more than other counts on a card, of which hundreds may change in a second.
    """
    connection.info[_TO_SAY] = only_counts and connection.info.get(_TO_SAY, True)


class _Over(Protocol):
    """A store: what has a database."""

    @property
    def _database(self) -> "Database": ...


S = TypeVar("S", bound=_Over)


def one_transaction(
    method: Callable[Concatenate[S, Connection, P], Result],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, Result]]:
    """Makes of a store's method over a connection one that its callers await: one call is one transaction."""

    async def through_the_door(self: S, /, *args: P.args, **kwargs: P.kwargs) -> Result:
        def work(connection: Connection) -> Result:
            return method(self, connection, *args, **kwargs)

        return await self._database.run(work)

    functools.update_wrapper(through_the_door, method)
    return through_the_door


class Database:
    """Runs transactions. Built once by `bot.store.opening`."""

    def __init__(self, url: str) -> None:
        """Takes an SQLAlchemy URL such as ``sqlite:///otc-bot.db``; connects to nothing yet."""
        # An older bot worked through another driver, and its `.env` may still name that.
        self._url = make_url(url).set(drivername="sqlite")
        self.problem: str | None = None
        """Why it could not be read or written; None again once something is written."""
        self.bell: Callable[[bool], None] = lambda _: None
        """Rung on the loop after the commit of a transaction that was marked by `to_say`, with its `only_counts`."""
        self._damaged = False
        # Names and ids of people belong into the tables, not into a traceback in the log.
        self._engine = create_engine(self._url, poolclass=StaticPool, hide_parameters=True)
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._taken: Connection | None = None

    def problems(self) -> list[str]:
        """What the health page says of the database."""
        return [self.problem] if self.problem else []

    @property
    def shown(self) -> str:
        """The database as it may be shown to people: the file."""
        return file_of(self._url)

    async def run(
        self, work: Callable[Concatenate[Connection, P], Result], *args: P.args, **kwargs: P.kwargs
    ) -> Result:
        """One transaction that writes: committed when `work` returns, rolled back when it raises.

        A transaction that has begun comes to its end when its caller is cancelled, and the caller is cancelled then: a
        stop cancels tasks in the middle of things, and what was said to be kept must be kept.

        Raises:
            DatabaseUnusableError: the file can't be read or written (disk full, read-only, corrupt).
        """
        loop, bell = asyncio.get_running_loop(), self.bell

        def ring(only_counts: bool) -> None:
            loop.call_soon_threadsafe(bell, only_counts)

        return await self._in_thread(lambda: self._transaction(lambda one: work(one, *args, **kwargs), ring))

    async def upgrade(self) -> tuple[str | None, str | None]:
        """Brings the tables to the newest version, and returns the versions before and after.

        Raises:
            DatabaseUnusableError: the file can't be opened or written, or a newer bot has made it.
        """
        return await self._in_thread(self._bring_up)

    async def version(self) -> tuple[str | None, str | None]:
        """The version of the tables, and the newest one, without changing anything.

        Raises:
            DatabaseUnusableError: the file can't be opened.
        """
        return await self._in_thread(self._look_up)

    async def close(self) -> None:
        """Waits for the running transaction and closes the connection and its thread."""
        await self._in_thread(self._let_go)
        await self._in_thread(self._engine.dispose)
        self._thread.shutdown()

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        # In the caller's context: what is decided within a transaction knows who asked, and in which language.
        within = contextvars.copy_context()
        running = asyncio.get_running_loop().run_in_executor(self._thread, within.run, work)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait({running})
            if not running.cancelled():
                running.exception()
            raise

    def _transaction(self, work: Callable[[Connection], Result], ring: Callable[[bool], object]) -> Result:
        """What `work` returns; rings after the commit if it left something to be said. In the worker thread."""
        try:
            with self._begun() as connection:
                connection.info.pop(_TO_SAY, None)
                in_trouble = self.problem is not None
                before = _changes(connection) if in_trouble else 0
                result = work(connection)
                wrote = in_trouble and _changes(connection) > before
                only_counts = connection.info.pop(_TO_SAY, None)
        except (DBAPIError, sqlite3.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if isinstance(cause, sqlite3.OperationalError | sqlite3.DatabaseError) and not isinstance(
                cause, sqlite3.IntegrityError | sqlite3.ProgrammingError
            ):
                raise self._failed(cause) from error
            raise
        if wrote:
            self._mended()
        if only_counts is not None:
            ring(only_counts)
        return result

    @contextlib.contextmanager
    def _begun(self) -> Iterator[Connection]:
        """A transaction over the connection that stays out of its pool: to take it each time costs like a statement."""
        try:
            connection = self._taken = self._taken or self._engine.connect()
            with connection.begin():
                yield connection
        except BaseException:
            # The pool clears what may be left of the transaction.
            self._let_go()
            raise

    def _let_go(self) -> None:
        taken, self._taken = self._taken, None
        if taken is not None:
            taken.close()

    def _bring_up(self) -> tuple[str | None, str | None]:
        try:
            with self._engine.connect() as connection:
                # A table that is made anew is dropped first, and rows that name its rows would forbid it. SQLite
                # takes this only outside of a transaction; `bring_up` looks at all links before it commits.
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA foreign_keys=OFF")
                try:
                    with connection.begin():
                        return bring_up(connection)
                finally:
                    driver.execute("PRAGMA foreign_keys=ON")
        except NewerVersionError as error:
            raise DatabaseUnusableError(
                f"{self.shown} was made by a newer version of otc-bot (version {error}). Install that version or newer."
            ) from error
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise unusable(self.shown, getattr(error, "orig", None) or error) from error

    def _look_up(self) -> tuple[str | None, str | None]:
        try:
            with self._engine.connect() as connection:
                return versions(connection)
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise unusable(self.shown, getattr(error, "orig", None) or error) from error

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


def _changes(connection: Connection) -> int:
    """How many rows this connection has ever written."""
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE")
