from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError, StatementError

from bot.handover import machine
from bot.handover.events import MILESTONES, Event, Happening
from bot.handover.model import Actor, Handover, Shipment, Stage
from bot.handover.ports import Page, Scan, Step
from bot.handover.refusals import UnknownHandover
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from tests.examples import examples
from tests.store.conftest import NOW
from tests.store.people import arrive, arriving, milestones, move, page, read, sighting
from tests.template import migrated

HOSTILE = [
    "x" * 300,
    "../../etc/passwd",
    "a/b\\c?d=e&f#g",
    "'; DROP TABLE handover; --",
    '"quoted"',
    "😀👩‍👩‍👧",
    "\u202eright to left",
    "\ufffd",
    "line\nbreak\ttab",
    " ",
    "%_",
]


async def table(database: Database, query: str) -> list[tuple[Any, ...]]:
    """What the database holds, whatever the store would say of it."""
    return await database.run(lambda connection: [tuple(row) for row in connection.exec_driver_sql(query)])


async def loaded(handovers: HandoverStore, location: str, seen: list[tuple[str, str]]) -> list[Handover]:
    """The handovers that a look at a location is given to decide about."""
    found: list[Handover] = []

    def decide(known: list[Handover]) -> list[Step]:
        found.extend(known)
        return []

    await handovers.reconcile(location, seen, decide)
    return found


async def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    names = ("handover", "shipment", "audit", "delivery")
    return {name: await table(database, f"SELECT * FROM {name} ORDER BY id") for name in names}  # noqa: S608 - names of our own


async def test_state_events_and_intents_come_together(handovers: HandoverStore, database: Database) -> None:
    h = await arrive(handovers)
    assert await handovers.get(h.id) == h
    assert await table(database, "SELECT kind, n, state FROM delivery") == [("card", 0, "pending")]
    assert await table(database, "SELECT n, what FROM audit") == [(1, "arrived")]
    every = sorted(MILESTONES | {Happening.STATUS, Happening.ASKED})
    after = await handovers.step(h.id, lambda before: milestones(before, *every))
    assert after.events == 1 + len(every)
    said = dict(await table(database, "SELECT n, what FROM audit WHERE n > 1"))
    assert [said[n] for n in range(2, after.events + 1)] == [what.value for what in every]
    replies = {said[n] for (n,) in await table(database, "SELECT n FROM delivery WHERE kind = 'reply'")}
    assert replies == {what.value for what in MILESTONES}, "a milestone without a reply, or a reply too many"


@pytest.mark.parametrize("fault", ["decide raises", "number twice", "not to be stored"])
async def test_a_failure_in_the_middle_leaves_nothing(handovers: HandoverStore, database: Database, fault: str) -> None:
    h = await arrive(handovers)
    before = await everything(database)

    def decide(handover: Handover) -> Step:
        step = machine.count(handover, "U1", 7, NOW)
        if fault == "decide raises":
            raise LookupError("a fault of the machine")
        if fault == "number twice":
            return Step(step.handover.model_copy(update={"events": handover.events}), step.events)
        return Step(step.handover, (Event(Happening.COUNTED, NOW, detail={"x": object()}),))

    with pytest.raises((LookupError, IntegrityError, StatementError, TypeError)):
        await handovers.step(h.id, decide)
    assert await everything(database) == before, "half of a step was kept"
    after = await handovers.step(h.id, lambda x: machine.count(x, "U1", 7, NOW))
    assert after.counted == 7, "after a failure nothing can be written any more"


async def test_a_failing_page_leaves_no_row_and_no_cursor(handovers: HandoverStore, database: Database) -> None:
    h = await arrive(handovers)
    before = await everything(database)

    def fail(handover: Handover, scan: Scan) -> Step:
        raise LookupError

    with pytest.raises(LookupError):
        await handovers.add_page(h, page("P1", "P2"), move(0, "u1", "u2"), fail)

    def number_twice(handover: Handover, scan: Scan) -> Step:
        step = machine.count(read(handover, scan).handover, "U1", 7, NOW)
        return Step(step.handover.model_copy(update={"events": handover.events}), step.events)

    with pytest.raises(IntegrityError):
        await handovers.add_page(h, page("P1", "P2"), move(0, "u1", "u2"), number_twice)
    assert await everything(database) == before
    kept = await handovers.add_page(h, page("P1"), move(0, "u1", "u2"), read)
    assert kept is not None
    assert (kept.scanned, kept.cursor_version) == (1, 1)


async def test_a_failing_reconcile_keeps_none_of_its_steps(handovers: HandoverStore, database: Database) -> None:
    await arrive(handovers, 1)
    before = await everything(database)
    twice = [arriving("2" * 32, sighting("fe2", "t2")), arriving("3" * 32, sighting("fe1", "t1"))]
    with pytest.raises(IntegrityError):
        await handovers.reconcile("LOC1", [], lambda _: twice)
    assert await everything(database) == before


