"""Handovers for tests of the store, made by the machine, and what Flipkart answers about their parcels."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from bot.handover import machine
from bot.handover.dropped import Brought, File, Part
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.model import Handover, OtcMode, Shipment
from bot.handover.ports import CursorMove, Page, Scan, Sighting, Step
from bot.handover.returns import Source, Statement
from bot.lists.model import ExpectedRow
from bot.store.asked import AskedStore
from bot.store.handovers import HandoverStore
from bot.store.lists import ListStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from tests.store.conftest import NOW


def sighting(fe: str = "fe1", task: str = "t1", name: str = "Ram", status: str = "Scanning") -> Sighting:
    return Sighting(fe, task, name, "eKart", "NONLARGE", status, NOW)


def arriving(new_id: str, seen: Sighting | None = None, location: str = "LOC1") -> Step:
    return machine.arrive(new_id, location, OtcMode.START_AND_END, seen or sighting(), NOW)


async def arrive(
    handovers: HandoverStore, n: int = 1, seen: Sighting | None = None, location: str = "LOC1"
) -> Handover:
    step = arriving(f"{n:032x}", seen or sighting(fe=f"fe{n}", task=f"t{n}"), location)
    [kept] = await handovers.reconcile(location, [], lambda _: [step])
    return kept


def milestones(handover: Handover, *what: Happening) -> Step:
    """A step that says these things."""
    return machine.settle(handover, handover, *(Event(one, NOW, detail={"note": one.value}) for one in what))


def page(*tracking_ids: str, **more: object) -> Page:
    rows = (Shipment.model_validate({"tracking_id": t, "status": "ACCEPTED"} | more) for t in tracking_ids)
    return Page(tuple(rows), False, None)


def read(handover: Handover, scan: Scan) -> Step:
    return machine.read(handover, scan, NOW)


def move(version: int, newest: str | None = None, following: str | None = None) -> CursorMove:
    return CursorMove(version, newest, following)


async def answer(database: Database, now: datetime, asked: Sequence[str], *rows: ExpectedRow) -> None:
    """Keeps what Flipkart says of these ids at LOC1, as the job does."""
    said = [
        Statement(
            row.return_id,
            row.order_item_id,
            now,
            {"tracking_id": row.tracking_id, "reason": row.reason, "expected_on": row.expected_on},
            Source.LOOKUP,
        )
        for row in rows
    ]
    spans = {"LOC1": Span("LOC1", now, now.replace(hour=0))}
    event = Event(Happening.LISTED, now, None, {"source": "returns"})
    await ReturnStore(database).take(said, spans, event)
    await AskedStore(database).keep(asked, said, now)


async def drop(database: Database, span: Span, *rows: ExpectedRow) -> None:
    """Somebody drops a list of these rows at a location."""
    brought = Brought(uuid4().hex, span.location_id, "U0ASHA", span.now, File("F1", "a.csv"))
    event = Event(Happening.LISTED, span.now, "U0ASHA", {"list": brought.id})
    await ListStore(database).keep(brought, [Part(span, rows, event)])
