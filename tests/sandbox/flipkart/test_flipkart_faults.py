"""What goes wrong: faults, moods, the quota, a server that goes away."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest

from bot.sandbox.flipkart import FlipkartSim
from tests.pace import PATIENCE

pytestmark = pytest.mark.asyncio

Ask = Callable[..., Awaitable[httpx.Response]]
LOC1 = {"sellerLocationId": "LOC1", "taskType": "RETURN"}
TOKEN = "/oauth-service/oauth/token?grant_type=client_credentials&scope=Seller_Api"


async def test_a_status_for_so_many_calls(sim: FlipkartSim, ask: Ask) -> None:
    sim.fail("initial_load", status=503, code="SERVICE_UNAVAILABLE_ERROR", times=2)
    assert (await ask("start_otc", LOC1)).status_code == 200
    for _ in range(2):
        answer = await ask("initial_load", LOC1)
        assert answer.status_code == 503
        assert answer.json() == {"errorCode": "SERVICE_UNAVAILABLE_ERROR", "message": "Simulated"}
    assert (await ask("initial_load", LOC1)).status_code == 200


@pytest.mark.parametrize(
    ("status", "code", "want_status", "want_code"),
    [
        (502, None, 502, "BAD_GATEWAY_ERROR"),
        (599, None, 599, "INTERNAL_SERVER_ERROR"),
        (422, None, 422, "BAD_REQUEST_ERROR"),
        (None, "TRIPSHEET_CLOSED_ERROR", 400, "TRIPSHEET_CLOSED_ERROR"),
        (None, "GATEWAY_TIMEOUT_ERROR", 504, "GATEWAY_TIMEOUT_ERROR"),
    ],
)
async def test_the_missing_half_is_filled_in(
    sim: FlipkartSim, ask: Ask, *, status: int | None, code: str | None, want_status: int, want_code: str
) -> None:
    sim.fail("start_otc", status=status, code=code)
    answer = await ask("start_otc", LOC1)
    assert (answer.status_code, answer.json()["errorCode"]) == (want_status, want_code)
    assert (sim.calls[-1].status, sim.calls[-1].error_code) == (want_status, want_code)


async def test_retry_after(sim: FlipkartSim, ask: Ask) -> None:
    sim.fail("*", status=429, retry_after=7)
    answer = await ask("initial_load", LOC1)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


async def test_faults_are_met_in_order_one_a_call(sim: FlipkartSim, ask: Ask) -> None:
    sim.fail("initial_load", status=500)
    sim.fail("*", status=502)
    sim.fail("initial_load", status=504)
    assert [(await ask("initial_load", LOC1)).status_code for _ in range(4)] == [500, 502, 504, 200]
    sim.fail("*", status=500, times=9)
    sim.clear_faults()
    assert (await ask("initial_load", LOC1)).status_code == 200


async def test_token_faults(sim: FlipkartSim, client: httpx.AsyncClient) -> None:
    sim.fail("token", status=401)
    answer = await client.get(TOKEN, auth=("app", "s3cr3t"))
    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"
    sim.fail("token", status=503)
    assert (await client.get(TOKEN, auth=("app", "s3cr3t"))).status_code == 503


async def test_dropped_before_does_nothing(sim: FlipkartSim, ask: Ask) -> None:
    sim.arrive("LOC1", "Ram")
    sim.fail("start_otc", drop="before")
    with pytest.raises(httpx.RemoteProtocolError):
        await ask("start_otc", LOC1)
    assert sim.codes == []
    assert sim.calls[-1].status is None
    assert sim.calls[-1].fault == "drop before"


async def test_dropped_after_has_made_the_code(sim: FlipkartSim, ask: Ask) -> None:
    ram = sim.arrive("LOC1", "Ram")
    sim.fail("start_otc", drop="after")
    with pytest.raises(httpx.RemoteProtocolError):
        await ask("start_otc", LOC1)
    assert sim.codes == [ram.start_code]
    assert (await ask("start_otc", LOC1)).status_code == 200


async def test_bodies(sim: FlipkartSim, ask: Ask) -> None:
    sim.fail("initial_load", body="html")
    page = await ask("initial_load", LOC1)
    assert page.headers["content-type"].startswith("text/html")
    assert page.text.startswith("<!DOCTYPE")
    sim.fail("initial_load", body="html", status=502)
    assert (await ask("initial_load", LOC1)).status_code == 502
    sim.fail("initial_load", body="truncated")
    cut = await ask("initial_load", LOC1)
    assert cut.status_code == 200
    assert cut.text.startswith("{")
    with pytest.raises(json.JSONDecodeError):
        cut.json()
    sim.fail("initial_load", body="empty")
    assert (await ask("initial_load", LOC1)).content == b""
    sim.fail("initial_load", body=b"\xff\x00[")
    assert (await ask("initial_load", LOC1)).content == b"\xff\x00["
    assert sim.to_dict()["faults"] == []


async def test_delay_outlasts_a_client_and_a_stop_ends_it(
    sim: FlipkartSim, client: httpx.AsyncClient, bearer: dict[str, str]
) -> None:
    sim.arrive("LOC1", "Ram")
    sim.fail("start_otc", delay=3600.0)
    short = httpx.Timeout(PATIENCE, read=0.3)
    with pytest.raises(httpx.ReadTimeout):
        await client.post("/sellers/v3/returns/otc/start/details", json=LOC1, headers=bearer, timeout=short)
    call = sim.calls[-1]
    assert call.status is None
    async with asyncio.timeout(PATIENCE):
        await sim.stop()
    assert call.done
    assert sim.codes == []


async def test_slow_and_failing_moods(sim: FlipkartSim, client: httpx.AsyncClient, ask: Ask) -> None:
    sim.slow = 0.02
    began = time.monotonic()
    await asyncio.gather(*(ask("initial_load", LOC1) for _ in range(3)))
    assert time.monotonic() - began >= 0.02
    assert sim.busiest == 3
    sim.slow = 0
    sim.failing = True
    answer = await ask("initial_load", LOC1)
    assert (answer.status_code, answer.json()["errorCode"]) == (503, "SERVICE_UNAVAILABLE_ERROR")
    assert (await client.get(TOKEN, auth=("app", "s3cr3t"))).status_code == 200
    assert sim.mood.failing is True


async def test_quota_is_a_rolling_hour(
    sim: FlipkartSim, client: httpx.AsyncClient, ask: Ask, advance: Callable[[float], None]
) -> None:
    sim.switches.quota_per_hour = 3
    await ask("initial_load", LOC1)
    advance(600)
    await ask("initial_load", LOC1)
    await ask("initial_load", LOC1)
    answer = await ask("initial_load", LOC1)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3000")
    assert answer.json()["errorCode"] == "TOO_MANY_REQUESTS_ERROR"
    assert (await client.get(TOKEN, auth=("app", "s3cr3t"))).status_code == 200
    advance(2999)
    assert (await ask("initial_load", LOC1)).status_code == 429
    advance(1)
    assert (await ask("initial_load", LOC1)).status_code == 200
    assert (await ask("initial_load", LOC1)).headers["Retry-After"] == "600"
    assert sim.quota.used() == 3


async def test_away_and_back_on_the_same_port(sim: FlipkartSim, ask: Ask) -> None:
    ram = sim.arrive("LOC1", "Ram")
    url = sim.url
    with pytest.raises(RuntimeError):
        await sim.start()
    await sim.stop()
    with pytest.raises(httpx.TransportError):
        await ask("initial_load", LOC1)
    await sim.start(port=int(url.rpartition(":")[2]))
    assert sim.url == url
    assert ram.fe_id in (await ask("initial_load", LOC1)).json()["feDetails"]
