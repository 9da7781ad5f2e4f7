"""The process: what houses share is started here, then each house, and all of it ends within ten seconds.

With `bot.parts`, which makes and joins the parts of a house, `bot.house`, which gives them life, and `bot.keeper`, this
is the composition root. Nothing imports it but `bot.cli` and `bot.demo`.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog

from bot import clock as clocks
from bot.clock import Clock
from bot.house import Process
from bot.keeper import Keeper
from bot.seller import Seller
from bot.settings import Settings
from bot.store.calls import CallStore
from bot.timing import Timing
from bot.web import WebServer
from bot.worker import Limits, Worker

log = structlog.get_logger()


class App:
    """One running bot, with one house or several."""

    def __init__(
        self,
        houses: Sequence[Settings],
        clock: Clock = clocks.now,
        timing: Timing = Timing(),
        monotonic: Callable[[], float] = time.monotonic,
        limits: Limits = Limits(),
    ) -> None:
        """`limits` are for the worker's process. `monotonic`, in seconds, tells how old is what the two APIs said.

        It also tells how far apart the bot's own looks, posts and edits are.
        """
        self._env = houses[0].env
        self._timing = timing
        self._monotonic = monotonic
        self._limits = limits
        self._clock = clock
        self._keepers = {one.workspace: Keeper(one, timing.life) for one in houses}
        self._sellers: dict[str, Seller] = {}
        self._started = time.monotonic()
        self._fatal: asyncio.Future[None] | None = None

    @property
    def connected(self) -> asyncio.Event:
        """Set once Slack can reach the first house."""
        return next(iter(self._keepers.values())).connected

    def connected_of(self, workspace: str) -> asyncio.Event:
        """Set once Slack could reach the house of this workspace."""
        return self._keepers[workspace].connected

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then finishes what runs and leaves within ten seconds.

        Raises:
            CredentialsError: Slack or Flipkart refuses the credentials of the only house.
            DatabaseUnusableError: the database of the only house can't be used.
            PortTakenError: the health page can't listen.
        """
        fatal = self._fatal = asyncio.get_running_loop().create_future()
        async with contextlib.AsyncExitStack() as stack:
            for keeper in self._keepers.values():
                for line in keeper.settings.warnings():
                    log.warning(line)
                stack.push_async_callback(keeper.close)
            if self._is_one():
                await next(iter(self._keepers.values())).open()
            process = await self._begin(stack)
            stack.push_async_callback(self._end)
            for keeper in self._keepers.values():
                keeper.begin(process, partial(self._seller_of, keeper.settings, process), self._is_one, self._failed)
            stopping = asyncio.create_task(stop.wait())
            stack.callback(stopping.cancel)
            await asyncio.wait({stopping, fatal}, return_when=asyncio.FIRST_COMPLETED)
        if fatal.done():
            fatal.result()

    async def report(self) -> dict[str, Any]:
        """The health page: of one house, or of all with the name of each. One that hears is enough to be alive."""
        reports = {name: await keeper.report() for name, keeper in self._keepers.items()}
        if self._is_one():
            return next(iter(reports.values()))
        problems = [f"{name}: {problem}" for name, report in reports.items() for problem in report.pop("problems")]
        alive = any(report["ok"] for report in reports.values())
        uptime = int(time.monotonic() - self._started)
        return {"ok": alive, "problems": problems, "uptime_seconds": uptime, "workspaces": reports}

    def _is_one(self) -> bool:
        return len(self._keepers) == 1

    def _failed(self, error: BaseException) -> None:
        if self._fatal is not None and not self._fatal.done():
            self._fatal.set_exception(error)

    async def _begin(self, stack: contextlib.AsyncExitStack) -> Process:
        web = WebServer(self._env.http_host, self._env.http_port, self._timing.web)
        address = await web.start()
        stack.push_async_callback(web.close)
        web.serve(self)
        worker = Worker(self._limits)
        stack.push_async_callback(self._close_sellers)
        stack.push_async_callback(worker.close)
        return Process(self._clock, self._timing, self._monotonic, worker, web, address)

    async def _end(self) -> None:
        await asyncio.gather(*(keeper.end() for keeper in self._keepers.values()))

    async def _close_sellers(self) -> None:
        for seller in self._sellers.values():
            await seller.close()

    async def _seller_of(self, settings: Settings, process: Process) -> Seller:
        """The house's seller, whose calls are counted in the database of its first house."""
        name = settings.seller
        mine = [keeper for keeper in self._keepers.values() if keeper.settings.seller == name]
        calls = CallStore(await mine[0].database())
        if name not in self._sellers:
            seller = self._sellers[name] = Seller(settings, calls, self._clock, self._timing, self._monotonic)
            for keeper in mine:
                ids = frozenset(location.id for location in keeper.settings.toml.locations)
                seller.told.belongs(keeper.settings.workspace, ids)
            for door in {name, "" if len(self._keepers) == len(mine) else name}:
                process.web.notify(door, seller.notifications)
        return self._sellers[name]
