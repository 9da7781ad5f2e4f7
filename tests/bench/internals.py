"""All that the benchmark knows of the bot's inside: how a reader and its store are made, and how a page is read."""

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from bot.clock import now
from bot.flipkart.client import FlipkartClient
from bot.flipkart.counted import counted, new_calls
from bot.flipkart.quota import Quota
from bot.handover import machine
from bot.handover.model import Handover
from bot.handover.ports import Arrivals, Page, ReturnsApi
from bot.handover.reader import PAGES_A_TICK, ScanReader
from bot.monitoring.catalogue import CATALOGUE, Kind, Sample
from bot.monitoring.counted import CALL_SECONDS, Calls, Histogram
from bot.monitoring.page import page_of
from bot.store.calls import CallStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from bot.timing import FlipkartTiming

HANDOVER = "a" * 32
ROWS = 25


@dataclass(frozen=True, slots=True)
class Reading:
    """One handover and what reads it, store and budget included."""

    api: FlipkartClient
    store: HandoverStore
    reader: ScanReader
    fe_id: str
    task_id: str

    async def to_end(self) -> int:
        """Reads every page there is, and tells how many parcels are known."""
        return (await self.reader.read_to_end(HANDOVER)).scanned

    async def look(self, known: Handover | None = None) -> Handover:
        """One look of the poller, which knows the handover from the look before."""
        return await self.reader.catch_up(HANDOVER, known)

    async def pages(self) -> dict[str | None, Page]:
        """All pages by the address at which they are, ready to be kept; nothing is kept here."""
        found: dict[str | None, Page] = {}
        url: str | None = None
        while url not in found:
            found[url] = await self.api.shipments(self.task_id, self.fe_id, url, ROWS)
            url = found[url].next_url or url
        return found

    def uncounted(self) -> "Reading":
        """The same store and client, of which nobody counts the calls."""
        bare: Any = FlipkartClient.shipments
        api = _Called(partial(bare.__wrapped__, self.api))
        return replace(self, reader=ScanReader(cast("ReturnsApi", api), self.store, now, ROWS, PAGES_A_TICK))

    def without_flipkart(self, pages: dict[str | None, Page]) -> "Reading":
        """The same store and reader, with pages that are there at once."""
        reader = ScanReader(cast("ReturnsApi", _Fetched(pages)), self.store, now, ROWS, PAGES_A_TICK)
        return replace(self, reader=reader)


@dataclass(frozen=True, slots=True)
class _Called:
    """A client with one call."""

    shipments: Any


@dataclass(frozen=True, slots=True)
class _Fetched:
    """Pages that were fetched before."""

    by_url: dict[str | None, Page]

    async def shipments(self, _task_id: str, _fe_id: str, url: str | None, _page_size: int, **_: object) -> Page:
        return self.by_url[url]


@contextlib.asynccontextmanager
async def reading(url: str, fe_id: str, task_id: str, kept: Path | str) -> AsyncIterator[Reading]:
    """A reader over a new database, by its file or its URL, which knows the FE but none of the parcels."""
    database = Database(kept if isinstance(kept, str) else f"sqlite:///{kept}")
    await database.upgrade()
    quota = Quota(CallStore(database), 10_000_000, now, others=0)
    api = FlipkartClient(
        base_url=url, app_id="app", app_secret=SecretStr("secret"), quota=quota, timing=FlipkartTiming()
    )
    store = HandoverStore(database, now)
    try:
        arrivals: Arrivals = await api.initial_load("LOC1")

        def decide(known: list[Any]) -> list[Any]:
            return machine.reconcile(known, "LOC1", arrivals, now(), lambda: HANDOVER)

        await store.reconcile("LOC1", [(fe_id, task_id)], decide)
        yield Reading(api, store, ScanReader(api, store, now, ROWS, PAGES_A_TICK), fe_id, task_id)
    finally:
        await api.close()
        await database.close()


@dataclass
class _Nothing:
    """Answers at once."""

    calls: Calls

    async def bare(self) -> None:
        """Costs what a call costs that does nothing."""

    shipments = counted(bare)


async def counting(times: int) -> float:
    """CPU milliseconds that counting adds to one call."""
    one = _Nothing(new_calls())
    took = []
    for call in (one.bare, one.shipments):
        began = time.process_time()
        for _ in range(times):
            await call()
        took.append((time.process_time() - began) / times * 1000)
    return took[1] - took[0]


def a_page(docks: int) -> bytes:
    """What a monitor reads of a bot with so many docks, all of whose figures are there."""
    words = {"location": [f"LOC{n}" for n in range(docks)], "workspace": [""], "seller": [""]}
    found = []
    for metric in CATALOGUE:
        several = [words.get(label, ["one", "two", "three"]) for label in metric.labels]
        for labels in product(*several):
            value = Histogram(CALL_SECONDS) if metric.kind is Kind.HISTOGRAM else 1.0
            found.append(Sample(metric.name, labels, value))
    return page_of(found)


async def new_database(file: Path) -> None:
    """An empty database with the tables of this bot."""
    database = Database(f"sqlite:///{file}")
    await database.upgrade()
    await database.close()


async def turn(database: Database) -> None:
    """An empty transaction: how long one waits for the database."""
    await database.run(lambda _: None)
