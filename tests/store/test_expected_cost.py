"""What a notification costs: a few rows are looked up, however many are expected or were scanned before."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection

from bot.handover.events import Event, Happening
from bot.handover.model import Handover
from bot.lists.model import ExpectedRow
from bot.store.expected import ExpectedStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from tests.store import people
from tests.store.conftest import NOW, ONLY_SQLITE
from tests.store.test_expected import SPAN, rows, scan

ANNOUNCED = Event(Happening.LISTED, NOW, None, {"source": "notification"})


@asynccontextmanager
async def steps(database: Database) -> AsyncIterator[list[int]]:
    """Counts what SQLite does, in hundreds of steps of its machine."""
    counted = [0]

    def one() -> int:
        counted[0] += 1
        return 0

    def watch(connection: Connection, handler: Callable[[], int] | None) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(handler, 100)

    await database.run(watch, one)
    yield counted
    await database.run(watch, None)


async def announce(expected: ExpectedStore, *some: ExpectedRow) -> None:
    await expected.keep(SPAN, some, ANNOUNCED)


async def cost(database: Database, expected: ExpectedStore, *some: ExpectedRow) -> int:
    async with steps(database) as counted:
        await announce(expected, *some)
    return counted[0]


@ONLY_SQLITE
async def test_a_notification_costs_what_it_changes(database: Database, handovers: HandoverStore) -> None:
    expected = ExpectedStore(database)
    present = await people.arrive(handovers)
    await announce(expected, *rows("FMP1"))
    await scan(handovers, present, "FMP1", "X1")
    few = [await cost(database, expected, ExpectedRow(one)) for one in ("FMP2", "FMP2", "X1")]
    await announce(expected, *rows(*(f"FMPR{n}" for n in range(20_000))))
    await scan(handovers, present, *(f"Y{n}" for n in range(300)))
    many = [await cost(database, expected, ExpectedRow(one)) for one in ("FMP3", "FMP3", "Y1")]
    # One that names a scanned parcel counts the scans of that one handover again.
    assert all(now <= before + 10 for before, now in zip(few[:2], many[:2], strict=True)), (few, many)
    assert many[2] < few[2] + 300


async def test_counts_go_on_from_what_a_handover_shows(database: Database, handovers: HandoverStore) -> None:
    """By what changed comes out the same as by counting all anew."""
    expected = ExpectedStore(database)
    first, second = await people.arrive(handovers), await people.arrive(handovers, 2)
    await announce(expected, *rows("FMP1", "FMP2"))
    await scan(handovers, first, "FMP1", "FMP7")
    await scan(handovers, second, "FMP8")
    await announce(expected, *rows("FMP7", "FMP8", "FMP9", "fmp9", "FMP2"))
    assert await shown(handovers, first) == (2, 0, 2)
    assert await shown(handovers, second) == (1, 0, 2)
    assert (await expected.lists(SPAN, 9)).missing == ("FMP2", "fmp9")


async def shown(handovers: HandoverStore, handover: Handover) -> tuple[int, int | None, int | None]:
    now = await handovers.get(handover.id)
    assert now is not None
    return now.matched, now.unexpected, now.awaited
