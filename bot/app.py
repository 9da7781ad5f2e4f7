"""The process: what houses share is started here, then each house, and all of it ends within ten seconds.

With `bot.parts`, which makes and joins the parts of a house, and `bot.house`, which gives them life, this is the
composition root. Nothing imports it but `bot.cli` and `bot.demo`.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog

from bot import clock as clocks
from bot.clock import Clock
from bot.house import House, Process
from bot.seller import Seller
from bot.settings import Settings
from bot.store.calls import CallStore
from bot.store.opening import opened
from bot.store.session import Database
from bot.timing import Timing
from bot.web import WebServer
from bot.worker import Limits, Worker

log = structlog.get_logger()


class App:
    """One running bot."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock = clocks.now,
        timing: Timing = Timing(),
        monotonic: Callable[[], float] = time.monotonic,
        limits: Limits = Limits(),
    ) -> None:
        """`limits` are for the worker's process. `monotonic`, in seconds, tells how old is what the two APIs said.

        It also tells how far apart the bot's own looks, posts and edits are.
        """
        self._settings = settings
        self._timing = timing
        self._monotonic = monotonic
        self._limits = limits
        self._clock = clock
        self.connected = asyncio.Event()
        """Set once Slack can reach the bot."""

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then finishes what runs and leaves within ten seconds.

        Raises:
            CredentialsError: Slack or Flipkart refuses the credentials.
            DatabaseUnusableError: the database can't be used.
            PortTakenError: the health page can't listen.
        """
        async with contextlib.AsyncExitStack() as stack:
            for line in self._settings.warnings():
                log.warning(line)
            database = await self._open_database(stack)
            process = await self._begin(stack)
            seller = Seller(self._settings, CallStore(database), self._clock, self._timing)
            stack.push_async_callback(seller.close)
            stack.push_async_callback(process.worker.close)
            await House(self._settings, process, database, seller, self.connected.set).live(stop)

    async def _begin(self, stack: contextlib.AsyncExitStack) -> Process:
        env = self._settings.env
        web = WebServer(env.http_host, env.http_port, self._timing.web)
        address = await web.start()
        stack.push_async_callback(web.close)
        return Process(self._clock, self._timing, self._monotonic, Worker(self._limits), web, address)

    async def _open_database(self, stack: contextlib.AsyncExitStack) -> Database:
        found = await stack.enter_async_context(opened(self._settings.env.database_url))
        if found.before != found.after:
            file = found.database.shown
            log.info("database upgraded", file=file, before=found.before, after=found.after)
        return found.database
