"""What is told of returns, and what is expected because of it, in one transaction."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select

from bot.handover.claims import Kind, Opening
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.machine import arrive, settle
from bot.handover.model import Handover, OtcMode, Stage
from bot.handover.ports import Sighting
from bot.handover.returns import Fact, Return, Source, Statement
from bot.lists.model import ExpectedRow, State
from bot.store.claims import ClaimStore
from bot.store.handovers import HandoverStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from bot.store.tables import AUDIT, EXPECTED, RETURN
from tests.store import people
from tests.tables import Tables

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SPANS = {place: Span(place, NOW, NOW.replace(hour=0)) for place in ("LOC1", "LOC2")}
EVENT = Event(Happening.LISTED, NOW, None, {"source": "notification"})
HERE: dict[str, Fact] = {"location_id": "LOC1", "tracking_id": "FMP1", "reason": "TORN"}


def said(minute: int, item: str = "OI1", /, **facts: Fact) -> Statement:
    return Statement("R1", item, NOW + timedelta(minutes=minute), facts)


class Taken(NamedTuple):
    """What became of statements in the database."""

    new: int
    """Parcels that are expected and were not before."""
    waiting: int
    """Items of which a location or a label is still to be told."""
    changed: int
    """Items of which something new was told."""


async def take(database: Database, *statements: Statement) -> Taken:
    tables = Tables(database)
    parcels = len(await expected(database))
    before = {one.ref: one for one in await tables.rows(select(RETURN))}
    await ReturnStore(database).take(statements, SPANS, EVENT)
    changed = [one for one in await tables.rows(select(RETURN)) if one != before.get(one.ref)]
    waiting = [one for one in changed if not (one.location_id and one.key)]
    return Taken(len(await expected(database)) - parcels, len(waiting), len(changed))


async def expected(database: Database) -> list[tuple[str, str, str]]:
    query = select(EXPECTED.c.location_id, EXPECTED.c.tracking_id, EXPECTED.c.state).order_by(EXPECTED.c.id)
    return [tuple(row) for row in await database.run(lambda connection: connection.execute(query).all())]


async def kept(database: Database) -> dict[str, object]:
    [row] = await database.run(lambda connection: connection.execute(select(RETURN)).all())
    return {name: value for name, value in row._mapping.items() if value not in ("", None)}


async def test_a_return_from_its_announcement_to_its_completion(database: Database) -> None:
    assert await take(database, said(0, **HERE, kind="customer_return")) == Taken(1, 0, 1)
    assert await expected(database) == [("LOC1", "FMP1", State.AWAITED)]
    assert await take(database, said(0, **HERE)) == Taken(0, 0, 0), "the same again"
    await take(database, said(1, expected_on=date(2026, 3, 4)), said(2, picked_up_at=NOW))
    await take(database, said(3, completed_at=NOW + timedelta(minutes=3), end="completed", status="return_completed"))
    assert await expected(database) == [("LOC1", "FMP1", State.COMPLETED)]
    found = await kept(database)
    assert found["said"] == {
        **dict.fromkeys(("location_id", "tracking_id", "reason", "kind"), "2026-03-02T12:00:00+00:00"),
        "expected_on": "2026-03-02T12:01:00+00:00",
        **dict.fromkeys(("end", "status"), "2026-03-02T12:03:00+00:00"),
    }
    assert (found["expected_on"], found["known_from"]) == (date(2026, 3, 4), Source.EVENT)
    listed = await database.run(lambda connection: connection.execute(select(AUDIT)).all())
    assert len(listed) == 1, "what names nothing new is not put on record"


@pytest.mark.parametrize("together", [True, False])
async def test_what_comes_before_its_announcement_waits_for_it(database: Database, together: bool) -> None:
    late = [
        said(3, completed_at=NOW, end="completed"),
        said(1, tracking_id="FMP1", location_id="LOC1"),
        said(0, reason="TORN"),
    ]
    for some in [late] if together else [[one] for one in late]:
        await take(database, *some)
    assert await expected(database) == [("LOC1", "FMP1", State.COMPLETED)]
    [row] = await database.run(lambda connection: connection.execute(select(EXPECTED.c.reason)).all())
    assert row.reason == "TORN"


async def test_without_a_label_nothing_is_expected_yet(database: Database) -> None:
    assert await take(database, said(0, location_id="LOC1", reason="TORN")) == Taken(0, 1, 1)
    assert await expected(database) == []
    assert await take(database, said(1, tracking_id="FMP1")) == Taken(1, 0, 1)
    assert await expected(database) == [("LOC1", "FMP1", State.AWAITED)]


async def test_another_label_takes_the_old_one_off(database: Database) -> None:
    await take(database, said(0, **HERE))
    await take(database, said(1, tracking_id="FMP2"))
    assert await expected(database) == [("LOC1", "FMP1", State.CANCELLED), ("LOC1", "FMP2", State.AWAITED)]
    await take(database, said(0, tracking_id="FMP3"))
    assert len(await expected(database)) == 2, "an older label that comes late is none"
    await take(database, said(2, tracking_id="fmp2 "))
    assert (await expected(database))[1] == ("LOC1", "fmp2 ", State.AWAITED), "respelt, it is the same parcel"


async def test_items_of_one_parcel(database: Database) -> None:
    """It comes as long as one of them does, and what that one says is said of it."""
    await take(database, said(0, "OI1", **HERE), said(0, "OI2", **HERE | {"reason": "Size"}))
    await take(database, said(1, "OI1", cancelled_at=NOW, end="cancelled"))
    assert await expected(database) == [("LOC1", "FMP1", State.AWAITED)], "the other one still comes"
    [row] = await Tables(database).rows(select(EXPECTED))
    assert (row.order_item_id, row.reason) == ("OI2", "Size")
    await take(database, said(2, "OI2", completed_at=NOW, end="completed"))
    assert await expected(database) == [("LOC1", "FMP1", State.COMPLETED)]


async def test_what_goes_elsewhere(database: Database) -> None:
    await take(database, said(0, **HERE))
    await take(database, said(1, location_id="LOC2"))
    assert await expected(database) == [("LOC1", "FMP1", State.CANCELLED), ("LOC2", "FMP1", State.AWAITED)]
    await take(database, said(2, location_id="LOC9"))
    assert (await expected(database))[1] == ("LOC2", "FMP1", State.CANCELLED), "no dock of ours"


async def test_goods_that_stay_with_the_customer_are_not_expected(database: Database) -> None:
    await take(database, said(0, **HERE, action="refund_dnt_expect"))
    assert await expected(database) == [("LOC1", "FMP1", State.CANCELLED)]


async def test_many_at_once(database: Database) -> None:
    many = [said(0, f"OI{n}", **HERE | {"tracking_id": f"FMP{n}"}) for n in range(1200)]
    assert await take(database, *many) == Taken(1200, 0, 1200)
    assert await take(database, *many) == Taken(0, 0, 0)
    assert len(await expected(database)) == 1200
    items = await database.run(lambda connection: connection.execute(select(RETURN.c.ref)).all())
    assert len(items) == 1200, "what an item says stands there once"


async def test_a_row_is_the_value_again(database: Database) -> None:
    one = said(0, **HERE, kind="k", action="a", shipment_id="SH1", status="s", shipment_status="t", picked_up_at=NOW)
    await take(database, one)
    after = Return("R1", "OI1").after(one).after(said(1, reason="Size"))
    await take(database, said(1, reason="Size"))
    found = await kept(database)
    for name in ("location_id", "tracking_id", "kind", "action", "shipment_id", "status", "picked_up_at", "reason"):
        assert found[name] == getattr(after, name), name
    assert (found["ref"], found["key"], found["updated_at"]) == (after.ref, after.key, after.updated_at)


async def scanned(handovers: HandoverStore, *tracking_ids: str, task: str = "T1", at: datetime = NOW) -> Handover:
    """A handover with these parcels."""
    step = arrive(task, "LOC1", OtcMode.START_AND_END, Sighting("FE1", task, "Ram", "eKart", "", "Scanning", at), at)
    await handovers.reconcile("LOC1", [], lambda _: [step])
    after = await handovers.add_page(step.handover, people.page(*tracking_ids), people.move(0), people.read)
    assert after is not None
    return after


async def confirmed(handovers: HandoverStore, handover: Handover) -> int | None:
    now = await handovers.get(handover.id)
    assert now is not None
    return now.confirmed


def done(minute: int, n: int) -> Statement:
    at = NOW + timedelta(minutes=minute)
    return said(minute, f"OI{n}", location_id="LOC1", tracking_id=f"FMP{n}", completed_at=at, end="completed")


async def test_completions_are_counted_at_the_handover_that_brought_them(
    database: Database, handovers: HandoverStore
) -> None:
    ram = await scanned(handovers, "FMP1", "fmp2", "FMP3")
    await take(database, done(1, 7))
    assert await confirmed(handovers, ram) is None, "Flipkart has told of none of its parcels"
    await take(database, done(2, 1), done(2, 2))
    assert await confirmed(handovers, ram) == 2
    before = await handovers.get(ram.id)
    await take(database, done(2, 1))
    assert await handovers.get(ram.id) == before, "the same again draws no card anew"
    await take(database, said(3, "OI2", cancelled_at=NOW + timedelta(minutes=3), end="cancelled"))
    assert await confirmed(handovers, ram) == 1
    await take(database, said(3, "OI9", location_id="LOC1", tracking_id="FMP1"))
    await take(database, done(4, 3))
    assert await confirmed(handovers, ram) == 1, "of one parcel another item is still open"


async def test_a_parcel_that_comes_twice_is_confirmed_where_it_came_last(
    database: Database, handovers: HandoverStore
) -> None:
    ram = await scanned(handovers, "FMP1", "FMP2")
    sita = await scanned(handovers, "FMP1", task="T2", at=NOW + timedelta(hours=1))
    await take(database, done(90, 1), done(90, 2))
    assert (await confirmed(handovers, ram), await confirmed(handovers, sita)) == (1, 1)


async def test_what_was_completed_before_it_was_read_counts_at_the_end(
    database: Database, handovers: HandoverStore
) -> None:
    await take(database, done(1, 1))
    ram = await scanned(handovers, "FMP1", "FMP2")
    assert await confirmed(handovers, ram) is None
    end = ram.model_copy(update={"stage": Stage.CLOSED, "ended_at": NOW})
    await handovers.reconcile("LOC1", [], lambda _: [settle(ram, end, Event(Happening.CLOSED, NOW))])
    assert await confirmed(handovers, ram) == 1


async def test_what_was_said_last_stands_whatever_came_last(database: Database) -> None:
    """A list that is dropped after Flipkart said something stands against that, should it come late."""

    async def state() -> tuple[str, str, str]:
        [row] = await Tables(database).rows(select(EXPECTED))
        return row.state, row.reason, row.return_id

    def told(at: datetime, reason: str) -> Statement:
        return Statement("R1", "OI1", at, {"location_id": "LOC1", "tracking_id": "FMP1", "reason": reason})

    dropped = [ExpectedRow("FMP1", reason="as listed", state=State.CANCELLED)]
    await people.drop(database, SPANS["LOC1"], *dropped)
    await take(database, told(NOW - timedelta(days=1), "as told before"))
    assert await state() == ("cancelled", "as listed", "R1"), "but what the list does not say is taken over"
    await take(database, told(NOW, "as told since"))
    assert await state() == ("awaited", "as told since", "R1")


@pytest.mark.parametrize(
    ("completed", "due"),
    [
        (datetime(2026, 1, 20, 9, 0, tzinfo=UTC), datetime(2026, 2, 3, 9, 0, tzinfo=UTC)),
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), datetime(2026, 2, 14, 12, 0, tzinfo=UTC)),
        (datetime(2026, 1, 2, 9, 0, tzinfo=UTC), datetime(2026, 2, 14, 12, 0, tzinfo=UTC)),
    ],
    ids=["before the scan, over a month's end", "after the scan", "long before, which was another time"],
)
async def test_the_time_to_claim_begins_with_what_was_first(
    database: Database, completed: datetime, due: datetime
) -> None:
    came = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
    handovers = HandoverStore(database, lambda: came)
    await take(database, Statement("R1", "OI1", completed, HERE | {"completed_at": completed, "end": "completed"}))
    seen = Sighting("fe1", "t1", "Ram", "eKart", "NONLARGE", "Scanning", came)
    step = arrive("1" * 32, "LOC1", OtcMode.START_AND_END, seen, came)
    [ram] = await handovers.reconcile("LOC1", [], lambda _: [step])
    claims = ClaimStore(database, 14)
    claim, _ = await claims.report(ram.id, Opening("fmp1", Kind.DAMAGED), "U1", came)
    assert claim.due_at == due
