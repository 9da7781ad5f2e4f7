from collections.abc import Sequence
from datetime import date, timedelta

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlmodel import select

from bot.handover.events import Event, Happening
from bot.handover.expected import FRESH, LOOKED_BACK, Listing, Span
from bot.handover.model import AuditEntry, Handover
from bot.lists.model import ExpectedRow
from bot.store.expected import ExpectedStore
from bot.store.handovers import HandoverStore
from bot.store.rows import entry_of
from bot.store.session import Database
from bot.store.tables import AUDIT, EXPECTED
from bot.store.tables import ExpectedRow as Row
from bot.text import parcel_key
from tests.store import people
from tests.store.conftest import NOW
from tests.tables import Tables

SPAN = Span("LOC1", NOW, NOW.replace(hour=0))
EVENT = Event(Happening.LISTED, NOW, "U0ASHA", {"rows": 3})


@pytest_asyncio.fixture
async def expected(database: Database) -> ExpectedStore:
    return ExpectedStore(database)


def rows(*tracking_ids: str) -> list[ExpectedRow]:
    return [ExpectedRow(one) for one in tracking_ids]


async def put(expected: ExpectedStore, some: Sequence[ExpectedRow], span: Span = SPAN) -> tuple[int, int, int]:
    """Keeps rows; returns how many parcels are new, how many were known, and how many are missing."""
    tables = Tables(expected._database)
    here = sa.select(EXPECTED.c.key).where(EXPECTED.c.location_id == span.location_id)
    before = {row.key for row in await tables.rows(here)}
    await expected.keep(span, some, EVENT)
    after = {row.key for row in await tables.rows(here)}
    known = {parcel_key(one.tracking_id) for one in some} & before
    return len(after - before), len(known), (await expected.lists(span, 1)).missing_total


async def scan(handovers: HandoverStore, handover: Handover, *tracking_ids: str) -> Handover:
    now = await handovers.get(handover.id)
    assert now is not None
    after = await handovers.add_page(now, people.page(*tracking_ids), people.move(now.cursor_version), people.read)
    assert after is not None
    return after


async def record(database: Database, what: Happening) -> list[AuditEntry]:
    tables = Tables(database)
    found = await tables.rows(sa.select(AUDIT).where(AUDIT.c.what == what).order_by(AUDIT.c.id))
    return [entry_of(row) for row in found]


async def test_a_list_is_kept_once_and_renewed(database: Database, expected: ExpectedStore) -> None:
    first = [ExpectedRow("fmp1", "R1", "O1", "Torn", date(2026, 3, 1)), *rows("FMP2")]
    assert await put(expected, first) == (2, 0, 2)
    later = Span("LOC1", NOW + timedelta(days=1), NOW)
    assert await put(expected, [ExpectedRow("FMP1", reason="Size"), *rows("FMP3")], later) == (1, 1, 3)
    assert await put(expected, rows("FMP1"), Span("LOC2", NOW, NOW)) == (1, 0, 1)
    tables = Tables(database)
    query = select(Row).where(EXPECTED.c.key == "FMP1", EXPECTED.c.location_id == "LOC1")
    row = (await tables.exec(query)).one()
    kept = (row.tracking_id, row.return_id, row.order_item_id, row.reason, row.expected_on, row.listed_at)
    assert kept == ("FMP1", "R1", "O1", "Size", date(2026, 3, 1), later.now)
    assert [e.location_id for e in await record(database, Happening.LISTED)] == ["LOC1", "LOC1", "LOC2"]


async def test_what_nobody_brought_is_on_record_only_if_it_is_new(database: Database, expected: ExpectedStore) -> None:
    announced = Event(Happening.LISTED, NOW, None, {"source": "notification"})
    for _ in range(2):
        await expected.keep(SPAN, rows("FMP1"), announced)
    assert len(await record(database, Happening.LISTED)) == 1
    await people.drop(database, SPAN, *rows("FMP1"))
    assert [e.by for e in await record(database, Happening.LISTED)] == [None, "U0ASHA"]


