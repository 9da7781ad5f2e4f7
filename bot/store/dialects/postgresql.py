"""One schema of a PostgreSQL database, one connection of this process that writes.

What writes holds the lock of the one bot: it is the session's own, so a bot that lost its connection writes nothing
until it has the lock again. A connection that died is thrown away, and the next transaction opens another.
"""

import functools
import hashlib
import math
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from bot.store.dialects.backend import Trouble
from bot.store.dialects.postgresql_errors import sentence, trouble_of, words
from bot.store.dialects.postgresql_look import look
from bot.store.dialects.postgresql_silence import Watched
from bot.store.errors import DatabaseAwayError, DatabaseUnusableError

_SILENCE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A server that is silent is given up after about ten seconds: seconds each, the last in milliseconds."""
_STATEMENT = 60
"""Seconds for a statement."""
_LONGEST = _STATEMENT + 5.0
"""Seconds in which the server says at least that it has ended one."""
_SESSION = {
    "timezone": "UTC",
    # Longer than the server waits before it looks for a deadlock; others wait behind who waits.
    "lock_timeout": "2s",
    "statement_timeout": f"{_STATEMENT}s",
    "idle_in_transaction_session_timeout": "60s",
    # The server too finds out that this side is gone, and gives the lock of the one bot back.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "standard_conforming_strings": "on",
    "client_min_messages": "warning",
}
_SHARED = {
    # A copy that is stopped in the middle of a transaction keeps the others waiting for no longer.
    "idle_in_transaction_session_timeout": "5s",
}
_MINUTES_FOR_AN_UPGRADE = 5


class PostgresServer:
    """A database on a server, and in it a schema where the URL names one (``?schema=name``)."""

    def __init__(self, url: URL) -> None:
        """Takes a URL such as ``postgresql://user:password@host/otc``."""
        schema = url.query.get("schema")
        self._schema = schema if isinstance(schema, str) else None
        shown = URL.create("postgresql", host=url.host, port=url.port, database=url.database).render_as_string()
        shown = shown.replace("///", f"//{_several(url)}/", 1)
        self.shown = shown + (f"?schema={self._schema}" if self._schema else "")
        named = f"{url.database}.{self._schema}" if self._schema else str(url.database)
        self.beside = Path(re.sub(r"[^\w.-]", "_", named))
        self.errors: tuple[type[Exception], ...] = (DBAPIError, psycopg.Error)
        self._url = url.difference_update_query(["schema"]).set(drivername="postgresql+psycopg")
        self._alone = False
        self._shares = False
        """Whether the lock is one that several copies have together."""
        self._server: _Process | None = None
        """What serves the connection."""
        self._before: _Process | None = None
        """What served the one before: it may not have noticed yet that nobody is there."""
        self._history: str | None = None
        """Which server counts the transactions of the connection; None: it does not say."""
        self._rests_until = 0.0
        self._why: Exception | None = None

    def engine(self) -> Engine:
        """Makes the engine."""
        given = {"connect_timeout": 5, "application_name": "otc-bot"} | _SILENCE
        given = {name: value for name, value in given.items() if name not in self._url.query}
        made = create_engine(
            self._url,
            poolclass=StaticPool,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            use_native_hstore=False,
            connect_args=given,
        )
        event.listen(made, "do_connect", self._connect)
        event.listen(made, "connect", self._prepare)
        event.listen(made, "begin", self._begin)
        return made

    def reader(self) -> Engine:
        """Makes an engine whose transactions are read-only."""
        return self.engine().execution_options(postgresql_readonly=True)

    def about(self, connection: Connection) -> tuple[str, tuple[str, ...]]:
        """The server's version, and whether something stands in between."""
        product = f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"
        served = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        if served == _driver(connection).info.backend_pid:
            return product, ()
        pooled = (
            "a pooler answers in its place: let that keep a connection for as long as the bot has it (in PgBouncer "
            "pool_mode = session), or name the server itself; the lock of the one bot is lost otherwise"
        )
        return product, (pooled,)

    def trouble(self, error: BaseException) -> Trouble | None:
        """By the server's SQLSTATE, or by what the driver says where there is no server."""
        cause = (error.orig or error) if isinstance(error, DBAPIError) else error
        return trouble_of(self.shown, cause)

    def is_there(self) -> bool:
        """Nothing is made by opening it."""
        return True

    def says(self, error: BaseException) -> str:
        """What went wrong with the server."""
        cause = getattr(error, "orig", None) or error
        found = self.trouble(error)
        return found.said if found else sentence(self.shown, cause)

    def require_sound(self, engine: Engine) -> None:
        """Its version, how it keeps and sorts texts, and what the bot may do there."""
        try:
            with engine.connect() as connection:
                wrong = look(connection, self._schema)
                connection.rollback()
        except self.errors as error:
            trouble = self.trouble(error)
            kind = DatabaseAwayError if trouble and trouble.away else DatabaseUnusableError
            raise kind(self.says(error)) from error
        if wrong:
            raise DatabaseUnusableError(f"database {self.shown} can't be used: {wrong}")

    def hold(self, engine: Engine, *, shared: bool) -> None:
        """Takes the lock with the connection that writes, and with each that follows it."""
        self._alone, self._shares = True, shared
        engine.dispose()
        with engine.connect():
            pass

    def let_go(self) -> None:
        """It went with the connection."""
        self._alone = False

    def make_private(self) -> None:
        """Who may read it is the server's to say."""

    def keep_private(self) -> list[str]:
        """Nothing of it lies on this machine."""
        return []

    def before_upgrade(self, connection: Connection) -> None:
        """Several bots that start together take turns, and even to begin waits until the one before is through."""
        driver = _driver(connection)
        _set(driver, {"lock_timeout": f"{_MINUTES_FOR_AN_UPGRADE}min", "statement_timeout": "0"})
        driver.longest = math.inf

    def in_upgrade(self, connection: Connection) -> None:
        """What copies lock is of those that share alone."""
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self._key("upgrade")})
        if self._schema:
            name = connection.dialect.identifier_preparer.quote_identifier(self._schema)
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {name}")

    def after_upgrade(self, connection: Connection) -> None:
        """Waits are short again; a connection that died has nothing to put back."""
        driver = _driver(connection)
        driver.longest = _LONGEST
        if not driver.closed:
            _set(driver, {name: _SESSION[name] for name in ("lock_timeout", "statement_timeout")})

    def check_links(self, connection: Connection) -> None:
        """The server looked at each of them when it was written."""

    def hurry(self, connection: Connection) -> None:
        """A lock that was held for long may be held for longer."""
        connection.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")

    def changes(self, connection: Connection) -> int:
        """Whether anything was written at all."""
        return int(self.doubt(connection) is not None)

    def doubt(self, connection: Connection) -> "_Doubt | None":
        """The number that the server gave the transaction, where it wrote anything."""
        driver = _driver(connection)
        if not driver.wrote:
            return None
        number = driver.execute("SELECT pg_current_xact_id_if_assigned()::text").fetchone()
        return None if number is None or number[0] is None else _Doubt(str(number[0]), self._history)

    def carried_out(self, connection: Connection, doubt: "_Doubt") -> bool | None:
        """As the server remembers it; after a failover another one may mean one of its own by that number."""
        try:
            if self._before is not None:
                _end(_driver(connection), self._before)
            if doubt.history != self._history:
                return None
            asked = {"number": doubt.number}
            state = connection.execute(text("SELECT pg_xact_status(CAST(:number AS xid8))"), asked).scalar()
        except DBAPIError:
            return None
        return {"committed": True, "aborted": False}.get(state or "")

    def _connect(self, dialect: Any, record: Any, args: Any, given: Any) -> Any:
        """Connects; after a try that took long, others are told the same for a while instead of waiting their turn."""
        del dialect, record
        began = time.monotonic()
        if self._why is not None and began < self._rests_until:
            raise self._why.with_traceback(None)  # or it would grow with each
        try:
            made = _Connection.connect(*args, **given)
        except psycopg.Error as error:
            now = time.monotonic()
            self._rests_until, self._why = now + (now - began), error
            raise
        self._why = None
        made.adapters.register_dumper(str, _Text)
        made.watch(functools.partial(psycopg.connect, *args, **given), _LONGEST)
        return made

    def _prepare(self, driver: "_Connection", record: Any) -> None:
        del record
        try:
            driver.autocommit = True
            given = _SESSION | (_SHARED if self._shares else {})
            given |= {"search_path": sql.Identifier(self._schema).as_string(driver)} if self._schema else {}
            driver.execute(
                "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS given (name, value)",
                [list(given), list(given.values())],
            )
            # What is answered is kept, also where a server does not wait for its disk otherwise.
            driver.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') = 'off'"
            )
            found: Any = driver.execute(_WHO).fetchone()
            self._before, self._server = self._server, _Process(*found)
            self._history = _history(driver)
            if self._alone:
                self._take_lock(driver)
            driver.autocommit = False
        except BaseException:
            driver.close()
            raise

    def _begin(self, connection: Connection) -> None:
        driver = _driver(connection)
        driver.wrote = False
        if self._shares:
            # Of several copies too one transaction at a time: what is read in it nobody else changes meanwhile.
            driver.execute("SELECT pg_advisory_xact_lock(%s)", [self._key("one transaction")])

    def _take_lock(self, driver: "_Connection") -> None:
        key = self._key("one bot")
        if _try_lock(driver, key, shared=self._shares):
            return
        if self._before is not None:
            # The server may hold it for the connection that this bot just lost.
            _end(driver, self._before)
            if _try_lock(driver, key, shared=self._shares):
                return
        where = driver.execute(_HOLDER, [key >> 32 & _WORD, key & _WORD]).fetchone()
        at = f" (at {where[0]})" if where and where[0] else ""
        raise DatabaseUnusableError(
            f"another otc-bot is running on {self.shown}{at}: stop it first, or give this one another DATABASE_URL."
        )

    def _key(self, what: str) -> int:
        """The key of an advisory lock: of this schema alone, and of nothing else that may be locked there."""
        digest = hashlib.sha256(f"otc-bot, {what}, {self._schema or ''}".encode()).digest()
        return int.from_bytes(digest[:8], signed=True)


