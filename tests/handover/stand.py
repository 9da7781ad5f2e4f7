"""One dock between a simulated Flipkart (over HTTP) and a real SQLite file, on a clock that the test moves."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import select

from bot.flipkart.client import FlipkartClient
from bot.flipkart.quota import Quota
from bot.handover.actions import Counting, Dock
from bot.handover.around import Around
from bot.handover.end import EndOtc
from bot.handover.events import Happening
from bot.handover.location import Location, Locations
from bot.handover.model import Actor, AuditEntry, Handover, Shipment
from bot.handover.policy import Policy
from bot.handover.ports import DirectoryUnavailable, Standing, StartCode
from bot.handover.reader import PAGES_A_TICK, ScanReader
from bot.handover.refused import RefusedRecord
from bot.handover.sight import Sight
from bot.handover.start import StartOtc
from bot.handover.vault import CodeVault, HeldEnd
from bot.sandbox.flipkart import FlipkartSim, Switches
from bot.sandbox.flipkart.calls import Call
from bot.store.approvals import ApprovalStore
from bot.store.calls import CallStore
from bot.store.handovers import HandoverStore
from bot.store.rows import entry_of
from bot.store.session import Database
from bot.store.tables import AUDIT, DELIVERY, SHIPMENT, WITHDRAWN, DeliveryRow, ShipmentRow, WithdrawnRow
from bot.timing import DockTiming, FlipkartTiming
from tests.tables import Tables
from tests.template import migrated

ASHA = Actor("U0ASHA")
VIKRAM = Actor("U0VIKRAM")
STRANGER = Actor("U0STRANGER")
LOCATION = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK", operators=(ASHA.user_id, VIKRAM.user_id))
ELSEWHERE = Location(id="LOC2", name="Hosur dock", channel="C0HOSUR", operators=(ASHA.user_id,))
PAGE_SIZE = 3
FIXED = ({"type": "NON_LARGE", "code": "445566", "vendor": "eKart"},)


class MovedClock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class PlainDirectory:
    """Who belongs to what, as the test says."""

    groups: dict[str, set[str]] = field(default_factory=dict)
    channels: dict[str, set[str]] = field(default_factory=dict)
    down: bool = False
    standings: dict[str, Standing] = field(default_factory=dict)

    async def in_any_group(self, user_id: str, group_ids: Sequence[str]) -> bool:
        if self.down:
            raise DirectoryUnavailable
        return any(user_id in self.groups.get(group, set()) for group in group_ids)

    async def in_channel(self, user_id: str, channel: str) -> bool:
        if self.down:
            raise DirectoryUnavailable
        return user_id in self.channels.get(channel, set())

    async def standing(self, user_id: str) -> Standing:
        if self.down:
            raise DirectoryUnavailable
        return self.standings.get(user_id, Standing.MEMBER)


class Stand:
    """Everything that a test of the domain touches."""

    def __init__(
        self, sim: FlipkartSim, database: Database, clock: MovedClock, page_size: int, calls_per_hour: int
    ) -> None:
        self.sim = sim
        self.database = database
        self.clock = clock
        self.page_size = page_size
        self.directory = PlainDirectory()
        self.locations = Locations((LOCATION, ELSEWHERE))
        self.handovers = HandoverStore(database, clock)
        self.approvals = ApprovalStore(database)
        self.api = FlipkartClient(
            base_url=sim.url,
            app_id="app",
            app_secret=SecretStr("secret"),
            quota=Quota(CallStore(database), calls_per_hour, clock, others=0),
            timing=FlipkartTiming(),
        )
        self.restart()

    def restart(self) -> None:
        """A new process: the database stays, the memory is empty."""
        self.dock = Dock(
            locations=self.locations,
            handovers=self.handovers,
            api=self.api,
            policy=Policy(self.directory),
            reader=self.new_reader(),
            start_codes=CodeVault[StartCode](self.clock),
            end_codes=CodeVault[HeldEnd](self.clock),
            clock=self.clock,
            around=Around(DockTiming().look_serves),
            sight=Sight(DockTiming().unseen, DockTiming().outage),
            refused=RefusedRecord(DockTiming().refusals),
            gone_after=timedelta(),
        )
        self.start = StartOtc(self.dock)
        self.end = EndOtc(self.dock, self.approvals, (0.0,) * 3)
        self.counting = Counting(self.dock)

    def new_reader(self) -> ScanReader:
        return ScanReader(self.api, self.handovers, self.clock, self.page_size, PAGES_A_TICK)

    @property
    def reader(self) -> ScanReader:
        return self.dock.reader

    async def look(self, location: Location = LOCATION) -> list[Handover]:
        """One poll of the arrivals."""
        _, present = await self.dock.look_around(location, for_person=False)
        return present

    async def only(self) -> Handover:
        """The one handover that is present after a poll."""
        [handover] = await self.look()
        return handover

    async def now(self, handover_id: str) -> Handover:
        handover = await self.handovers.get(handover_id)
        assert handover is not None, f"handover {handover_id} is gone from the store"
        return handover

    def asked(self, name: str) -> list[Call]:
        """The calls of a name that Flipkart has seen."""
        return [call for call in self.sim.calls if call.name == name]

    async def record(self, handover_id: str | None = None, what: Happening | None = None) -> list[AuditEntry]:
        """The lines of the record, the oldest first."""
        query = sa.select(AUDIT).order_by(AUDIT.c.id)
        tables = Tables(self.database)
        entries = [entry_of(row) for row in await tables.rows(query)]
        return [e for e in entries if handover_id in (None, e.handover_id) and what in (None, e.what)]

    async def rows(self, handover_id: str) -> list[Shipment]:
        query = select(ShipmentRow).where(SHIPMENT.c.handover_id == handover_id).order_by(SHIPMENT.c.id)
        tables = Tables(self.database)
        return [*(await tables.exec(query)).all()]

    async def withdrawn(self, handover_id: str) -> list[WithdrawnRow]:
        """The rows that Flipkart no longer lists."""
        query = select(WithdrawnRow).where(WITHDRAWN.c.handover_id == handover_id).order_by(WITHDRAWN.c.id)
        tables = Tables(self.database)
        return list(await tables.exec(query))

    async def deliveries(self, handover_id: str) -> list[DeliveryRow]:
        query = select(DeliveryRow).where(DELIVERY.c.about == handover_id).order_by(DELIVERY.c.id)
        tables = Tables(self.database)
        return list(await tables.exec(query))


@contextlib.asynccontextmanager
async def stand(
    folder: Path,
    switches: Switches | None = None,
    *,
    enabled_for: str = "DynamicStartEnd",
    page_size: int = PAGE_SIZE,
    calls_per_hour: int = 1_000_000,
    url: str = "",
) -> AsyncIterator[Stand]:
    """Flipkart running, the database made, in the folder or, with a URL, there; nobody at the dock."""
    clock = MovedClock()
    sim = FlipkartSim("app", "secret", lambda: clock().timestamp(), switches)
    for location in (LOCATION, ELSEWHERE):
        sim.add_location(location.id, enabled_for, FIXED)
    await sim.start()
    database = Database(url or f"sqlite:///{migrated(folder / 'bot.db')}")
    try:
        await database.upgrade()
        here = Stand(sim, database, clock, page_size, calls_per_hour)
        try:
            yield here
        finally:
            await here.api.close()
    finally:
        await database.close()
        await sim.stop()
