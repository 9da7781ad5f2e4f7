"""A poller against the simulated Flipkart, on a clock that only moves when it is told to."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.flipkart.client import FlipkartClient
from bot.flipkart.quota import Quota
from bot.handover.actions import Dock
from bot.handover.around import Around
from bot.handover.location import Location, Locations
from bot.handover.model import Handover
from bot.handover.owning import EVERYTHING, Owning
from bot.handover.policy import Policy
from bot.handover.ports import Standing, StartCode
from bot.handover.reader import PAGES_A_TICK, ScanReader
from bot.handover.refused import RefusedRecord
from bot.handover.sight import Sight
from bot.handover.vault import CodeVault, HeldEnd
from bot.jobs.due import Due
from bot.jobs.poll import Poller
from bot.sandbox.flipkart import FlipkartSim
from bot.store.calls import CallStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from bot.timing import DockTiming, FlipkartTiming, HealthTiming
from tests.template import migrated

ARRIVALS, SCANS = 60.0, 30.0
ZONE = ZoneInfo("Asia/Kolkata")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE).timestamp()

HEARTBEAT = 300.0


class Nobody:
    """No one presses anything here."""

    async def in_any_group(self, user_id: str, group_ids: object) -> bool:  # noqa: ARG002
        return False

    async def in_channel(self, user_id: str, channel: str) -> bool:  # noqa: ARG002
        return False

    async def standing(self, user_id: str) -> Standing:  # noqa: ARG002
        return Standing.MEMBER


@dataclass
class Watch:
    """A poller, what it polls, and what it keeps."""

    flipkart: FlipkartSim
    database: Database
    seconds: float = NOON
    hours: str = ""
    budget: int = 1_000_000
    ids: tuple[str, ...] = ("LOC1",)
    arrivals: Literal["always", "due"] = "always"
    arrivals_seconds: float = ARRIVALS
    owning: Owning = EVERYTHING
    a_call: float = 0.0
    """Seconds that pass with each call."""
    goes_on_with: Due | None = None
    """What the poller of before knew of what is due, as over a change of the settings."""
    locations: Locations = field(init=False)
    dock: Dock = field(init=False)
    poller: Poller = field(init=False)
    handovers: HandoverStore = field(init=False)
    client: FlipkartClient = field(init=False)

    def build(self) -> Self:
        """Makes all of it, or makes it anew as a restart does."""
        self.locations = Locations(
            tuple(
                Location(id=one, name=one, channel="C0123", hours=self.hours, arrivals=self.arrivals)
                for one in self.ids
            )
        )
        quota = Quota(CallStore(self.database), self.budget, self.now, self.monotonic, others=0)
        self.client = FlipkartClient(
            base_url=self.flipkart.url,
            app_id="app",
            app_secret=SecretStr("secret"),
            quota=quota,
            timing=FlipkartTiming(),
        )
        self.handovers = HandoverStore(self.database, self.now)
        self.dock = Dock(
            locations=self.locations,
            handovers=self.handovers,
            api=self.client,
            policy=Policy(Nobody()),
            reader=ScanReader(self.client, self.handovers, self.now, 5, PAGES_A_TICK),
            start_codes=CodeVault[StartCode](self.now),
            end_codes=CodeVault[HeldEnd](self.now),
            clock=self.now,
            around=Around(DockTiming().look_serves),
            sight=Sight(DockTiming().unseen, DockTiming().outage),
            refused=RefusedRecord(DockTiming().refusals),
            gone_after=timedelta(),
        )
        self.poller = Poller(
            self.dock,
            quota,
            ZONE,
            arrivals_seconds=self.arrivals_seconds,
            scans_seconds=SCANS,
            timing=HealthTiming(),
            heartbeat_seconds=HEARTBEAT,
            quiet=self.is_quiet,
            due=self.goes_on_with,
            owning=self.owning,
            monotonic=self.monotonic,
        )
        return self

    def is_quiet(self, location: Location) -> bool:  # noqa: ARG002
        """Whether nothing is due there."""
        return False

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds + self.a_call * len(self.flipkart.calls)

    async def tick(self, seconds: float = 0.0) -> None:
        """Time passes, and the poller looks once."""
        self.seconds += seconds
        await self.poller.tick()
        await self.poller.settle()

    async def run(self, seconds: float, step: float = 1.0) -> None:
        """Time passes tick by tick."""
        end = self.seconds + seconds
        while self.seconds < end:
            await self.tick(step)

    def calls(self, name: str, location: str | None = None) -> int:
        found = [call for call in self.flipkart.calls if call.name == name]
        if location is not None:
            found = [c for c in found if isinstance(c.body, dict) and c.body.get("sellerLocationId") == location]
        return len(found)

    async def present(self) -> list[Handover]:
        return await self.handovers.some(await self.handovers.here())


Kind = TypeVar("Kind", bound=Watch)


@contextlib.asynccontextmanager
async def watching_as(kind: type[Kind], folder: Path, **more: object) -> AsyncIterator[Kind]:
    """A watch of this kind, between its Flipkart and its database."""
    flipkart = FlipkartSim()
    await flipkart.start()
    database = Database(f"sqlite:///{migrated(folder / 'bot.db')}")
    await database.upgrade()
    watch = kind(flipkart, database, **more).build()  # type: ignore[arg-type]
    for one in watch.ids:
        flipkart.add_location(one)
    try:
        yield watch
    finally:
        await watch.poller.close()
        await watch.client.close()
        await database.close()
        await flipkart.stop()


def watching(folder: Path, **more: object) -> contextlib.AbstractAsyncContextManager[Watch]:
    """A poller and what it polls."""
    return watching_as(Watch, folder, **more)