@dataclass(frozen=True, slots=True)
class _Process:
    """What serves a connection: its number, and since when, which tells it from a later one of that number."""

    pid: int
    since: str


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A transaction: its number, and who counted it."""

    number: str
    history: str | None


class _Connection(Watched):
    """A connection that knows whether its transaction wrote."""

    wrote = False

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.cursor_factory = _Cursor


class _Cursor(psycopg.Cursor[Any]):
    """Notes what writes. What a row says belongs into the tables, so an error's words end before the values."""

    def execute(self, *args: Any, **more: Any) -> "_Cursor":
        try:
            super().execute(*args, **more)
        except psycopg.Error as error:
            raise _short(error) from None
        if not (self.statusmessage or "").startswith("SELECT"):
            self._noted()
        return self

    def executemany(self, *args: Any, **more: Any) -> None:
        self._noted()
        try:
            super().executemany(*args, **more)
        except psycopg.Error as error:
            raise _short(error) from None

    def _noted(self) -> None:
        if isinstance(self.connection, _Connection):
            self.connection.wrote = True


class _Text(StrDumperUnknown):
    """PostgreSQL takes no text with a NUL in it, which nobody can see anyway."""

    def dump(self, obj: str) -> bytes:
        """The text without it."""
        return obj.replace("\0", "").encode(self._encoding)


