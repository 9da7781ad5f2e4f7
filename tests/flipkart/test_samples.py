"""The published examples, placeholders and all, as the answers of a server."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.flipkart.errors import RefusedError
from bot.handover.model import OtcMode
from tests.flipkart.support import client_of, saying, scripted

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


async def test_initial_load() -> None:
    async with scripted(saying(sample("initial-load"))) as server, client_of(server.url) as client:
        arrivals = await client.initial_load("LOC1")

    assert arrivals.mode is OtcMode.UNKNOWN, "the sample names all configurations at once"
    (ram,) = arrivals.sightings
    assert (ram.fe_id, ram.task_id, ram.fe_name, ram.partner) == ("fe12303", "123", "Ram", "eKart")
    assert (ram.status, ram.lob) == ("Scanning", "LARGE | NONLARGE")
    assert ram.created_at == datetime.fromtimestamp(1873193801, UTC)


async def test_start_otc() -> None:
    async with scripted(saying(sample("start-otc"))) as server, client_of(server.url) as client:
        codes = await client.start_codes("LOC1")

    read = [(one.fe_id, one.task_id, one.fe_name, one.otc.get_secret_value()) for one in codes]
    assert read == [("fe12303", "123", "Ram", "123456"), ("fe45601", "456", "Shyam", "567890")]
    assert {one.expires_at for one in codes} == {datetime.fromtimestamp(1739382981, UTC)}


async def test_shipments() -> None:
    async with scripted(saying(sample("shipments"))) as server, client_of(server.url) as client:
        page = await client.shipments("123", "fe12303", None, 20)
        again = await client.shipments("123", "fe12303", page.next_url, 20)

    (row,) = page.shipments
    assert (row.tracking_id, row.status, row.flyer_status, row.obd_remark) == (
        "FMP01",
        "ACCEPTED",
        "FlyerMatch",
        "NoIssues",
    )
    assert list(row.image_links) == ["url1", "url2"]
    assert row.scanned_at == datetime.fromtimestamp(1732000000, UTC)
    assert page.has_more
    assert again == page, "the page behind next_url was read differently"
    assert server.calls[1][:2] == ("GET", sample("shipments")["nextUrl"])


async def test_end_otc() -> None:
    async with scripted(saying(sample("end-otc"))) as server, client_of(server.url) as client:
        end = await client.end_code("fe12303", "123")

    assert end.otc.get_secret_value() == "123456"
    assert (end.totals.scanned, end.totals.obd_eligible, end.totals.obd_failed) == (120, 15, 2)
    assert (end.totals.flyer_eligible, end.totals.flyer_failed) == (12, 1)


async def test_error() -> None:
    async with scripted(saying(sample("error"), status=422)) as server, client_of(server.url) as client:
        with pytest.raises(RefusedError) as caught:
            await client.end_code("fe12303", "123")

    assert (caught.value.code, caught.value.status, caught.value.retry) == ("SHIPMENT_SYNC_ERROR", 422, True)
