"""A database with all tables, migrated once in each process of a run: the migrations have tests of their own."""

import asyncio
import functools
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.store.session import Database


def migrated(file: Path) -> Path:
    """Puts a copy where there is no database yet, readable by its owner only, and returns its place."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(_template())
    return file


@functools.cache
def _template() -> bytes:
    # In a thread of its own, as whoever asks may be inside a loop.
    with ThreadPoolExecutor(1) as pool, tempfile.TemporaryDirectory() as folder:
        return pool.submit(asyncio.run, _made(Path(folder) / "bot.db")).result()


async def _made(file: Path) -> bytes:
    database = Database(f"sqlite:///{file}")
    await database.upgrade()
    await database.close()
    return file.read_bytes()
