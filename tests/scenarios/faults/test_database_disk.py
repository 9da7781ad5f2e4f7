"""A PostgreSQL server on a disk that is really full: it can't write its log of writes, and ends."""

import asyncio
import contextlib
import functools
import io
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests import postgres
from tests.databases import PostgresDatabase
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.test_database_server import lives_through
from tests.standby import tell
from tests.support import QUICK_POSTS, World, world

pytestmark = [pytest.mark.postgres, pytest.mark.slow("a server and a disk of its own")]
DATABASE = "otc"
SIZE = "160m"


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small one, in memory."""
    where = postgres.new_folder()
    where.mkdir(mode=0o700)
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "none", str(where)]
    if os.geteuid() != 0 or not shutil.which("mount") or subprocess.run(mounting, check=False).returncode != 0:
        where.rmdir()
        pytest.skip("only root can make a disk, and not everywhere")
    yield where
    subprocess.run(["umount", "--lazy", str(where)], check=True)


@pytest.fixture
def server(disk: Path) -> Iterator[URL]:
    with postgres.another_server(DATABASE, disk) as url:
        # What was written before is not used again for the log of writes, as long as there is room for another file.
        tell(url, "ALTER SYSTEM SET wal_recycle = off")
        tell(url, "ALTER SYSTEM SET min_wal_size = '32MB'")
        tell(url, "SELECT pg_reload_conf()")
        yield url
        end(url)


def end(server: URL) -> None:
    """Ends it, unless it has ended by itself."""
    with contextlib.suppress(subprocess.CalledProcessError):
        postgres.program(server, "pg_ctl", "-w", "-m", "immediate", "-D", str(server.query["host"]), "stop")


@pytest.fixture
async def dock(tmp_path: Path, server: URL) -> AsyncIterator[World]:
    with contextlib.closing(PostgresDatabase(DATABASE, server)) as its:
        async with world(tmp_path) as one:
            one.elsewhere = its
            rest = replace(QUICK_POSTS.outbox, unwritten=timedelta(seconds=0.2))
            one.timing = replace(QUICK_POSTS, outbox=rest)
            yield one


@fault(
    "Process",
    "a database server that ends because its disk is full",
    keeps=(1, 2, 3, 4, 6),
    person="Tell whoever runs the bot: its log says what to do.",
    operator="Look whether the server runs and can be reached from here. The bot waits and goes on by itself.",
)
async def test_a_disk_that_is_really_full(dock: World, logged: io.StringIO, server: URL, disk: Path) -> None:
    filler = disk / "filler"

    def fill() -> None:
        with filler.open("wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 16))
                file.flush()
        # The next change needs another file for it, and there is no room.
        with contextlib.suppress(Exception):
            tell(server, "SELECT pg_switch_wal()")

    def mend() -> None:
        end(server)
        filler.unlink()
        postgres.restart(server)

    url = server.render_as_string(hide_password=False)
    full, free = functools.partial(asyncio.to_thread, fill), functools.partial(asyncio.to_thread, mend)
    # A table that can't grow, a server that ends, and one that recovers for a moment.
    await lives_through(dock, logged, url, full, free, kinds=3)
    assert "No space left on device" in (disk / "log").read_text(encoding="utf-8")
