"""A real database and the sender over it, on a clock that only moves when it is told to; receivers on loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.handover import machine
from bot.handover.model import Handover, OtcMode, Shipment
from bot.handover.owning import EVERYTHING, Owning
from bot.handover.ports import CursorMove, Page, Sighting
from bot.monitoring.counted import Counts
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from bot.store.webhooks import WebhookStore
from bot.timing import WebhookTiming
from bot.webhooks.receivers import Receiver as Wanted
from bot.webhooks.receivers import Receivers
from bot.webhooks.sender import WebhookSender
from bot.webhooks.signing import keys_of
from bot.webhooks.wire import Address
from tests.pace import PATIENCE
from tests.webhooks.receiver import SECRET, Receiver

LOOKS = 200
TIMING = WebhookTiming(answer=PATIENCE, rest=0)


@dataclass
class Outside:
    """What the bot tells addresses outside."""

    database: Database
    now: datetime = datetime(2026, 3, 2, 6, 3, tzinfo=UTC)
    addresses: list[Address] = field(default_factory=list)
    timing: WebhookTiming = TIMING
    counted: Counts = field(default_factory=Counts)
    sender: WebhookSender = field(init=False)

    def __post_init__(self) -> None:
        self.handovers = HandoverStore(self.database, lambda: self.now)
        self.store = WebhookStore(self.database)
        self.begin()

    def begin(self, owning: Owning = EVERYTHING) -> WebhookSender:
        """As after a start of the bot: nothing is remembered but what the database holds."""
        self.sender = WebhookSender(self.addresses, self.store, lambda: self.now, self.timing, owning, self.counted)
        return self.sender

    def tells(self, name: str, url: str, secret: str = SECRET, *, private: bool = True, **wants: Any) -> None:
        """One address more."""
        self.addresses.append(Address(name, url, keys_of(secret), private))
        told = (*self.database.receivers.each, Wanted(name, **wants))
        self.database.receivers = Receivers(told, {"LOC1": "Bengaluru dock"})
        self.begin()

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)

    async def look(self) -> float:
        """All that may be done at this moment; returns the wait that is asked for then."""
        for _ in range(LOOKS):
            wait = await self.sender.step()
            if not any(lane.in_flight for lane in self.sender._lanes):
                return wait
            await self.sender.settle()
        raise AssertionError("it sends without an end")

    async def waiting(self) -> dict[str, int]:
        return await self.store.waiting()

    # ---- what happens ----

    async def arrive(self, n: int = 1, location: str = "LOC1") -> Handover:
        seen = Sighting(f"fe{n}", f"task{n}", "Ram Kumar", "eKart", "NONLARGE", "Scanning", self.now)
        step = machine.arrive(f"{n:032x}", location, OtcMode.START_AND_END, seen, self.now)
        return (await self.handovers.reconcile(location, [], lambda _: [step]))[0]

    async def scan(self, handover: Handover, *tracking_ids: str, status: str = "REJECTED") -> Handover:
        now = await self.handovers.get(handover.id)
        assert now is not None
        rows = tuple(Shipment(tracking_id=one, status=status, reason="torn") for one in tracking_ids)
        move = CursorMove(now.cursor_version, None, f"/next/{now.cursor_version}")
        after = await self.handovers.add_page(
            now, Page(rows, False, None), move, lambda one, scan: machine.read(one, scan, self.now)
        )
        assert after is not None
        return after

    async def go(self, handover: Handover) -> Handover:
        """The FE leaves."""
        for _ in range(machine.MISSES):
            left = await self.handovers.step(handover.id, lambda one: machine.miss(one, self.now))
        return left


@pytest.fixture
async def outside(url: str) -> AsyncIterator[Outside]:
    database = Database(url)
    await database.upgrade()
    one = Outside(database)
    yield one
    await one.sender.settle()
    await database.close()


@contextlib.asynccontextmanager
async def running(outside: Outside) -> AsyncIterator[None]:
    """The sender as the bot runs it, rung by what is kept; cancelled at the end, as a stop does."""
    outside.database.bell = outside.sender.ring
    task = asyncio.create_task(outside.sender.run())
    try:
        yield
    finally:
        outside.database.bell = lambda _: None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(receiver: Receiver, condition: Any) -> None:
    """Waits for something to be true of what was posted."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            receiver.changed.clear()
            await receiver.changed.wait()
