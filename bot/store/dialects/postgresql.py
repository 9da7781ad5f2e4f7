"""One schema of a PostgreSQL database, one connection of this process that writes.

What writes holds the lock of the one bot: it is the session's own, so a bot that lost its connection writes nothing
until it has the lock again. A connection that died is thrown away, and the next transaction opens another.
"""

import functools
import hashlib
import math
import re
import time
from collections.abc import Sequence
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
from bot.store.dialects.postgresql_locks import at, copies_of, keeps, tables, try_lock
from bot.store.dialects.postgresql_look import look
from bot.store.dialects.postgresql_served import Doubt, Served, end, served
from bot.store.dialects.postgresql_silence import Watched
from bot.store.errors import DatabaseAwayError, DatabaseUnusableError, NewerTablesError, OlderCopiesError

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
        self._version = ""
        """Of the tables, the newest that this bot knows."""
        self._server: Served | None = None
        """What serves the connection."""
        self._before: Served | None = None
        """What served the one before: it may not have noticed yet that nobody is there."""
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

    def hold(self, engine: Engine, *, shared: bool, version: str) -> None:
        """Takes the lock with the connection that writes, and with each that follows it."""
        self._alone, self._shares, self._version = True, shared, version
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

    def require_gone(self, connection: Connection, versions: Sequence[str]) -> None:
        """By the locks of which each copy has a part: nobody gets one back before the new tables can be seen."""
        if not self._shares:
            return
        driver = _driver(connection)
        locks = {version: self._key(copies_of(version)) for version in versions}
        if there := [f"version {version}{at(driver, key)}" for version, key in locks.items() if not keeps(driver, key)]:
            raise OlderCopiesError(
                f"copies of an older version work on {self.shown} ({'; '.join(there)}) and can't live with the tables "
                "that this version needs: end them, and this one goes on by itself"
            )

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

    def doubt(self, connection: Connection) -> Doubt | None:
        """The number that the server gave the transaction, where it wrote anything."""
        driver = _driver(connection)
        if not driver.wrote:
            return None
        number = driver.execute("SELECT pg_current_xact_id_if_assigned()::text").fetchone()
        if number is None or number[0] is None:
            return None
        return Doubt(str(number[0]), self._server.history if self._server is not None else None)

    def carried_out(self, connection: Connection, doubt: Doubt) -> bool | None:
        """As the server remembers it; after a failover another one may mean one of its own by that number."""
        try:
            if self._before is not None:
                end(_driver(connection), self._before)
            if self._server is None or doubt.history != self._server.history:
                return None
            asked = {"number": doubt.number}
            state = connection.execute(text("SELECT pg_xact_status(CAST(:number AS xid8))"), asked).scalar()
        except DBAPIError as error:
            trouble = self.trouble(error)
            if trouble is not None and trouble.lost:
                raise  # it went away again: whoever asks tries once more
            if doubt.history is not None and isinstance(error.orig, psycopg.errors.InvalidParameterValue):
                return (
                    False  # the very server has not given that number yet: it crashed before it had written any of it
                )
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
            self._before, self._server = self._server, served(driver)
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
        has = try_lock(driver, key, shared=self._shares)
        if not has and self._before is not None:
            # The server may hold it for the connection that this bot just lost.
            end(driver, self._before)
            has = try_lock(driver, key, shared=self._shares)
        if not has:
            where = f"{self.shown}{at(driver, key)}"
            raise DatabaseUnusableError(
                f"another otc-bot is running on {where}: stop it first, or give this one another DATABASE_URL."
            )
        self._join(driver)

    def _join(self, driver: "_Connection") -> None:
        """Says which version works here, and looks whether it may: a newer one may have changed the tables."""
        if self._shares and not try_lock(driver, self._key(copies_of(self._version)), shared=True):
            raise DatabaseAwayError(f"a newer version of otc-bot is just changing the tables of {self.shown}")
        version, oldest = tables(driver)
        if oldest > self._version:
            raise NewerTablesError(self.shown, version)

    def _key(self, what: str) -> int:
        """The key of an advisory lock: of this schema alone, and of nothing else that may be locked there."""
        digest = hashlib.sha256(f"otc-bot, {what}, {self._schema or ''}".encode()).digest()
        return int.from_bytes(digest[:8], signed=True)


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


def _driver(connection: Connection) -> _Connection:
    # The engine makes no other ones.
    return cast("_Connection", connection.connection.driver_connection)
