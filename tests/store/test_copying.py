"""A database copied into another one: every row as it was, or nothing."""

import asyncio
import contextlib
import tracemalloc
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy import make_url

from bot.handover.model import Shipment
from bot.store.copying import AT_ONCE, Copied, CopyError, copy
from bot.store.handovers import HandoverStore
from bot.store.opening import opened
from bot.store.rows import values_of
from bot.store.session import Database, DatabaseUnusableError
from bot.store.tables import HANDOVER, METADATA, PARCEL_LIST, RETURN, SHIPMENT, TALLY
from tests.postgres import a_database, a_migrated_one
from tests.store import people
from tests.store.conftest import NOW
from tests.template import migrated

pytestmark = pytest.mark.postgres
HOSTILE = "₹ क्षि 'x' \"y\" \\ %s :a\n\t\ud7ff"
TABLES = [table.name for table in METADATA.sorted_tables]
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The URL of a file with all tables."""
    return f"sqlite:///{migrated(tmp_path / 'bot.db')}"


@pytest_asyncio.fixture
async def server() -> AsyncIterator[str]:
    """The URL of an empty database of a server."""
    with a_database() as url:
        yield url.render_as_string(hide_password=False)


async def copied(url: str, to: str, *told: Any) -> Copied:
    progress = told[0] if told else lambda *_: None
    return await copy(url, to, progress, asyncio.Event())


@contextlib.asynccontextmanager
async def looked_into(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


async def everything(url: str) -> Rows:
    """Every row of every table, in the order in which they came."""

    def work(connection: sa.Connection) -> Rows:
        found = {}
        for table in METADATA.sorted_tables:
            rows = connection.execute(sa.select(table)).all()
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
        return found

    async with looked_into(url) as database:
        return await database.run(work)


def value(column: sa.Column[Any], n: int, link: Any) -> Any:
    """What a column may hold, in one row without what may be missing."""
    if column.nullable and n == 1:
        return None
    if column.foreign_keys:
        return link
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return n % 2 == 0
    if isinstance(kind, sa.Integer):
        return n + 1 if column.primary_key else 2**40 + n
    if isinstance(kind, sa.Date):
        return date(2026, 3, 2 + n)
    if isinstance(kind, sa.JSON):
        return {"b": [1, None, HOSTILE], "a": n} if n else []
    if isinstance(kind, sa.String):
        text = f"{column.name}{n}{HOSTILE}"
        return text[: kind.length] if kind.length else text
    return NOW + timedelta(microseconds=n)


async def fill(url: str) -> None:
    """Three rows in every table, with all kinds of values."""

    def work(connection: sa.Connection) -> None:
        ids: dict[str, list[Any]] = {}
        for table in METADATA.sorted_tables:
            rows = []
            for n in range(3):
                links = {key.column.table.name for column in table.columns for key in column.foreign_keys}
                link = ids[next(iter(links))][n] if links else None
                rows.append({column.name: value(column, n, link) for column in table.columns})
            connection.execute(sa.insert(table), rows)
            ids[table.name] = [row[next(iter(table.primary_key)).name] for row in rows]

    async with looked_into(url) as database:
        await database.upgrade()
        await database.run(work)


@pytest.mark.parametrize("way", ["to a server", "to a file"])
async def test_every_row_of_every_table_comes(file: str, server: str, tmp_path: Path, way: str) -> None:
    url, to = (file, server) if way == "to a server" else (server, f"sqlite:///{tmp_path / 'new.db'}")
    await fill(url)
    before = await everything(url)
    assert all(len(before[name]) == 3 for name in TABLES)
    told: list[tuple[str, int, int]] = []
    done = await copied(url, to, lambda *one: told.append(one))
    assert done.rows == dict.fromkeys(TABLES, 3)
    assert told == [(name, 3, 3) for name in TABLES]
    assert await everything(to) == before
    assert await everything(url) == before


async def test_the_next_rows_have_numbers_of_their_own(file: str, server: str) -> None:
    await fill(file)
    await copied(file, server)
    async with opened(server) as new:
        store = HandoverStore(new.database, lambda: NOW)
        for n in range(9, 12):
            h = await people.arrive(store, n)
            await store.add_page(h, people.page(f"P{n}"), people.move(h.cursor_version), people.read)
        ids = await new.database.run(lambda one: list(one.scalars(sa.select(SHIPMENT.c.id).order_by(SHIPMENT.c.id))))
        assert ids == [1, 2, 3, 4, 5, 6]
        await new.database.run(
            lambda one: one.execute(
                sa.insert(TALLY), [{"handover_id": h.id, "by": "U1", "at": NOW, "added": 1, "undone": False}]
            )
        )


async def test_rows_keep_the_order_in_which_they_came(file: str, server: str) -> None:
    """What is listed together is told in that order, over chunks too."""
    refs = [f"{(n * 7919) % 3000:05d}" for n in range(2 * AT_ONCE + 1)]

    def put(connection: sa.Connection) -> None:
        row = {"return_id": "", "order_item_id": "", "known_from": "file", "said": {}}
        connection.execute(sa.insert(RETURN), [row | {"ref": one} for one in refs])

    async with looked_into(file) as database:
        await database.run(put)
    await copied(file, server)
    async with looked_into(server) as database:
        found = await database.run(lambda one: list(one.scalars(sa.text("SELECT ref FROM return_item ORDER BY ctid"))))
    assert found == refs


async def test_memory_does_not_grow_with_the_rows(file: str, server: str) -> None:
    async with looked_into(file) as database:
        h = await people.arrive(HandoverStore(database, lambda: NOW))

        def scan(connection: sa.Connection, first: int) -> None:
            common = values_of(Shipment(tracking_id="")) | {"handover_id": h.id, "first_seen": NOW}
            rows = [common | {"tracking_id": f"P{n}"} for n in range(first, first + AT_ONCE)]
            connection.execute(sa.insert(SHIPMENT), rows)

        for first in range(0, 20 * AT_ONCE, AT_ONCE):
            await database.run(scan, first)
    tracemalloc.start()
    try:
        done = await copied(file, server)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert done.rows["shipment"] == 20 * AT_ONCE
    assert peak < 20_000_000, "all rows at once take more"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("UPDATE parcel_list SET id = id || 'x' WHERE sheet LIKE 'sheet2%'", "parcel_list: of the rows 1 to 3"),
        ("UPDATE handover SET events = 'three' WHERE fe_id LIKE 'fe_id2%'", "handover: of the rows 1 to 3"),
        ("UPDATE handover SET arrived_at = 'soon' WHERE fe_id LIKE 'fe_id2%'", "handover has a row that can't be read"),
    ],
)
async def test_a_row_that_can_not_be_kept_leaves_nothing(file: str, server: str, spoil: str, says: str) -> None:
    """SQLite keeps what is too long, and words where a number belongs."""
    await fill(file)
    async with looked_into(file) as database:
        await database.run(lambda connection: connection.exec_driver_sql(spoil))
    with pytest.raises(CopyError) as error:
        await copied(file, server)
    assert str(error.value).startswith(says)
    assert "Nothing was copied" in str(error.value)
    assert not {"three", "soon", "FMPP"} & set(str(error.value).split()), "a value of the row is told"
    assert not any((await everything(server)).values())


async def test_what_was_left_empty_is_copied_into_again(file: str, server: str) -> None:
    await fill(file)
    spoil, mend = "UPDATE parcel_list SET id = id || 'x'", "UPDATE parcel_list SET id = substr(id, 1, 32)"
    for words, fails in ((spoil, True), (mend, False)):
        async with looked_into(file) as database:
            await database.run(sa.Connection.exec_driver_sql, words)
        with pytest.raises(CopyError) if fails else contextlib.nullcontext():
            await copied(file, server)
    assert await everything(server) == await everything(file)


async def test_a_schema_of_its_own_is_made(file: str, server: str) -> None:
    """Beside the tables of somebody else."""
    await fill(file)
    async with looked_into(server) as database:
        await database.run(lambda one: one.exec_driver_sql("CREATE TABLE theirs (id int)"))
    to = f"{server}{'&' if '?' in server else '?'}schema=north"
    await copied(file, to)
    assert await everything(to) == await everything(file)


async def test_nothing_is_put_over_what_is_there(file: str) -> None:
    await fill(file)
    with a_migrated_one() as full:
        async with looked_into(full) as database:
            await database.run(lambda one: one.execute(sa.insert(PARCEL_LIST), [{"id": "a", "by": "U1", "at": NOW,
                                                                                 "location_id": "L"}]))  # fmt: skip
        before = await everything(full)
        with pytest.raises(CopyError, match="there is something in parcel_list"):
            await copied(file, full)
        assert await everything(full) == before


async def test_nothing_is_put_beside_the_tables_of_somebody_else(file: str, server: str) -> None:
    async with looked_into(server) as database:
        await database.run(lambda one: one.exec_driver_sql("CREATE TABLE theirs (id int)"))
    with pytest.raises(CopyError, match="there is something in theirs"):
        await copied(file, server)
    async with looked_into(server) as database:
        assert (await database.version())[0] is None


async def test_an_older_database_is_not_brought_up_to_be_filled(file: str) -> None:
    with a_migrated_one() as older:
        async with looked_into(older) as database:
            await database.run(lambda one: one.exec_driver_sql("UPDATE alembic_version SET version_num = '0030'"))
        with pytest.raises(CopyError, match="tables of version 0030"):
            await copied(file, older)


@pytest.mark.parametrize("held", ["the old one", "the new one"])
async def test_not_while_a_bot_works_on_it(file: str, server: str, held: str) -> None:
    await fill(file)
    async with opened(file if held == "the old one" else server):
        with pytest.raises(DatabaseUnusableError, match="another otc-bot is running"):
            await copied(file, server)
    assert (await copied(file, server)).rows["handover"] == 3


async def test_not_into_itself_nor_out_of_nothing(file: str, server: str, tmp_path: Path) -> None:
    with pytest.raises(CopyError, match="is the database itself"):
        await copied(file, file)
    with pytest.raises(CopyError, match="There is no database"):
        await copied(f"sqlite:///{tmp_path / 'none.db'}", server)
    assert not (tmp_path / "none.db").exists()


async def test_it_can_be_stopped_and_leaves_nothing(file: str, server: str) -> None:
    await fill(file)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def tell(table: str, *_: int) -> None:
        if table == HANDOVER.name:
            loop.call_soon_threadsafe(stop.set)

    with pytest.raises(CopyError, match="Stopped"):
        await copy(file, server, tell, stop)
    assert not any((await everything(server)).values())


async def test_where_the_pictures_lie_is_told(file: str, server: str, tmp_path: Path) -> None:
    await fill(file)
    folder = tmp_path / "bot.db.photos"
    folder.mkdir()
    done = await copied(file, server)
    assert done.pictures == (folder, Path(f"{make_url(server).database}.photos"))


async def test_where_pictures_lie_that_have_a_folder_of_their_own(file: str, server: str, tmp_path: Path) -> None:
    await fill(file)
    (tmp_path / "mounted" / "bot.db.photos").mkdir(parents=True)
    done = await copy(file, server, lambda *_: None, asyncio.Event(), tmp_path / "mounted")
    lie, looked_for = done.pictures or (None, None)
    assert lie == tmp_path / "mounted" / "bot.db.photos"
    assert looked_for == tmp_path / "mounted" / f"{make_url(server).database}.photos"
