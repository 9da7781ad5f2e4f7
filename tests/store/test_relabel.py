"""Parcels that come under another id than the one they are expected by: a new label, or the one they went out under."""

from datetime import timedelta
from typing import Any

import pytest

from bot.handover.dropped import Brought, File, Part
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.model import Handover
from bot.handover.returns import Fact, Statement
from bot.lists.model import ExpectedRow
from bot.store.expected import ExpectedStore
from bot.store.find import TraceStore
from bot.store.handovers import HandoverStore
from bot.store.lists import ListStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from bot.text import parcel_key
from tests.store import people
from tests.store.conftest import NOW
from tests.store.test_expected import record
from tests.tables import Tables

SPAN = Span("LOC1", NOW, NOW.replace(hour=0))
LISTED = Event(Happening.LISTED, NOW)


class Yard:
    """A dock with an FE, and whatever is expected there."""

    def __init__(self, database: Database, handovers: HandoverStore, ram: Handover) -> None:
        self.database = database
        self._handovers = handovers
        self._ram = ram.id

    async def returns(self, n: int, at: timedelta = timedelta(), **more: Fact) -> None:
        facts: dict[str, Fact] = {"location_id": "LOC1", "tracking_id": f"NEW{n}", "shipment_id": f"SH{n}"}
        one = Statement(f"R{n}", f"OI{n}", NOW + at, facts | more)
        await ReturnStore(self.database).take([one], {"LOC1": SPAN}, LISTED)

    async def drop(self, name: str, *rows: ExpectedRow) -> None:
        brought = Brought(f"{int(name):032x}", "LOC1", "U0ASHA", NOW, File("F1", "a.csv"))
        part = Part(SPAN, rows, Event(Happening.LISTED, NOW, "U0ASHA", {}))
        await ListStore(self.database).keep(brought, [part])

    async def take_back(self, name: str) -> None:
        event = Event(Happening.LIST_TAKEN_BACK, NOW, "U0ASHA", {})
        await ListStore(self.database).take_back(f"{int(name):032x}", [Part(SPAN, (), event)])

    async def scan(self, *ids: str, **more: Any) -> None:
        now = await self.ram()
        await self._handovers.add_page(now, people.page(*ids, **more), people.move(now.cursor_version), people.read)

    async def ram(self) -> Handover:
        found = await self._handovers.get(self._ram)
        assert found is not None
        return found

    async def counts(self) -> tuple[int, int, int | None, int | None]:
        h = await self.ram()
        return h.matched, h.otherwise, h.unexpected, h.awaited

    async def found(self, typed: str) -> list[tuple[str, str, str]]:
        """The parcel as it came, the id that it was listed by, and by what it was known."""
        traces = await TraceStore(self.database).find(parcel_key(typed), ["LOC1"], 5)
        return [(t.tracking_id, t.told.instead if t.told else "", t.told.matched_by if t.told else "") for t in traces]


@pytest.fixture
async def yard(database: Database, handovers: HandoverStore) -> Yard:
    return Yard(database, handovers, await people.arrive(handovers))


async def test_a_new_label_is_known_by_its_shipment(yard: Yard) -> None:
    """And stays so when Flipkart says the old label again, completes the return, and when it is told after the scan."""
    await yard.returns(1)
    await yard.returns(2)
    await yard.scan("OLD1", shipment_id="SH1")
    assert await yard.counts() == (1, 1, 0, 1)
    await yard.returns(1, timedelta(hours=1), status="anything")
    await yard.returns(1, timedelta(hours=2), completed_at=NOW, end="completed")
    assert await yard.counts() == (1, 1, 0, 1)
    assert (await yard.ram()).confirmed == 1
    assert await yard.found("old1") == await yard.found("new1") == [("OLD1", "NEW1", "shipment")]
    await yard.scan("OLD3", shipment_id="SH3")
    assert await yard.counts() == (1, 1, 1, 1)
    await yard.returns(3)
    assert await yard.counts() == (2, 2, 0, 1)


async def test_the_id_it_went_out_under_is_known(yard: Yard) -> None:
    """Whether the list or the scan was first; a list that is dropped again or taken back changes nothing else."""
    rows = [ExpectedRow("BACK1", forward="Out1"), ExpectedRow("BACK2", forward="OUT2"), ExpectedRow("BACK3")]
    await yard.scan("OUT2")
    await yard.drop("1", *rows)
    assert await yard.counts() == (1, 1, 0, 2)
    await yard.scan("out1", "X")
    assert await yard.counts() == (2, 2, 1, 1)
    await yard.drop("2", *rows, ExpectedRow("OUT1"))
    assert await yard.counts() == (2, 2, 1, 1)
    assert await yard.found("BACK1") == [("out1", "BACK1", "forward")]
    listing = await ExpectedStore(yard.database).lists(Span("LOC1", NOW, NOW, (await yard.ram()).id), 9)
    assert (dict(listing.listed_as), listing.missing) == ({"out1": "BACK1", "OUT2": "BACK2"}, ("BACK3",))
    await yard.take_back("1")
    assert await yard.counts() == (2, 2, 1, 1)
    await yard.take_back("2")
    assert (await yard.ram()).matched == 0


async def test_what_may_be_several_stays_what_it_is(yard: Yard) -> None:
    await yard.drop("1", ExpectedRow("BACK1", forward="OUT"), ExpectedRow("BACK2", forward="OUT"))
    await yard.scan("OUT")
    assert await yard.counts() == (0, 0, 1, 2)
    [said] = await record(yard.database, Happening.UNEXPECTED)
    assert said.detail == {"tracking_ids": ["OUT"], "may_be": {"OUT": ["BACK1", "BACK2"]}}


async def test_of_two_parcels_of_one_shipment_the_first_is_it(yard: Yard) -> None:
    await yard.returns(1)
    await yard.scan("OLD1", "OLD2", shipment_id="SH1")
    assert await yard.counts() == (1, 1, 1, 0)
    await yard.scan("OLD3", shipment_id="SH1")
    assert await yard.counts() == (1, 1, 2, 0)


@pytest.mark.parametrize(
    "more",
    [{"end": "cancelled"}, {"location_id": "LOC2"}, {"shipment_id": ""}],
    ids=["cancelled", "of another dock", "no shipment is known"],
)
async def test_what_is_not_meant(yard: Yard, more: dict[str, Fact]) -> None:
    await yard.returns(2)
    await yard.returns(1, **more)  # type: ignore[arg-type]
    await yard.scan("OLD1", shipment_id="SH1")
    assert (await yard.counts())[:3] == (0, 0, 1)


async def test_one_that_came_by_itself_is_met_once(yard: Yard) -> None:
    await yard.returns(1)
    await yard.scan("NEW1", "OLD1", shipment_id="SH1")
    assert await yard.counts() == (1, 0, 1, 0)
    rows = await Tables(yard.database).sql("SELECT count(*) FROM expected WHERE instead <> ''")
    assert rows.one() == 0
