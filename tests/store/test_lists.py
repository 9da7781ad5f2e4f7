"""Lists kept apart: a newer one renews, one that is taken back leaves what the others say."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy import func
from sqlalchemy.exc import StatementError
from sqlmodel import select

from bot.handover.dropped import Brought, Counted, File, Part, Stored, Undone
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.returns import Fact, Statement
from bot.lists.model import ExpectedRow, State
from bot.store.confirmed import completed
from bot.store.expected import ExpectedStore
from bot.store.handovers import HandoverStore
from bot.store.heard import heard_in
from bot.store.lists import STAGED, ListStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from bot.store.tables import EXPECTED, RETURN
from bot.store.tables import ExpectedRow as Row
from tests.store import people
from tests.store.conftest import NOW, ONLY_POSTGRES
from tests.store.older import older, upgraded, version_before, written
from tests.store.test_expected import scan
from tests.tables import Tables

ANNOUNCED = Event(Happening.LISTED, NOW, None, {"source": "notification"})


@pytest_asyncio.fixture
async def lists(database: Database) -> ListStore:
    return ListStore(database)


def span(minutes: int = 0, location: str = "LOC1") -> Span:
    return Span(location, NOW + timedelta(minutes=minutes), NOW.replace(hour=0))


async def put(lists: ListStore, name: str, rows: Sequence[ExpectedRow], minutes: int = 0, *more: Part) -> Stored:
    at = span(minutes)
    brought = Brought(name * 32, "LOC1", "U0ASHA", at.now, File("F1", f"{name}.csv"))
    event = Event(Happening.LISTED, at.now, "U0ASHA", {"list": brought.id})
    return await lists.keep(brought, [Part(at, rows, event), *more])


async def take(lists: ListStore, name: str, minutes: int = 30) -> Undone:
    event = Event(Happening.LIST_TAKEN_BACK, NOW, "U0ASHA", {})
    return await lists.take_back(name * 32, [Part(span(minutes), (), event)])


async def expected(database: Database) -> list[tuple[object, ...]]:
    tables = Tables(database)
    rows = await tables.exec(select(Row).where(EXPECTED.c.location_id == "LOC1").order_by(EXPECTED.c.key))
    return [
        (row.tracking_id, row.return_id, row.reason, row.expected_on, row.state, row.list_id[:1], row.listed_at)
        for row in rows
    ]


def rows(*tracking_ids: str) -> list[ExpectedRow]:
    return [ExpectedRow(one) for one in tracking_ids]


async def test_a_newer_list_renews_and_says_what(lists: ListStore) -> None:
    first = await put(lists, "a", [*rows("FMP1", "FMP2", "FMP3"), ExpectedRow("FMP4", state=State.CANCELLED)])
    assert (list(first.parts), first.renewed, first.renewed_others) == ([Counted(3, 0, 0, 3)], [], 0)
    newer = [
        ExpectedRow("FMP1", state=State.CANCELLED),
        ExpectedRow("FMP2", state=State.COMPLETED),
        *rows("fmp4", "FMP5"),
    ]
    second = await put(lists, "b", newer, 1)
    assert list(second.parts) == [Counted(new=1, known=1, off=2, missing=3)]
    assert [(one.list.file.name, one.parcels) for one in second.renewed] == [("a.csv", 3)]


async def test_what_was_announced_is_renewed_too(database: Database, lists: ListStore) -> None:
    await ExpectedStore(database).keep(span(), rows("FMP1", "FMP2"), ANNOUNCED)
    stored = await put(lists, "a", rows("FMP1", "FMP3"), 1)
    assert (list(stored.parts), stored.renewed, stored.renewed_others) == ([Counted(1, 1, 0, 3)], [], 1)
    assert await take(lists, "a") == Undone(1, 1)
    assert [(row[0], row[5]) for row in await expected(database)] == [("FMP1", ""), ("FMP2", "")]


async def test_taking_back_leaves_what_the_others_say(database: Database, lists: ListStore) -> None:
    await put(lists, "a", [ExpectedRow("FMP1", "R1", "", "Torn"), *rows("FMP2", "FMP3")])
    before = await expected(database)
    await put(
        lists, "b", [ExpectedRow("fmp1", "", "", "Size", date(2026, 3, 9), State.CANCELLED), *rows("FMP3", "FMP4")], 1
    )
    await put(lists, "c", rows("FMP3", "FMP5"), 2)
    [(_, return_id, reason, expected_on, state, *_)] = [row for row in await expected(database) if row[0] == "fmp1"]
    assert (return_id, reason, expected_on, state) == ("R1", "Size", date(2026, 3, 9), "cancelled")
    assert await take(lists, "b") == Undone(1, 2)
    after = await expected(database)
    assert [row for row in after if row[0] in ("FMP1", "FMP2")] == before[:2]
    assert [(row[0], row[5]) for row in after][2:] == [("FMP3", "c"), ("FMP5", "c")]
    assert await take(lists, "b") == Undone(0, 0), "twice is once"
    assert await take(lists, "c") == Undone(1, 1)
    assert await expected(database) == before
    assert await take(lists, "a") == Undone(3, 0)
    assert await expected(database) == []


async def test_the_order_of_the_lists_decides_not_that_of_their_rows(database: Database, lists: ListStore) -> None:
    for n, name in enumerate("abcd"):
        await put(
            lists, name, [ExpectedRow(f"FMP{one}", reason=name) for one in (range(9) if n % 2 else range(8, -1, -1))], n
        )
    await take(lists, "d")
    assert {(row[2], row[5]) for row in await expected(database)} == {("c", "c")}


async def test_only_the_rows_of_one_location(database: Database, lists: ListStore) -> None:
    there = Part(span(location="LOC2"), rows("FMP1", "FMP2"), ANNOUNCED)
    await put(lists, "a", rows("FMP1"), 0, there)
    found = await lists.find("a" * 32)
    assert found is not None
    assert (found[0].by, found[1]) == ("U0ASHA", ("LOC1", "LOC2"))
    assert await take(lists, "a") == Undone(1, 0)
    found = await lists.find("a" * 32)
    assert found is not None
    assert (found[0].taken_back_at, found[1]) == (None, ("LOC2",))
    tables = Tables(database)
    assert len((await tables.exec(select(Row).where(EXPECTED.c.location_id == "LOC2"))).all()) == 2


async def test_what_is_over_is_not_awaited_and_what_is_off_is_on_no_list(
    database: Database, handovers: HandoverStore, lists: ListStore
) -> None:
    ram = await people.arrive(handovers)
    over = [ExpectedRow("FMP1", state=State.COMPLETED), ExpectedRow("FMP2", state=State.REJECTED)]
    await put(lists, "a", over)
    after = await scan(handovers, ram, "FMP1")
    assert after.unexpected is None, "a list of what is over makes nothing expected"
    await put(lists, "b", rows("FMP7"), 1)
    after = await scan(handovers, ram, "FMP1", "FMP2", "FMP9")
    assert (after.matched, after.unexpected, after.awaited) == (1, 2, 1)
    found = await ExpectedStore(database).lists(Span("LOC1", NOW, NOW.replace(hour=0), ram.id), 9)
    assert (found.missing, found.unexpected, found.matched) == (("FMP7",), ("FMP2", "FMP9"), ("FMP1",))
    await take(lists, "b")
    after_all = await handovers.get(ram.id)
    assert after_all is not None
    assert (after_all.matched, after_all.unexpected, after_all.awaited) == (0, None, None), "no list is left"


async def test_a_report_in_which_all_is_completed_by_now_leaves_the_list_a_list(
    handovers: HandoverStore, lists: ListStore
) -> None:
    ram = await people.arrive(handovers)
    await put(lists, "a", rows("FMP1"))
    await put(lists, "b", [ExpectedRow("FMP1", state=State.COMPLETED)], 1)
    after = await scan(handovers, ram, "FMP1", "FMP9")
    assert (after.matched, after.unexpected, after.awaited) == (1, 1, 0)


@pytest.mark.slow("twenty thousand rows")
async def test_20000_rows_there_and_back(handovers: HandoverStore, lists: ListStore) -> None:
    ram = await people.arrive(handovers)
    await scan(handovers, ram, *(f"FMP{n}" for n in range(0, 200, 2)))
    await put(lists, "a", rows(*(f"FMP{n}" for n in range(10_000))))
    stored = await put(lists, "b", rows(*(f"FMP{n}" for n in range(5_000, 25_000))), 1)
    assert list(stored.parts) == [Counted(15_000, 5_000, 0, 24_900)]
    assert await take(lists, "b") == Undone(15_000, 5_000)
    after = await handovers.get(ram.id)
    assert after is not None
    assert (after.matched, after.unexpected, after.awaited) == (100, 0, 9_900)


async def test_what_was_listed_before_lists_were_told_apart_stays(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    older(file, version_before("lists_apart"))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "INSERT INTO expected (location_id, key, tracking_id, return_id, order_item_id, reason, source, listed_at)"
            " VALUES ('LOC1', 'FMP1', 'fmp1', 'R1', '', 'Torn', 'file', ?)",
            (written(NOW),),
        )
    async with upgraded(file) as database:
        listed = [("fmp1", "R1", "Torn", None, "awaited", "", NOW)]
        assert await expected(database) == listed
        lists = ListStore(database)
        stored = await put(lists, "a", [ExpectedRow("FMP1", reason="Size"), *rows("FMP2")], 1)
        assert (list(stored.parts), stored.renewed_others) == ([Counted(1, 1, 0, 2)], 1)
        assert await take(lists, "a") == Undone(1, 1)
        assert await expected(database) == listed


async def test_others_get_in_while_a_long_list_is_kept(database: Database, lists: ListStore) -> None:
    keeping = asyncio.create_task(put(lists, "a", rows(*(f"FMPR{n}" for n in range(3_000)))))
    seen: list[tuple[int, ...]] = []
    while not keeping.done():
        both = [sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in (RETURN, EXPECTED)]
        [row] = await Tables(database).rows(sa.select(*both))
        seen.append(tuple(row))
    assert len(seen) > 3
    assert set(seen) <= {(0, 0), (3_000, 3_000)}, "a part of a list was to be seen"
    assert (await keeping).parts[0].new == 3_000


@ONLY_POSTGRES
async def test_a_list_whose_connection_ends_is_kept_whole(database: Database, lists: ListStore, url: str) -> None:
    """What was made ready goes with the connection: it is made ready again, and no half of a list is kept."""
    keeping = asyncio.create_task(put(lists, "a", rows(*(f"FMPR{n}" for n in range(3_000)))))
    serves = await database.run(lambda connection: connection.scalar(sa.text("SELECT pg_backend_pid()")))
    [ready] = await Tables(database).rows(sa.select(func.count()).select_from(STAGED))
    assert (ready[0] > 0, keeping.done()) == (True, False)
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [serves])
    assert (await keeping).parts[0].new == 3_000
    [found] = await Tables(database).rows(sa.select(func.count()).select_from(EXPECTED))
    assert tuple(found) == (3_000,)


async def test_a_list_that_fails_leaves_nothing(database: Database, lists: ListStore, handovers: HandoverStore) -> None:
    await people.arrive(handovers)
    unwritable: Any = {"list": object()}
    parts = [
        Part(span(), rows("FMP1"), ANNOUNCED),
        Part(span(0, "LOC2"), rows("FMP2"), Event(Happening.LISTED, NOW, None, unwritable)),
    ]
    with pytest.raises((StatementError, TypeError), match="not JSON serializable"):
        await lists.keep(Brought("a" * 32, "LOC1", "U0ASHA", NOW, File("F1", "a.csv")), parts)
    tables = Tables(database)
    for table in (RETURN, EXPECTED, STAGED):
        assert (await tables.exec(select(func.count()).select_from(table))).one() == 0
    assert (await put(lists, "a", rows("FMP1"))).parts[0].new == 1


async def test_a_parcel_of_a_list_is_a_row_of_the_ledger_until_the_list_is_taken_back(
    database: Database, lists: ListStore
) -> None:
    async def known() -> list[tuple[object, ...]]:
        query = sa.select(RETURN).order_by(RETURN.c.tracking_id, RETURN.c.list_id)
        found = await Tables(database).rows(query)
        return [(row.tracking_id, row.return_id, row.end, row.known_from, row.list_id[:1]) for row in found]

    await put(lists, "a", [*rows("FMP1"), ExpectedRow("FMP2", "R2", state=State.REJECTED)])
    await put(lists, "b", rows("FMP1"), 1)
    of_a, of_b = [("FMP1", "", "", "file", "a"), ("FMP2", "R2", "rejected", "file", "a")], ("FMP1", "", "", "file", "b")
    assert await known() == [of_a[0], of_b, of_a[1]]
    await take(lists, "b")
    assert await known() == of_a
    await take(lists, "a")
    assert await known() == []


async def test_what_a_list_says_is_no_word_of_flipkarts(
    database: Database, handovers: HandoverStore, lists: ListStore, url: str
) -> None:
    """Neither that a parcel is completed, nor that one is not of which Flipkart says so, nor that a source works."""
    ram = await scan(handovers, await people.arrive(handovers), "FMP1", "FMP2")
    await put(lists, "a", [ExpectedRow("FMP1", "R1", "OI1", state=State.COMPLETED), *rows("FMP2")])
    assert await database.run(completed, ram) == 0
    assert heard_in(url) == {}
    done: dict[str, Fact] = {"location_id": "LOC1", "tracking_id": "FMP2", "completed_at": NOW, "end": "completed"}
    await ReturnStore(database).take([Statement("R2", "OI1", NOW, done)], {"LOC1": span()}, ANNOUNCED)
    assert await database.run(completed, ram) == 1
