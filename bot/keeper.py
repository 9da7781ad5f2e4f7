"""Keeps a house: its database for as long as it is in bot.toml, and one life after the other.

A house that is alone ends the bot when it can't go on, and says why. Where there are others it is begun anew after a
pause that grows, so that it comes back without a restart, and nobody else notices.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.house import House, Process
from bot.jobs.due import Due
from bot.measured import HouseFigures
from bot.memory import Memory
from bot.monitoring.catalogue import Sample
from bot.monitoring.house import HouseCounts
from bot.seller import CredentialsError, Seller
from bot.settings import Settings
from bot.store.figures import FigureStore
from bot.store.opening import opened
from bot.store.session import Database, DatabaseUnusableError
from bot.timing import LifeTiming

log = structlog.get_logger()

STARTING = "the bot is starting"


class StuckError(Exception):
    """A house is deaf or stuck; the message says how."""


class Keeper:
    """One house, over all its lives."""

    def __init__(self, settings: Settings, timing: LifeTiming, *, shared: bool = False) -> None:
        """Nothing is opened yet. `shared`: other copies of the bot may keep the same house."""
        self.settings = settings
        self._shared = shared
        self._waits = timing.first_backoff, timing.longest_backoff
        self.connected = asyncio.Event()
        """Set once Slack could reach it."""
        self._stack = contextlib.AsyncExitStack()
        self._database: Database | None = None
        self._is_open = asyncio.Event()
        self._house: House | None = None
        self._problem = STARTING
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._memory: Memory | None = None
        self.counted = HouseCounts()
        """Over all its lives."""
        self._figures: HouseFigures | None = None

    async def open(self, *, waits: bool = True) -> Database:
        """Its database, upgraded, and held until `close`.

        Raises:
            DatabaseUnusableError: it can't be used.
            DatabaseAwayError: its server can't be reached, and it is not to be waited for.
        """
        if self._database is None:
            pauses = self._waits if waits else None
            env, told = self.settings.env, self._waits_for
            opening = opened(env.database_url, env.photos_folder, waits=pauses, told=told, shared=self._shared)
            found = await self._stack.enter_async_context(opening)
            self._database, self._problem = found.database, STARTING
            self._is_open.set()
            if found.before != found.after:
                file = found.database.shown
                log.info("database upgraded", file=file, before=found.before, after=found.after)
        return self._database

    def _waits_for(self, problem: str) -> None:
        self._problem = problem

    async def database(self) -> Database:
        """Its database, once it is open."""
        await self._is_open.wait()
        return await self.open()

    def begin(
        self,
        process: Process,
        seller: Callable[[], Awaitable[Seller]],
        alone: Callable[[], bool],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Lets it live until `end`.

        Args:
            process: what it shares with others.
            seller: gives its seller.
            alone: whether the bot ends with it, because there is no other.
            failed: told why it ended, if it was alone.
        """

        def ended(done: asyncio.Task[None]) -> None:
            if not done.cancelled() and (error := done.exception()) is not None:
                failed(error)

        self._stop.clear()
        self._problem = STARTING
        self._task = asyncio.create_task(self._keep(process, seller, alone))
        self._task.add_done_callback(ended)

    async def end(self, following: Settings | None = None) -> None:
        """Ends its life: what runs is finished, within ten seconds.

        What is delivered meanwhile waits for the life that follows with other settings, if it is of the same Slack app.
        """
        is_followed = following is not None and _app(following) == _app(self.settings)
        if self._house is not None:
            self._house.is_followed = is_followed
        self._stop.set()
        task, self._task = self._task, None
        if task is not None:
            if self._house is None:
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self._memory is not None and not is_followed:
            await self._memory.hears_no_more()

    async def close(self) -> None:
        """Closes its database."""
        if self._figures is not None:
            await self._figures.close()
        await self._stack.aclose()

    async def report(self) -> dict[str, Any]:
        """As `bot.health.Health.report`."""
        if self._house is None or self._house.health is None:
            return {"ok": False, "problems": [self._problem]}
        return await self._house.health.report()

    async def samples(self) -> list[Sample]:
        """What a monitor reads of it."""
        if self._figures is None:
            return [Sample("otc_workspace_running", (self.settings.workspace,), 0)]
        living = None if self._house is None else self._house.living
        kept = None if self._database is None else FigureStore(self._database)
        toml = self.settings.toml
        locations, webhooks = [one.id for one in toml.locations], [one.id for one in toml.webhooks]
        return await self._figures.samples(locations, living, kept, webhooks)

    async def _keep(self, process: Process, seller: Callable[[], Awaitable[Seller]], alone: Callable[[], bool]) -> None:
        life = process.timing.life
        pause = life.first_pause
        if self.settings.workspace:
            structlog.contextvars.bind_contextvars(workspace=self.settings.workspace)
        while not self._stop.is_set():
            began = time.monotonic()
            house = None
            try:
                database = await self.open()
                house = self._made(process, database, await seller())
                await self._live(house, process, database, alone)
            except Exception as error:
                if alone():
                    raise
                self._problem = self._said(error, house)
            else:
                return
            if self._memory is not None:
                self._memory.due = Due()  # it is of the time before the pause
                await self._memory.hears_no_more()
            if time.monotonic() - began >= life.steady:
                pause = life.first_pause
            log.error("this workspace's bot ended; it is begun again", problem=self._problem, seconds=pause)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stop.wait()
            pause = min(pause * 2, life.longest_pause)

    def _made(self, process: Process, database: Database, seller: Seller) -> House:
        memory = self._memory = self._memory or Memory(process.clock, self.counted)
        if self._figures is None:
            name, timing = self.settings.workspace, process.timing.metrics
            self._figures = HouseFigures(name, self.counted, process.clock, timing)
        return House(self.settings, process, database, seller, memory, self.connected.set)

    async def _live(self, house: House, process: Process, database: Database, alone: Callable[[], bool]) -> None:
        self._house = house
        ending = asyncio.Event()
        living = asyncio.create_task(house.live(ending))
        stopping = asyncio.create_task(self._stop.wait())
        watching = asyncio.create_task(self._watch(house, process, database, alone))
        try:
            await asyncio.wait({living, stopping, watching}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.set()
            for one in (stopping, watching):
                one.cancel()
            await asyncio.gather(living, stopping, watching, return_exceptions=True)
            self._house = None
        living.result()
        if not watching.cancelled():
            watching.result()

    def _said(self, error: Exception, house: House | None) -> str:
        if isinstance(error, CredentialsError | DatabaseUnusableError | StuckError):
            return str(error)
        if house is None or house.fault is not error:  # or it was counted where a part of the house ended
            self.counted.faulted()
        log.error("a workspace's bot ended in a fault of the bot", exc_info=error)
        return f"a fault of the bot: {type(error).__name__}"

    async def _watch(self, house: House, process: Process, database: Database, alone: Callable[[], bool]) -> None:
        """Raises StuckError once it is deaf or stuck for long; alone it stays: whoever looks at its health decides.

        Raises DatabaseUnusableError once a newer version has changed the tables: others are to have its shards.
        """
        life = process.timing.life
        well = time.monotonic()
        while True:
            await asyncio.sleep(life.look)
            if database.outdated is not None:
                raise DatabaseUnusableError(database.outdated)
            report: dict[str, Any] = {"ok": True} if alone() or house.health is None else await house.health.report()
            if report["ok"]:
                well = time.monotonic()
            elif time.monotonic() - well >= life.stuck:
                raise StuckError(f"it was deaf or stuck: {'; '.join(report['problems'])}")


def _app(settings: Settings) -> tuple[object, ...]:
    """What tells the Slack app from others."""
    env = settings.env
    return env.slack_api_url, env.slack_bot_token, env.slack_app_token, env.slack_signing_secret
