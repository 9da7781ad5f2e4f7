"""A parcel is the same one in whatever spelling it is listed, scanned, reported and looked for."""

import itertools
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import Literal, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.clock import now
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.find import Trace
from bot.lists.model import ExpectedRow
from bot.store.asked import AskedStore
from bot.store.claims import ClaimStore
from bot.store.expected import ExpectedStore
from bot.store.find import TraceStore
from bot.store.handovers import HandoverStore
from bot.store.own_scans import _known
from bot.store.photos import PhotoStore
from bot.store.records import RecordStore
from bot.store.session import Database
from bot.store.tables import EXPECTED, SHIPMENT
from bot.text import parcel_key
from tests.store import people
from tests.store.conftest import NOW
from tests.store.older import fill, like, older, put, upgraded

SPAN = Span("LOC1", NOW, NOW.replace(hour=0))
LISTED = Event(Happening.LISTED, NOW, None, {})
SPELT = [
    ("FMPP0000001 ", "fmpp0000001"), ("STRAßE00001", "STRASSE00001"), ("ＦＭＰＰ０００１", "FMPP0001"),
    ("fmpp\u200b0000001", "FMPP0000001"), ("FM PP 0000001", "FMPP0000001"), ("É0000001", "e\u03010000001"),
]  # fmt: skip


@pytest.mark.parametrize("turned", [False, True], ids=["listed first form", "scanned first form"])
@pytest.mark.parametrize("spelt", SPELT, ids=["trailing space", "sharp s", "full width", "unseen", "spaces", "accent"])
async def test_a_parcel_is_found_in_any_spelling(
    database: Database, handovers: HandoverStore, spelt: tuple[str, str], turned: bool
) -> None:
    listed, scanned = reversed(spelt) if turned else spelt
    expected, lists = ExpectedStore(database), TraceStore(database)
    await expected.keep(SPAN, [ExpectedRow(listed, "R1", "O1", "Torn")], LISTED)
    assert [one.location_id for one in await lists.awaited(parcel_key(scanned), ["LOC1"])] == ["LOC1"]
    ram = await people.arrive(handovers)
    after = await handovers.add_page(ram, people.page(scanned), people.move(0), people.read)
    assert after is not None
    assert (after.matched, after.unexpected, after.awaited) == (1, 0, 0)
    listing = await expected.lists(SPAN, 9)
    assert (listing.missing, listing.matched, listing.unexpected) == ((), (scanned,), ())
    await expected.keep(SPAN, [ExpectedRow(scanned)], LISTED)
    parcels = await database.run(lambda one: one.execute(select(EXPECTED.c.id)).all())
    assert len(parcels) == 1, "known by its other spelling"
    again = await handovers.get(ram.id)
    assert again is not None
    assert (again.matched, again.awaited) == (1, 0), "counted by what a notification changes, and by all"

    key = parcel_key(listed)
    [trace] = await lists.find(key, ["LOC1"], 9)
    assert isinstance(trace, Trace)
    assert trace.shipment is not None
    assert trace.told is not None, "what the list says of it"
    assert trace.told.return_id == "R1"
    claims = ClaimStore(database, 14)
    assert await claims.knows(ram.id, listed)
    assert await claims.parcels_like(ram.id, listed, 9) == [scanned]
    assert await PhotoStore(database, now).parcels_named(ram.id, [key]) == [scanned]
    assert await RecordStore(database).find(tracking_key=key) == [ram.id]
    assert [one.return_id for one in (await RecordStore(database).load(ram.id)).returns.values()] == ["R1"]
    assert (await database.run(_known, after, [key]))[key].shipment is not None


@pytest.mark.parametrize("spelt", SPELT, ids=["trailing space", "sharp s", "full width", "unseen", "spaces", "accent"])
async def test_what_flipkart_says_of_a_parcel_is_found_in_any_spelling(
    database: Database, handovers: HandoverStore, spelt: tuple[str, str]
) -> None:
    scanned, told = spelt
    ram = await people.arrive(handovers)
    await handovers.add_page(ram, people.page(scanned), people.move(0), people.read)
    await people.answer(database, NOW, [scanned], ExpectedRow(told, "R1", "O1"))
    assert await AskedStore(database).unknown(NOW, 9) == []
    assert [one.return_id for one in (await RecordStore(database).load(ram.id)).returns.values()] == ["R1"]


Form = Literal["NFC", "NFD", "NFKC"]
FORMS: tuple[Form, ...] = get_args(Form)
ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12) | st.text(
    "aAıİßẞſσςΣﬁªµ\u0301\u200d ｱﾞＡ-‑", min_size=1, max_size=8
)


NUMBERS = itertools.count(1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ids=st.lists(ANY, min_size=1, max_size=8, unique=True), form=st.sampled_from(FORMS))
async def test_the_database_holds_and_compares_what_python_makes(
    database: Database, handovers: HandoverStore, ids: list[str], form: Form
) -> None:
    n = next(NUMBERS)
    span = Span(f"L{n}", NOW, SPAN.today)
    ram = await people.arrive(handovers, n, location=span.location_id)
    await handovers.add_page(ram, people.page(*ids), people.move(0), people.read)
    query = select(SHIPMENT.c.tracking_id, SHIPMENT.c.key).where(SHIPMENT.c.handover_id == ram.id)
    kept = await database.run(lambda one: one.execute(query).all())
    assert dict(map(tuple, kept)) == {one: parcel_key(one) for one in ids}
    listed = [unicodedata.normalize(form, one).upper() for one in ids[::2]]
    rows = [ExpectedRow(one) for one in listed]
    await ExpectedStore(database).keep(span, rows, LISTED)
    found = await handovers.get(ram.id)
    assert found is not None
    keys = {parcel_key(one) for one in listed}
    assert found.matched == sum(parcel_key(one) in keys for one in ids)
    assert found.awaited == len(keys - {parcel_key(one) for one in ids})


async def test_a_database_of_before_gets_its_keys(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    older(file, "0008")
    fill(file)
    ids = list(dict.fromkeys(one for spelt in SPELT for one in spelt))
    with closing(sqlite3.connect(file)) as connection, connection:
        for table in ("shipment", "claim"):
            for n, one in enumerate(ids):
                put(connection, table, like(connection, table) | {"id": n + 2, "tracking_id": one})
        # Before, what Flipkart said of an id with a space in it was kept beside what it said of the id without.
        for n, key in enumerate(("FM 1", "FM1")):
            put(connection, "return_detail", like(connection, "return_detail") | {"key": key, "return_id": f"R{n}"})
    async with upgraded(file):
        pass
    with closing(sqlite3.connect(file)) as connection:
        for table in ("shipment", "claim"):
            found = connection.execute(f"SELECT tracking_id, key FROM {table}").fetchall()  # noqa: S608
            assert dict(found) == {one: parcel_key(one) for one in [*ids, "x"]}
        for table in ("expected", "own_scan", "own_said"):
            assert connection.execute(f"SELECT key FROM {table}").fetchall() == [("X",)]  # noqa: S608
        assert connection.execute("SELECT key FROM return_item WHERE apart").fetchall() == [("X",)]
        assert connection.execute("SELECT key FROM asked ORDER BY key").fetchall() == [("FM1",), ("X",)]
