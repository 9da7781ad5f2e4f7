"""What is expected is an index: made anew from what is said of returns and parcels, it has the same rows."""

import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select

from bot.handover.dropped import Brought, File, Part
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.model import Handover
from bot.handover.returns import Fact, Source, Statement
from bot.lists.model import ExpectedRow, State
from bot.store.expected import ExpectedStore
from bot.store.expecting import SAID, renew
from bot.store.handovers import HandoverStore
from bot.store.lists import ListStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from bot.store.tables import EXPECTED, RETURN
from tests.postgres import a_migrated_one
from tests.store import people
from tests.store.conftest import NOW
from tests.template import migrated

NUMBERS = itertools.count(1)
LABELS = st.sampled_from(("FMP1", "FMP2", "fmp2", "FMP3"))
SHIPMENTS = st.sampled_from(("", "SH1", "SH2"))
REASONS = st.sampled_from(("", "Torn", "Size"))
DAYS = st.sampled_from((None, date(2026, 3, 2), date(2026, 3, 9)))
STATES = st.sampled_from((State.AWAITED, State.COMPLETED, State.CANCELLED, State.REJECTED))
MINUTES = st.integers(0, 60)
"""How long before it is heard something was said."""

ITEM = st.fixed_dictionaries(
    {"tracking_id": st.just("") | LABELS},
    optional={
        "shipment_id": SHIPMENTS,
        "reason": REASONS,
        "expected_on": DAYS,
        "action": st.sampled_from(("", "refund_dnt_expect")),
        "end": st.sampled_from(("", State.COMPLETED.value, State.CANCELLED.value)),
    },
)
ROW = st.builds(
    ExpectedRow,
    LABELS,
    return_id=st.sampled_from(("", "R1")),
    reason=REASONS,
    expected_on=DAYS,
    state=STATES,
    forward=st.sampled_from(("", "OUT1", "OUT2")),
)
ROWS = st.lists(ROW, min_size=1, max_size=3, unique_by=lambda one: one.tracking_id.casefold())
SCANNED = st.sampled_from(("FMP1", "FMP2", "FMP3", "NEW1", "NEW2", "OUT1", "OUT2"))
STEP = st.one_of(
    st.tuples(
        st.just("told"),
        st.tuples(st.sampled_from(("1", "2", "3")), st.sampled_from(("", "here", "there")), ITEM, MINUTES),
        st.sampled_from(Source),
    ),
    st.tuples(st.just("announced"), ROWS),
    st.tuples(st.just("listed"), st.sampled_from("abc"), ROWS),
    st.tuples(st.just("taken back"), st.sampled_from("abc")),
    st.tuples(st.just("scanned"), SCANNED, SHIPMENTS),
)


@dataclass
class Dock:
    """A location of its own in a database of many, and what is told of it, a minute at a time."""

    database: Database
    n: int
    ram: Handover
    minute: int = 0
    brought: dict[str, str] = field(default_factory=dict)

    @property
    def here(self) -> str:
        return f"L{self.n}"

    def span(self, place: str = "") -> Span:
        now = NOW + timedelta(minutes=self.minute)
        return Span(place or self.here, now, now.replace(hour=0))

    def event(self, by: str | None = None) -> Event:
        return Event(Happening.LISTED, self.span().now, by, {})

    async def told(self, said: tuple[str, str, dict[str, Fact], int], source: Source) -> None:
        item, place, facts, before = said
        where: dict[str, Fact] = {"location_id": {"here": self.here, "there": f"{self.here}x"}[place]} if place else {}
        if source is Source.LOOKUP:
            where, facts = {}, facts | {"tracking_id": facts["tracking_id"] or "FMP1"}
        at = self.span().now - timedelta(minutes=before)
        one = Statement(f"R{self.n}-{item}", "OI1", at, facts | where, source)
        spans = {place: self.span(place) for place in (self.here, f"{self.here}x")}
        await ReturnStore(self.database).take([one], spans, self.event())

    async def announced(self, rows: Sequence[ExpectedRow]) -> None:
        await ExpectedStore(self.database).keep(self.span(), rows, self.event())

    async def listed(self, name: str, rows: Sequence[ExpectedRow]) -> None:
        self.brought[name] = f"{self.n:06d}-{self.minute:02d}-{name}"
        brought = Brought(self.brought[name], self.here, "U0ASHA", self.span().now, File("F1", name))
        part = Part(self.span(), rows, self.event("U0ASHA"))
        await ListStore(self.database).keep(brought, [part])

    async def taken_back(self, name: str) -> None:
        if name in self.brought:
            part = Part(self.span(), (), self.event("U0ASHA"))
            await ListStore(self.database).take_back(self.brought.pop(name), [part])

    async def scanned(self, tracking_id: str, shipment_id: str) -> None:
        store = HandoverStore(self.database, lambda: self.span().now)
        page = people.page(tracking_id, shipment_id=shipment_id)
        self.ram = (await store.get(self.ram.id)) or self.ram
        await store.add_page(self.ram, page, people.move(self.ram.cursor_version), people.read)

    async def step(self, what: str, *how: Any) -> None:
        self.minute += 1
        await {
            "told": self.told,
            "announced": self.announced,
            "listed": self.listed,
            "taken back": self.taken_back,
            "scanned": self.scanned,
        }[what](*how)  # type: ignore[operator]

    def places(self) -> tuple[str, str]:
        return self.here, f"{self.here}x"


