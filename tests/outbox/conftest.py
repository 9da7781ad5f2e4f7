"""An outbox on a real database and a simulated Slack, both on one clock that only moves when it is told to."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.handover import machine
from bot.handover.location import Location, Locations
from bot.handover.model import Handover, OtcMode, Shipment
from bot.handover.notify import Notify
from bot.handover.owning import EVERYTHING, Owning
from bot.handover.ports import CursorMove, Page, Sighting, Step
from bot.handover.ringing import Ringing
from bot.outbox.contents import Content
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.pacer import Pacer
from bot.sandbox.slack import SlackSim
from bot.slack.files import SlackFiles
from bot.slack.painter import SlackPainter
from bot.slack.sender import SlackSender
from bot.store.deliveries import DeliveryStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from bot.store.tables import Kind
from bot.timing import OutboxTiming
from tests.outboxes import outbox
from tests.pace import PATIENCE
from tests.unsaid import is_all_said, unsaid

CARD_SECONDS = 30.0
ZONE = ZoneInfo("Asia/Kolkata")


@dataclass
class Time:
    """One time for the store, the pacer and Slack."""

    seconds: float = 1_800_000_000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def epoch(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Office:
    """The store with its handovers, one dispatcher, and the simulated Slack that it posts to."""

    slack: SlackSim
    time: Time
    database: Database
    session: aiohttp.ClientSession
    channel: str
    locations: Locations
    calls_shared: bool = False
    """Whether other tools use up Flipkart's calls."""
    notify: Notify = field(default_factory=Notify)
    """Of what the location's operators are called."""
    contents: dict[Kind, Content] = field(default_factory=dict)
    """What papers are made of; the others are too early."""
    handovers: HandoverStore = field(init=False)
    deliveries: DeliveryStore = field(init=False)
    dispatcher: Dispatcher = field(init=False)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.handovers = HandoverStore(self.database, self.time.now)
        self.deliveries = DeliveryStore(self.database)
        self.dispatcher = self.new_dispatcher()

    def client(self, **more: Any) -> AsyncWebClient:
        return AsyncWebClient(token=self.slack.bot_token, base_url=self.slack.api_url, session=self.session, **more)

    def sender(self) -> SlackSender:
        return SlackSender(self.client(retry_handlers=[]), self.client(), self.slack.bot_id)

    def files(self) -> SlackFiles:
        token = SecretStr(self.slack.bot_token)
        return SlackFiles(self.client(retry_handlers=[]), self.client(), self.session, token)

    def painter(self) -> SlackPainter:
        ringing = Ringing(self.notify, ZONE, self.time.now)
        return SlackPainter(self.locations, ZONE, self.time.now, lambda: self.calls_shared, ringing)

    def new_dispatcher(self) -> Dispatcher:
        """As after a start of the bot: nothing is remembered but what the database holds."""
        self.dispatcher = self.copy()
        return self.dispatcher

    def copy(self, owning: Owning = EVERYTHING) -> Dispatcher:
        """Another copy of the bot, over the same database."""
        return outbox(
            self.deliveries,
            self.handovers,
            self.sender(),
            self.painter(),
            Pacer(OutboxTiming().post, self.time.epoch),
            self.time.now,
            self.contents,
            self.files(),
            CARD_SECONDS,
            owning,
        )

    async def restart(self) -> None:
        """The process ended somehow, and a new one looks at the database."""
        self.new_dispatcher()
        await self.deliveries.recover()

    async def look(self, looks: int = 3) -> float:
        """Lets the dispatcher do all that it may do at this moment; returns the wait it asks for then."""
        wait = 0.0
        for _ in range(looks):
            wait = await self.dispatcher.step()
            await self.dispatcher.settle()
        return wait

    async def busy(self) -> None:
        """All that can be done at this moment, one after the other."""
        for _ in range(20):
            await self.dispatcher.step()
            if not self.dispatcher.in_flight:
                break
            await self.dispatcher.settle()

    async def work(self, seconds: float = 600.0) -> float:
        """Moves the clock from look to look, as far as each asks, until all is said; returns the seconds it took."""
        start = self.time.seconds
        while not await is_all_said(self.deliveries):
            assert self.time.seconds - start < seconds, f"not said within {seconds} s: {await self.waiting()}"
            wait = await self.look()
            if not await is_all_said(self.deliveries):
                assert wait > 0, f"the dispatcher would spin: {await self.waiting()}"
                self.time.move(wait)
        return self.time.seconds - start

    async def waiting(self) -> list[tuple[Any, ...]]:
        return [
            (d.delivery.kind, d.delivery.n, d.delivery.state, d.delivery.error) for d in await unsaid(self.deliveries)
        ]

    async def forget(self, copy: Path) -> None:
        """The database is gone, or put back to a copy, and a new process opens it."""
        await self.database.close()
        self.database = Database(f"sqlite:///{copy}")
        await self.database.upgrade()
        self.handovers = HandoverStore(self.database, self.time.now)
        self.deliveries = DeliveryStore(self.database)
        await self.restart()

    # ---- what happens to handovers ----

    async def arrive(
        self, name: str = "Ram Kumar", status: str = "StartOTC", location: str = "LOC1", n: int = 0
    ) -> Handover:
        """Somebody new; with a number, the FE and the task of that number."""
        n = n or next(self._numbers)
        seen = Sighting(f"fe{n}", f"task{n}", name, "eKart", "NONLARGE", status, self.time.now())

        def decide(_: list[Handover]) -> list[Step]:
            return [machine.arrive(uuid4().hex, location, OtcMode.START_AND_END, seen, self.time.now())]

        return (await self.handovers.reconcile(location, [(seen.fe_id, seen.task_id)], decide))[0]

    async def turn(self, handover: Handover, status: str) -> Handover:
        """The FE goes to another page."""
        h = handover
        seen = Sighting(h.fe_id, h.task_id, h.fe_name, h.partner, h.lob, status, h.arrived_at)
        return await self.handovers.step(h.id, lambda one: machine.see(one, one.otc_mode, seen, self.time.now()))

    async def scan(self, handover: Handover, parcels: int = 1, status: str = "ACCEPTED") -> Handover:
        now = await self.handovers.get(handover.id)
        assert now is not None
        rows = tuple(
            Shipment(tracking_id=f"T{uuid4().hex[:8]}", status=status, scanned_at=self.time.now())
            for _ in range(parcels)
        )
        move = CursorMove(now.cursor_version, None, f"/next/{now.cursor_version}")
        after = await self.handovers.add_page(
            now, Page(rows, False, None), move, lambda one, scan: machine.read(one, scan, self.time.now())
        )
        assert after is not None
        return after

    async def count(self, handover: Handover, counted: int) -> Handover:
        return await self.handovers.step(
            handover.id, lambda one: machine.count(one, "U0ASHA", counted, self.time.now())
        )

    # ---- what is in Slack ----

    @property
    def cards(self) -> list[Any]:
        return list(self.slack.messages(self.channel))

    def thread(self, card: Any) -> list[Any]:
        return list(self.slack.thread(self.channel, card.ts))

    def calls(self, method: str) -> list[Any]:
        return [call for call in self.slack.calls if call.method == method]


@pytest.fixture
async def office(url: str) -> AsyncIterator[Office]:
    time = Time()
    slack = SlackSim(now=time.epoch)
    channel = slack.add_channel("returns-blr")
    await slack.start()
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
    locations = Locations((Location(id="LOC1", name="Bengaluru dock", channel=channel),))
    database = Database(url)
    await database.upgrade()
    one = Office(slack, time, database, session, channel, locations)
    yield one
    await one.database.close()
    await session.close()
    await slack.stop()


@contextlib.asynccontextmanager
async def running(office: Office) -> AsyncIterator[None]:
    """The dispatcher as the bot runs it; cancelled at the end, as a stop does."""
    task = asyncio.create_task(office.dispatcher.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def later(time: Time, seconds: float) -> datetime:
    return time.now() + timedelta(seconds=seconds)
