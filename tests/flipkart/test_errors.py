"""Everything that can go wrong with a call: its kind, what to do about it, and what it never tells."""

import asyncio
import contextlib
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from bot import clock
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import (
    FlipkartError,
    MalformedError,
    RefusedError,
    ThrottledError,
    TransportError,
    UnauthorisedError,
)
from bot.flipkart.quota import Quota
from bot.sandbox.flipkart import FlipkartSim
from bot.timing import FlipkartTiming
from tests.flipkart.support import BEARER, SECRET, SHIPMENTS, MemoryCalls, client_of, saying, scripted, told_by

CODE = "730192"
START = {"otcDetails": {"fe1": {"feName": "Ram", "taskId": "1", "otc": CODE, "expiryTime": 1739382981}}}

CALLS: dict[str, Callable[[FlipkartClient], Awaitable[object]]] = {
    "initial_load": lambda client: client.initial_load("LOC1"),
    "start_otc": lambda client: client.start_codes("LOC1"),
    "shipments": lambda client: client.shipments("1", "fe1", None, 25),
    "end_otc": lambda client: client.end_code("fe1", "1"),
    "legacy_otc": lambda client: client.fixed_codes("LOC1"),
}

PUBLISHED = {
    "TRIPSHEET_TASK_NOT_FOUND": False,
    "INVALID_TASK_TYPE_ERROR": False,
    "TRIPSHEET_CLOSED_ERROR": False,
    "TASK_CLOSED": False,
    "SHIPMENT_SYNC_ERROR": True,
    "NOT_ON_END_OTC_PAGE_ERROR": False,
    "FE_OTC_BAD_REQUEST_ERROR": False,
    "INTERNAL_SERVER_ERROR": True,
    "BAD_GATEWAY_ERROR": True,
    "SERVICE_UNAVAILABLE_ERROR": True,
    "GATEWAY_TIMEOUT_ERROR": True,
    "OTC_NOT_GENERATED": False,
    "OTC_UNAVAILABLE": False,
    "DEPENDENT_SYSTEM_CALL_FAILED": True,
}


async def failure(call: Awaitable[object]) -> FlipkartError:
    """The error of a call, after a look at what every error must have."""
    with pytest.raises(FlipkartError) as caught:
        await call
    error = caught.value
    assert len(error.advice) > 20, f"no advice for a person: {error.advice!r}"
    assert str(error), "the error says nothing"
    told = told_by(error)
    for secret in (SECRET, BEARER):
        assert secret not in told, f"a secret is in {told}"
    return error


@contextlib.asynccontextmanager
async def raw_server(answer: bytes, *, cut: bool = False) -> AsyncIterator[str]:
    """A server that gives a token, and to every other call bytes that need not be HTTP."""
    token = b'{"access_token": "' + BEARER.encode() + b'", "expires_in": 5000}'
    good = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(token), token)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(good if b"/oauth-service/" in head else answer)
            await writer.drain()
            if cut and b"/oauth-service/" not in head:
                writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


