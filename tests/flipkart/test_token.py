"""The access token: fetched when needed, renewed once, never shown and never sent elsewhere."""

import asyncio

import pytest

from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, MalformedError, TransportError, UnauthorisedError
from bot.sandbox.flipkart import FlipkartSim
from tests.flipkart.support import BEARER, SECRET, client_of, saying, scripted, told_by


def names(sim: FlipkartSim) -> list[str]:
    return [call.name for call in sim.calls]


async def test_one_token_serves_many_calls(sim: FlipkartSim, client: FlipkartClient) -> None:
    for _ in range(3):
        await client.initial_load("LOC1")

    assert names(sim) == ["token", "initial_load", "initial_load", "initial_load"]
    assert sim.calls[0].query == {"grant_type": "client_credentials", "scope": "Seller_Api"}


async def test_signing_in_keeps_the_token(sim: FlipkartSim, client: FlipkartClient) -> None:
    await client.sign_in()
    await client.initial_load("LOC1")

    assert names(sim) == ["token", "initial_load"]


async def test_many_calls_at_once_share_one_token(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.fail("token", delay=0.1)
    await asyncio.gather(*(client.initial_load("LOC1") for _ in range(8)))

    assert names(sim).count("token") == 1


async def test_an_expired_token_is_renewed_and_the_call_repeated_once(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.arrive("LOC1", "Ram")
    await client.initial_load("LOC1")
    sim.expire_tokens()

    arrivals = await client.initial_load("LOC1")

    assert len(arrivals.sightings) == 1
    assert names(sim) == ["token", "initial_load", "initial_load", "token", "initial_load"]
    assert [call.status for call in sim.calls] == [200, 200, 401, 200, 200]


async def test_many_calls_with_an_expired_token_renew_it_once(sim: FlipkartSim, client: FlipkartClient) -> None:
    await client.initial_load("LOC1")
    sim.expire_tokens()

    await asyncio.gather(*(client.initial_load("LOC1") for _ in range(8)))

    assert names(sim).count("token") == 2, "each call renewed the token for itself"


async def test_the_repeat_sends_the_same_body(sim: FlipkartSim, client: FlipkartClient) -> None:
    await client.sign_in()
    sim.expire_tokens()
    await client.initial_load("LOC1")

    first, second = [call for call in sim.calls if call.name == "initial_load"]
    assert first.body == second.body == {"sellerLocationId": "LOC1", "taskType": "RETURN"}


async def test_401_twice_is_final(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.fail("initial_load", status=401, times=2)

    with pytest.raises(UnauthorisedError) as caught:
        await client.initial_load("LOC1")

    assert names(sim) == ["token", "initial_load", "token", "initial_load"]
    assert not caught.value.retry
    assert (await client.initial_load("LOC1")).sightings == (), "the client did not recover"


async def test_a_short_lived_token_is_fetched_again_before_it_ends(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.switches.token_seconds = 30
    await client.initial_load("LOC1")
    await client.initial_load("LOC1")

    assert names(sim) == ["token", "initial_load", "token", "initial_load"]


async def test_a_wrong_secret_is_refused_at_once(sim: FlipkartSim) -> None:
    wrong = "wrong-secret-4471"
    async with client_of(sim.url, secret=wrong) as client:
        with pytest.raises(UnauthorisedError) as signing_in:
            await client.sign_in()
        with pytest.raises(UnauthorisedError) as calling:
            await client.initial_load("LOC1")

    assert names(sim) == ["token", "token"], "a call was made without a token"
    for error in (signing_in.value, calling.value):
        assert wrong not in told_by(error), "the secret is in the error"
        assert not error.retry


async def test_a_secret_with_any_sign_is_sent_as_it_is() -> None:
    secret = "s:é %/+&=?क"
    sim = FlipkartSim(app_id="app", app_secret=secret)
    await sim.start()
    try:
        async with client_of(sim.url, secret=secret) as client:
            await client.sign_in()
    finally:
        await sim.stop()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"token_type": "bearer"}',
        b'{"access_token": "", "expires_in": 100}',
        b'{"access_token": "x", "expires_in": -1}',
        b'{"access_token": "x", "expires_in": "soon"}',
        b'{"access_token": ["x"], "expires_in": 100}',
        b'{"access_token": "two\\nlines", "expires_in": 100}',
        '{"access_token": "tökén", "expires_in": 100}'.encode(),
    ],
)
async def test_an_answer_without_a_usable_token(body: bytes) -> None:
    async with scripted(saying({"feDetails": {}}), token=saying(body)) as server, client_of(server.url) as client:
        with pytest.raises(MalformedError):
            await client.sign_in()
        with pytest.raises(MalformedError):
            await client.initial_load("LOC1")
    assert server.calls == [], "a call was made without a token"


@pytest.mark.parametrize("status", [500, 503])
async def test_a_failing_token_call_is_no_wrong_secret(sim: FlipkartSim, client: FlipkartClient, status: int) -> None:
    sim.fail("token", status=status)

    with pytest.raises(TransportError):
        await client.sign_in()
    await client.sign_in()


async def test_the_token_and_the_secret_go_where_they_belong() -> None:
    async with scripted(saying({"feDetails": {}})) as server, client_of(server.url) as client:
        await client.initial_load("LOC1")

    (_, token_path, token_headers, _), (_, path, headers, body) = server.seen
    assert token_headers["Authorization"].startswith("Basic ")
    assert headers["Authorization"] == f"Bearer {BEARER}"
    assert SECRET not in token_path + path + str(headers) + body.decode()
    assert BEARER not in token_path + path + str(token_headers)


async def test_the_client_shows_no_secret(sim: FlipkartSim, client: FlipkartClient) -> None:
    await client.sign_in()

    assert SECRET not in repr(client) + repr(vars(client))


async def test_every_error_of_the_token_is_an_error_of_flipkart(sim: FlipkartSim, client: FlipkartClient) -> None:
    for status in (400, 401, 403, 404, 418, 429, 500):
        sim.fail("token", status=status)
        with pytest.raises(FlipkartError):
            await client.initial_load("LOC1")
    assert (await client.initial_load("LOC1")).sightings == ()
