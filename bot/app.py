"""The composition root: the only place that wires everything. Nothing imports it but `bot.cli` and `bot.doctor`."""

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock as clocks
from bot.clock import Clock
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, UnauthorisedError
from bot.flipkart.quota import Quota
from bot.handover.actions import Counting, Dock
from bot.handover.board import Board
from bot.handover.duty import Duty
from bot.handover.end import EndOtc
from bot.handover.expected import Expecting
from bot.handover.find import Finder
from bot.handover.location import Locations
from bot.handover.own_scans import OwnScans
from bot.handover.policy import Policy
from bot.handover.ports import EndCode, FixedCode, StartCode
from bot.handover.problems import Problems
from bot.handover.reader import ScanReader
from bot.handover.start import StartOtc
from bot.handover.tally import Tallying
from bot.handover.vault import CodeVault
from bot.health import Health
from bot.jobs.claims import SECONDS as CLAIMS_SECONDS
from bot.jobs.claims import ClaimJob
from bot.jobs.digest import EVERY_SECONDS as DIGEST_SECONDS
from bot.jobs.digest import DigestJob
from bot.jobs.photos import SECONDS as PHOTOS_SECONDS
from bot.jobs.photos import PhotoJob
from bot.jobs.poll import Poller
from bot.jobs.receipts import EVERY_SECONDS as RECEIPT_SECONDS
from bot.jobs.receipts import ReceiptJob
from bot.jobs.remind import EVERY_SECONDS as REMIND_SECONDS
from bot.jobs.remind import RemindJob
from bot.jobs.schedule import Schedule
from bot.outbox.digests import DigestPoster
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.pacer import Pacer
from bot.outbox.receipts import ReceiptPoster
from bot.photos.fetch import PublicFetcher
from bot.photos.folder import PhotoFolder
from bot.photos.keeper import PhotoKeeper
from bot.photos.thread import ThreadPhotos
from bot.settings import Settings
from bot.slack.access import SlackDirectory
from bot.slack.answer import Answers
from bot.slack.digest_painter import SlackDigestPainter
from bot.slack.errors import FAILURES, explain, reason_of, retry_after
from bot.slack.events import SlackEvents
from bot.slack.files import SlackFiles
from bot.slack.homes import EVERY_SECONDS as HOMES_SECONDS
from bot.slack.homes import Homes
from bot.slack.links import SlackLinks, SlackLists, SlackPictures
from bot.slack.listeners import (
    actions,
    commands,
    duty,
    here,
    home,
    lists,
    otc,
    problems,
    tally,
    threads,
    views,
    welcome,
)
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.photos import photos_hook
from bot.slack.names import SlackNames
from bot.slack.painter import SlackPainter
from bot.slack.sender import SlackSender
from bot.slack.session import slack_session
from bot.slack.socket import AppTokenError, SocketLink
from bot.slack.speaker import ChannelSpeaker
from bot.slack.thread import ThreadSigns
from bot.slack.work import Work
from bot.store.calls import CallStore
from bot.store.digests import DigestStore
from bot.store.handovers import HandoverStore
from bot.store.lock import only_bot
from bot.store.photos import PhotoStore
from bot.store.session import Database
from bot.store.soundness import require_sound
from bot.store.stores import Stores
from bot.web import WebServer

log = structlog.get_logger()

REFUSED_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
LAST_WORK_SECONDS = 5.0
LAST_SENDS_SECONDS = 2.0
SLOWEST_TICK = 1.0
FORGET_SECONDS = 60.0


class CredentialsError(Exception):
    """Slack or Flipkart does not accept what it was given; the message is a sentence for the one who installs."""