# ---- no answer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", CALLS)
async def test_nobody_listens(call: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with client_of(f"http://127.0.0.1:{taken.getsockname()[1]}") as client:
            error = await failure(CALLS[call](client))

    assert isinstance(error, TransportError)
    assert (error.retry, error.retry_after, error.code) == (True, None, "")


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("call", CALLS)
async def test_the_line_drops(sim: FlipkartSim, client: FlipkartClient, call: str, drop: str) -> None:
    await client.sign_in()
    sim.fail(call, drop="before" if drop == "before" else "after", times=2)

    error = await failure(CALLS[call](client))

    assert isinstance(error, TransportError)
    assert error.retry
    if call != "legacy_otc":  # aiohttp itself repeats a GET once when a connection that was kept open drops
        assert [one.name for one in sim.calls].count(call) == 1, "a call that may have been carried out was repeated"


async def test_the_line_drops_in_the_token_call(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.fail("token", drop="after", times=4)

    assert isinstance(await failure(client.sign_in()), TransportError)
    assert isinstance(await failure(client.initial_load("LOC1")), TransportError)
    sim.clear_faults()
    assert (await client.initial_load("LOC1")).sightings == (), "the client did not recover"


@pytest.mark.parametrize("which", ["token", "initial_load"])
async def test_an_answer_that_does_not_come(sim: FlipkartSim, which: str) -> None:
    sim.fail(which, delay=3600)
    async with client_of(sim.url, timing=FlipkartTiming(silence=0.2)) as client:
        async with asyncio.timeout(30):
            error = await failure(client.initial_load("LOC1"))

        assert isinstance(error, TransportError)
        assert (await client.initial_load("LOC1")).sightings == (), "the client did not recover"


async def test_an_answer_that_trickles_for_ever() -> None:
    async def trickle(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            for _ in range(2000):
                await response.write(b" ")
                await asyncio.sleep(0.05)
        return response

    soon = FlipkartTiming(call=0.3)
    async with scripted(trickle) as server, client_of(server.url, timing=soon) as client, asyncio.timeout(30):
        error = await failure(client.initial_load("LOC1"))

    assert isinstance(error, TransportError)


async def test_signing_in_does_not_hang_for_ever_either() -> None:
    async def trickle(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            for _ in range(2000):
                await response.write(b" ")
                await asyncio.sleep(0.05)
        return response

    soon = FlipkartTiming(call=0.3)
    async with scripted(trickle, token=trickle) as server, client_of(server.url, timing=soon) as client:
        async with asyncio.timeout(30):
            error = await failure(client.sign_in())

    assert isinstance(error, TransportError)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 20_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n{}{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    ],
    ids=["ssh", "status", "nothing", "header", "long header", "short body", "no gzip", "chunks"],
)
async def test_what_is_hardly_http_is_still_an_error_of_flipkart(answer: bytes) -> None:
    async with raw_server(answer) as url, client_of(url) as client:
        error = await failure(client.initial_load("LOC1"))

    assert error.retry


# ---- Flipkart says no ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", CALLS)
async def test_429_says_how_long(sim: FlipkartSim, client: FlipkartClient, call: str) -> None:
    sim.fail(call, status=429, retry_after=7)

    error = await failure(CALLS[call](client))

    assert isinstance(error, ThrottledError)
    assert (error.retry, error.retry_after) == (True, 7.0)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("12.5", 12.5),
        ("999999", 3600.0),
        ("Infinity", 3600.0),
        ("0", None),
        ("-5", None),
        ("nan", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
    ],
)
async def test_retry_after_is_bounded(header: str, seconds: float | None) -> None:
    answer = saying({"errorCode": "X"}, 429, {"Retry-After": header})
    async with scripted(answer) as server, client_of(server.url) as client:
        error = await failure(client.initial_load("LOC1"))

    assert isinstance(error, ThrottledError)
    assert error.retry_after == seconds


async def test_after_a_429_polling_rests_and_people_do_not(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.fail("initial_load", status=429, retry_after=30)
    assert isinstance(await failure(client.initial_load("LOC1")), ThrottledError)
    asked = len(sim.calls)

    error = await failure(client.initial_load("LOC1"))

    assert isinstance(error, ThrottledError)
    assert error.retry_after == pytest.approx(30, abs=5)
    assert len(sim.calls) == asked, "a call was made although Flipkart asked to wait"
    assert (await client.initial_load("LOC1", for_person=True)).sightings == ()


async def test_429_of_the_token_call(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.fail("token", status=429, retry_after=7)

    error = await failure(client.initial_load("LOC1"))

    assert isinstance(error, ThrottledError)
    assert error.retry_after == 7.0


async def test_the_own_budget_is_used_up() -> None:
    quota = Quota(MemoryCalls(), 10, clock.now, others=0)
    async with (
        scripted(saying({"feDetails": {}})) as server,
        client_of(server.url, quota=quota) as client,
    ):
        for _ in range(9):
            await client.initial_load("LOC1")
        error = await failure(client.initial_load("LOC1"))
        await client.initial_load("LOC1", for_person=True)
        last = await failure(client.start_codes("LOC1"))

    assert isinstance(error, ThrottledError)
    assert error.retry_after is not None
    assert isinstance(last, ThrottledError), "a person got more than the whole budget"
    assert len(server.calls) == 10, "token calls are not counted, all others are"


@pytest.mark.parametrize(
    "code",
    [
        "<https://evil.example|Your code: press here>",
        "<!channel>",
        "*bold*",
        "_X_",
        "`X`",
        "evil.example",
        "two words",
        "X" * 61,
        "\u202eX",
    ],
)
async def test_what_can_not_be_an_error_code_is_none(sim: FlipkartSim, client: FlipkartClient, code: str) -> None:
    for name in ("end_otc", "start_otc"):
        sim.fail(name, code=code, message=code)
        error = await failure(client.end_code("fe1", "1") if name == "end_otc" else client.start_codes("LOC1"))
        assert error.code == ""
        assert code not in error.advice, f"people read what anybody may write: {error.advice}"
        assert code not in str(error)


@pytest.mark.parametrize("code", PUBLISHED)
async def test_every_published_refusal(sim: FlipkartSim, client: FlipkartClient, code: str) -> None:
    sim.fail("end_otc", code=code, message="string")

    error = await failure(client.end_code("fe1", "1"))

    assert isinstance(error, RefusedError)
    assert (error.code, error.retry, error.retry_after) == (code, PUBLISHED[code], None)
    assert code in str(error)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 499, 500, 503])
async def test_the_code_decides_whatever_status_it_comes_with(
    sim: FlipkartSim, client: FlipkartClient, status: int
) -> None:
    sim.fail("end_otc", code="SHIPMENT_SYNC_ERROR", status=status, times=2)

    error = await failure(client.end_code("fe1", "1"))

    assert error.code == "SHIPMENT_SYNC_ERROR"
    if status not in (401, 403):
        assert isinstance(error, RefusedError)
        assert (error.status, error.retry) == (status, True)


@pytest.mark.parametrize(("status", "retry"), [(400, False), (404, False), (499, False), (500, True), (599, True)])
async def test_a_code_that_nobody_published(status: int, retry: bool) -> None:
    answer = saying({"errorCode": "BRAND_NEW", "message": "x"}, status)
    async with scripted(answer) as server, client_of(server.url) as client:
        error = await failure(client.end_code("fe1", "1"))

    assert isinstance(error, RefusedError)
    assert (error.code, error.retry) == ("BRAND_NEW", retry)
    assert "BRAND_NEW" in error.advice


@pytest.mark.parametrize("body", [b"", b"<html>Bad Gateway</html>", b"[]", b"5", b'{"errorCode": 5}', b"\xff\xfe"])
async def test_an_error_without_a_readable_body(body: bytes) -> None:
    async with scripted(saying(body, 502)) as server, client_of(server.url) as client:
        error = await failure(client.initial_load("LOC1"))

    assert isinstance(error, RefusedError)
    assert error.retry
    assert "502" in str(error)


async def test_a_refusal_from_the_simulated_dock(sim: FlipkartSim, client: FlipkartClient) -> None:
    ram = sim.arrive("LOC1", "Ram")
    ram.begin()

    scanning = await failure(client.end_code(ram.fe_id, ram.task_id))
    unknown = await failure(client.shipments("999", ram.fe_id, None, 25))
    elsewhere = await failure(client.initial_load("LOC9"))

    assert scanning.code == "NOT_ON_END_OTC_PAGE_ERROR"
    assert unknown.code == "TRIPSHEET_TASK_NOT_FOUND"
    assert isinstance(elsewhere, UnauthorisedError)
    assert elsewhere.code == "UNAUTHORIZED_ERROR"
    assert not elsewhere.retry


# ---- answers that make no sense --------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "body", [b"html", b"truncated", b"empty", b"[]", b"null", b'"x"', b"\xff\xfe\x00", b"{" * 5000]
)
async def test_an_answer_that_makes_no_sense(sim: FlipkartSim, client: FlipkartClient, call: str, body: bytes) -> None:
    sim.add_location("LOC1", static_codes=[{"type": "LARGE", "code": "4411", "vendor": "x"}])
    ram = sim.arrive("LOC1", "Ram", fe_id="fe1", task_id="1")
    ram.begin()
    if call == "end_otc":
        await client.shipments("1", "fe1", None, 25)
        ram.finish_scanning()
    if body == b"html":
        sim.fail(call, body="html")
    elif body == b"truncated":
        sim.fail(call, body="truncated")
    else:
        sim.fail(call, body=b"" if body == b"empty" else body)

    error = await failure(CALLS[call](client))

    assert isinstance(error, MalformedError)
    assert error.retry
    assert all(one not in told_by(error) for one in sim.codes)


@pytest.mark.parametrize("call", ["initial_load", "start_otc", "shipments", "end_otc", "legacy_otc"])
async def test_an_object_without_what_it_is_about(call: str) -> None:
    async with scripted(saying({"status": "ok"})) as server, client_of(server.url) as client:
        assert isinstance(await failure(CALLS[call](client)), MalformedError)


@pytest.mark.parametrize("otc", [None, "", "  ", [], {}, True])
async def test_an_end_otc_answer_without_a_code(otc: object) -> None:
    async with scripted(saying({"otc": otc, "totalScanned": 1})) as server, client_of(server.url) as client:
        assert isinstance(await failure(client.end_code("fe1", "1")), MalformedError)


@pytest.mark.parametrize("otc", [None, "", [], True])
async def test_start_otc_entries_without_a_code_are_left_out(otc: object) -> None:
    entries = {"fe1": {"taskId": "1", "otc": otc}, "fe2": {"otc": "123456"}, "fe3": {"taskId": "3", "otc": "654321"}}
    async with scripted(saying({"otcDetails": entries})) as server, client_of(server.url) as client:
        assert [one.fe_id for one in await client.start_codes("LOC1")] == ["fe3"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    async with scripted(saying({"feDetails": {}})) as other:
        answer = saying(b"", status, {"Location": f"{other.url}{SHIPMENTS}/x"})
        async with scripted(answer) as server, client_of(server.url) as client:
            error = await failure(client.initial_load("LOC1"))
        assert other.seen == [], "the bot followed a redirect"

    assert isinstance(error, MalformedError)
    assert str(status) in str(error)


async def test_the_token_call_does_not_follow_a_redirect() -> None:
    async with scripted(saying({})) as other:
        answer = saying(b"", 302, {"Location": f"{other.url}/oauth-service/oauth/token"})
        async with scripted(saying({}), token=answer) as server, client_of(server.url) as client:
            await failure(client.sign_in())
            await failure(client.initial_load("LOC1"))
        assert other.seen == [], "the application's id and secret were taken to another host"


# ---- what errors never tell ------------------------------------------------------------------------------------------

BROKEN = {
    "cut off": b'{"otcDetails": {"fe1": {"taskId": "1", "otc": "730192", "expiryTime": 17',
    "a list": b'[{"otc": "730192"}]',
    "details as a list": b'{"otcDetails": [{"fe1": {"otc": "730192"}}]}',
    "details as a text": b'{"otcDetails": "730192"}',
    "another name": b'{"details": {"fe1": {"otc": "730192"}}}',
    "code as a key": b'{"otcDetails": {"730192": [], "otc": ["730192"]}, "otcDetails": ["730192"]}',
}


@pytest.mark.parametrize("shape", BROKEN)
@pytest.mark.parametrize("call", ["start_otc", "end_otc", "legacy_otc"])
async def test_no_code_is_in_the_error_of_an_answer_that_holds_one(call: str, shape: str) -> None:
    async with scripted(saying(BROKEN[shape])) as server, client_of(server.url) as client:
        error = await failure(CALLS[call](client))

    assert isinstance(error, MalformedError)
    assert CODE not in told_by(error), f"the code can be read from the error: {told_by(error)}"
    assert CODE not in "".join(traceback.format_exception(error))


async def test_no_secret_is_in_the_error_of_a_broken_token_answer() -> None:
    answer = saying(b'{"access_token": "' + BEARER.encode() + b'", "expires_in": ')
    async with scripted(saying({}), token=answer) as server, client_of(server.url) as client:
        assert isinstance(await failure(client.sign_in()), MalformedError)
        assert isinstance(await failure(client.initial_load("LOC1")), MalformedError)


async def test_no_page_token_is_in_the_error_of_a_page(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.fail("shipments", status=500)
    sim.fail("shipments", body="html")
    sim.fail("shipments", drop="before")
    for _ in range(3):
        error = await failure(client.shipments("1", "fe1", f"{SHIPMENTS}/page-token-77", 25))
        assert "page-token-77" not in str(error)
