"""Several databases of one process that are brought up at once: Alembic keeps what it works on in a module."""

import asyncio
from pathlib import Path

from bot.store.session import Database
from bot.store.versions import newest_version


async def test_each_gets_its_own_tables(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / f'{n}.db'}") for n in range(4)]
    try:
        found = await asyncio.gather(*(one.upgrade() for one in databases))
    finally:
        for one in databases:
            await one.close()
    assert found == [(None, newest_version())] * 4
