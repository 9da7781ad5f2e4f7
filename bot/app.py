"""The process: what houses share is started here, then each house, and all of it ends within ten seconds.

With `bot.parts`, which makes and joins the parts of a house, `bot.house`, which gives them life, and `bot.keeper`, this
is the composition root. Nothing imports it but `bot.cli` and `bot.demo`.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from bot import clock as clocks
from bot.clock import Clock
from bot.copies.address import conninfo
from bot.copies.joint import Joint
from bot.gate import Access
from bot.house import Process
from bot.keeper import Keeper
from bot.measured import of_faults, of_process
from bot.monitoring.lag import LoopLag
from bot.monitoring.page import page_of
from bot.reload import changed
from bot.seller import Seller
from bot.sellers import Sellers
from bot.settings import Settings, SettingsError
from bot.store.session import DatabaseAwayError
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
        read: Callable[[], Sequence[Settings]] | None = None,
        *,
        shared: bool = False,
    ) -> None:
        """Takes what it is made of; `run` begins it.

        Args:
            houses: the settings of each.
            clock: UTC.
            timing: how long the bot waits.
            monotonic: in seconds; tells how old is what the two APIs said, and how far apart the bot's own looks, posts
                and edits are.
            limits: of the worker's process.
            read: reads the settings again; None: they never change.
            shared: whether other copies of this bot may work beside it, over the same server.
        """
        self._env = houses[0].env
        self._timing = timing
        self._monotonic = monotonic
        self._limits = limits
        self._clock = clock
        self._read = read
        self._shared = shared
        self._joint = Joint(conninfo(self._env.database_url) if shared else None, timing.copies)
        self._keepers = {one.workspace: self._keeper(one) for one in houses}
        self._sellers = Sellers(clock, timing, monotonic, self._joint)
        self._started = time.monotonic()
        self._fatal: asyncio.Future[None] | None = None
        self._asked = asyncio.Event()
        self._has_changed = False
        self._lag = LoopLag(timing.metrics.beat)

    @property
    def connected(self) -> asyncio.Event:
        """Set once Slack can reach the first house."""
        return next(iter(self._keepers.values())).connected

    def connected_of(self, workspace: str) -> asyncio.Event:
        """Set once Slack could reach the house of this workspace."""
        return self._keepers[workspace].connected

    def reload(self) -> None:
        """Has the settings read again, soon."""
        self._asked.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then finishes what runs and leaves within ten seconds.

        Raises:
            CredentialsError: Slack or Flipkart refuses the credentials of the only house.
            DatabaseUnusableError: the database of the only house can't be used.
            PortTakenError: the health page can't listen.
        """
        fatal = self._fatal = asyncio.get_running_loop().create_future()
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self._close)
            for keeper in self._keepers.values():
                _warn(keeper.settings)
            if self._is_one():
                # What can't be used is said before anything else; a server that is away is waited for later.
                with contextlib.suppress(DatabaseAwayError):
                    await next(iter(self._keepers.values())).open(waits=False)
            process = await self._begin(stack)
            stack.push_async_callback(self._end)
            for keeper in self._keepers.values():
                self._let_live(keeper, process)
            joining = asyncio.create_task(self._join())
            stack.callback(joining.cancel)
            stack.push_async_callback(self._joint.leave)
            stopping = asyncio.create_task(stop.wait())
            stack.callback(stopping.cancel)
            while not stopping.done() and not fatal.done():
                asked = asyncio.create_task(self._asked.wait())
                await asyncio.wait({stopping, fatal, asked}, return_when=asyncio.FIRST_COMPLETED)
                asked.cancel()
                if self._asked.is_set() and not stopping.done():
                    self._asked.clear()
                    await self._take_new(process)
        if fatal.done():
            fatal.result()

    @property
    def shards(self) -> list[int]:
        """The parts of the work that are this copy's, of those that copies share."""
        return self._joint.shards

    async def report(self) -> dict[str, Any]:
        """The health page: of one house, or of all with the name of each. One that hears is enough to be alive."""
        report = await self._report()
        return report | {"problems": [*report["problems"], *self._joint.problems()]} | self._joint.figures()

    async def metrics(self) -> bytes:
        """The page that Prometheus reads."""
        houses = await asyncio.gather(*(keeper.samples() for keeper in self._keepers.values()))
        samples = [*of_process(self._lag, self._joint.figures()), *self._sellers.samples()]
        faults = {name: keeper.counted.faults for name, keeper in self._keepers.items()}
        samples += of_faults(faults, self._joint.faults)
        samples += [sample for house in houses for sample in house]
        # Its library is loaded then, which takes long.
        return await asyncio.to_thread(page_of, samples)

    async def _report(self) -> dict[str, Any]:
        reports = {name: await keeper.report() for name, keeper in self._keepers.items()}
        if len(reports) == 1:
            return next(iter(reports.values()))
        problems = [f"{name}: {problem}" for name, report in reports.items() for problem in report.pop("problems")]
        alive = any(report["ok"] for report in reports.values())
        uptime = int(time.monotonic() - self._started)
        return {"ok": alive, "problems": problems, "uptime_seconds": uptime, "workspaces": reports}

    def _is_one(self) -> bool:
        """Whether the bot ends with its only house: not once settings were changed, for a change ends no bot."""
        return len(self._keepers) == 1 and not self._has_changed

    def _failed(self, error: BaseException) -> None:
        if self._fatal is not None and not self._fatal.done():
            self._fatal.set_exception(error)

    async def _begin(self, stack: contextlib.AsyncExitStack) -> Process:
        env = self._env
        access, limited = Access(env.metrics_token), env.health_access == "limited"
        web = WebServer(env.http_host, env.http_port, self._timing.web, access=access, limited=limited)
        address = await web.start()
        stack.push_async_callback(web.close)
        web.serve(self)
        web.measure(self)
        self._lag.start()
        stack.callback(self._lag.close)
        worker = Worker(self._limits)
        stack.push_async_callback(self._sellers.close)
        stack.push_async_callback(worker.close)
        return Process(self._clock, self._timing, self._monotonic, worker, web, address, self._joint)

    async def _join(self) -> None:
        """Shares the work once its houses can do theirs; one that can't yet keeps the others back for a while."""
        keepers = list(self._keepers.values())
        await keepers[0].database()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timing.copies.joins):
                await asyncio.gather(*(keeper.connected.wait() for keeper in keepers))
        self._joint.start()

    def _keeper(self, settings: Settings) -> Keeper:
        return Keeper(settings, self._timing.life, shared=self._shared)

    def _let_live(self, keeper: Keeper, process: Process) -> None:
        async def seller() -> Seller:
            mine = [one for one in self._keepers.values() if one.settings.seller == keeper.settings.seller]
            return await self._sellers.get([one.settings for one in mine], mine[0].database, process.web)

        keeper.begin(process, seller, self._is_one, self._failed)

    async def _end(self) -> None:
        await asyncio.gather(*(keeper.end() for keeper in self._keepers.values()))

    async def _close(self) -> None:
        for keeper in self._keepers.values():
            await keeper.close()

    async def _take_new(self, process: Process) -> None:
        """Reads the settings again. Houses whose own have changed end and begin anew; others don't notice."""
        if self._read is None:
            return
        try:
            found = self._read()
        except SettingsError as error:
            for line in error.lines:
                log.error("the settings have a mistake; those of before stay", problem=line)
            return
        before = {name: keeper.settings for name, keeper in self._keepers.items()}
        change = changed(before, found)
        for line in change.not_now:
            log.warning("a setting was changed that can't change while the bot runs", problem=line)
        if not (change.gone or change.other or change.new):
            log.info("the settings were read again; nothing changed")
            return
        self._has_changed = True
        gone = [self._keepers[name] for name in change.gone]
        ending = [self._keepers[name].end(change.other.get(name)) for name in (*change.gone, *change.other)]
        await asyncio.gather(*ending)
        for keeper in gone:
            del self._keepers[keeper.settings.workspace]
        order = [one.workspace for one in found]
        for settings in (*change.other.values(), *change.new.values()):
            _warn(settings)
        for name, settings in change.other.items():
            self._keepers[name].settings = settings
        self._keepers |= {name: self._keeper(settings) for name, settings in change.new.items()}
        self._keepers = {name: self._keepers[name] for name in order}
        await self._sellers.end(change.sellers, process.web)
        self._sellers.belong(keeper.settings for keeper in self._keepers.values())
        for keeper in gone:
            await keeper.close()
        for name in (*change.other, *change.new):
            self._let_live(self._keepers[name], process)
        facts = {"begun_anew": [*change.other], "new": [*change.new], "ended": [*change.gone]}
        log.info("the settings were read again", **{what: names for what, names in facts.items() if any(names)})


def _warn(settings: Settings) -> None:
    for line in settings.warnings():
        log.warning("a setting works, and should be known", problem=line)
