"""Any bytes as an answer, through the real client over HTTP: values or a Flipkart error, soon, and no code in it."""

import asyncio
import contextlib
import gzip
import json
import zlib
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, MalformedError
from bot.flipkart.transport import LARGEST_ANSWER
from bot.handover.ports import Page
from tests.examples import examples
from tests.flipkart.support import BEARER, SECRET, client_of, saying, scripted, told_by
from tests.flipkart.test_errors import CALLS
from tests.flipkart.test_wire import JSON

CODE = "730192"
SOON = 60.0
"""Seconds for any answer of a server that answers at once; a busy machine included."""

DEEP = 200_000
SHELLS = {
    "initial_load": b'{"sellerConfig": %s, "feDetails": {"fe1": {"feName": %s, "task": {"id": "7", "createdAt": %s}}}}',
    "start_otc": b'{"otcDetails": {"fe1": {"taskId":"1", "otc":"730192", "lob": %s, "feName": %s, "expiryTime": %s}}}',
    "shipments": b'{"scannedShipments": [{"trackingId": "T1", "reason": %s, "scannedAt": %s, "obdDetails": %s}]}',
    "end_otc": b'{"otc": "730192", "totalScanned": %s, "obdEligible": %s, "flyerFailed": %s}',
    "legacy_otc": b'{"otcs": [{"otc": [{"code": "730192", "type": %s, "vendor": %s}]}], "more": %s}',
}
VALUES = {
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and never closed": b"[" * DEEP,
    "a number of 5,000 digits": b"9" * 5000,
    "a number of a million digits": b"9" * 1_000_000,
    "1e999": b"1e999",
    "-1e999": b"-1e999",
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "half an emoji": b'"\\ud83d"',
    "not UTF-8": b'"\xff\xfe"',
    "a NUL": b'"\\u0000"',
    "a text of 5 MB": b'"' + b"x" * 5_000_000 + b'"',
    "the same key twice": b'{"id": "1", "id": ["2"], "id": {"id": null}}',
    "nothing": b"",
}


async def soon(call: Callable[[FlipkartClient], Awaitable[object]], client: FlipkartClient) -> object:
    """What a call gives, or its Flipkart error; anything else is raised, and so is a hang."""
    async with asyncio.timeout(SOON):
        try:
            return await call(client)
        except FlipkartError as error:
            told = told_by(error)
            assert not [secret for secret in (SECRET, BEARER, CODE) if secret in told], f"a secret is in {told[:300]}"
            return error


@pytest.mark.parametrize("value", VALUES)
async def test_absurd_values_in_every_answer(value: str) -> None:
    body = b""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return await saying(body)(request)

    async with scripted(answer) as server, client_of(server.url) as client:
        for name, call in CALLS.items():
            body = SHELLS[name].replace(b"%s", VALUES[value])
            await soon(call, client)
        body = b'{"scannedShipments": [{"trackingId": "T1"}]}'
        page = await soon(CALLS["shipments"], client)
        assert isinstance(page, Page), "after it a good answer is no longer read"


BODIES = st.one_of(
    st.binary(max_size=300),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.builds(
        lambda shell, value: shell.replace(b"%s", json.dumps(value).encode()),
        st.sampled_from(sorted(SHELLS.values())),
        JSON,
    ),
)


@settings(
    deadline=None,
    max_examples=examples(25),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    bodies=st.lists(BODIES, min_size=1, max_size=4),
    status=st.sampled_from([200, 200, 200, 201, 206, 400, 404, 418, 500, 599]),
)
def test_any_bytes_at_all(bodies: list[bytes], status: int) -> None:
    async def play() -> None:
        body = b""

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return await saying(body, status)(request)

        async with scripted(answer) as server, client_of(server.url) as client:
            for each in bodies:
                body = each
                for call in CALLS.values():
                    await soon(call, client)

    asyncio.run(play())


# ---- size ------------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    return b" " * (LARGEST_ANSWER + 2)


PACKED: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: gzip.compress(bomb()),
    "deflate": lambda: zlib.compress(bomb()),
    "gzip, gzip": lambda: gzip.compress(gzip.compress(bomb())),
    "br": lambda: b"\x0b\x02\x80{}\x03",
    "nonsense": lambda: b"{}",
}


@pytest.mark.parametrize("coding", PACKED)
async def test_a_small_body_that_unpacks_to_a_huge_one(coding: str) -> None:
    body = PACKED[coding]()
    assert len(body) < 200_000
    huge = saying(body, headers={"Content-Encoding": coding})
    for answer, token in ((huge, None), (saying({}), huge)):
        async with scripted(answer, token=token) as server, client_of(server.url) as client:
            error = await soon(CALLS["initial_load"], client)
            assert isinstance(error, MalformedError), f"{coding}: {error!r:.200}"


async def test_a_body_without_an_end_is_left() -> None:
    sent = 0

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while sent < 20 * LARGEST_ANSWER:
                await response.write(b" " * 1_000_000)
                sent += 1_000_000
        return response

    async with scripted(endless) as server, client_of(server.url) as client:
        with pytest.raises(MalformedError, match="larger than 32 MiB"):
            await client.initial_load("LOC1")
    assert sent < 3 * LARGEST_ANSWER, f"the bot read on to {sent} bytes"


async def test_packed_answers_of_a_sane_size_are_read() -> None:
    rows = [{"trackingId": f"T{n}", "reason": "x" * 300} for n in range(10_000)]
    body = json.dumps({"scannedShipments": rows, "hasMore": False}).encode()
    answer = saying(gzip.compress(body), headers={"Content-Encoding": "gzip"})
    async with scripted(answer) as server, client_of(server.url) as client:
        page = await client.shipments("1", "fe1", None, 25)
    assert len(page.shipments) == len(rows), "a page of 10,000 rows is not read"
    small = b'{"scannedShipments": [{"trackingId": "T1"}]}'
    for coding, packed in (("deflate", zlib.compress(small)), ("identity", small)):
        answer = saying(packed, headers={"Content-Encoding": coding})
        async with scripted(answer) as server, client_of(server.url) as client:
            assert len((await client.shipments("1", "fe1", None, 25)).shipments) == 1, coding
