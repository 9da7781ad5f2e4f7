"""One house: a workspace's bot from its start to its end, as all of it is where there is one seller.

A house has a database of its own and shares none of its parts, so nothing of one is seen in another. What it shares is
the process (`Process`), and with the other houses of its seller the calls to Flipkart (`bot.seller`).
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.copies.joint import Joint
from bot.health import Ask, Check, Health
from bot.jobs.poll import Poller
from bot.jobs.schedule import Schedule
from bot.measured import Living
from bot.memory import Memory
from bot.outbox.dispatcher import Dispatcher
from bot.parts import Parts
from bot.seller import CredentialsError, Seller
from bot.settings import Settings
from bot.slack.channels import warn_of_open_channels
from bot.slack.errors import FAILURES, explain, reason_of, retry_after
from bot.slack.events import SlackEvents
from bot.slack.sender import SlackSender
from bot.slack.session import slack_session
from bot.slack.skew import SlackTime
from bot.slack.socket import AppTokenError, SocketLink
from bot.slack.work import Work
from bot.store.session import Database
from bot.store.stores import Stores
from bot.timing import Timing
from bot.together import Together
from bot.web import WebServer
from bot.webhooks.sender import WebhookSender, rings
from bot.worker import Worker

log = structlog.get_logger()

REFUSED_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})


@dataclass(frozen=True, slots=True)
class Process:
    """What houses share that stand in one process."""

    clock: Clock
    timing: Timing
    monotonic: Callable[[], float]
    worker: Worker
    web: WebServer
    address: str
    """Of the web server."""
    joint: Joint


class House:
    """One life of a workspace's bot."""

    def __init__(
        self,
        settings: Settings,
        process: Process,
        database: Database,
        seller: Seller,
        memory: Memory,
        met: Callable[[], None] = lambda: None,
    ) -> None:
        """Takes what it is made of; `database` and `seller` belong to the caller, who closes them.

        Args:
            settings: of this house.
            process: what it shares with others.
            database: its own.
            seller: its seller.
            memory: what its last life left.
            met: called once Slack can reach it.
        """
        self._settings = settings
        self._process = process
        self._timing = process.timing
        self._database = database
        self._seller = seller
        self._memory = memory
        self._met = met
        self._fatal: asyncio.Future[None] | None = None
        self.fault: BaseException | None = None
        """What a part of it ended by, if that was a fault of the bot: it is in the log, and counted."""
        self.is_followed = False
        """Whether another life of the same Slack app follows its end at once: presses wait for that one."""
        self.health: Health | None = None
        """None until all of it works."""
        self.living: Living | None = None
        """The same, for a monitor."""

    async def live(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then finishes what runs and leaves within ten seconds.

        Raises:
            CredentialsError: Slack or Flipkart refuses the credentials.
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
        toml, timing, clock = self._settings.toml, self._timing, self._process.clock
        monotonic, web = self._process.monotonic, self._process.web
        database, seller, quota = self._database, self._seller, self._seller.quota
        self._spawn(seller.sign_in(), stack)
        slack_time = SlackTime(clock)
        session = slack_session(timing.slack, self._settings.env.slack_api_url, slack_time.heard)
        stack.push_async_callback(session.close)
        stores = Stores.over(database, clock, claim_days=toml.claims.days, obd_photos=toml.photos.obd, zone=toml.zone)
        flipkart, worker, memory = seller.flipkart, self._process.worker, self._memory
        name, owning = self._settings.workspace, self._process.joint.owning(self._settings.workspace, toml.locations)
        parts = Parts(
            self._settings, clock, timing, monotonic, database, stores, flipkart, session, worker, memory, owning
        )
        identity = await self._slack_identity(parts.poster)
        parts.directory.team = str(identity.get("team_id") or "")
        await parts.languages.load()
        messenger = SlackSender(parts.poster, parts.slack, str(identity.get("bot_id") or ""))
        outbox = self._start_outbox(parts.outbox(messenger, quota.is_shared), stack)
        webhooks = self._tell_outside(parts, outbox, stack)
        work = Work(timing.work, memory.counted.faulted)
        stack.push_async_callback(parts.dock.close)
        self._join(parts.together, work, stack)
        events, homes, windows = parts.listeners(work, str(identity.get("user_id") or ""))
        link = self._hear(events, parts.slack, stack)

        poller = Poller(
            parts.dock,
            seller.budget.part(name),
            toml.zone,
            arrivals_seconds=toml.polling.arrivals_seconds,
            scans_seconds=toml.polling.scans_seconds,
            heartbeat_seconds=toml.polling.heartbeat_seconds,
            quiet=parts.due_today.is_quiet,
            timing=timing.health,
            own=parts.own_scans,
            owning=owning,
            due=memory.due,
            counted=memory.counted,
            monotonic=monotonic,
        )
        self._share_calls(poller, parts.together, work, stack)
        schedule = Schedule(timing, faulted=memory.counted.faulted)
        checks = [
            Check("database", database.problems, vital=True),
            Check("outbox", outbox.stuck, vital=True),
            Check("messages", outbox.problems),
            Check("webhooks", webhooks.problems),
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
            "faults": lambda: memory.counted.faults,
            "due_today": parts.due_today.total,
            "polling_stretched": lambda: round(poller.pace.stretch, 2),
        }
        self.health = Health(checks, figures)
        self.living = Living(self.health, poller, events.silence)
        if link is None:
            web.hear(name, memory.hearing)
        seller.told.opens(name, parts.announcing())
        stack.callback(seller.told.closes, name)
        self._spawn(self._announce(link, started), stack)
        stack.push_async_callback(poller.close)
        self._spawn(poller.run(), stack)
        stack.callback(schedule.close)
        life = timing.life
        tick = min(life.slowest_tick, toml.polling.arrivals_seconds / 4, toml.polling.scans_seconds / 4)
        schedule.every(tick, "poll", poller.tick, vital=True)
        schedule.every(life.forget, "forget codes", parts.dock.forget_expired, vital=True)
        schedule.every(life.forget, "refusals", parts.dock.write_refusals)
        self._spawn(warn_of_open_channels(parts.slack, toml.locations), stack)
        parts.plan(schedule, poller, homes, windows, quota.is_shared)
        schedule.start()

    def _start_outbox(self, dispatcher: Dispatcher, stack: contextlib.AsyncExitStack) -> Dispatcher:
        self._spawn(dispatcher.run(), stack)
        stack.push_async_callback(dispatcher.close)
        return dispatcher

    def _tell_outside(self, parts: Parts, outbox: Dispatcher, stack: contextlib.AsyncExitStack) -> WebhookSender:
        """From now on; what is kept rings the one that speaks in Slack and the one that speaks outside."""
        webhooks = parts.webhooks()
        self._database.receivers = self._settings.toml.receivers
        self._database.bell = parts.together.bell(rings(outbox.ring, webhooks.ring))
        self._spawn(webhooks.run(), stack)
        stack.push_async_callback(webhooks.close)
        return webhooks

    def _join(self, together: Together, work: Work, stack: contextlib.AsyncExitStack) -> None:
        # Other copies see this one until it has done what they gave it.
        self._spawn(together.run(), stack)
        stack.push_async_callback(work.close)

    def _share_calls(self, poller: Poller, together: Together, work: Work, stack: contextlib.AsyncExitStack) -> None:
        """With the seller's other houses, and with other copies of this one."""
        name, budget = self._settings.workspace, self._seller.budget
        budget.join(name, poller.wanted)
        stack.callback(budget.leave, name)
        together.follow(poller, work)
        stack.callback(together.share_refusals(self._seller.quota))

    def _hear(self, events: SlackEvents, slack: AsyncWebClient, stack: contextlib.AsyncExitStack) -> SocketLink | None:
        """Hears what Slack delivers from now on, and what has waited since the life before; None without a socket."""
        token, memory = self._settings.env.slack_app_token, self._memory
        link = None
        if token is not None:
            link = SocketLink(
                memory.hearing,
                token.get_secret_value(),
                slack,
                self._timing.socket,
                memory.link,
                memory.counted.sockets,
            )
            memory.link = None

        async def end() -> None:
            if self.is_followed:
                memory.link = link
                await memory.hearing.hold()
                return
            if link is not None:
                await link.close()
            self._process.web.take_no_more(self._settings.workspace)
            await memory.hearing.end()

        stack.push_async_callback(end)
        memory.hearing.begin(events)
        if link is not None:
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

    async def _announce(self, link: SocketLink | None, started: float) -> None:
        if link is not None:
            await link.connected.wait()
        self._met()
        seconds = round(time.monotonic() - started, 2)
        mode = "socket" if link else "http"
        log.info("connected", mode=mode, seconds=seconds, health=f"{self._process.address}/healthz")

    def _spawn(self, coroutine: Coroutine[None, None, None], stack: contextlib.AsyncExitStack) -> None:
        """Runs something for the life of the bot; its end by a fault ends the bot, loudly."""
        task = asyncio.create_task(coroutine)

        def ended(done: asyncio.Task[None]) -> None:
            if not done.cancelled() and (fault := done.exception()) is not None:
                if not isinstance(fault, CredentialsError):
                    self.fault = fault
                    self._memory.counted.faulted()
                    log.error("a part of the bot ended", exc_info=fault)
                if self._fatal is not None and not self._fatal.done():
                    self._fatal.set_exception(fault)

        task.add_done_callback(ended)

        async def end() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        stack.push_async_callback(end)
