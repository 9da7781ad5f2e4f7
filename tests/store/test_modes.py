"""Which codes a location has is kept with what is to be said of it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.handover.mode import PAUSE, Known, number_of
from bot.store.modes import ModeStore
from bot.store.session import Database
from bot.store.tables import DELIVERY, ENABLED_FOR, Kind
from tests.store.conftest import NOW

BOTH, END = "DynamicStartEnd", "DynamicEnd"
MINUTE = timedelta(minutes=1)


async def said(database: Database) -> list[tuple[str, int]]:
    """The messages that there are, by location and number."""
    query = select(DELIVERY.c.about, DELIVERY.c.n).where(DELIVERY.c.kind == Kind.MODE).order_by(DELIVERY.c.id)
    return await database.run(lambda connection: [(row.about, row.n) for row in connection.execute(query)])


async def see(database: Database, *words: str, at: datetime = NOW) -> None:
    """A new process for each look: nothing is remembered but what is kept."""
    for n, word in enumerate(words):
        await ModeStore(database).notice("LOC1", word, at + n * MINUTE)


async def test_a_change_is_kept_with_its_message(database: Database) -> None:
    await see(database, BOTH, BOTH)
    assert await said(database) == []
    await see(database, END, END, END, at=NOW + 5 * MINUTE)
    n = number_of("LOC1", BOTH, END, 0)
    assert await said(database) == [("LOC1", n)]
    known = Known("LOC1", END, NOW + 5 * MINUTE, END, NOW + 5 * MINUTE, n)
    assert await ModeStore(database).load() == [known]
    assert await ModeStore(database).message("LOC1", n) == known
    assert await ModeStore(database).message("LOC2", n) is None


async def test_the_outbox_is_rung_when_there_is_something_to_say(database: Database) -> None:
    rung: list[str] = []
    for word in (BOTH, BOTH, "dynamic_start_end", END):
        database.bell = lambda _, word=word: rung.append(word)  # type: ignore[misc]
        await see(database, word)
    assert rung == [END]


async def test_to_and_fro_is_one_message_an_hour(database: Database) -> None:
    await see(database, BOTH, *(END, BOTH) * 20)
    assert len(await said(database)) == 1
    await see(database, BOTH, BOTH, at=NOW + MINUTE + PAUSE)
    first, second = [n for _, n in await said(database)]
    store = ModeStore(database)
    assert await store.message("LOC1", first) is None, "what held an hour ago is not said after what holds now"
    assert (await store.load())[0].told == BOTH
    assert await store.message("LOC1", second) is not None


async def test_the_same_change_again_is_another_message(database: Database) -> None:
    for hour in range(6):
        await see(database, (BOTH, END)[hour % 2], at=NOW + hour * 2 * PAUSE)
    numbers = [n for _, n in await said(database)]
    assert len(set(numbers)) == len(numbers) == 5


async def test_a_database_that_was_put_back_finds_the_message_that_was_sent(database: Database) -> None:
    await see(database, BOTH, END)
    before = await said(database)
    await database.run(lambda connection: connection.execute(delete(DELIVERY)))
    await database.run(lambda connection: connection.execute(delete(ENABLED_FOR)))
    await see(database, BOTH)
    await see(database, END, at=NOW + timedelta(hours=7))
    assert await said(database) == before
