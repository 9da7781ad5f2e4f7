"""A PostgreSQL server with a standby that has each commit before it is answered, and may be put in its place."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL

from tests import postgres


@dataclass(frozen=True)
class Pair:
    """The database at both; that of the standby is only read from until it is promoted."""

    primary: URL
    standby: URL

    @property
    def url(self) -> str:
        """What DATABASE_URL says."""
        hosts = ",".join(str(one.query["host"]) for one in (self.primary, self.standby))
        return self.primary.update_query_dict({"host": hosts}).render_as_string(hide_password=False)

    def end_primary(self) -> None:
        """Ends it as if its machine were gone."""
        postgres.program(self.primary, "pg_ctl", "-w", "-m", "immediate", "-D", _folder(self.primary), "stop")

    def promote(self) -> None:
        """The standby becomes the server."""
        tell(self.standby, "SELECT pg_promote()")


@contextlib.contextmanager
def a_pair(database: str, *, synchronous: bool = True) -> Iterator[Pair]:
    """Two servers of their own, with an empty database; they end with the process."""
    with postgres.another_server(database) as primary:
        copy = postgres.new_folder()
        copy.mkdir(mode=0o700)
        shutil.chown(copy, Path(_folder(primary)).owner(), Path(_folder(primary)).group())
        where = ("-h", _folder(primary), "-U", str(primary.username), "-D", str(copy))
        postgres.program(primary, "pg_basebackup", *where, "-R", "-c", "fast")
        (copy / ".s.PGSQL.5432.lock").unlink()  # the first one's socket lies in its folder, and is copied with it
        pair = Pair(primary, postgres.server(copy).set(database=database))
        if synchronous:
            tell(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
            tell(primary, "SELECT pg_reload_conf()")
            while tell(primary, "SELECT sync_state FROM pg_stat_replication") != ["sync"]:
                time.sleep(0.05)
        yield pair


def tell(url: URL, statement: str) -> list[object]:
    """Carries out a statement as the server's owner; the first column of its rows."""
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        found = connection.execute(statement.encode())
        return [row[0] for row in found] if found.description else []


def _folder(url: URL) -> str:
    return str(url.query["host"])