async def test_one_handover_for_each_location_fe_and_task(handovers: HandoverStore) -> None:
    await arrive(handovers, 1, sighting("fe", "t"))
    await arrive(handovers, 2, sighting("fe", "t"), location="LOC2")
    await arrive(handovers, 3, sighting("fe", "t2"))
    await arrive(handovers, 4, sighting("fe2", "t"))
    with pytest.raises(IntegrityError):
        await arrive(handovers, 5, sighting("fe", "t"))
    assert {one[-1] for one in await handovers.here()} == {"1", "2", "3", "4"}


async def test_the_cursor_moves_by_compare_and_set(handovers: HandoverStore) -> None:
    h = await arrive(handovers)
    first = await handovers.add_page(h, page("P1"), move(0, None, "u2"), read)
    assert first is not None
    assert (first.cursor_newest, first.cursor_next, first.cursor_version) == (None, "u2", 1)
    assert await handovers.add_page(h, page("P2"), move(0, None, "u9"), read) is None
    assert await handovers.get(h.id) == first, "a page for an older cursor was kept"
    second = await handovers.add_page(h, page("P1", "P2"), move(1, "u2", None), read)
    assert second is not None
    assert (second.scanned, second.cursor_version) == (2, 2)
    quiet = await handovers.add_page(h, page("P1", "P2"), move(2, "u2", None), read)
    assert quiet == second, "a page without news moved the cursor"


@pytest.mark.parametrize("meanwhile", ["counted", "said", "missed", "missed and seen", "gone"])
async def test_what_happened_to_a_handover_while_its_page_was_fetched_is_not_lost(
    handovers: HandoverStore, database: Database, meanwhile: str
) -> None:
    h = await arrive(handovers)

    def happen(x: Handover) -> Step:
        if meanwhile == "counted":
            return machine.count(x, "U1", 7, NOW)
        if meanwhile == "said":
            return milestones(x, Happening.REPORTED)
        missed = machine.miss(x, NOW)
        if meanwhile == "missed":
            return missed
        if meanwhile == "gone":
            return machine.miss(missed.handover, NOW)
        return machine.see(missed.handover, x.otc_mode, sighting("fe1", "t1"), NOW)

    newer = await handovers.step(h.id, happen)
    kept = await handovers.add_page(h, page("P1", "P2", status="REJECTED"), move(0), read)
    assert kept is not None
    assert await handovers.get(h.id) == kept
    told = kept.model_dump(include={"counted", "counted_by", "stage", "misses", "missing_since", "ended_at"})
    assert told == newer.model_dump(include=set(told)), "what the page did not change"
    assert (kept.scanned, kept.rejected, kept.events) == (2, 2, newer.events + 1)
    assert kept.revision == newer.revision + 1
    assert await table(database, "SELECT n FROM audit ORDER BY n") == [(n,) for n in range(1, kept.events + 1)]


async def test_a_row_that_changed_is_mended_and_an_older_scan_is_not_news(handovers: HandoverStore) -> None:
    h = await arrive(handovers)
    old, new = NOW - timedelta(minutes=2), NOW - timedelta(minutes=1)
    await handovers.add_page(h, page("P1", scanned_at=old), move(0), read)
    rejected = page("P1", scanned_at=new, status="REJECTED", reason="torn")
    kept = await handovers.add_page(h, rejected, move(1), read)
    assert kept is not None
    assert (kept.scanned, kept.accepted, kept.rejected) == (1, 0, 1)
    again = await handovers.add_page(h, page("P1", scanned_at=old), move(kept.cursor_version), read)
    assert again == kept, "an older scan, met again on an earlier page, replaced the newer one"
    assert [s.reason for s in await handovers.problems(h.id)] == ["torn"]


async def test_rows_belong_to_their_handover(handovers: HandoverStore) -> None:
    one, two = await arrive(handovers, 1), await arrive(handovers, 2)
    for h in (one, two):
        await handovers.add_page(h, page("P1", status="REJECTED"), move(0), read)
    for h in (one, two):
        assert len(await handovers.problems(h.id)) == 1


@pytest.mark.slow("ten thousand rows")
async def test_a_page_of_ten_thousand_rows(handovers: HandoverStore) -> None:
    h = await arrive(handovers)
    ids = [f"P{n:05}" for n in range(10_000)]
    kept = await handovers.add_page(h, page(*ids), move(0, None, "u2"), read)
    assert kept is not None
    assert kept.scanned == 10_000
    again = await handovers.add_page(h, page(*ids, "P10000"), move(1, "u2", None), read)
    assert again is not None
    assert (again.scanned, again.accepted) == (10_001, 10_001)
    changed = await handovers.add_page(h, page(*ids[:1000], status="REJECTED"), move(2, "u2", None), read)
    assert changed is not None
    assert (changed.scanned, changed.rejected, changed.events) == (10_001, 1000, 2)
    assert len(await handovers.problems(h.id, ids[:1000])) == 1000


async def test_a_dock_of_a_thousand_fes(handovers: HandoverStore) -> None:
    steps = [arriving(f"{n:032x}", sighting(f"fe{n}", f"t{n}")) for n in range(1000)]
    await handovers.reconcile("LOC1", [], lambda _: steps)
    keys = [(s.handover.fe_id, s.handover.task_id) for s in steps]
    assert len(await loaded(handovers, "LOC1", keys)) == 1000


