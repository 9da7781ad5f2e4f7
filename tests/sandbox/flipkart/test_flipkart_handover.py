"""A handover over HTTP: who is here, the codes, the refusals."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import httpx
import pytest

from bot.sandbox.flipkart import FlipkartSim, Visit

pytestmark = pytest.mark.asyncio

Ask = Callable[..., Awaitable[httpx.Response]]
Advance = Callable[[float], None]
LOC1 = {"sellerLocationId": "LOC1", "taskType": "RETURN"}


def reading(visit: Visit, size: int = 25) -> dict[str, object]:
    return {"taskId": visit.task_id, "feId": visit.fe_id, "pageSize": size}


def ending(visit: Visit) -> dict[str, object]:
    return {"taskId": visit.task_id, "feId": visit.fe_id, "taskType": "RETURN"}


async def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["errorCode"])


async def test_a_whole_handover(sim: FlipkartSim, ask: Ask) -> None:
    ram = sim.arrive("LOC1", "Ram", fe_id="fe12303", task_id="123")
    assert (await ask("initial_load", LOC1)).json() == {
        "sellerConfig": {"enabledFor": "DynamicStartEnd"},
        "feDetails": {
            "fe12303": {
                "feName": "Ram",
                "logisticPartner": "eKart",
                "lob": "NONLARGE",
                "task": {"id": "123", "status": "StartOTC", "createdAt": 1732000000},
            }
        },
    }
    started = (await ask("start_otc", LOC1)).json()["otcDetails"]["fe12303"]
    assert started == {
        "feName": "Ram",
        "taskId": "123",
        "otc": ram.start_code,
        "expiryTime": 1732000900,
        "createdAt": 1732000000,
        "logisticPartner": "eKart",
        "lob": "NONLARGE",
    }
    assert not ram.enter_start_otc("no")
    assert ram.page == "start"
    assert ram.wrong_codes == 1
    assert ram.enter_start_otc(started["otc"])
    assert ram.page == "scanning"
    ram.scan(2, flyer=("F1", "F1", "FlyerMatch"))
    ram.scan(tracking_id="X1", status="REJECTED", reason="DAMAGED", flyer=("F1", "F2", "FlyerMismatch"))
    ram.scan(obd={"eligible": True, "remark": "NoIssues", "imageLinks": []})
    ram.scan(obd={"eligible": True, "remark": "WrongItem", "imageLinks": ["u"]})
    rows = (await ask("shipments", reading(ram))).json()["scannedShipments"]
    assert rows[2] == {
        "trackingId": "X1",
        "shipmentId": "SH000000003",
        "status": "REJECTED",
        "reason": "DAMAGED",
        "flyerDetails": {"actualFlyerId": "F1", "capturedFlyerId": "F2", "status": "FlyerMismatch"},
        "obdDetails": None,
        "scannedAt": 1732000000,
    }
    ram.finish_scanning()
    ended = (await ask("end_otc", ending(ram))).json()
    assert ended == {
        "otc": ram.end_code,
        "totalScanned": 5,
        "obdEligible": 2,
        "obdFailed": 1,
        "flyerEligible": 3,
        "flyerFailed": 1,
    }
    assert ram.enter_end_otc(ended["otc"])
    assert ram.page == "gone"
    assert (await ask("initial_load", LOC1)).json()["feDetails"] == {}
    closed = await ask("shipments", reading(ram))
    assert await code_of(closed) == "TASK_CLOSED"
    assert sim.codes == [started["otc"], ended["otc"]]
    json.dumps(sim.to_dict())


async def test_milliseconds(sim: FlipkartSim, ask: Ask) -> None:
    sim.switches.times = "milliseconds"
    ram = sim.arrive("LOC1", "Ram")
    assert (await ask("initial_load", LOC1)).json()["feDetails"][ram.fe_id]["task"]["createdAt"] == 1732000000000
    assert (await ask("start_otc", LOC1)).json()["otcDetails"][ram.fe_id]["expiryTime"] == 1732000900000


async def test_start_codes_only_on_the_start_page(sim: FlipkartSim, ask: Ask) -> None:
    assert (await ask("start_otc", LOC1)).json() == {"otcDetails": {}}
    ram, shyam = sim.arrive("LOC1", "Ram"), sim.arrive("LOC1", "Shyam")
    shyam.begin()
    assert list((await ask("start_otc", LOC1)).json()["otcDetails"]) == [ram.fe_id]
    assert len((await ask("initial_load", LOC1)).json()["feDetails"]) == 2


@pytest.mark.parametrize("rotates", [True, False])
async def test_start_rotation(sim: FlipkartSim, ask: Ask, rotates: bool) -> None:
    sim.switches.start_rotates = rotates
    ram = sim.arrive("LOC1", "Ram")
    await ask("start_otc", LOC1)
    first = str(ram.start_code)
    await ask("start_otc", LOC1)
    assert (ram.start_code != first) is rotates
    assert ram.enter_start_otc(first) is not rotates


async def test_start_code_expires(sim: FlipkartSim, ask: Ask, advance: Advance) -> None:
    sim.switches.start_rotates = False
    ram = sim.arrive("LOC1", "Ram")
    await ask("start_otc", LOC1)
    old = str(ram.start_code)
    advance(900)
    assert ram.start_code is None
    assert not ram.enter_start_otc(old)
    await ask("start_otc", LOC1)
    assert ram.start_code not in (None, old)


@pytest.mark.parametrize("rotates", [True, False])
async def test_end_rotation_and_life(sim: FlipkartSim, ask: Ask, advance: Advance, rotates: bool) -> None:
    sim.switches.end_rotates = rotates
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    await ask("shipments", reading(ram))
    ram.finish_scanning()
    first = (await ask("end_otc", ending(ram))).json()["otc"]
    advance(5000)
    assert ((await ask("end_otc", ending(ram))).json()["otc"] != first) is rotates
    assert ram.enter_end_otc(first) is not rotates


async def test_end_code_may_expire(sim: FlipkartSim, ask: Ask, advance: Advance) -> None:
    sim.switches.end_code_expires = True
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    await ask("shipments", reading(ram))
    ram.finish_scanning()
    first = (await ask("end_otc", ending(ram))).json()["otc"]
    advance(900)
    assert ram.end_code is None
    assert not ram.enter_end_otc(first)
    assert ram.enter_end_otc((await ask("end_otc", ending(ram))).json()["otc"])


@pytest.mark.parametrize("word", ["OldStatic", "StaticOld", "NewStatic", "DynamicEnd"])
async def test_no_start_otc_where_it_is_not_made(sim: FlipkartSim, ask: Ask, word: str) -> None:
    sim.add_location("LOC2", enabled_for=word)
    answer = await ask("start_otc", {"sellerLocationId": "LOC2", "taskType": "RETURN"})
    assert answer.status_code == 400
    assert await code_of(answer) == "FE_OTC_BAD_REQUEST_ERROR"
    loaded = await ask("initial_load", {"sellerLocationId": "LOC2", "taskType": "RETURN"})
    assert loaded.json()["sellerConfig"] == {"enabledFor": word}


async def test_fixed_codes_open_and_close_a_static_location(sim: FlipkartSim, ask: Ask) -> None:
    sim.add_location("LOC2", "OldStatic", [{"type": "NON_LARGE", "code": "0077", "vendor": "eKart"}])
    ram = sim.arrive("LOC2", "Ram")
    large = sim.arrive("LOC2", "Shyam", lob="LARGE")
    assert not large.enter_start_otc("0077")
    assert ram.enter_start_otc("0077")
    ram.finish_scanning()
    sim.switches.static_end_otc = False
    assert await code_of(await ask("end_otc", ending(ram))) == "FE_OTC_BAD_REQUEST_ERROR"
    assert ram.enter_end_otc("0077")


async def test_end_otc_refusals(sim: FlipkartSim, ask: Ask) -> None:
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    ram.scan(3)
    wrong = await ask("end_otc", {**ending(ram), "taskType": "FORWARD"})
    assert await code_of(wrong) == "INVALID_TASK_TYPE_ERROR"
    assert await code_of(await ask("end_otc", ending(ram))) == "NOT_ON_END_OTC_PAGE_ERROR"
    ram.scan(synced=False)
    ram.finish_scanning()
    await ask("shipments", reading(ram))
    assert await code_of(await ask("end_otc", ending(ram))) == "SHIPMENT_SYNC_ERROR"
    assert ram.sync() == 1
    assert await code_of(await ask("end_otc", ending(ram))) == "SHIPMENT_SYNC_ERROR"
    assert len((await ask("shipments", reading(ram))).json()["scannedShipments"]) == 4
    assert (await ask("end_otc", ending(ram))).json()["totalScanned"] == 4


async def test_end_otc_needs_the_last_page_unless_switched_off(sim: FlipkartSim, ask: Ask) -> None:
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    ram.scan(3)
    ram.finish_scanning()
    await ask("shipments", reading(ram, 2))
    assert await code_of(await ask("end_otc", ending(ram))) == "SHIPMENT_SYNC_ERROR"
    sim.switches.end_needs_scanning_call = False
    assert (await ask("end_otc", ending(ram))).status_code == 200


async def test_end_otc_of_nothing_scanned_still_needs_the_call(sim: FlipkartSim, ask: Ask) -> None:
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    ram.finish_scanning()
    assert await code_of(await ask("end_otc", ending(ram))) == "SHIPMENT_SYNC_ERROR"
    await ask("shipments", reading(ram))
    assert (await ask("end_otc", ending(ram))).json()["totalScanned"] == 0


async def test_unknown_and_left_tasks(sim: FlipkartSim, ask: Ask) -> None:
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    for body in ({**reading(ram), "taskId": "none"}, {**reading(ram), "feId": "none"}):
        answer = await ask("shipments", body)
        assert answer.status_code == 404
        assert await code_of(answer) == "TRIPSHEET_TASK_NOT_FOUND"
    ram.leave()
    assert await code_of(await ask("shipments", reading(ram))) == "TRIPSHEET_TASK_NOT_FOUND"
    assert await code_of(await ask("end_otc", ending(ram))) == "TRIPSHEET_TASK_NOT_FOUND"
    assert (await ask("initial_load", LOC1)).json()["feDetails"] == {}


async def test_bodies_that_are_refused(sim: FlipkartSim, ask: Ask, client: httpx.AsyncClient) -> None:
    ram = sim.arrive("LOC1", "Ram")
    assert await code_of(await ask("initial_load", {"sellerLocationId": "LOC1"})) == "INVALID_TASK_TYPE_ERROR"
    assert (await ask("initial_load", {"taskType": "RETURN"})).status_code == 400
    assert (await ask("initial_load", ["x"])).status_code == 400
    for size in (None, 0, 101, "25", True):
        assert (await ask("shipments", {**reading(ram), "pageSize": size})).status_code == 400
    other = await ask("start_otc", {"sellerLocationId": "LOC9", "taskType": "RETURN"})
    assert other.status_code == 403
    assert await code_of(other) == "UNAUTHORIZED_ERROR"
    assert (await ask("/sellers/v3/returns/otc/end/details")).status_code == 405
    assert (await ask("/sellers/v9/nothing")).status_code == 404


async def test_statuses_of_refusals_can_be_switched(sim: FlipkartSim, ask: Ask) -> None:
    sim.switches.statuses = {"NOT_ON_END_OTC_PAGE_ERROR": 422}
    ram = sim.arrive("LOC1", "Ram")
    assert (await ask("end_otc", ending(ram))).status_code == 422


async def test_status_words_and_gaps(sim: FlipkartSim, ask: Ask) -> None:
    sim.switches.status_words = {"start": "Start_OTC", "scanning": "SCANNING", "end": "end otc"}
    ram = sim.arrive("LOC1", "Ram")
    assert ram.status == "Start_OTC"
    ram.begin()
    ram.set_status("never heard of")
    loaded = (await ask("initial_load", LOC1)).json()["feDetails"]
    assert loaded[ram.fe_id]["task"]["status"] == "never heard of"
    ram.set_status(None)
    ram.hide(2)
    seen = [ram.fe_id in (await ask("initial_load", LOC1)).json()["feDetails"] for _ in range(3)]
    assert seen == [False, False, True]
    assert ram.status == "SCANNING"


async def test_new_task_of_the_same_fe(sim: FlipkartSim, ask: Ask) -> None:
    ram = sim.arrive("LOC1", "Ram", task_id="1")
    ram.begin()
    ram.scan(2)
    old = reading(ram)
    assert ram.new_task("2") == "2"
    assert (ram.page, ram.shipments, ram.task_id) == ("start", [], "2")
    assert (await ask("initial_load", LOC1)).json()["feDetails"][ram.fe_id]["task"]["id"] == "2"
    assert await code_of(await ask("shipments", old)) == "TRIPSHEET_TASK_NOT_FOUND"


async def test_legacy_codes(sim: FlipkartSim, ask: Ask) -> None:
    path = "/sellers/v3/shipments/otc/{}?requestType={}"
    assert sim.codes == []
    answer = await ask(path.format("LOC1", "RETURN"))
    row = {"type": "NON_LARGE", "code": "4455", "vendor": "eKart"}
    assert answer.json()["otcs"][0]["otc"] == [row]
    assert answer.json()["otcs"][0]["requestType"] == "RETURN"
    assert sim.codes == ["4455"]
    sim.add_location("LOC2", static_codes=[])
    sim.add_location("LOC 3/4")
    assert await code_of(await ask(path.format("LOC2", "RETURN"))) == "OTC_NOT_GENERATED"
    assert await code_of(await ask(path.format("LOC%203%2F4", "RETURN"))) == "OTC_UNAVAILABLE"
    assert await code_of(await ask(path.format("LOC9", "RETURN"))) == "UNAUTHORIZED_ERROR"
    assert await code_of(await ask(path.format("LOC1", "OTHER"))) == "INVALID_TASK_TYPE_ERROR"


async def test_returns_by_tracking_id(sim: FlipkartSim, ask: Ask) -> None:
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    scanned = ram.scan()[0].tracking_id
    sim.expect("T1", reason="SIZE", expected_date="2026-02-03")
    rows = (await ask(f"/sellers/v2/returns?trackingIds=T1,{scanned},nobody")).json()["returnItems"]
    assert rows[0] == {
        "trackingId": "T1",
        "returnId": "RT1",
        "orderItemId": "OIT1",
        "reason": "SIZE",
        "expectedDate": "2026-02-03",
    }
    assert [row["trackingId"] for row in rows] == ["T1", scanned]
    many = ",".join(f"T{number}" for number in range(26))
    assert (await ask(f"/sellers/v2/returns?trackingIds={many}")).status_code == 400
