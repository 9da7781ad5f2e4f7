"""What is due today, as the tables have it."""

from datetime import UTC, date, timedelta

from bot.handover.due_today import Forecast
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.ledger import Mark
from bot.handover.returns import Fact, Statement
from bot.store.due_today import DueTodayStore
from bot.store.handovers import HandoverStore
from bot.store.ledger import LedgerStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from tests.store import people
from tests.store.conftest import NOW

TODAY, MINUTE = NOW.date(), timedelta(minutes=1)


async def tell(database: Database, n: int, minute: int = 0, **facts: Fact) -> None:
    here: dict[str, Fact] = {"location_id": "LOC1", "tracking_id": f"FMP{n}"}
    one = Statement(f"R{n}", "OI1", NOW + minute * MINUTE, here | facts)
    span, event = Span("LOC1", NOW, NOW.replace(hour=0)), Event(Happening.LISTED, NOW)
    await ReturnStore(database).take([one], {"LOC1": span}, event)


async def forecast(database: Database, location_id: str = "LOC1") -> Forecast:
    return await DueTodayStore(database, UTC).forecast(location_id, NOW)


async def test_what_is_due_and_what_is_out(database: Database, handovers: HandoverStore) -> None:
    assert await forecast(database) == Forecast(0, 0, None)
    await tell(database, 1, expected_on=TODAY)
    await tell(database, 2, expected_on=TODAY + timedelta(days=1), shipment_status="OUT_FOR_DELIVERY")
    await tell(database, 3, expected_on=date(2026, 3, 20), shipment_status="in_transit")
    await tell(database, 4, expected_on=TODAY, end="cancelled")
    assert await forecast(database) == Forecast(1, 1, NOW)
    ram = await people.arrive(handovers)
    await handovers.add_page(ram, people.page("fmp2", "FMP1"), people.move(0), people.read)
    assert await forecast(database) == Forecast(0, 0, NOW), "who has them is no longer waited for"
    assert await forecast(database, "LOC9") == Forecast(0, 0, None)
    assert (await forecast(database)).since == NOW


async def test_when_a_source_said_something(database: Database) -> None:
    await tell(database, 1, minute=-90)
    assert (await forecast(database)).heard_at == NOW - 90 * MINUTE
    await LedgerStore(database).keep(Mark("LOC1", answered_at=NOW - MINUTE))
    assert (await forecast(database)).heard_at == NOW - MINUTE, "nothing new is an answer too"
