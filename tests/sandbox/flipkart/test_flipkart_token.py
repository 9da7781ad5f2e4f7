"""The token call, bearers and what the log of calls keeps."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import httpx
import pytest

from bot.sandbox.flipkart import FlipkartSim

pytestmark = pytest.mark.asyncio

Ask = Callable[..., Awaitable[httpx.Response]]
TOKEN = "/oauth-service/oauth/token"
ASKED = {"grant_type": "client_credentials", "scope": "Seller_Api"}
LOC1 = {"sellerLocationId": "LOC1", "taskType": "RETURN"}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_token_is_given_by_get_and_post(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, TOKEN, params=ASKED, auth=("app", "s3cr3t"))
    body = answer.json()
    assert answer.status_code == 200
    assert body.pop("access_token")
    assert body == {"token_type": "bearer", "expires_in": 5183999, "scope": "Seller_Api"}


@pytest.mark.parametrize("auth", [("app", "wrong"), ("other", "s3cr3t"), None])
async def test_bad_credentials(client: httpx.AsyncClient, auth: tuple[str, str] | None) -> None:
    answer = await client.get(TOKEN, params=ASKED, auth=auth)
    assert answer.status_code == 401
    assert answer.json() == {"error": "unauthorized", "error_description": "Bad credentials"}


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic /w==", "Bearer x"])
async def test_broken_basic_header(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get(TOKEN, params=ASKED, headers={"Authorization": header})
    assert answer.status_code == 401


@pytest.mark.parametrize("left_out", ["grant_type", "scope"])
async def test_token_needs_grant_type_and_scope(client: httpx.AsyncClient, left_out: str) -> None:
    asked = {key: value for key, value in ASKED.items() if key != left_out}
    assert (await client.get(TOKEN, params=asked, auth=("app", "s3cr3t"))).status_code == 400


async def test_grant_may_stand_in_a_form(client: httpx.AsyncClient) -> None:
    assert (await client.post(TOKEN, data=ASKED, auth=("app", "s3cr3t"))).status_code == 200


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic YXBwOnMzY3IzdA=="])
async def test_calls_need_a_bearer(client: httpx.AsyncClient, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = await client.post("/sellers/v3/returns/tasks/initial-load", json=LOC1, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["errorCode"] == "UNAUTHORIZED_ERROR"


async def test_tokens_end_by_time_and_by_hand(
    sim: FlipkartSim, client: httpx.AsyncClient, ask: Ask, advance: Callable[[float], None]
) -> None:
    assert (await ask("initial_load", LOC1)).status_code == 200
    sim.expire_tokens()
    assert (await ask("initial_load", LOC1)).status_code == 401
    sim.switches.token_seconds = 60
    fresh = (await client.get(TOKEN, params=ASKED, auth=("app", "s3cr3t"))).json()
    assert fresh["expires_in"] == 60
    headers = {"Authorization": f"Bearer {fresh['access_token']}"}
    path = "/sellers/v3/returns/tasks/initial-load"
    advance(59)
    assert (await client.post(path, json=LOC1, headers=headers)).status_code == 200
    advance(1)
    assert (await client.post(path, json=LOC1, headers=headers)).status_code == 401


async def test_a_new_token_may_end_the_old_one(sim: FlipkartSim, client: httpx.AsyncClient, ask: Ask) -> None:
    await client.get(TOKEN, params=ASKED, auth=("app", "s3cr3t"))
    assert (await ask("initial_load", LOC1)).status_code == 200
    sim.switches.token_replaces = True
    await client.get(TOKEN, params=ASKED, auth=("app", "s3cr3t"))
    assert (await ask("initial_load", LOC1)).status_code == 401


async def test_log_holds_neither_secret_nor_token(
    sim: FlipkartSim, client: httpx.AsyncClient, bearer: dict[str, str]
) -> None:
    token = bearer["Authorization"].split()[1]
    form = {**ASKED, "client_secret": "s3cr3t"}
    await client.post(TOKEN, params={**ASKED, "s": "s3cr3t"}, data=form, auth=("app", "s3cr3t"))
    await client.post("/sellers/v3/returns/tasks/initial-load", json={"a": "s3cr3t", "b": token}, headers=bearer)
    await client.get("/s3cr3t/s3c%723t", headers=bearer)
    sim.expire_tokens()
    await client.get(f"/{token}")
    kept = json.dumps(sim.to_dict())
    assert "s3cr3t" not in kept
    assert token not in kept
    assert "s3c%723t" not in kept
    assert [each.name for each in sim.calls] == ["token", "token", "initial_load", "unknown", "unknown"]
    assert [each.bearer_ok for each in sim.calls] == [True, True, True, True, False]
    assert len(json.loads(json.dumps(sim.to_dict(last_calls=2)))["calls"]) == 2


async def test_log_of_a_call(sim: FlipkartSim, ask: Ask) -> None:
    await ask("initial_load", {"sellerLocationId": "ELSEWHERE", "taskType": "RETURN"})
    call = sim.calls[-1]
    assert (call.name, call.method, call.path) == ("initial_load", "POST", "/sellers/v3/returns/tasks/initial-load")
    assert call.body == {"sellerLocationId": "ELSEWHERE", "taskType": "RETURN"}
    assert (call.status, call.error_code, call.at) == (403, "UNAUTHORIZED_ERROR", 1_732_000_000.0)
