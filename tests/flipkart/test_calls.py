"""The five calls against the simulated Flipkart, in every way in which it may answer."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import MalformedError
from bot.handover.model import OtcMode
from bot.sandbox.flipkart import FlipkartSim
from tests.flipkart.support import client_of, saying, scripted

NOW = 1_732_000_000


def recent(moment: datetime | None) -> bool:
    return moment is not None and abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


async def test_initial_load_tells_who_is_here(sim: FlipkartSim, client: FlipkartClient) -> None:
    ram = sim.arrive("LOC1", "Ram", fe_id="fe12303", task_id="123", partner="eKart", lob="LARGE")
    sim.arrive("LOC1", "Shyam").begin()

    arrivals = await client.initial_load("LOC1")

    assert arrivals.mode is OtcMode.START_AND_END
    first, second = arrivals.sightings
    assert (first.fe_id, first.task_id, first.fe_name) == ("fe12303", "123", "Ram")
    assert (first.partner, first.lob, first.status) == ("eKart", "LARGE", ram.status)
    assert recent(first.created_at), f"createdAt was read as {first.created_at}"
    assert (second.fe_name, second.status) == ("Shyam", "Scanning")
    assert sim.calls[-1].body == {"sellerLocationId": "LOC1", "taskType": "RETURN"}


async def test_nobody_is_here(client: FlipkartClient) -> None:
    assert (await client.initial_load("LOC1")).sightings == ()


@pytest.mark.parametrize("status", ["Scanning", "END_OTC_PAGE", "brand new", "", "पूरा", "  x  "])
async def test_any_status_is_kept_as_it_is(sim: FlipkartSim, client: FlipkartClient, status: str) -> None:
    sim.arrive("LOC1", "Ram").set_status(status)

    (sighting,) = (await client.initial_load("LOC1")).sightings

    assert sighting.status == status.strip()


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("DynamicStartEnd", OtcMode.START_AND_END),
        ("DynamicEnd", OtcMode.END_ONLY),
        ("OldStatic", OtcMode.FIXED),
        ("StaticOld", OtcMode.FIXED),
        ("NewStatic", OtcMode.FIXED),
        ("dynamic_start_end", OtcMode.START_AND_END),
        ("DYNAMIC END", OtcMode.END_ONLY),
        ("SomethingNew", OtcMode.UNKNOWN),
        ("", OtcMode.UNKNOWN),
    ],
)
async def test_enabled_for_decides_the_kind_of_codes(
    sim: FlipkartSim, client: FlipkartClient, word: str, mode: OtcMode
) -> None:
    sim.add_location("LOC1", enabled_for=word)

    found = await client.initial_load("LOC1")
    assert (found.mode, found.word) == (mode, word)


@pytest.mark.parametrize(
    ("word", "kept"), [("x" * 5000, "x" * 60), (" Dynamic\u202e \n Voice ", "Dynamic Voice"), ("\u200b", "")]
)
async def test_a_strange_word_for_the_codes_is_cut_to_what_can_be_seen(
    sim: FlipkartSim, client: FlipkartClient, word: str, kept: str
) -> None:
    sim.add_location("LOC1", enabled_for=word)

    assert (await client.initial_load("LOC1")).word == kept


async def test_start_codes_are_those_of_the_fes_on_the_start_page(sim: FlipkartSim, client: FlipkartClient) -> None:
    ram = sim.arrive("LOC1", "Ram", lob="LARGE")
    sim.arrive("LOC1", "Shyam").begin()

    (code,) = await client.start_codes("LOC1")

    assert (code.fe_id, code.task_id, code.fe_name) == (ram.fe_id, ram.task_id, "Ram")
    assert (code.partner, code.lob) == ("eKart", "LARGE")
    assert code.otc.get_secret_value() == ram.start_code
    assert code.expires_at is not None
    assert code.expires_at > datetime.now(UTC)


async def test_codes_that_start_with_a_zero_keep_it(sim: FlipkartSim, client: FlipkartClient) -> None:
    for number in range(4):
        sim.arrive("LOC1", f"FE {number}")

    codes = [code.otc.get_secret_value() for code in await client.start_codes("LOC1")]

    assert codes == sim.codes
    assert any(code.startswith("0") for code in codes), f"the simulator gave no code with a zero: {codes}"


async def test_nobody_on_the_start_page_gives_no_codes(client: FlipkartClient) -> None:
    assert await client.start_codes("LOC1") == []


async def test_a_page_of_scans(sim: FlipkartSim, client: FlipkartClient) -> None:
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    images = {"eligible": True, "remark": "Damaged", "imageLinks": ["https://x/1", "https://x/2"]}
    (row,) = ram.scan(status="REJECTED", reason="Swap", flyer=("F1", "F2", "FlyerMismatch"), obd=images)
    ram.scan()

    page = await client.shipments(ram.task_id, ram.fe_id, None, 25)

    first, second = page.shipments
    assert (first.tracking_id, first.shipment_id) == (row.tracking_id, row.shipment_id)
    assert (first.status, first.reason) == ("REJECTED", "Swap")
    assert (first.actual_flyer_id, first.captured_flyer_id, first.flyer_status) == ("F1", "F2", "FlyerMismatch")
    assert (first.obd_eligible, first.obd_remark) == (True, "Damaged")
    assert list(first.image_links) == ["https://x/1", "https://x/2"]
    assert recent(first.scanned_at), f"scannedAt was read as {first.scanned_at}"
    assert (second.reason, second.actual_flyer_id, second.obd_eligible) == ("", "", False)
    assert (page.has_more, page.next_url) == (False, None)
    assert sim.calls[-1].body == {"taskId": ram.task_id, "feId": ram.fe_id, "pageSize": 25}


@pytest.mark.parametrize("times", ["seconds", "milliseconds"])
@pytest.mark.parametrize("spelling", ["camel", "snake", "mixed"])
async def test_both_spellings_and_both_units_of_time(
    sim: FlipkartSim, client: FlipkartClient, spelling: str, times: str
) -> None:
    setattr(sim.switches, "spelling", spelling)  # noqa: B010 - the switch is a Literal, this a parameter
    setattr(sim.switches, "times", times)  # noqa: B010
    ram = sim.arrive("LOC1", "Ram")

    (sighting,) = (await client.initial_load("LOC1")).sightings
    (code,) = await client.start_codes("LOC1")
    ram.begin()
    ram.scan(7)
    pages = [await client.shipments(ram.task_id, ram.fe_id, None, 3)]
    while pages[-1].next_url:
        pages.append(await client.shipments(ram.task_id, ram.fe_id, pages[-1].next_url, 3))

    assert recent(sighting.created_at), f"createdAt was read as {sighting.created_at}"
    life = timedelta(seconds=sim.switches.code_seconds)
    assert code.expires_at is not None
    assert recent(code.expires_at - life), f"expiryTime was read as {code.expires_at}"
    rows = [row for page in pages for row in page.shipments]
    assert [row.tracking_id for row in rows] == [each.tracking_id for each in ram.shipments]
    assert all(recent(row.scanned_at) for row in rows)
    assert [page.has_more for page in pages] == [True, True, False]


async def test_end_code_with_totals(sim: FlipkartSim, client: FlipkartClient) -> None:
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()
    ram.scan(3, flyer=("F1", "F1", "FlyerMatch"))
    ram.scan(1, flyer=("F1", "F2", "FlyerMismatch"))
    ram.scan(2, obd={"eligible": True, "remark": "Damaged", "imageLinks": []})
    await client.shipments(ram.task_id, ram.fe_id, None, 25)
    ram.finish_scanning()

    end = await client.end_code(ram.fe_id, ram.task_id)

    assert end.otc.get_secret_value() == ram.end_code
    assert (end.totals.scanned, end.totals.obd_eligible, end.totals.obd_failed) == (6, 2, 2)
    assert (end.totals.flyer_eligible, end.totals.flyer_failed) == (4, 1)
    assert sim.calls[-1].body == {"feId": ram.fe_id, "taskId": ram.task_id, "taskType": "RETURN"}


async def test_fixed_codes(sim: FlipkartSim, client: FlipkartClient) -> None:
    rows = [{"type": "LARGE", "code": "0011", "vendor": "eKart"}, {"type": "NON_LARGE", "code": "4455", "vendor": "x"}]
    sim.add_location("LOC1", enabled_for="OldStatic", static_codes=rows)

    codes = await client.fixed_codes("LOC1")

    assert [(one.lob, one.otc.get_secret_value(), one.vendor) for one in codes] == [
        ("LARGE", "0011", "eKart"),
        ("NON_LARGE", "4455", "x"),
    ]


@pytest.mark.parametrize("location", ["LOC 1", "a/b", "../..", "LOC?x=1#y", "स्थान", "100%25"])
async def test_a_strange_location_id_arrives_as_it_is(sim: FlipkartSim, client: FlipkartClient, location: str) -> None:
    sim.add_location(location, static_codes=[{"type": "LARGE", "code": "1234", "vendor": "eKart"}])

    assert len(await client.fixed_codes(location)) == 1
    assert (await client.initial_load(location)).sightings == ()


async def test_codes_stay_out_of_the_values_repr(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.add_location("LOC1", static_codes=[{"type": "LARGE", "code": "9182736", "vendor": "eKart"}])
    ram = sim.arrive("LOC1", "Ram")
    shown = repr(await client.start_codes("LOC1")) + repr(await client.fixed_codes("LOC1"))
    ram.begin()
    await client.shipments(ram.task_id, ram.fe_id, None, 25)
    ram.finish_scanning()
    shown += repr(await client.end_code(ram.fe_id, ram.task_id))

    assert len(sim.codes) == 3
    assert [code for code in sim.codes if code in shown] == []


async def test_fields_that_nobody_announced_are_ignored() -> None:
    fe = {"feName": "Ram", "new": {"a": [1]}, "task": {"id": "1", "status": "Scanning", "createdAt": NOW, "x": None}}
    body = {"sellerConfig": {"enabledFor": "DynamicEnd", "x": 1}, "feDetails": {"fe1": fe}, "version": 4}
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        arrivals = await client.initial_load("LOC1")

    assert arrivals.mode is OtcMode.END_ONLY
    assert [(one.fe_id, one.task_id) for one in arrivals.sightings] == [("fe1", "1")]


@pytest.mark.parametrize("junk", [None, 5, "x", [], {}, True, 1e300, -1, [[1]]])
async def test_fields_of_a_wrong_type_spoil_only_themselves(junk: object) -> None:
    good = {"feName": "Shyam", "task": {"id": 456, "status": "Scanning", "createdAt": str(NOW)}}
    strange = {"feName": junk, "logisticPartner": junk, "lob": junk, "task": {"id": "9", "status": junk}}
    strange["task"] = {"id": "9", "status": junk, "createdAt": junk}
    body = {"sellerConfig": junk, "feDetails": {"fe1": strange, "fe2": good, "fe3": junk, "fe4": {"task": junk}}}
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        arrivals = await client.initial_load("LOC1")

    assert [(one.fe_id, one.task_id) for one in arrivals.sightings] == [("fe1", "9"), ("fe2", "456")]
    assert arrivals.sightings[1].created_at == datetime.fromtimestamp(NOW, UTC)


@pytest.mark.parametrize("junk", [None, 5, "x", [], {}, True, 1e300, [[1]]])
async def test_rows_of_wrong_types_keep_their_tracking_id(junk: object) -> None:
    strange = {"trackingId": "T1", "shipmentId": junk, "status": junk, "reason": junk, "flyerDetails": junk}
    strange |= {"obdDetails": {"eligible": junk, "remark": junk, "imageLinks": junk}, "scannedAt": junk}
    nameless = {"trackingId": None, "status": "ACCEPTED"}
    body = {"hasMore": False, "nextUrl": None, "scannedShipments": [strange, nameless, junk, {"trackingId": 77}]}
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        page = await client.shipments("1", "fe1", None, 25)

    assert [row.tracking_id for row in page.shipments] == ["T1", "77"]


async def test_a_row_listed_twice_counts_once_as_the_newer() -> None:
    rows = [{"trackingId": "T1", "status": "ACCEPTED"}, {"trackingId": "T1", "status": "REJECTED"}]
    async with scripted(saying({"scannedShipments": rows})) as server, client_of(server.url) as client:
        page = await client.shipments("1", "fe1", None, 25)

    assert [(row.tracking_id, row.status) for row in page.shipments] == [("T1", "REJECTED")]


async def test_half_a_character_is_refused_as_malformed() -> None:
    body = b'{"scannedShipments": [{"trackingId": "T1", "reason": "cut off \\ud83d"}]}'
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        with pytest.raises(MalformedError):
            await client.shipments("1", "fe1", None, 25)


async def test_numbers_in_place_of_codes_and_ids_are_read() -> None:
    otc = {"feName": "Ram", "taskId": 123, "otc": 654321, "expiryTime": NOW * 1000}
    async with scripted(saying({"otcDetails": {"fe1": otc}})) as server, client_of(server.url) as client:
        (code,) = await client.start_codes("LOC1")

    assert (code.task_id, code.otc.get_secret_value()) == ("123", "654321")
    assert code.expires_at == datetime.fromtimestamp(NOW, UTC)


async def test_totals_of_wrong_types_are_unknown_not_wrong() -> None:
    body = {"otc": "123456", "totalScanned": "12", "obdEligible": None, "obdFailed": "many", "flyerEligible": [1]}
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        end = await client.end_code("fe1", "1")

    assert (end.totals.scanned, end.totals.obd_eligible, end.totals.obd_failed) == (12, None, None)
    assert (end.totals.flyer_eligible, end.totals.flyer_failed) == (None, None)