def _several(url: URL) -> str:
    """The hosts of a server that stand in the query because there are several (`bot.database_url`)."""
    hosts, ports = (str(url.query.get(name, "")) for name in ("host", "port"))
    if "," not in hosts or hosts.startswith("/"):
        return ""
    every = zip(hosts.split(","), ports.split(","), strict=False) if ports else [(one, "") for one in hosts.split(",")]
    return ",".join(f"{host}:{port}" if port else host for host, port in every)


def _short(error: psycopg.Error) -> psycopg.Error:
    error.args = (words(error), *error.args[1:])
    return error


def _set(driver: _Connection, given: dict[str, str]) -> None:
    """For the session, not for a transaction; none may have begun."""
    driver.autocommit = True
    for name, value in given.items():
        driver.execute("SELECT set_config(%s, %s, false)", [name, value])
    driver.autocommit = False


def _history(driver: _Connection) -> str | None:
    """The server by its own number and its timeline, which is another one once a standby was promoted."""
    try:
        found = driver.execute(_HISTORY).fetchone()
    except psycopg.DatabaseError:
        if driver.closed:
            raise
        return None  # one that is no PostgreSQL in all things, or whose owner lets nobody ask
    return None if found is None else str(found[0])


def _try_lock(driver: _Connection, key: int, *, shared: bool) -> bool:
    words = "SELECT pg_try_advisory_lock_shared(%s)" if shared else "SELECT pg_try_advisory_lock(%s)"
    found = driver.execute(words, [key]).fetchone()
    return bool(found and found[0])


def _end(driver: _Connection, one: _Process) -> None:
    """Ends what serves a connection that is gone; a commit that it is about to finish it finishes first."""
    driver.execute(
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE pid = %s AND backend_start::text = %s",
        [one.pid, one.since],
    )


def _driver(connection: Connection) -> _Connection:
    # The engine makes no other ones.
    return cast("_Connection", connection.connection.driver_connection)


_WORD = 0xFFFFFFFF
_WHO = "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()"
_HISTORY = """
    SELECT format('%s %s', system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8))
    FROM pg_control_system() WHERE NOT pg_is_in_recovery()
"""
_HOLDER = """
    SELECT host(client_addr) FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = %s::oid AND objid = %s::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
