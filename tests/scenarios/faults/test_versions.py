"""A new version of the bot beside the old one, in processes of their own, over one PostgreSQL."""

import asyncio
import contextlib
import io
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import make_url

import bot
from bot.app import App
from bot.store.opening import opened
from bot.store.session import DatabaseUnusableError
from tests.databases import postgres_database
from tests.pace import PATIENCE
from tests.scenarios.copies import QUICK_COPIES
from tests.scenarios.dockwork import card_of, card_says
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.processes import all_is_said, real
from tests.scenarios.test_http_mode import free_port
from tests.store.newer import NEWEST, NEXT, with_more
from tests.support import QUICK_POSTS, World, world
from tests.test_cli import Installation, Running, assert_clean
from tests.wire import a_wire

pytestmark = pytest.mark.postgres
WAITS = "waiting until copies of an older version have ended"
TREE = Path(bot.__file__).parent


@pytest.fixture
async def dock(tmp_path: Path) -> AsyncIterator[World]:
    with postgres_database() as kept:
        async with world(tmp_path) as one:
            one.elsewhere = kept
            yield one


@dataclass
class Copy(Running):
    """A copy that runs as a process of its own."""

    port: int = 0

    async def ready(self) -> tuple[int, list[str]]:
        """Whether it is ready, and why not."""
        status, found = await self._asked("readyz")
        return status, found["reasons"]

    async def figures(self) -> dict[str, Any]:
        """The health page."""
        return (await self._asked("healthz"))[1]

    async def _asked(self, page: str) -> tuple[int, dict[str, Any]]:
        where = f"http://127.0.0.1:{self.port}/{page}"
        async with aiohttp.ClientSession() as session, session.get(where) as answer:
            return answer.status, await answer.json()

    def said(self, event: str) -> list[dict[str, Any]]:
        """What of its log is about this."""
        return [line for line in map(json.loads, self.err.splitlines()) if line["event"] == event]

    async def until_ready(self) -> None:
        await self.until(lambda: self.said("connected"))


class Copies:
    """Those of one dock."""

    def __init__(self, dock: World) -> None:
        self._dock = dock

    def installed(self, tree: Path | None = None, port: int = 0) -> Installation:
        """The version in this folder; None: the one that is tested."""
        where = {"PYTHONPATH": str(tree)} if tree else {}
        return real(self._dock, DATABASE_URL=self._dock.kept.url, HTTP_PORT=str(port), **where)

    @contextlib.asynccontextmanager
    async def run(self, tree: Path | None = None) -> AsyncIterator[Copy]:
        """`otc-bot run --copies`, which is ended at the end."""
        port = free_port()
        process = await self.installed(tree, port).start("run", "--copies")
        copy = Copy(process, port=port)
        reading = asyncio.create_task(copy.read())
        try:
            yield copy
            await copy.stop(signal.SIGTERM)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await reading
        assert_clean(copy.err)


def a_version(folder: Path, *, oldest: str) -> Path:
    """All of the bot, with one more migration, which gives a table another column."""
    ignored = shutil.ignore_patterns("__pycache__", "migrations")
    shutil.copytree(TREE, folder / "bot", copy_function=os.symlink, ignore=ignored)
    change = "ALTER TABLE handover ADD COLUMN of_the_next_version TEXT NOT NULL DEFAULT 'x'"
    with_more(folder / "bot" / "store" / "migrations", oldest, statement=change)
    return folder


