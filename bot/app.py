"""The bot's life: starts everything in order, keeps it running, and ends it within ten seconds.

With `bot.parts`, which makes and joins the parts, this is the composition root. Nothing imports it but `bot.cli` and
`bot.demo`.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock as clocks
from bot.clock import Clock
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, UnauthorisedError
from bot.flipkart.quota import Quota
from bot.health import Ask, Check, Health
from bot.jobs.poll import Poller
from bot.jobs.schedule import Schedule
from bot.outbox.dispatcher import Dispatcher
from bot.parts import Parts
from bot.settings import Settings
from bot.slack.channels import warn_of_open_channels
from bot.slack.errors import FAILURES, explain, reason_of, retry_after
from bot.slack.events import SlackEvents
from bot.slack.sender import SlackSender
from bot.slack.session import slack_session
from bot.slack.skew import SlackTime
from bot.slack.socket import AppTokenError, SocketLink
from bot.slack.work import Work
from bot.store.calls import CallStore
from bot.store.opening import opened
from bot.store.session import Database
from bot.store.stores import Stores
from bot.timing import Timing
from bot.together import Together
from bot.web import WebServer
from bot.worker import Limits, Worker

log = structlog.get_logger()

REFUSED_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})


class CredentialsError(Exception):
    """Slack or Flipkart does not accept what it was given; the message is a sentence for the one who installs."""


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
        self._tasks: set[asyncio.Task[None]] = set()
        self._fatal: asyncio.Future[None] | None = None
        self.connected = asyncio.Event()
        """Set once Slack can reach the bot."""

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then finishes what runs and leaves within ten seconds.

        Raises:
            CredentialsError: Slack or Flipkart refuses the credentials.
            DatabaseUnusableError: the database can't be used.
            PortTakenError: the health page can't listen.
        """
        fatal = self._fatal = asyncio.get_running_loop().create_future()
        async with contextlib.AsyncExitStack() as stack:
            stopping = asyncio.create_task(stop.wait())
            stack.callback(stopping.cancel)
            starting = asyncio.create_task(self._start(stack))
            ends: set[asyncio.Future[Any]] = {stopping, fatal}
            # A bot that still waits for Slack must listen to a signal too.
            await asyncio.wait({starting, *ends}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            else:
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
            log.info("stopping")
            if fatal.done():
                fatal.result()

    async def _start(self, stack: contextlib.AsyncExitStack) -> None:
        """Builds everything, in the order in which it is ended in reverse."""
        started = time.monotonic()
        env, toml, timing = self._settings.env, self._settings.toml, self._timing
        for line in self._settings.warnings():
            log.warning(line)
        database = await self._open_database(stack)
        server = WebServer(env.http_host, env.http_port, timing.web)
        address = await server.start()
        stack.push_async_callback(server.close)

        quota = Quota(
            CallStore(database), toml.flipkart.calls_per_hour, _steady(self._clock), others=toml.flipkart.for_others
        )
        stack.push_async_callback(quota.close)
        flipkart = self._open_flipkart(quota, stack)
        slack_time = SlackTime(self._clock)
        session = slack_session(timing.slack, env.slack_api_url, slack_time.heard)
        stack.push_async_callback(session.close)
        worker = Worker(self._limits)
        stack.push_async_callback(worker.close)
        stores = Stores.over(
            database, self._clock, claim_days=toml.claims.days, obd_photos=toml.photos.obd, zone=toml.zone
        )
        parts = Parts(self._settings, self._clock, timing, self._monotonic, database, stores, flipkart, session, worker)
        identity = await self._slack_identity(parts.poster)
        parts.directory.team = str(identity.get("team_id") or "")
        await parts.languages.load()
        messenger = SlackSender(parts.poster, parts.slack, str(identity.get("bot_id") or ""))
        outbox = self._start_outbox(parts.outbox(messenger, quota.is_shared), stack)
        database.bell = outbox.ring
        work = Work(timing.work)
        stack.push_async_callback(parts.dock.close)
        self._join(parts.together, work, stack)
        stack.callback(server.take_no_more)
        events, homes, windows = parts.listeners(work, str(identity.get("user_id") or ""))
        link = self._connect(events, parts.slack, stack)

        poller = Poller(
            parts.dock,
            quota,
            toml.zone,
            arrivals_seconds=toml.polling.arrivals_seconds,
            scans_seconds=toml.polling.scans_seconds,
            heartbeat_seconds=toml.polling.heartbeat_seconds,
            quiet=parts.due_today.is_quiet,
            timing=timing.health,
            own=parts.own_scans,
            monotonic=self._monotonic,
        )
        schedule = Schedule(timing)
        checks = [
            Check("database", database.problems, vital=True),
            Check("outbox", outbox.stuck, vital=True),
            Check("messages", outbox.problems),
            Check("clock", slack_time.problems),
            Check("jobs", schedule.stuck, vital=True),
            Check("side jobs", schedule.problems),
            Check("flipkart", poller.problems),
            Check("budget", quota.problems),
            Check("due today", parts.due_today.problems),
            Check("codes", parts.modes.problems),
            *parts.together.checks(),
        ]
        if link is not None:  # in HTTP mode Slack calls; that it does can't be told from here
            checks.insert(0, Check("slack", link.problems, vital=True))
        figures: dict[str, Ask[float | None]] = {
            "uptime_seconds": lambda: int(time.monotonic() - started),
            "messages_waiting": stores.deliveries.backlog,
            "flipkart_calls_this_hour": quota.used,
            "seconds_since_slack_spoke": events.silence,
            "faults": lambda: events.faults + work.faults + schedule.faults,
            "due_today": parts.due_today.total,
            "polling_stretched": lambda: round(poller.pace.stretch, 2),
        }
        server.serve(Health(checks, figures), None if link else events, parts.notifications())
        self._spawn(self._announce(link, address, started), stack)
        stack.push_async_callback(poller.close)
        self._spawn(poller.run(), stack)
        stack.callback(schedule.close)
        life = timing.life
        tick = min(life.slowest_tick, toml.polling.arrivals_seconds / 4, toml.polling.scans_seconds / 4)
        schedule.every(tick, "poll", poller.tick, vital=True)
        schedule.every(life.forget, "forget codes", parts.dock.forget_expired, vital=True)
        schedule.every(life.forget, "refusals", parts.dock.write_refusals)
        self._spawn(warn_of_open_channels(parts.slack, self._settings.toml.locations), stack)
        parts.plan(schedule, poller, homes, windows, quota.is_shared)
        schedule.start()

    async def _open_database(self, stack: contextlib.AsyncExitStack) -> Database:
        found = await stack.enter_async_context(opened(self._settings.env.database_url))
        if found.before != found.after:
            file = found.database.shown
            log.info("database upgraded", file=file, before=found.before, after=found.after)
        return found.database

    def _open_flipkart(self, quota: Quota, stack: contextlib.AsyncExitStack) -> FlipkartClient:
        env = self._settings.env
        flipkart = FlipkartClient(
            base_url=env.flipkart_api_url,
            app_id=env.flipkart_app_id,
            app_secret=env.flipkart_app_secret,
            quota=quota,
            timing=self._timing.flipkart,
        )
        stack.push_async_callback(flipkart.close)
        self._spawn(self._sign_in(flipkart), stack)
        return flipkart

    def _start_outbox(self, dispatcher: Dispatcher, stack: contextlib.AsyncExitStack) -> Dispatcher:
        self._spawn(dispatcher.run(), stack)
        stack.push_async_callback(dispatcher.close)
        return dispatcher

    def _join(self, together: Together, work: Work, stack: contextlib.AsyncExitStack) -> None:
        # Other copies see this one until it has done what they gave it.
        self._spawn(together.run(), stack)
        stack.push_async_callback(work.close)
        stack.push_async_callback(together.leave)

    def _connect(
        self, events: SlackEvents, slack: AsyncWebClient, stack: contextlib.AsyncExitStack
    ) -> SocketLink | None:
        token = self._settings.env.slack_app_token
        if token is None:
            return None
        link = SocketLink(events, token.get_secret_value(), slack, self._timing.socket)
        stack.push_async_callback(link.close)
        self._spawn(self._keep_open(link), stack)
        return link

    async def _keep_open(self, link: SocketLink) -> None:
        try:
            await link.keep_open()
        except AppTokenError as error:
            raise CredentialsError(str(error)) from error

    async def _slack_identity(self, client: AsyncWebClient) -> dict[str, Any]:
        """Who the bot is in Slack; waits while Slack can't be reached."""
        wait = self._timing.life.first_backoff
        while True:
            try:
                answer = await client.auth_test()
            except FAILURES as error:
                if reason_of(error) in REFUSED_TOKEN:
                    raise CredentialsError(f"Slack refuses the bot: {explain(error)}") from error
                wait = max(wait, retry_after(error) or 0.0)
                log.warning("can't reach slack; trying again", reason=explain(error), seconds=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, self._timing.life.longest_backoff)
            else:
                return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def _sign_in(self, flipkart: FlipkartClient) -> None:
        """Finds wrong credentials at the start; anything else mends itself, so polling just goes on."""
        try:
            await flipkart.sign_in()
        except UnauthorisedError as error:
            sentence = f"{error}: check FLIPKART_APP_ID and FLIPKART_APP_SECRET"
            if self._fatal is not None and not self._fatal.done():
                self._fatal.set_exception(CredentialsError(sentence))
        except FlipkartError as error:
            log.warning("can't reach flipkart; it goes on trying", problem=str(error))

    async def _announce(self, link: SocketLink | None, address: str, started: float) -> None:
        if link is not None:
            await link.connected.wait()
        self.connected.set()
        seconds = round(time.monotonic() - started, 2)
        mode = "socket" if link else "http"
        log.info("connected", mode=mode, seconds=seconds, health=f"{address}/healthz")

    def _spawn(self, coroutine: Coroutine[None, None, None], stack: contextlib.AsyncExitStack) -> None:
        """Runs something for the life of the bot; its end by a fault ends the bot, loudly."""
        task = asyncio.create_task(coroutine)

        def ended(done: asyncio.Task[None]) -> None:
            if not done.cancelled() and (fault := done.exception()) is not None:
                if not isinstance(fault, CredentialsError):
                    log.error("a part of the bot ended", exc_info=fault)
                if self._fatal is not None and not self._fatal.done():
                    self._fatal.set_exception(fault)

        task.add_done_callback(ended)

        async def end() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        stack.push_async_callback(end)


def _steady(clock: Clock) -> Clock:
    """The time of the start plus what has passed since: what is counted by the minute must not jump with the clock."""
    start, since = clock(), time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - since)