async def test_without_a_list_nothing_is_unexpected(database: Database, handovers: HandoverStore) -> None:
    after = await scan(handovers, await people.arrive(handovers), "FMP1")
    assert (after.matched, after.unexpected) == (0, None)
    assert not await record(database, Happening.UNEXPECTED)


async def test_scans_are_matched_as_they_come(
    database: Database, handovers: HandoverStore, expected: ExpectedStore
) -> None:
    await put(expected, rows("FMP1", "FMP2", "FMP3"))
    ram, elsewhere = await people.arrive(handovers), await people.arrive(handovers, 2, location="LOC2")
    after = await scan(handovers, ram, "fmp1 ", "FMP9")
    assert (after.matched, after.unexpected, after.awaited) == (1, 1, 2)
    after = await scan(handovers, ram, "fmp1 ", "FMP9", "FMP2", "FMP8")
    assert (after.matched, after.unexpected, after.awaited) == (2, 2, 1)
    there = await scan(handovers, elsewhere, "FMP7")
    assert (there.unexpected, there.awaited) == (None, None)
    said = [e.detail["tracking_ids"] for e in await record(database, Happening.UNEXPECTED)]
    assert said == [["FMP9"], ["FMP8"]]
    found = await expected.lists(Span("LOC1", NOW, SPAN.today, ram.id), 1)
    assert found == Listing(("FMP3",), ("FMP9",), ("fmp1 ",), 1, 2, 2)
    assert await expected.lists(SPAN, 50) == Listing(("FMP3",), ("FMP9", "FMP8"), ("fmp1 ", "FMP2"), 1, 2, 2)


async def test_a_list_that_comes_late(database: Database, handovers: HandoverStore, expected: ExpectedStore) -> None:
    ram = await people.arrive(handovers)
    before = await scan(handovers, ram, "FMP1", "FMP9")
    assert await put(expected, rows("FMP1", "FMP2")) == (2, 0, 1)
    after = await handovers.get(ram.id)
    assert after is not None
    assert (after.matched, after.unexpected, after.awaited, after.revision) == (1, 1, 1, before.revision + 1)
    assert not await record(database, Happening.UNEXPECTED), "what was scanned before the list is not called out"
    await put(expected, rows("FMP9"))
    after = await handovers.get(ram.id)
    assert after is not None
    assert (after.matched, after.unexpected) == (2, 0)


async def test_what_comes_later_or_was_listed_long_ago_is_not_missing(
    handovers: HandoverStore, expected: ExpectedStore
) -> None:
    tomorrow = ExpectedRow("FMP1", expected_on=date(2026, 3, 3))
    today = ExpectedRow("FMP2", expected_on=date(2026, 3, 2))
    assert (await put(expected, [tomorrow, today]))[2] == 1
    assert await expected.listed("LOC1", NOW)
    later = NOW + FRESH
    assert not await expected.listed("LOC1", later)
    assert (await expected.lists(Span("LOC1", later, later), 50)).missing_total == 0
    ram = await people.arrive(handovers)
    await scan(handovers, ram, "FMP2")
    assert (await put(expected, [today], Span("LOC1", NOW + LOOKED_BACK, NOW)))[2] == 1, "too long ago to look through"


@pytest.mark.slow("twenty thousand rows")
async def test_20000_rows_in_one_go(handovers: HandoverStore, expected: ExpectedStore) -> None:
    ram = await people.arrive(handovers)
    await scan(handovers, ram, *(f"FMP{n}" for n in range(0, 2000, 2)))
    assert await put(expected, rows(*(f"FMP{n}" for n in range(20_000)))) == (20_000, 0, 19_000)
    after = await handovers.get(ram.id)
    assert after is not None
    assert (after.matched, after.unexpected) == (1000, 0)
