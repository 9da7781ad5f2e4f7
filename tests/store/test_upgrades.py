"""Databases of every older version, with a row in each table: nothing is lost on the way to the newest."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.handover.dropped import Part, Undone
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.returns import Statement, ref_of_row
from bot.store.handovers import HandoverStore
from bot.store.lists import ListStore
from bot.store.returns import return_of
from bot.store.session import Database
from bot.store.tables import ASKED, CLAIM, CLAIM_STEP, RETURN
from tests.store.conftest import NOW
from tests.store.older import (
    BECAME_DELIVERIES,
    HANDOVER,
    VERSIONS,
    change,
    empty,
    fill,
    like,
    older,
    put,
    upgraded,
    written,
)
from tests.store.test_expecting import anew, rows_of
from tests.tables import Tables

DAY = timedelta(days=1)


@pytest.mark.parametrize("revision", VERSIONS)
async def test_nothing_is_lost_on_the_way_from(tmp_path: Path, revision: str) -> None:
    file = tmp_path / "old.db"
    older(file, revision)
    before = fill(file)

    database = Database(f"sqlite:///{file}")
    try:
        assert (await database.upgrade())[0] == revision
        handover = await HandoverStore(database, lambda: NOW).get(HANDOVER)
        assert handover is not None
        assert (handover.fe_id, handover.scanned, handover.arrived_at) == ("x", 1, NOW)
    finally:
        await database.close()

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        deliveries = sum(before.pop(table) for table in BECAME_DELIVERIES if table in before)
        if deliveries:
            before["delivery"] = deliveries
        if details := before.pop("return_detail", 0):
            before["asked"] = details
            before["return_item"] = before.get("return_item", 0) + details
        # Until lists were told apart, what is expected was all that they had said.
        listed = before.pop("listed", 0) if revision >= "0004" else before.get("expected", 0)
        before["return_item"] = before.get("return_item", 0) + listed
        for table, rows in before.items():
            (now,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            assert now == rows, f"{table} had {rows} rows and has {now}"


async def test_a_link_to_nothing_is_watched_after_an_upgrade(tmp_path: Path) -> None:
    async with upgraded(tmp_path / "old.db") as database:
        assert (await Tables(database).sql("PRAGMA foreign_keys")).one() == 1


async def test_claims_that_wait_are_due_as_early_as_they_really_are(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    older(file, "0015")
    fill(file)
    ended, scan = NOW + timedelta(hours=1), NOW + timedelta(minutes=30)
    claims = {  # by parcel: when it was reported, when claimed, and when it is to be due
        "x": (10, None, NOW + 14 * DAY),
        "SCANNED": (10, None, scan + 14 * DAY),
        "IMPOSSIBLE": (10, None, NOW + timedelta(minutes=45) + 14 * DAY),
        "NEVER": (10, None, ended + 14 * DAY),
        "CLAIMED": (10, NOW + 11 * DAY, NOW + 24 * DAY),
    }
    with closing(sqlite3.connect(file)) as old, old:
        change(old, "handover", ended_at=written(ended))
        copied(old, "shipment", tracking_id="SCANNED", scanned_at=written(scan), first_seen=written(ended))
        seen = written(NOW + timedelta(minutes=45))
        copied(old, "shipment", tracking_id="IMPOSSIBLE", scanned_at="1970-01-01 00:00:00.000000", first_seen=seen)
        for parcel, (day, claimed, _) in claims.items():
            times = {"opened_at": written(NOW + day * DAY), "due_at": written(NOW + (day + 14) * DAY)}
            claim_for(old, parcel, claimed_at=claimed and written(claimed), **times)
    async with upgraded(file) as database:
        rows = await Tables(database).rows(select(CLAIM.c.tracking_id, CLAIM.c.due_at))
    assert {row.tracking_id: row.due_at for row in rows} == {one: due for one, (_, _, due) in claims.items()}


async def test_what_was_claimed_for_is_raised_and_what_was_told_is_not_told_again(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    older(file, "0021")
    fill(file)
    today = datetime.now(UTC).replace(microsecond=0)
    told = {  # by parcel: opened so many days ago, reminded so often, claimed so many days ago
        "x": (1, 0, None),
        "ONCE": (8, 1, None),
        "TWICE": (13, 2, None),
        "OVER": (20, 0, None),
        "CLAIMED": (20, 1, 3),
        "LONG_AGO": (90, 1, 80),
    }
    with closing(sqlite3.connect(file)) as old, old:
        for parcel, (opened, times, claimed) in told.items():
            at = {"opened_at": written(today - opened * DAY), "due_at": written(today - (opened - 14) * DAY)}
            more = {"claimed_at": claimed and written(today - claimed * DAY), "claimed_by": "U1", "reference": "SF-1"}
            claim_for(old, parcel, reminded=times, **at, **more)
    async with upgraded(file) as database:
        query = select(CLAIM.c.tracking_id, CLAIM.c.state, CLAIM.c.remind_at, CLAIM.c.next_at)
        found = {row[0]: tuple(row)[1:] for row in await Tables(database).rows(query)}
        steps = await Tables(database).rows(select(CLAIM_STEP.c.state, CLAIM_STEP.c.by, CLAIM_STEP.c.reference))
    assert {name: (state, remind and remind - today, at - today) for name, (state, remind, at) in found.items()} == {
        "x": ("draft", 6 * DAY, 13 * DAY),
        "ONCE": ("draft", 4 * DAY, 6 * DAY),
        "TWICE": ("draft", None, 1 * DAY),
        "OVER": ("draft", None, -6 * DAY),
        "CLAIMED": ("raised", 4 * DAY, 4 * DAY),
        "LONG_AGO": ("raised", None, -73 * DAY),
    }
    assert [tuple(row) for row in steps] == [("raised", "U1", "SF-1")] * 2


async def test_what_flipkart_answered_about_scanned_parcels_becomes_items(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    older(file, "0031")
    fill(file)
    said = {"reason": (NOW - DAY).isoformat(), "tracking_id": (NOW - DAY).isoformat(), "status": NOW.isoformat()}
    items = {  # by return: location, label, reason, when it was said
        "R2": ("LOC1", "FMP2X", "as an event said", said),
        "R3": ("", "FMP3", "said since", {"reason": (NOW + DAY).isoformat()}),
    }
    details = {  # by key: found, return, order item, reason, day, asked so many days after
        "FMP1": (1, "R1", "OI1", "Torn", "2026-03-04", 0),
        "FMP2": (1, "R2", "OI1", "as answered", None, 0),
        "FMP3": (1, "R3", "OI1", "as answered", "2026-03-05", 0),
        "FMP4": (1, "", "", "nameless", None, 0),
        "FMP5": (0, "", "", "", None, 0),
        "FMP6": (1, "R6", "", "first", None, 0),
        "FMP7": (1, "R6", "", "then", None, 1),
    }
    with closing(sqlite3.connect(file)) as old, old:
        known = like(old, "return_item")
        empty(old, "return_detail", "listed", "return_item")
        change(old, "shipment", key="FMP1", tracking_id="fmp1")
        for one, (place, label, reason, times) in items.items():
            ids = {"ref": f"{one}\nOI1", "return_id": one, "order_item_id": "OI1", "known_from": "event"}
            more = {"location_id": place, "key": label, "tracking_id": label, "reason": reason, "expected_on": None}
            put(old, "return_item", known | ids | more | {"said": json.dumps(times)})
        names = ("found", "return_id", "order_item_id", "reason", "expected_on")
        for key, row in details.items():
            asked = {"key": key, "asked_at": written(NOW + row[-1] * DAY), "times": 2}
            put(old, "return_detail", dict(zip(names, row, strict=False)) | asked)
    async with upgraded(file) as database:
        rows = await Tables(database).rows(select(ASKED).order_by(ASKED.c.key))
        found = await Tables(database).rows(select(RETURN))
    refs = ["R1\nOI1", "R2\nOI1", "R3\nOI1", "\n\nFMP4", "", "R6\n", "R6\n"]
    assert [(row.key, row.ref, row.times) for row in rows] == [(k, r, 2) for k, r in zip(details, refs, strict=True)]
    assert rows[-1].asked_at == NOW + DAY
    names = ("location_id", "tracking_id", "reason", "expected_on", "known_from")
    told = {row.ref: tuple(str(row._mapping[name]) for name in names) for row in found}
    assert told == {
        "R1\nOI1": ("", "fmp1", "Torn", "2026-03-04", "lookup"),
        "R2\nOI1": ("LOC1", "FMP2X", "as answered", "None", "event"),
        "R3\nOI1": ("", "FMP3", "said since", "2026-03-05", "event"),
        "\n\nFMP4": ("", "FMP4", "nameless", "None", "lookup"),
        "R6\n": ("", "FMP7", "then", "None", "lookup"),
    }
    for kept in found:
        item = return_of(kept)
        late = Statement(item.return_id, item.order_item_id, NOW - 9 * DAY, {"tracking_id": "OLD"})
        assert (item.ref, item.key, item.after(late).key) == (kept.ref, kept.key, kept.key)


async def test_what_items_said_of_parcels_leaves_the_lists_and_is_expected_as_before(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    older(file, "0033")
    fill(file)
    at = written(NOW - DAY)
    parcels = {  # by key: source, return, state, label that it was listed by
        "FMP1": ("notification", "R1", "awaited", ""),
        "FMP2": ("ledger", "", "cancelled", ""),
        "FMP3": ("notification", "R3", "completed", "FMP0"),
        "BARE": ("notification", "", "awaited", ""),
        "OLD": ("file", "R9", "awaited", ""),
        "EVER": ("notification", "R8", "awaited", ""),
    }
    with closing(sqlite3.connect(file)) as old, old:
        known, of_item = like(old, "listed"), like(old, "return_item")
        empty(old, "listed", "return_item", "expected")
        for n, (key, (source, return_id, state, instead)) in enumerate(parcels.items()):
            labels = {"instead": instead, "instead_key": instead, "matched_by": instead and "shipment"}
            row = known | {"id": n + 1, "key": key, "tracking_id": key, "location_id": "LOC1", **labels}
            row |= {"source": source, "return_id": return_id, "order_item_id": "", "forward": ""}
            row |= {"reason": "" if state == "cancelled" else key}
            row |= {"state": state, "list_id": "", "listed_at": written(NOW), "said_at": at, "expected_on": None}
            for table in ("listed", "expected"):
                put(old, table, row)
        for key in ("FMP1", "FMP3"):
            return_id, state, instead = parcels[key][1:]
            item: dict[str, object] = {
                "ref": f"{return_id}\n",
                "return_id": return_id,
                "order_item_id": "",
                "location_id": "LOC1",
            }
            item |= {"key": key, "tracking_id": key, "reason": key, "end": "completed" if state == "completed" else ""}
            item |= {"instead": instead, "updated_at": at, "said": "{}", "known_from": "event", "expected_on": None}
            put(old, "return_item", of_item | item)
    async with upgraded(file) as database:
        before = await database.run(rows_of, ["LOC1"])
        assert [row["key"] for row in before] == sorted(parcels)
        made = {row["key"]: row for row in await database.run(anew, ["LOC1"])}
        lists = await Tables(database).rows(select(RETURN.c.key).where(RETURN.c.apart))
    assert made == {row["key"]: row for row in before}
    assert {row.key for row in lists} == {"BARE", "OLD", "EVER"}, "what no item tells stays a word of its own"


async def test_what_each_list_said_stays_its_own_word_and_is_taken_back_alone(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    older(file, "0034")
    fill(file)
    heard = {"": NOW - 3 * DAY, "a": NOW - 2 * DAY, "b": NOW - DAY}
    words: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("", "FMP2", {"source": "notification", "reason": "announced"}),
        ("", "FMP5", {"source": "file", "reason": "of before lists were told apart"}),
        ("a", "FMP1", {"return_id": "R1", "reason": "Torn", "expected_on": "2026-03-09"}),
        ("a", "FMP2", {"state": "rejected", "forward": "OUT2"}),
        ("a", "FMP3", {"instead": "FMP0", "instead_key": "FMP0", "matched_by": "shipment"}),
        ("b", "FMP1", {"reason": "Size", "state": "cancelled"}),
        ("b", "FMP4", {}),
    )
    with closing(sqlite3.connect(file)) as old, old:
        known, of_list, of_item = like(old, "listed"), like(old, "parcel_list"), like(old, "return_item")
        empty(old, "listed", "return_item", "expected", "parcel_list")
        texts = ("return_id", "order_item_id", "reason", "forward", "instead", "instead_key", "matched_by")
        known |= {**dict.fromkeys(texts, ""), "location_id": "LOC1", "expected_on": None, "state": "awaited"}
        index: dict[str, dict[str, object]] = {}
        for n, (name, key, said) in enumerate(words):
            at = {"listed_at": written(heard[name]), "said_at": written(heard[name] - timedelta(minutes=1))}
            row = known | {"key": key, "tracking_id": key.lower(), "source": "file", "list_id": name} | at | said
            put(old, "listed", row | {"id": n + 1})
            index[key] = index.get(key, row) | {one: fact for one, fact in row.items() if fact not in ("", None)}
        for n, row in enumerate(index.values()):
            put(old, "expected", row | {"id": n + 1})
        for name in "ab":
            put(old, "parcel_list", of_list | {"id": name, "location_id": "LOC1", "taken_back_at": None})
        put(old, "return_item", of_item | {"ref": "R9\n", "location_id": "LOC9", "known_from": "event", "said": "{}"})
    async with upgraded(file) as database:
        before = {row["key"]: row for row in await database.run(rows_of, ["LOC1"])}
        assert {row["key"]: row for row in await database.run(anew, ["LOC1"])} == before
        names = ("reason", "state", "list_id")
        assert {key: tuple(row[one] for one in names) for key, row in before.items()} == {
            key: tuple(row[one] for one in names) for key, row in index.items()
        }
        rows = await Tables(database).rows(select(RETURN).order_by(RETURN.c.heard_at, RETURN.c.key))
        lists, part = ListStore(database), Part(Span("LOC1", NOW, NOW), (), Event(Happening.LIST_TAKEN_BACK, NOW, "U1"))
        assert [one.list.id for one in await lists.recent(["LOC1"], NOW - DAY, 9)] == ["a", "b"]
        undone = await lists.take_back("b", [part])
        left = {row["key"]: row for row in await database.run(rows_of, ["LOC1"])}
    told = [(row.list_id, row.key, row.end, row.known_from) for row in rows if row.apart]
    sources = {"notification": "event", "file": "file"}
    assert told == [
        (name, key, str(said.get("state", "")), sources[str(said.get("source", "file"))]) for name, key, said in words
    ]
    assert [row.ref for row in rows if row.apart] == [ref_of_row("LOC1", key, name) for name, key, _ in words]
    assert [row.ref for row in rows if not row.apart] == ["R9\n"], "an item of a return is no word of a list"
    assert [row.heard_at - row.updated_at for row in rows if row.apart] == [timedelta(minutes=1)] * len(words)
    assert undone == Undone(1, 1)
    first = before["FMP1"] | {"reason": "Torn", "state": "awaited", "list_id": "a"}
    first |= {"listed_at": heard["a"], "said_at": heard["a"] - timedelta(minutes=1)}
    assert left == {key: row for key, row in before.items() if key != "FMP4"} | {"FMP1": first}


def claim_for(connection: sqlite3.Connection, parcel: str, **values: object) -> None:
    """The claim that is there if it is for this parcel, else one more like it."""
    if parcel == "x":
        change(connection, "claim", **values)
    else:
        copied(connection, "claim", tracking_id=parcel, **values)


def copied(connection: sqlite3.Connection, table: str, **more: object) -> None:
    """Another row like the one that is there, but for these values and its id."""
    new_id = str(more["tracking_id"]) if table == "claim" else None
    put(connection, table, like(connection, table) | more | {"id": new_id})