@fault(
    "Process",
    "a new version of the bot is begun beside copies of the old one, which can live with its tables",
    keeps=(1, 2, 3),
    operator="the tables are of a newer version, which this one can live with",
)
@pytest.mark.slow("four processes")
async def test_a_new_copy_beside_old_ones_that_can_live_with_it(
    dock: World, tmp_path: Path, logged: io.StringIO
) -> None:
    copies, newer = Copies(dock), a_version(tmp_path / "newer", oldest=NEWEST)
    async with contextlib.AsyncExitStack() as older:
        old = await older.enter_async_context(copies.run())
        await old.until_ready()
        visits = [dock.flipkart.arrive("LOC1", "Ram")]
        await card_of(dock, visits[0])
        async with copies.run(newer) as new:
            await new.until_ready()
            assert new.said("database upgraded")[0]["after"] == NEXT
            for n in range(1, 4):
                visits.append(dock.flipkart.arrive("LOC1", f"Sita {n}"))
                visits[-1].begin()
                visits[-1].scan(3)
                await card_says(dock, visits[-1], "3 scanned")
            assert [(await one.figures())["copies"] for one in (old, new)] == [2, 2]
            assert [await one.ready() for one in (old, new)] == [(200, []), (200, [])]
            # Another one of the old version finds tables that it does not know, and may work on.
            async with copies.run() as late:
                await late.until_ready()
            logged.write(late.err)
            doctor = await copies.installed().end("doctor")
            assert f"version {NEXT}, of a newer version, beside whose copies this one can work" in doctor.out
            await older.aclose()
            visits.append(dock.flipkart.arrive("LOC1", "Anil"))
            await card_of(dock, visits[-1])
            await all_is_said(dock, visits)


@fault(
    "Process",
    "a new version of the bot is begun beside copies of the old one, which can't live with its tables",
    keeps=(1, 2, 3),
    operator="waiting until copies of an older version have ended",
)
@pytest.mark.slow("four processes")
async def test_a_new_copy_waits_for_old_ones_that_can_not_live_with_it(
    dock: World, tmp_path: Path, logged: io.StringIO
) -> None:
    copies, newer = Copies(dock), a_version(tmp_path / "newer", oldest=NEXT)
    async with contextlib.AsyncExitStack() as older:
        old = await older.enter_async_context(copies.run())
        await old.until_ready()
        async with copies.run(newer) as new:
            await new.until(lambda: new.said(WAITS))
            status, reasons = await new.ready()
            assert (status, len(reasons)) == (503, 1)
            assert f"(version {NEWEST}) and can't live with the tables that this version needs: end them" in reasons[0]
            ended = await copies.installed(newer).end("db", "upgrade")
            assert (ended.code, "another otc-bot is running on" in ended.err) == (4, True)
            ram = dock.flipkart.arrive("LOC1", "Ram")
            ram.begin()
            ram.scan(4)
            await card_says(dock, ram, "4 scanned")
            assert await old.ready() == (200, [])
            assert dock.rows("select version_num from alembic_version") == [(NEWEST,)]
            await older.aclose()
            await new.until_ready()
            assert len(new.said(WAITS)) == 1, "it is said once"
            ram.scan(2)
            await card_says(dock, ram, "6 scanned")
            ended = await copies.installed().end("run", "--copies")
            assert ended.code == 4
            assert f"was made by a newer version of otc-bot (version {NEXT})" in ended.err
            sita = dock.flipkart.arrive("LOC1", "Sita")
            await card_of(dock, sita)
            await all_is_said(dock, [ram, sita])
    logged.write(new.err)


@fault(
    "Process",
    "a copy of the bot is cut off from its database while a newer version changes the tables",
    keeps=(1, 2),
    operator="was made by a newer version of otc-bot",
)
async def test_an_old_copy_that_was_cut_off_meanwhile_ends_by_itself(dock: World, tmp_path: Path) -> None:
    newer = with_more(tmp_path / "newer", "")
    timing = replace(QUICK_POSTS, copies=QUICK_COPIES, life=replace(QUICK_POSTS.life, look=0.1))
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(4)
    async with a_wire(make_url(dock.kept.url)) as wire:
        app = App([dock.settings(database_url=wire.url())], timing=timing, shared=True)
        running = asyncio.create_task(app.run(asyncio.Event()))
        await card_says(dock, visit, "4 scanned")
        await all_is_said(dock, [visit])
        await wire.away()
        async with opened(dock.kept.url, waits=(0.1, 0.1), shared=True, migrations=newer):
            await wire.start()
            async with asyncio.timeout(PATIENCE):
                with pytest.raises(DatabaseUnusableError, match="Install that version or newer"):
                    await running
            assert app.shards == []
