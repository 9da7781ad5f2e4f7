"""Builds the parts of a house and joins them; `bot.house` gives them life. Together they are the composition root."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.copies.address import conninfo
from bot.flipkart.client import FlipkartClient
from bot.handover.actions import Counting, Dock
from bot.handover.announcing import Announcing
from bot.handover.approving import Approving
from bot.handover.around import Around
from bot.handover.board import Board
from bot.handover.dropped import Dropping
from bot.handover.due_today import DueToday
from bot.handover.duty import Duty
from bot.handover.end import EndOtc
from bot.handover.expected import Expecting
from bot.handover.find import Finder
from bot.handover.location import Location, Locations
from bot.handover.mode import Modes
from bot.handover.model import Actor
from bot.handover.outages import Outages
from bot.handover.own_scans import OwnScans
from bot.handover.owning import EVERYTHING, Owning, alone
from bot.handover.policy import Policy
from bot.handover.problems import Problems, locations_of
from bot.handover.reader import PAGES_A_TICK, ScanReader
from bot.handover.refused import RefusedRecord
from bot.handover.ringing import Ringing
from bot.handover.sight import Sight
from bot.handover.start import StartOtc
from bot.handover.tally import Tallying
from bot.jobs.claims import ClaimJob
from bot.jobs.digest import DigestJob
from bot.jobs.escalate import EscalationJob
from bot.jobs.expired import ExpiredJob
from bot.jobs.ledger import LedgerJob
from bot.jobs.month import MonthJob
from bot.jobs.outages import OutageJob
from bot.jobs.photos import PhotoJob
from bot.jobs.poll import Poller
from bot.jobs.remind import RemindJob
from bot.jobs.retention import RetentionJob
from bot.jobs.returns import ReturnsJob
from bot.jobs.schedule import Schedule
from bot.jobs.shared import SharedJob
from bot.jobs.unreceived import UnreceivedJob
from bot.jobs.videos import VideoJob
from bot.lists.turns import ListTurns
from bot.memory import Memory
from bot.outbox.alarms import NewsContent, UnreceivedContent
from bot.outbox.attempts import Attempts
from bot.outbox.contents import SOONEST, Content, DigestContent, ReceiptContent
from bot.outbox.direct import DirectContent
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.keys import Keys
from bot.outbox.modes import ModeContent
from bot.outbox.monthly import MonthContent
from bot.outbox.outages import OutageContent
from bot.outbox.pacer import Pacer
from bot.outbox.papers import Papers
from bot.outbox.proofs import ProofContent, ProofMaker
from bot.outbox.silence import Silence
from bot.photos.fetch import PublicFetcher
from bot.photos.folder import PhotoFolder
from bot.photos.keeper import PhotoKeeper
from bot.photos.thread import ThreadPhotos
from bot.settings import Settings
from bot.slack.access import SlackDirectory
from bot.slack.admins import Admins
from bot.slack.answer import Answers
from bot.slack.buckets import BucketClient, Buckets
from bot.slack.digest_painter import SlackDigestPainter
from bot.slack.direct_painter import SlackDirectPainter
from bot.slack.dropped import SlackLists
from bot.slack.events import SlackEvents
from bot.slack.files import SlackFiles
from bot.slack.finger import Finger
from bot.slack.homes import Homes
from bot.slack.languages import Languages
from bot.slack.links import SlackLinks, SlackPictures
from bot.slack.listeners import home
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.pads import Pads
from bot.slack.listeners.reading import Reading
from bot.slack.listeners.table import table
from bot.slack.mode_painter import SlackModePainter
from bot.slack.month_painter import SlackMonthPainter
from bot.slack.names import SlackNames
from bot.slack.outage_painter import SlackOutagePainter
from bot.slack.painter import SlackPainter
from bot.slack.press import Presses
from bot.slack.sender import SlackSender
from bot.slack.speaker import ChannelSpeaker
from bot.slack.thread import ThreadSigns
from bot.slack.unreceived_painter import SlackUnreceivedPainter
from bot.slack.windows import Windows
from bot.slack.wishes import Wishes
from bot.slack.work import Work
from bot.store.session import Database
from bot.store.stores import Stores
from bot.store.tables import Kind
from bot.timing import Timing
from bot.together import Together
from bot.webhooks.sender import WebhookSender
from bot.webhooks.signing import keys_of
from bot.webhooks.wire import Address
from bot.worker import Worker


class Parts:
    """One house's parts. Making them opens nothing and starts nothing."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        timing: Timing,
        monotonic: Callable[[], float],
        database: Database,
        stores: Stores,
        flipkart: FlipkartClient,
        session: aiohttp.ClientSession,
        worker: Worker,
        memory: Memory,
        owning: Owning = EVERYTHING,
    ) -> None:
        """`session` makes every call to Slack; it and the worker belong to the caller, who closes them."""
        self._owning = owning
        self._settings = settings
        self._clock = clock
        self._timing = timing
        self._monotonic = monotonic
        self._zone = settings.toml.zone
        self._arrivals = timedelta(seconds=settings.toml.polling.arrivals_seconds)
        self._session = session
        self._worker = worker
        self._memory = memory
        self._stores = stores
        self._flipkart = flipkart
        self.locations = Locations(settings.toml.locations)
        self._ringing = Ringing(settings.toml.notify, self._zone, clock)
        self._buckets = Buckets(timing.outbox.post, monotonic)
        self.slack = self.slack_client()
        # What is posted is never repeated by a library (reference: slack-facts, 3).
        self.poster = self.slack_client(retrying=False)
        self._files = SlackFiles(self.poster, self.slack, session, settings.env.slack_bot_token)
        self.directory = SlackDirectory(self.slack, timing.directory, monotonic)
        self._silence = Silence(clock, monotonic)
        self.dock = self._dock(flipkart)
        self.languages = Languages(
            stores.languages, self.locations, self.directory, self._served, clock, timing.directory
        )
        self.own_scans = OwnScans(self.dock, stores.own)
        self.due_today = DueToday(
            stores.due_today, self.locations, clock, timedelta(seconds=settings.toml.polling.heartbeat_seconds)
        )
        self.dock.wanted.append(self.due_today.asked)
        self.modes = Modes(stores.modes, self.locations, clock)
        self.dock.answered.append(self.modes.heard)
        self._folder = PhotoFolder(str(database.beside))
        self._keeper = self._photo_keeper()
        secret = settings.env.slack_bot_token.get_secret_value()
        at = None if owning is EVERYTHING else conninfo(settings.env.database_url)
        self.together = Together(at, database, self.dock, self.languages, timing, memory.number, secret)
        self.together.share_asking(self.due_today, owning)

    def slack_client(self, *, retrying: bool = True) -> AsyncWebClient:
        """A client of Slack's Web API with the bot's token; the one that posts never retries by itself."""
        env = self._settings.env
        token = env.slack_bot_token.get_secret_value()
        handlers = None if retrying else list[AsyncRetryHandler]()
        return BucketClient(
            self._buckets,
            self._memory.counted.slack,
            token=token,
            base_url=env.slack_api_url,
            session=self._session,
            retry_handlers=handlers,
        )

    def outbox(self, messenger: SlackSender, calls_shared: Callable[[], bool]) -> Dispatcher:
        """What posts and edits cards and replies."""
        stores, clock = self._stores, self._clock
        outage = self.dock.sight.outage
        painter = SlackPainter(self.locations, self._zone, clock, calls_shared, self._ringing, outage)
        pacer = Pacer(self._timing.outbox.post, self._monotonic)
        attempts = Attempts(
            deliveries=stores.deliveries,
            handovers=stores.handovers,
            messenger=messenger,
            files=self._files,
            painter=painter,
            contents=self._contents(),
            pacer=pacer,
            clock=clock,
            keys=Keys(self._settings.env.slack_bot_token.get_secret_value()),
            timing=self._timing.outbox,
            beside=stores.beside.of,
            silence=self._silence,
            owning=self._owning,
        )
        return Dispatcher(
            deliveries=stores.deliveries,
            attempts=attempts,
            painter=painter,
            pacer=pacer,
            clock=clock,
            card_seconds=self._settings.toml.polling.scans_seconds,
            timing=self._timing.outbox,
            owning=self._owning,
            faulted=self._memory.counted.faulted,
        )

    def webhooks(self) -> WebhookSender:
        """What tells addresses outside what happens."""
        secrets = {name: keys_of(one.get_secret_value()) for name, one in self._settings.webhook_secrets.items()}
        told = self._settings.toml.webhooks
        addresses = [Address(one.id, one.url, secrets[one.id], one.allow_private) for one in told]
        store, timing, counted = self._stores.webhooks, self._timing.webhooks, self._memory.counted
        return WebhookSender(addresses, store, self._clock, timing, self._owning, counted.webhooks, counted.faulted)

    def listeners(self, work: Work, bot_user: str) -> tuple[SlackEvents, Homes, Windows]:
        """Everything that is heard from Slack; `bot_user` is the bot's own user id there."""
        secret = self._settings.env.slack_signing_secret
        stores, dock, times = self._stores, self.dock, self._timing.press
        memory = self._memory
        signing = secret.get_secret_value() if secret else None
        events = SlackEvents(self.slack, signing, memory.answered, memory.counted.faulted)
        admins = Admins(self._settings.toml.admins)
        answers = Answers(self.slack, self._session, times, admins, memory.counted.slack)
        wishes = Wishes(answers, self.languages, times, admins)
        post = self.together.post(work)
        finger = Finger(times.quiet, self.together.finger, memory.pressed)
        presses = Presses(self.locations, wishes, work, finger, post)
        dropping = Dropping(dock, stores.lists, self._zone)
        dropped, turns = SlackLists(self.slack, self._files), ListTurns(self._worker)

        async def draw(user_id: str, *, recheck: bool) -> View:
            return await home.draw(desk, user_id, recheck=recheck)

        homes = Homes(draw, answers.publish, self._timing.homes, lookers=memory.lookers)
        windows = Windows(answers.show, stores.handovers.get, memory.windows)
        desk = Desk(
            wishes=wishes,
            locations=self.locations,
            start=StartOtc(dock),
            end=EndOtc(dock, stores.approvals, self._timing.dock.sync_pauses),
            counting=Counting(dock),
            pads=Pads(wishes, Tallying(dock, stores.tallies), windows),
            own=self.own_scans,
            expecting=Expecting(dock, stores.expected, self._zone),
            dropping=dropping,
            reading=Reading(wishes, self.locations, dropping, dropped, turns, self._zone),
            problems=Problems(dock, stores.claims),
            duty=Duty(dock),
            board=Board(dock, stores.claims, stores.digests, self.due_today, self.modes, self._zone),
            finder=Finder(dock, stores.traces),
            traces=stores.traces,
            approving=Approving(dock, stores.approvals),
            photos=ThreadPhotos(dock, stores.photos, stores.videos, stores.claims, self._keeper),
            completed=SlackPictures(self.slack, self._files).completed,
            links=SlackLinks(self.slack),
            signs=ThreadSigns(self.slack, self._timing.slack.reaction),
            homes=homes,
            windows=windows,
            speaker=ChannelSpeaker(self.poster),
            modes=self.modes,
            languages=self.languages,
            bot_user=bot_user,
            zone=self._zone,
            clock=self._clock,
        )
        heard = table()
        if post is not None:
            post.carry = partial(presses.carry, desk, heard)
        events.hear(partial(presses.answer, desk, heard))
        return events, homes, windows

    def plan(
        self,
        schedule: Schedule,
        poller: Poller,
        homes: Homes,
        windows: Windows,
        calls_shared: Callable[[], bool],
    ) -> None:
        """Puts what is done again and again into the schedule.

        Of several copies, each does it for the locations that it owns; what is not of one location, one of them does.
        """
        toml, stores, locations, clock = self._settings.toml, self._stores, self.locations, self._clock
        owned = locations.owned(self._owning)
        jobs, told = self._timing.jobs, self._memory.counted.reminders
        self.together.plan(schedule)
        # Who looks at Flipkart more often than these intervals wants the rest to follow as quickly.
        quickly = toml.polling.arrivals_seconds
        remind = RemindJob(stores.reminders, locations, toml.reminders, self._zone, clock, poller.is_seen, told)
        schedule.every(min(jobs.remind, quickly), "remind", remind.tick)
        if any(location.soonest_step for location in locations):
            escalation = EscalationJob(
                stores.reminders, locations, toml.reminders, self._zone, clock, poller.is_seen, told
            )
            schedule.every(min(jobs.remind, quickly), "escalation", escalation.tick)
        if toml.digest.enabled:
            digests = DigestJob(stores.digests, owned, self._zone, clock)
            schedule.every(min(jobs.digest, quickly), "digest", digests.tick)
            months = MonthJob(stores.claim_lines, owned, self._zone, clock)
            schedule.every(min(jobs.month, quickly), "month", months.tick)
        schedule.every(jobs.homes, "homes", homes.tick)
        schedule.every(min(jobs.windows, quickly), "windows", windows.tick)
        shared = SharedJob(calls_shared, stores.handovers.redraw_scanning)
        schedule.every(min(jobs.shared, quickly), "shared calls", alone(self._owning, shared.tick))
        lasting = self._timing.dock.outage
        outages = Outages(stores.outages, locations, self.dock.sight, self._silence, lasting, self._owning)
        schedule.every(min(jobs.outages, quickly), "outages", OutageJob(outages, clock).tick)
        expired = ExpiredJob(stores.handovers.redraw_expired, clock)
        schedule.every(min(jobs.expired, quickly), "expired codes", alone(self._owning, expired.tick))
        claims = ClaimJob(stores.claims, owned, self._zone, clock, told)
        schedule.every(min(jobs.claims, quickly), "claims", claims.tick)
        photos = PhotoJob(stores.photos, self._keeper, clock)
        schedule.every(jobs.photos, "photos", alone(self._owning, photos.tick))
        videos = VideoJob(stores.videos, SlackPictures(self.slack, self._files).sha256, clock)
        schedule.every(jobs.photos, "videos", alone(self._owning, videos.tick))
        retention = RetentionJob(stores.retention, self._folder, toml.retention.kept, clock)
        schedule.every(jobs.retention, "retention", alone(self._owning, retention.tick))
        if toml.returns.ledger:
            ledger = LedgerJob(
                self._flipkart, self.announcing(), stores.ledger, owned, self._zone, clock, jobs.ledger_again
            )
            schedule.every(min(jobs.ledger, quickly), "ledger", ledger.tick)
        hears = toml.hears_of_returns
        if hears or any(location.arrivals == "due" for location in locations):
            schedule.every(min(jobs.due, quickly), "due today", self.due_today.refresh)
        if hears and toml.returns.completed_unseen_hours:
            after = timedelta(hours=toml.returns.completed_unseen_hours)
            unreceived = UnreceivedJob(stores.unreceived, owned, self._zone, clock, after)
            schedule.every(min(jobs.unreceived, quickly), "unreceived", unreceived.tick)
        if toml.returns.details:
            returns = ReturnsJob(self._flipkart, self.announcing(), stores.asked, clock)
            schedule.every(min(jobs.returns, quickly), "returns", alone(self._owning, returns.tick))

    async def _served(self, user_id: str) -> list[Location] | None:
        """The locations that a person serves; None where Slack can't say."""
        served, unchecked = await locations_of(self.dock, Actor(user_id))
        return None if unchecked else served

    def announcing(self) -> Announcing:
        """What keeps what Flipkart tells of returns."""
        expecting = Expecting(self.dock, self._stores.expected, self._zone)
        return Announcing(self.dock, expecting, self._stores.returns, self._zone)

    def _dock(self, flipkart: FlipkartClient) -> Dock:
        handovers, page_size = self._stores.handovers, self._settings.toml.polling.page_size
        times = self._timing.dock
        return Dock(
            locations=self.locations,
            handovers=handovers,
            api=flipkart,
            policy=Policy(self.directory),
            reader=ScanReader(flipkart, handovers, self._clock, page_size, PAGES_A_TICK),
            start_codes=self._memory.start_codes,
            end_codes=self._memory.end_codes,
            clock=self._clock,
            # Three intervals at the usual pace; who looks more often wants to know as quickly.
            gone_after=min(times.gone_after, 3 * self._arrivals),
            around=Around(min(times.look_serves, self._arrivals / 6)),
            sight=Sight(times.unseen, times.outage, self._monotonic),
            refused=RefusedRecord(times.refusals),
        )

    def _contents(self) -> dict[Kind, Content]:
        stores = self._stores
        receipts = ReceiptContent(
            deliveries=stores.deliveries,
            handovers=stores.handovers,
            records=stores.records,
            names=SlackNames(self.slack),
            locations=self.locations,
            zone=self._zone,
            clock=self._clock,
            papers=Papers(self._worker),
            # Who looks at Flipkart more often than usual wants the rest to follow as quickly.
            calm=min(self._timing.outbox.calm, 2 * self._arrivals),
            soonest=min(SOONEST, self._arrivals),
            hears=self._settings.toml.hears_of_returns,
        )
        painter = SlackDigestPainter(self._zone, self._worker)
        digests = DigestContent(stores.digests, stores.claim_lines, painter, self.locations, self._zone)
        summaries = SlackMonthPainter(self._zone, self._worker)
        months = MonthContent(stores.claim_lines, summaries, self.locations, self._zone)
        alarms = SlackUnreceivedPainter(self._zone, self._settings.toml.claims.days, self._ringing)
        unreceived = UnreceivedContent(stores.unreceived, alarms, self.locations)
        modes = ModeContent(stores.modes, SlackModePainter(), self.locations)
        outages = OutageContent(stores.outages, SlackOutagePainter(self.locations, self._zone), self.locations)
        proving = ProofMaker(SlackNames(self.slack), self._worker, self._zone)
        proofs = ProofContent(stores.deliveries, stores.proofs, proving, self.locations, self._clock)
        news = NewsContent(stores.unreceived, stores.proofs, proving, alarms, self.locations, self._clock)
        papers: dict[Kind, Content] = {Kind.RECEIPT: receipts, Kind.PROOF: proofs, Kind.DIGEST: digests}
        painted = SlackDirectPainter(self._zone, self.languages.chosen)
        links = SlackLinks(self.slack)
        direct = DirectContent(stores.reminders, painted, links, self.locations, self._clock)
        papers |= {Kind.NEWS: news, Kind.MODE: modes, Kind.OUTAGE: outages, Kind.DIRECT: direct}
        return papers | {Kind.MONTH: months, Kind.UNRECEIVED: unreceived}

    def _photo_keeper(self) -> PhotoKeeper:
        pictures = SlackPictures(self.slack, self._files)
        api = self._settings.env.flipkart_api_url
        # A simulated Flipkart hands out its pictures on this machine; a real one never does.
        own = api if api.startswith("http://") else ""
        return PhotoKeeper(
            self._stores.photos,
            self._folder,
            address=pictures.address,
            from_slack=pictures.download,
            from_link=PublicFetcher(self._timing.photos.link, own) if self._settings.toml.photos.obd else None,
            apart=self._worker,
        )
