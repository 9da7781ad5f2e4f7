"""Where the bot of a test keeps things, looked at from outside: an SQLite file or a PostgreSQL database.

Rows come back alike from both: moments as SQLite's text in UTC, JSON as text, yes and no as 1 and 0.
"""

import contextlib
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.types.json import set_json_loads
from sqlalchemy import URL

from tests import postgres
from tests.template import migrated

Rows = list[tuple[Any, ...]]
UNREADABLE = (sqlite3.DatabaseError, psycopg.OperationalError, psycopg.errors.UndefinedTable)
"""What `rows` raises of a database that is broken, or gone and not made anew yet."""


class Kept(Protocol):
    """One database, from outside."""

    @property
    def url(self) -> str:
        """What DATABASE_URL says."""
        ...

    def make(self) -> None:
        """Makes it with all tables, where there is none yet."""
        ...

    def rows(self, query: str) -> Rows:
        """What a query finds."""
        ...

    def columns(self) -> dict[str, set[str]]:
        """The columns of each table."""
        ...

    def back_up(self) -> None:
        """Takes a copy while a bot works on it, in place of the last one."""
        ...

    @property
    def is_backed_up(self) -> bool:
        """Whether there is a copy."""
        ...

    def lose(self) -> None:
        """It is gone; the bot that comes next makes one anew."""
        ...

    def put_back(self) -> None:
        """The copy takes its place, as if it were of an hour ago."""
        ...

    def raw(self, *, last: bool = False) -> Iterator[tuple[str, bytes]]:
        """What it has on the disk outside of the bot's folder, also what was deleted and not written over yet.

        Args:
            last: whether nobody looks again; else what was not written since the last time is left out.
        """
        ...


class SqliteFile:
    """A file with its write-ahead log."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._copy = path.with_name("earlier.db")

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def make(self) -> None:
        migrated(self.path)

    def rows(self, query: str) -> Rows:
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(query).fetchall()

    def columns(self) -> dict[str, set[str]]:
        names = [name for (name,) in self.rows("select name from sqlite_master where type = 'table'")]
        return {name: {column for _, column, *_ in self.rows(f"pragma table_info({name})")} for name in names}

    def back_up(self) -> None:
        with (
            contextlib.closing(sqlite3.connect(self.path)) as source,
            contextlib.closing(sqlite3.connect(self._copy)) as copy,
        ):
            source.backup(copy)

    @property
    def is_backed_up(self) -> bool:
        return self._copy.exists()

    def lose(self) -> None:
        for path in self._files():
            path.unlink()

    def put_back(self) -> None:
        self.lose()
        shutil.copyfile(self._copy, self.path)
        # The copy is of some seconds ago; what says when its bot was awake is made that of an hour ago.
        with contextlib.closing(sqlite3.connect(self.path)) as copy, copy:
            copy.execute("""UPDATE awake SET seen_at = strftime('%Y-%m-%d %H:%M:%f', seen_at, '-1 hour'),
                                             gap_at = strftime('%Y-%m-%d %H:%M:%f', gap_at, '-1 hour')""")

    def raw(self, *, last: bool = False) -> Iterator[tuple[str, bytes]]:  # noqa: ARG002 - all of it is in the folder
        yield from ()

    def _files(self) -> list[Path]:
        every = (self.path.with_name(self.path.name + end) for end in ("", "-wal", "-shm"))
        return [path for path in every if path.exists()]


class PostgresDatabase:
    """A database of the run's own server, or of one that a test has to itself."""

    def __init__(self, name: str, at: URL | None = None) -> None:
        self.name = name
        self._address: URL = (at or postgres.server()).set(database=name)
        self._dump: bytes = b""
        self._looks: psycopg.Connection | None = None
        """The connection of whoever looks: people of a play look often, and each new one costs the server a process."""
        self._searched: dict[Path, int] = {}

    @property
    def url(self) -> str:
        return self._address.render_as_string(hide_password=False)

    def make(self) -> None:
        """It is there from the beginning, and a bot makes its tables."""

    def rows(self, query: str) -> Rows:
        looks, self._looks = self._looks, None
        with contextlib.suppress(psycopg.OperationalError):  # it ended with the database, or with the server
            if looks is not None:
                return self._found(looks, query)
        looks = psycopg.connect(self.url, autocommit=True, prepare_threshold=None, options="-c timezone=UTC")
        set_json_loads(lambda said: said if isinstance(said, str) else said.decode(), looks)
        return self._found(looks, query)

    def _found(self, looks: psycopg.Connection, query: str) -> Rows:
        """What it finds with the connection, which is kept unless that fails."""
        try:
            # A percent sign is one: nothing is put in for it.
            found = looks.execute(query.encode()).fetchall()
        except BaseException:
            looks.close()
            raise
        before, self._looks = self._looks, looks
        if before is not None:
            before.close()  # another thread has looked meanwhile
        return [tuple(map(_as_sqlite, row)) for row in found]

    def close(self) -> None:
        """Nobody looks any more."""
        if self._looks is not None:
            self._looks.close()

    def columns(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for table, column in self.rows(
            "select table_name, column_name from information_schema.columns where table_schema = current_schema()"
        ):
            found.setdefault(table, set()).add(column)
        return found

    def back_up(self) -> None:
        self._dump = self._tool("pg_dump", "--format=custom", self.url)

    @property
    def is_backed_up(self) -> bool:
        return bool(self._dump)

    def lose(self) -> None:
        postgres.drop(self.name)
        postgres.make(self.name)

    def put_back(self) -> None:
        self.lose()
        self._tool("pg_restore", "--dbname", self.url, given=self._dump)
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "UPDATE awake SET seen_at = seen_at - interval '1 hour', gap_at = gap_at - interval '1 hour'"
            )

    def raw(self, *, last: bool = False) -> Iterator[tuple[str, bytes]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        ((oid,),) = self.rows(f"select oid from pg_database where datname = '{self.name}'")  # noqa: S608 - our own name
        # The server's log of writes is large, and all worlds have it together: once is enough.
        for part in (f"base/{oid}", *(["pg_wal"] if last else [])):
            for path in (Path(str(self._address.query["host"])) / part).iterdir():
                with contextlib.suppress(FileNotFoundError, IsADirectoryError):
                    written = path.stat().st_mtime_ns
                    if self._searched.get(path) != written:
                        self._searched[path] = written
                        yield path.name, path.read_bytes()

    @staticmethod
    def _tool(name: str, *arguments: str, given: bytes = b"") -> bytes:
        """Runs one of the server's own programs."""
        program = postgres.programs() / name
        done = subprocess.run([program, *arguments], input=given, capture_output=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr.decode()}"
        return done.stdout


@contextlib.contextmanager
def postgres_database() -> Iterator[PostgresDatabase]:
    """An empty one of its own, gone at the end."""
    with postgres.a_database() as url:
        assert url.database
        with contextlib.closing(PostgresDatabase(url.database)) as one:
            yield one


def _as_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC) if value.tzinfo else value:%Y-%m-%d %H:%M:%S.%f}"
    return int(value) if isinstance(value, bool) else value
