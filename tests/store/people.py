"""Handovers for tests of the store, made by the machine."""

from bot.handover import machine
from bot.handover.model import Event, Handover, Happening, OtcMode, Shipment
from bot.handover.ports import CursorMove, Page, Scan, Sighting, Step
from bot.store.handovers import HandoverStore
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
