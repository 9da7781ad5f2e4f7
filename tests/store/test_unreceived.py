"""What Flipkart counts as completed and nobody brought: which of it is told, when, and how often."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.handover.expected import Span, matched_again
from bot.handover.model import Event, Handover, Happening
from bot.handover.returns import Fact, Statement
from bot.handover.unreceived import MOST, PAUSE, number_of
from bot.store.deliveries import DeliveryStore
from bot.store.handovers import HandoverStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from bot.store.tables import DELIVERY, OWN_SCAN, Kind
from bot.store.unreceived import UnreceivedStore
from tests.store import people
from tests.store.conftest import NOW

DAY = timedelta(days=1)
LATER = NOW + 3 * DAY
SPANS = {"LOC1": Span("LOC1", NOW, NOW)}
LISTED = Event(Happening.LISTED, NOW)


async def complete(database: Database, n: int, at: datetime = NOW + DAY, **more: Fact) -> None:
    facts: dict[str, Fact] = {"location_id": "LOC1", "tracking_id": f"FMP{n}", "completed_at": at, "end": "completed"}
    one = Statement(f"R{n}", f"OI{n}", at, facts | more)
    await ReturnStore(database).take([one], SPANS, "notification", LISTED, matched_again)


@pytest.fixture
def unreceived(database: Database) -> UnreceivedStore:
    return UnreceivedStore(database)


async def alarms(database: Database, unreceived: UnreceivedStore, now: datetime = LATER) -> list[list[str]]:
    """Raises what is due now; the tracking ids of each alarm there ever was."""
    await unreceived.raise_alarm("LOC1", now - DAY, now)
    query = select(DELIVERY.c.n).where(DELIVERY.c.kind == Kind.UNRECEIVED).order_by(DELIVERY.c.id)
    numbers = await database.run(lambda connection: list(connection.scalars(query)))
    found = [await unreceived.alarm("LOC1", n) for n in numbers]
    return [[item.tracking_id for item in one.items] for one in found if one is not None]


@pytest.fixture
async def ram(handovers: HandoverStore) -> Handover:
    """Was at the dock before."""
    return await people.arrive(handovers)


async def test_each_is_told_once_after_its_time(database: Database, unreceived: UnreceivedStore, ram: Handover) -> None:
    del ram
    await complete(database, 1)
    await complete(database, 2, LATER - DAY + timedelta(minutes=1))
    assert await alarms(database, unreceived, LATER) == [["FMP1"]]
    assert await alarms(database, unreceived, LATER + timedelta(hours=1)) == [["FMP1"]], "not one alarm for each"
    assert await alarms(database, unreceived, LATER + PAUSE) == [["FMP1"], ["FMP2"]]
    assert await alarms(database, unreceived, LATER + 2 * DAY) == [["FMP1"], ["FMP2"]]


async def test_what_came_is_not_told(
    database: Database, unreceived: UnreceivedStore, handovers: HandoverStore, ram: Handover
) -> None:
    await handovers.add_page(ram, people.page("fmp1 "), people.move(0), people.read)
    now = await handovers.get(ram.id)
    assert now is not None
    labelled_anew = people.page("FMP999", shipment_id="SH2")
    await handovers.add_page(now, labelled_anew, people.move(now.cursor_version), people.read)
    own = {"handover_id": ram.id, "key": "FMP3", "tracking_id": "FMP3", "by": "U0ASHA", "at": NOW, "times": 1}
    await database.run(lambda connection: connection.execute(OWN_SCAN.insert(), [own | {"message_ts": ""}]))
    await complete(database, 1)
    await complete(database, 2, shipment_id="SH2")
    await complete(database, 3)
    assert await alarms(database, unreceived) == []


@pytest.mark.parametrize(
    "more",
    [
        {"end": "cancelled"},
        {"location_id": "LOC9"},
        {"tracking_id": ""},
        {"at": NOW - timedelta(hours=1)},
    ],
    ids=["cancelled afterwards", "not ours", "no label is known", "before anybody was seen at the dock"],
)
async def test_what_is_not_told(
    database: Database, unreceived: UnreceivedStore, ram: Handover, more: dict[str, Fact]
) -> None:
    del ram
    await complete(database, 1, **more)  # type: ignore[arg-type]
    assert await alarms(database, unreceived) == []


async def test_many_are_told_by_and_by(database: Database, unreceived: UnreceivedStore, ram: Handover) -> None:
    del ram
    for n in range(MOST + 3):
        await complete(database, n, NOW + DAY + timedelta(minutes=n))
    first, rest = await alarms(database, unreceived), await alarms(database, unreceived, LATER + PAUSE)
    assert [len(one) for one in rest] == [MOST, 3]
    assert first == rest[:1]
    assert len({one for alarm in rest for one in alarm}) == MOST + 3


async def test_a_clock_that_was_ahead_keeps_no_alarm_back(
    database: Database, unreceived: UnreceivedStore, ram: Handover
) -> None:
    del ram
    await complete(database, 1)
    await alarms(database, unreceived, LATER + 30 * DAY)
    await complete(database, 2)
    assert await alarms(database, unreceived, LATER) == [["FMP1"], ["FMP2"]]


async def test_its_facts_and_its_number(
    database: Database, unreceived: UnreceivedStore, deliveries: DeliveryStore, ram: Handover
) -> None:
    del ram, deliveries
    await complete(database, 1, reason="TORN", expected_on=date(2026, 3, 4))
    await alarms(database, unreceived)
    n = number_of(["R1\nOI1"])
    found = await unreceived.alarm("LOC1", n)
    assert found is not None
    assert (found.at, found.items[0].reason, found.claim_by(14)) == (LATER, "TORN", NOW + 15 * DAY)
    assert await unreceived.alarm("LOC1", n + 1) is None
    assert 0 <= n < 2**31, "any database holds it"
    assert number_of(["a", "b"]) == number_of(["b", "a"]) != number_of(["a"])