async def test_some_handovers_in_the_order_asked_for(handovers: HandoverStore) -> None:
    for n in range(4):
        await arrive(handovers, n, sighting("fe", f"t{n}"), location=f"LOC{n}")
    here = await handovers.here()
    assert [one.id for one in await handovers.some([here[2], "gone", here[0]])] == [here[2], here[0]]
    assert await handovers.some([]) == []


async def test_a_handover_that_is_over_is_found_again_by_its_key_only(handovers: HandoverStore) -> None:
    h = await arrive(handovers, 1, sighting("fe", "t"))
    for _ in range(2):
        await handovers.step(h.id, lambda x: machine.miss(x, NOW))
    assert await handovers.here() == []
    known = [await loaded(handovers, "LOC1", seen) for seen in ([], [("fe", "t")], [("fe", "t2")])]
    assert [[x.id for x in k] for k in known] == [[], [h.id], []]
    assert known[1][0].stage is Stage.LEFT


@pytest.mark.parametrize("text", HOSTILE)
async def test_strange_ids_come_back_as_they_went_in(handovers: HandoverStore, text: str) -> None:
    seen = sighting(text, text, text, text)
    [h] = await handovers.reconcile(text, [(text, text)], lambda _: [arriving("a" * 32, seen, text)])
    await handovers.add_page(h, page(text, status="REJECTED", reason=text, image_links=[text]), move(0, text), read)
    kept = await handovers.get(h.id)
    assert kept is not None
    assert (kept.location_id, kept.fe_id, kept.task_id, kept.fe_name, kept.status) == (text,) * 5
    [shipment] = await handovers.problems(h.id, [text])
    assert (shipment.tracking_id, shipment.reason, shipment.image_links) == (text, text, [text])
    assert await loaded(handovers, text, [(text, text)]) == [kept]
    assert await handovers.present(text) == [kept]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300), unique=True, max_size=8))
@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_tracking_ids_stay_apart(tmp_path: Path, ids: list[str]) -> None:
    database = Database(f"sqlite:///{migrated(tmp_path / f'{uuid4().hex}.db')}")
    try:
        await database.upgrade()
        handovers = HandoverStore(database, lambda: NOW)
        h = await arrive(handovers)
        for version in range(2):
            rows = tuple(Shipment(tracking_id=t.replace("\0", "\ufffd")) for t in ids)
            rows = tuple({row.tracking_id: row for row in rows}.values())
            kept = await handovers.add_page(h, Page(rows, False, None), move(version), read)
            assert kept is not None
            assert kept.scanned == len(rows)
            if not rows:
                break
    finally:
        await database.close()


async def test_moments_come_back_in_utc(handovers: HandoverStore) -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    local = datetime(2026, 3, 2, 14, 30, 15, 123456, tzinfo=india)
    h = await arrive(handovers)
    after = await handovers.step(h.id, lambda x: machine.count(x, "U1", 3, local))
    kept = await handovers.get(h.id)
    assert kept is not None
    assert kept.counted_at == after.counted_at == local
    assert str(kept.counted_at) == "2026-03-02 09:00:15.123456+00:00"
    with pytest.raises(ValueError, match="naive"):
        await handovers.step(h.id, lambda x: machine.count(x, "U1", 3, local.replace(tzinfo=None)))


async def test_the_outbox_is_woken_only_when_there_is_something_to_say(database: Database) -> None:
    rung: list[bool] = []
    database.bell = rung.append
    handovers = HandoverStore(database, lambda: NOW)
    h = await arrive(handovers)
    assert len(rung) == 1
    await handovers.step(h.id, lambda x: machine.miss(x, NOW))
    await handovers.add_page(h, page(), move(0), read)
    await handovers.record("LOC1", Event(Happening.REFUSED, NOW, Actor("U1").user_id), h.id)
    await handovers.step(h.id, Step)
    assert len(rung) == 1, "woken for nothing"
    await handovers.add_page(h, page("P1"), move(0), read)
    await handovers.step(h.id, lambda x: machine.count(x, "U1", 1, NOW))
    assert rung == [False, True, False], "another count on a card is no more than that"


async def test_a_line_of_the_record_changes_no_handover(handovers: HandoverStore, database: Database) -> None:
    h = await arrive(handovers)
    for _ in range(2):
        await handovers.record("LOC1", Event(Happening.REFUSED, NOW, "U1", {"wish": "count"}), h.id)
        await handovers.record("LOC1", Event(Happening.REFUSED, NOW, "U1", {"wish": "start-otc"}))
    assert await handovers.get(h.id) == h
    assert await table(database, "SELECT count(*) FROM audit WHERE what = 'refused' AND n IS NULL") == [(4,)]


async def test_unknown_ids(handovers: HandoverStore) -> None:
    assert await handovers.get("nobody") is None
    assert await handovers.problems("nobody") == []
    with pytest.raises(UnknownHandover):
        await handovers.step("nobody", Step)
    with pytest.raises(UnknownHandover):
        await handovers.add_page(arriving("nobody").handover, page(), move(0), read)
