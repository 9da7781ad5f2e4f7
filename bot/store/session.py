"""The one door to the database: one connection that writes, one worker thread, one transaction at a time.

What is kept stands in plain functions over a connection (SQLAlchemy Core). A whole transaction of them is carried to
the worker thread and back: one hop, however many statements it has. What differs from one database to another, and why
there is one connection, stands in `bot.store.dialects`.
"""

import asyncio
import contextlib
import contextvars
import functools
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.store.dialects.backend import Trouble, backend_of
from bot.store.errors import WAITS, DatabaseAwayError, DatabaseUnusableError, NewerTablesError
from bot.store.versions import MIGRATIONS, bring_up, newest_version, versions
from bot.webhooks.receivers import NOBODY, Receivers

__all__ = ["Database", "DatabaseAwayError", "DatabaseUnusableError", "one_transaction", "to_say"]

log = structlog.get_logger()

_TRIES = 3
"""For a transaction of which nothing was kept, and that may succeed at once."""
_DOUBT_SECONDS = 5.0
"""For so long a commit that was not answered is asked about; somebody waits for the answer."""
_DOUBT_PAUSE = 0.2
_TO_SAY = "something is to be said"
RECEIVERS = "who outside is told of it"
"""In what a transaction's connection has beside it."""
P = ParamSpec("P")
Result = TypeVar("Result")


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

    def __init__(self, url: str, photos: Path | None = None, migrations: Path = MIGRATIONS) -> None:
        """Takes an SQLAlchemy URL such as ``sqlite:///otc-bot.db``; connects to nothing yet.

        Args:
            url: of the database.
            photos: where its folder of pictures lies, if not beside it.
            migrations: what brings its tables to the version that this bot works with.

        Raises:
            DatabaseUnusableError: the driver that the URL needs is not installed.
        """
        self._backend = backend_of(url)
        self._photos = photos
        self._migrations = migrations
        self._shared = False
        self.problem: str | None = None
        """Why it could not be read or written; None again once something is written."""
        self.bell: Callable[[bool], None] = lambda _: None
        """Rung on the loop after the commit of a transaction that was marked by `to_say`, with its `only_counts`."""
        self.receivers: Receivers = NOBODY
        """Who outside is told what happens (`bot.store.telling`)."""
        self.outdated: str | None = None
        """Why only a newer bot can go on with it: its tables were changed while this one had lost its connection."""
        self._damaged = False
        self._subject = ""
        self._engine = self._backend.engine()
        self._unanswered: tuple[type[Exception], ...] = (*self._backend.errors, DatabaseUnusableError)
        self._errors: tuple[type[Exception], ...] = (*self._backend.errors, SQLAlchemyError, OSError)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._taken: Connection | None = None

    def problems(self) -> list[str]:
        """What the health page says of the database."""
        return [self.problem] if self.problem else []

    @property
    def shown(self) -> str:
        """The database as it may be shown to people: the file, or the server without a user and a password."""
        return self._backend.shown

    @property
    def beside(self) -> Path:
        """The folder of pictures begins with this name; it is beside the database, or where it was told to be."""
        beside = self._backend.beside
        return beside if self._photos is None else self._photos / beside.name

    async def run(
        self, work: Callable[Concatenate[Connection, P], Result], *args: P.args, **kwargs: P.kwargs
    ) -> Result:
        """One transaction that writes: committed when `work` returns, rolled back when it raises.

        A transaction that has begun comes to its end when its caller is cancelled, and the caller is cancelled then: a
        stop cancels tasks in the middle of things, and what was said to be kept must be kept.

        `work` may be carried out more than once, where nothing of a try was kept.

        Raises:
            DatabaseUnusableError: it can't be read or written (disk full, read-only, corrupt, away).
        """
        bell = self.bell

        def ring(running: "asyncio.Future[_Done[Result]]") -> None:
            # With the result, not by itself: to wake the loop costs as much as a statement.
            if running.exception() is None and (only_counts := running.result().only_counts) is not None:
                bell(only_counts)

        done = await self._in_thread(lambda: self._transaction(lambda one: work(one, *args, **kwargs)), ring)
        return done.result

    def is_there(self) -> bool:
        """Whether there is something to open; else opening it makes it.

        Raises:
            DatabaseUnusableError: its folder is closed, so nobody can tell.
        """
        return self._backend.is_there()

    async def require_sound(self) -> None:
        """Looks at what can be wrong before any work; changes nothing.

        Raises:
            DatabaseUnusableError: it is damaged, or not as the bot needs it.
            DatabaseAwayError: it can't be reached.
        """
        await self._in_thread(lambda: self._backend.require_sound(self._engine))

    async def hold(self, *, shared: bool = False) -> None:
        """Keeps every other bot away from it until it is closed; or, on a server, only those that share with none.

        Raises:
            DatabaseUnusableError: another bot works on it.
        """
        await self._in_thread(lambda: self._hold(shared=shared))

    async def make_private(self) -> None:
        """Sees to it that nobody else of this machine can read what will be made."""
        await self._in_thread(self._backend.make_private)

    async def keep_private(self) -> list[str]:
        """Closes to other people of this machine what they could read; the names of it."""
        return await self._in_thread(self._backend.keep_private)

    async def upgrade(self) -> tuple[str | None, str | None]:
        """Brings the tables to the newest version, and returns the versions before and after.

        Raises:
            DatabaseUnusableError: it can't be opened or written, or a newer bot has made it.
            OlderCopiesError: of several copies that share it, some can't live with the newest version.
        """
        return await self._in_thread(self._bring_up)

    async def version(self) -> tuple[str | None, str | None]:
        """The version of the tables, and the newest one, without changing anything.

        Raises:
            DatabaseUnusableError: it can't be opened.
        """
        return await self._in_thread(self._look_up)

    async def close(self) -> None:
        """Waits for the running transaction, closes the connection and its thread, and lets other bots in."""
        await self._in_thread(self._let_go)
        await self._in_thread(self._engine.dispose)
        await self._in_thread(self._backend.let_go)
        self._thread.shutdown()

    async def _in_thread(
        self, work: Callable[[], Result], then: "Callable[[asyncio.Future[Result]], None] | None" = None
    ) -> Result:
        """What `work` returns; `then` is called with it on the loop, whether or not the caller still waits for it."""
        # In the caller's context: what is decided within a transaction knows who asked, and in which language.
        within = contextvars.copy_context()
        running = asyncio.get_running_loop().run_in_executor(self._thread, within.run, work)
        if then is not None:
            running.add_done_callback(then)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait({running})
            if not running.cancelled():
                running.exception()
            raise

    def _transaction(self, work: Callable[[Connection], Result]) -> "_Done[Result]":
        """What `work` returns, and whether it left something to be said. In the worker thread."""
        tries = 1
        while True:
            try:
                done = self._once(work)
            except self._backend.errors as error:
                trouble = self._backend.trouble(error)
                if trouble is None:
                    raise
                if not trouble.again or tries == _TRIES:
                    raise self._failed(trouble) from error
                tries += 1
            except DatabaseUnusableError as error:
                if isinstance(error, NewerTablesError):
                    self.outdated = str(error)
                raise self._failed(Trouble(str(error))) from error
            else:
                break
        if done.wrote:
            self._mended()
        return done

    def _once(self, work: Callable[[Connection], Result]) -> "_Done[Result]":
        """Carries out one transaction; one whose commit was not answered counts as it turns out to have ended."""
        done: _Done[Result] | None = None
        doubt: Any = None
        try:
            with self._begun() as connection:
                connection.info.pop(_TO_SAY, None)
                connection.info[RECEIVERS] = self.receivers
                in_trouble = self.problem is not None
                if in_trouble:
                    self._backend.hurry(connection)
                before = self._backend.changes(connection) if in_trouble else 0
                result = work(connection)
                wrote = in_trouble and self._backend.changes(connection) > before
                only_counts = connection.info.pop(_TO_SAY, None)
                doubt = self._backend.doubt(connection)
                done = _Done(result, wrote, only_counts)
        except self._backend.errors as error:
            trouble = self._backend.trouble(error)
            if done is None or trouble is None or not trouble.lost:
                raise
            kept = self._carried_out(doubt)
            if kept is None:
                unknown = f"{trouble.said} Whether the last change was kept is not known."
                raise DatabaseUnusableError(unknown) from error
            if not kept:
                raise
        return done

    def _carried_out(self, doubt: Any) -> bool | None:
        """Whether a commit that was not answered was carried out; asked over a new connection."""
        if doubt is None:
            return True  # it wrote nothing
        until = time.monotonic() + _DOUBT_SECONDS
        while True:
            try:
                with self._engine.connect() as connection:
                    return self._backend.carried_out(connection, doubt)
            except self._unanswered:
                if time.monotonic() > until:
                    return None
                time.sleep(_DOUBT_PAUSE)

    @contextlib.contextmanager
    def _begun(self) -> Iterator[Connection]:
        """A transaction over the connection that stays out of its pool: to take it each time costs like a statement."""
        try:
            connection = self._taken = self._taken or self._engine.connect()
            with connection.begin():
                yield connection
        except self._backend.errors as error:
            trouble = self._backend.trouble(error)
            self._let_go(lost=trouble is not None and trouble.lost)
            raise
        except BaseException:
            # The pool clears what may be left of the transaction.
            self._let_go()
            raise

    def _let_go(self, *, lost: bool = False) -> None:
        taken, self._taken = self._taken, None
        if taken is not None:
            if lost and not taken.invalidated:
                taken.invalidate()
            taken.close()

    def _hold(self, *, shared: bool) -> None:
        self._shared = shared
        try:
            self._backend.hold(self._engine, shared=shared, version=newest_version(self._migrations))
        except self._backend.errors as error:
            raise self._unusable(error) from error

    def _bring_up(self) -> tuple[str | None, str | None]:
        try:
            with self._engine.connect() as connection:
                self._backend.before_upgrade(connection)
                try:
                    with connection.begin():
                        return bring_up(connection, self._backend, self._migrations, shared=self._shared)
                finally:
                    self._backend.after_upgrade(connection)
        except self._errors as error:
            raise self._unusable(error) from error

    def _look_up(self) -> tuple[str | None, str | None]:
        try:
            with self._engine.connect() as connection:
                return versions(connection, self._migrations)
        except self._errors as error:
            raise self._unusable(error) from error

    def _unusable(self, error: BaseException) -> DatabaseUnusableError:
        trouble = self._backend.trouble(error)
        if trouble is not None and trouble.away:
            return DatabaseAwayError(trouble.said)
        return DatabaseUnusableError(self._backend.says(error))

    def _failed(self, trouble: Trouble) -> DatabaseUnusableError:
        """Says it once, not with every transaction that fails."""
        self._damaged = self._damaged or trouble.lasting
        problem = f"{trouble.said} {WAITS}" if trouble.away else trouble.said
        if self.problem is None or self._subject != trouble.subject:
            log.error("what happens can't be kept; no code is given out until it can", problem=problem)
        self.problem, self._subject = problem, trouble.subject
        return DatabaseAwayError(trouble.said) if trouble.away else DatabaseUnusableError(trouble.said)

    def _mended(self) -> None:
        if not self._damaged:
            log.info("the database can be written again", file=self.shown)
            self.problem = None


@dataclass(frozen=True, slots=True)
class _Done(Generic[Result]):
    """A transaction that was carried out."""

    result: Result
    wrote: bool
    """Whether it wrote anything; only looked at after trouble."""
    only_counts: bool | None
    """What it left to be said, as `to_say` marked it."""