def rows_of(connection: Connection, places: Sequence[str]) -> list[dict[str, Any]]:
    query = select(*(EXPECTED.c[name] for name in SAID)).where(EXPECTED.c.location_id.in_(places))
    return [dict(row._mapping) for row in connection.execute(query.order_by(EXPECTED.c.location_id, EXPECTED.c.key))]


def in_order(connection: Connection, places: Sequence[str]) -> list[dict[str, Any]]:
    query = select(*(EXPECTED.c[name] for name in SAID)).where(EXPECTED.c.location_id.in_(places))
    return [dict(row._mapping) for row in connection.execute(query.order_by(EXPECTED.c.id))]


def anew(connection: Connection, places: Sequence[str]) -> list[dict[str, Any]]:
    """The same after all of it was thrown away and made again."""
    connection.execute(delete(EXPECTED).where(EXPECTED.c.location_id.in_(places)))
    for place in places:
        said = select(RETURN.c.key).where(RETURN.c.location_id == place, RETURN.c.key != "").distinct()
        renew(connection, place, list(connection.scalars(said)))
    return rows_of(connection, places)


@pytest_asyncio.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Database, Database]]:
    with a_migrated_one() as url:
        one, other = Database(f"sqlite:///{migrated(tmp_path / 'bot.db')}"), Database(url)
        yield one, other
        await one.close()
        await other.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=12))
async def test_made_anew_it_is_the_same(
    database: Database, handovers: HandoverStore, steps: Sequence[tuple[Any, ...]]
) -> None:
    n = next(NUMBERS)
    dock = Dock(database, n, await people.arrive(handovers, n, location=f"L{n}"))
    for what, *how in steps:
        await dock.step(what, *how)
    before = await database.run(rows_of, dock.places())
    assert await database.run(anew, dock.places()) == before


@pytest.mark.postgres
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=12))
async def test_the_same_rows_come_of_it_in_both_databases(
    both: tuple[Database, Database], steps: Sequence[tuple[Any, ...]]
) -> None:
    """In the same order, though the one meets a row several times in a statement and the other only once."""
    n = next(NUMBERS)
    docks = [Dock(one, n, await people.arrive(HandoverStore(one, lambda: NOW), n, location=f"L{n}")) for one in both]
    for what, *how in steps:
        for dock in docks:
            await dock.step(what, *how)
    found = [await dock.database.run(in_order, dock.places()) for dock in docks]
    assert found[0] == found[1]


async def test_a_row_that_is_made_anew_keeps_its_place(database: Database) -> None:
    dock = Dock(database, 0, Handover.model_construct())
    for name in ("FMP1", "FMP2", "FMP3"):
        await dock.step("listed", name, [ExpectedRow(name)])
    await dock.step("listed", "b", [ExpectedRow("FMP1", reason="Torn")])
    await dock.step("taken back", "b")
    listing = await ExpectedStore(database).lists(dock.span(), 9)
    assert listing.missing == ("FMP1", "FMP2", "FMP3")


async def test_a_label_that_is_given_back_is_awaited_again(database: Database) -> None:
    """Whatever was said of it meanwhile: an item bears it, told late or not."""
    dock = Dock(database, 0, Handover.model_construct())
    await dock.step("told", ("1", "here", {"tracking_id": "FMP1"}, 9), Source.LEDGER)
    await dock.step("told", ("1", "", {"tracking_id": "FMP2"}, 9), Source.LEDGER)
    await dock.step("told", ("1", "", {"tracking_id": "FMP1"}, 9), Source.LEDGER)
    found = await database.run(rows_of, dock.places())
    assert [(row["key"], row["state"]) for row in found] == [("FMP1", State.AWAITED), ("FMP2", State.CANCELLED)]


async def test_an_older_word_that_comes_late_does_not_take_a_newer_ones_place(database: Database) -> None:
    """A list that says nothing of the reason leaves what Flipkart said last of it, though it comes after the list."""
    dock = Dock(database, 0, Handover.model_construct())
    long_before, before = (
        ("1", "here", {"tracking_id": "FMP1", "reason": "Torn"}, 60),
        ("1", "", {"reason": "Size"}, 30),
    )
    await dock.step("told", long_before, Source.EVENT)
    await dock.step("listed", "a", [ExpectedRow("FMP1")])
    await dock.step("told", before, Source.EVENT)
    [row] = await database.run(rows_of, dock.places())
    assert (row["reason"], row["list_id"][-1]) == ("Size", "a")