class App:
    """One running bot."""

    def __init__(self, settings: Settings, clock: Clock = clocks.now) -> None:
        self._settings = settings
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._fatal: asyncio.Future[None] | None = None
        self._bot_user = ""
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
        env, toml = self._settings.env, self._settings.toml
        for line in self._settings.warnings():
            log.warning(line)
        database = await self._open_database(stack)
        server = WebServer(env.http_host, env.http_port)
        address = await server.start()
        stack.push_async_callback(server.stop)

        quota = Quota(CallStore(database), toml.flipkart.calls_per_hour, _steady(self._clock))
        flipkart = self._open_flipkart(quota, stack)
        session = slack_session()
        stack.push_async_callback(session.close)
        slack = self._slack_client(session)

        locations = Locations(toml.locations)
        bell = _Bell()
        stores = Stores.over(database, self._clock, bell.ring, claim_days=toml.claims.days, obd_photos=toml.photos.obd)
        keeper = self._photo_keeper(database, stores.photos, slack, session)
        directory = SlackDirectory(slack)
        dock = self._dock(locations, stores.handovers, flipkart, directory)
        messenger = await self._messenger(session)
        outbox = bell.dispatcher = self._open_outbox(stores, locations, messenger, stack)
        work = Work()
        stack.push_async_callback(work.finish, LAST_WORK_SECONDS)
        stack.callback(server.take_no_more)
        events, homes = self._listen(dock, stores, keeper, directory, work, slack, session)
        link = self._connect(events, slack, stack)

        poller = Poller(
            dock,
            quota,
            toml.zone,
            arrivals_seconds=toml.polling.arrivals_seconds,
            scans_seconds=toml.polling.scans_seconds,
            own=OwnScans(dock, stores.own),
        )
        schedule = Schedule()
        hears = link.problem if link else _no_problem
        health = Health(
            poller,
            schedule,
            stores.intents,
            quota,
            events,
            work,
            hears,
            outbox.problems,
            lambda: database.problem,
            started,
        )
        server.serve(health, None if link else events)
        self._spawn(self._announce(link, address, started), stack)
        stack.push_async_callback(poller.stop)
        stack.callback(schedule.stop)
        tick = min(SLOWEST_TICK, toml.polling.arrivals_seconds / 4, toml.polling.scans_seconds / 4)
        schedule.every(tick, "poll", poller.tick)
        schedule.every(FORGET_SECONDS, "forget codes", dock.forget_expired)
        remind = RemindJob(stores.reminders, locations, toml.reminders, toml.zone, self._clock, poller.is_seen)
        quickly = toml.polling.arrivals_seconds
        schedule.every(min(REMIND_SECONDS, quickly), "remind", remind.tick)
        if toml.digest.enabled:
            digests = self._digests(stores.digests, locations, messenger, session)
            schedule.every(min(DIGEST_SECONDS, quickly), "digest", digests.tick)
        receipts = self._receipts(stores, locations, slack, session)
        schedule.every(min(RECEIPT_SECONDS, quickly), "receipts", receipts.tick)
        schedule.every(HOMES_SECONDS, "homes", homes.tick)
        schedule.every(CLAIMS_SECONDS, "claims", ClaimJob(stores.claims, locations, toml.zone, self._clock).tick)
        schedule.every(PHOTOS_SECONDS, "photos", PhotoJob(stores.photos, keeper, self._clock).tick)
        schedule.start()

    async def _open_database(self, stack: contextlib.AsyncExitStack) -> Database:
        database = Database(self._settings.env.database_url)
        async with contextlib.AsyncExitStack() as opening:
            opening.push_async_callback(database.close)
            # What is no database is said before a lock is left beside it; what is one is locked before any change.
            await require_sound(database.shown)
            await database.version()
            stack.enter_context(only_bot(database.shown))
            opening.pop_all()
        stack.push_async_callback(database.close)
        before, after = await database.upgrade()
        if before != after:
            log.info("database upgraded", file=database.shown, before=before, after=after)
        return database

    def _open_flipkart(self, quota: Quota, stack: contextlib.AsyncExitStack) -> FlipkartClient:
        env = self._settings.env
        flipkart = FlipkartClient(
            base_url=env.flipkart_api_url,
            app_id=env.flipkart_app_id,
            app_secret=env.flipkart_app_secret,
            quota=quota,
        )
        stack.push_async_callback(flipkart.close)
        self._spawn(self._sign_in(flipkart), stack)
        return flipkart

    def _slack_client(self, session: aiohttp.ClientSession, *, retrying: bool = True) -> AsyncWebClient:
        """The client for all but posts may retry; the one that posts never does (reference: slack-facts, 3)."""
        env = self._settings.env
        token = env.slack_bot_token.get_secret_value()
        handlers = None if retrying else list[AsyncRetryHandler]()
        return AsyncWebClient(token=token, base_url=env.slack_api_url, session=session, retry_handlers=handlers)

    def _dock(
        self, locations: Locations, handovers: HandoverStore, flipkart: FlipkartClient, directory: SlackDirectory
    ) -> Dock:
        page_size = self._settings.toml.polling.page_size
        return Dock(
            locations=locations,
            handovers=handovers,
            api=flipkart,
            policy=Policy(directory),
            reader=ScanReader(flipkart, handovers, self._clock, page_size),
            start_codes=CodeVault[StartCode](self._clock),
            end_codes=CodeVault[EndCode | tuple[FixedCode, ...]](self._clock),
            clock=self._clock,
        )

    async def _messenger(self, session: aiohttp.ClientSession) -> SlackSender:
        poster = self._slack_client(session, retrying=False)
        identity = await self._slack_identity(poster)
        self._bot_user = str(identity.get("user_id") or "")
        return SlackSender(poster, self._slack_client(session), str(identity.get("bot_id") or ""))

    def _digests(
        self, digests: DigestStore, locations: Locations, messenger: SlackSender, session: aiohttp.ClientSession
    ) -> DigestJob:
        zone = self._settings.toml.zone
        poster = DigestPoster(
            digests=digests,
            messenger=messenger,
            files=self._files(session),
            painter=SlackDigestPainter(zone),
            locations=locations,
            zone=zone,
            clock=self._clock,
        )
        return DigestJob(digests, poster, locations, zone, self._clock)

    def _receipts(
        self, stores: Stores, locations: Locations, slack: AsyncWebClient, session: aiohttp.ClientSession
    ) -> ReceiptJob:
        poster = ReceiptPoster(
            receipts=stores.receipts,
            records=stores.records,
            files=self._files(session),
            names=SlackNames(slack),
            locations=locations,
            zone=self._settings.toml.zone,
            clock=self._clock,
        )
        return ReceiptJob(poster)

    def _files(self, session: aiohttp.ClientSession) -> SlackFiles:
        poster, reader = self._slack_client(session, retrying=False), self._slack_client(session)
        return SlackFiles(poster, reader, session, self._settings.env.slack_bot_token)

    def _open_outbox(
        self,
        stores: Stores,
        locations: Locations,
        messenger: SlackSender,
        stack: contextlib.AsyncExitStack,
    ) -> Dispatcher:
        dispatcher = Dispatcher(
            intents=stores.intents,
            handovers=stores.handovers,
            shares=stores.tallies.shares,
            messenger=messenger,
            painter=SlackPainter(locations, self._settings.toml.zone, self._clock),
            pacer=Pacer(),
            clock=self._clock,
            card_seconds=self._settings.toml.polling.scans_seconds,
        )
        self._spawn(dispatcher.run(), stack)
        stack.push_async_callback(self._last_sends, dispatcher)
        return dispatcher

    def _listen(
        self,
        dock: Dock,
        stores: Stores,
        keeper: PhotoKeeper,
        directory: SlackDirectory,
        work: Work,
        slack: AsyncWebClient,
        session: aiohttp.ClientSession,
    ) -> tuple[SlackEvents, Homes]:
        env = self._settings.env
        secret = env.slack_signing_secret.get_secret_value() if env.slack_signing_secret else None
        events = SlackEvents(slack, secret)
        own = OwnScans(dock, stores.own)
        expecting = Expecting(dock, stores.expected, self._settings.toml.zone)
        desk = Desk(
            locations=dock.locations,
            start=StartOtc(dock),
            end=EndOtc(dock),
            counting=Counting(dock),
            own=own,
            expecting=expecting,
            board=Board(dock, stores.claims, stores.digests, self._settings.toml.zone),
            answers=Answers(slack, session),
            directory=directory,
            work=work,
            zone=self._settings.toml.zone,
            clock=self._clock,
        )
        # Before actions, which answer every button that nobody knows.
        tally.register(events, desk, Tallying(dock, stores.tallies))
        duty.register(events, desk, Duty(dock))
        problems.register(events, desk, Problems(dock, stores.claims), stores.traces)
        words = otc.OtcWords()
        words.add("help", otc.help_word(desk, words))
        words.add("find", otc.find_word(desk, Finder(dock, stores.traces), SlackLinks(slack)))
        otc.register(events, desk, words)
        signs = ThreadSigns(slack)
        on_files = photos_hook(desk, ThreadPhotos(dock, stores.traces, stores.photos, keeper), signs)
        files = SlackFiles(self._slack_client(session, retrying=False), slack, session, env.slack_bot_token)
        on_list = lists.register(events, desk, expecting, SlackLists(slack, files))
        threads.register(events, desk, own, signs, on_files, on_list)
        here.register(events, desk, stores.traces)
        welcome.register(events, desk, ChannelSpeaker(self._slack_client(session, retrying=False)), self._bot_user)
        homes = Homes(partial(home.draw, desk), desk.answers.publish)
        home.register(events, desk, homes)
        for room in (commands, actions, views):
            room.register(events, desk)
        return events, homes

    def _photo_keeper(
        self, database: Database, photos: PhotoStore, slack: AsyncWebClient, session: aiohttp.ClientSession
    ) -> PhotoKeeper:
        env = self._settings.env
        files = SlackFiles(self._slack_client(session, retrying=False), slack, session, env.slack_bot_token)
        pictures = SlackPictures(slack, files)
        # A simulated Flipkart hands out its pictures on this machine; a real one never does.
        own = env.flipkart_api_url if env.flipkart_api_url.startswith("http://") else ""
        return PhotoKeeper(
            photos,
            PhotoFolder(database.shown),
            address=pictures.address,
            from_slack=pictures.download,
            from_link=PublicFetcher(own) if self._settings.toml.photos.obd else None,
        )

    def _connect(
        self, events: SlackEvents, slack: AsyncWebClient, stack: contextlib.AsyncExitStack
    ) -> SocketLink | None:
        token = self._settings.env.slack_app_token
        if token is None:
            return None
        link = SocketLink(events, token.get_secret_value(), slack)
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
        wait = 1.0
        while True:
            try:
                answer = await client.auth_test()
            except FAILURES as error:
                if reason_of(error) in REFUSED_TOKEN:
                    raise CredentialsError(f"Slack refuses the bot: {explain(error)}") from error
                wait = max(wait, retry_after(error) or 0.0)
                log.warning("can't reach slack; trying again", reason=explain(error), seconds=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30.0)
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

    async def _last_sends(self, dispatcher: Dispatcher) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_SENDS_SECONDS):
                await dispatcher.settle()

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


class _Bell:
    """Lets the store wake the dispatcher, which is built after it."""

    dispatcher: Dispatcher | None = None

    def ring(self) -> None:
        if self.dispatcher is not None:
            self.dispatcher.ring()


async def _no_problem() -> str | None:
    """In HTTP mode Slack calls; that it does can't be told from here."""
    return None
