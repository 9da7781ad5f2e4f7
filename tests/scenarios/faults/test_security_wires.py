"""Tokens and codes go to the configured host and nowhere else, over TLS that is checked."""

import asyncio
import contextlib
import io
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.app import App
from bot.flipkart.errors import FlipkartError, MalformedError, TransportError
from bot.flipkart.next_url import SCANS_PATH, scans_path
from tests.flipkart.support import BEARER, SECRET, Scripted, client_of, saying, scripted
from tests.flipkart.test_errors import CALLS
from tests.scenarios.dockwork import card_of, told
from tests.scenarios.faults.marks import fault
from tests.scenarios.leaks import shows
from tests.slack import forge
from tests.support import World

REDIRECTS = (301, 302, 303, 307, 308)


def says(logged: io.StringIO, text: str) -> bool:
    return text in logged.getvalue()


# ---- Flipkart's token ------------------------------------------------------------------------------------------------


@fault(
    "Security",
    "next_url to a foreign or plain-http host",
    keeps=(4,),
    operator="next_url points to another host and was not followed",
)
async def test_no_token_for_a_foreign_next_url(dock: World, logged: io.StringIO) -> None:
    fe = {"feName": "Ram Kumar", "task": {"id": "7", "status": "Scanning"}}
    page: dict[str, Any] = {"scannedShipments": [{"trackingId": "T1"}], "hasMore": True}

    async def flipkart(request: web.BaseRequest) -> web.StreamResponse:
        listed = {"sellerConfig": {"enabledFor": "DynamicStartEnd"}, "feDetails": {"fe1": fe}}
        return web.json_response(page if request.path.startswith(SCANS_PATH) else listed)

    async with scripted(saying({"scannedShipments": []})) as other, scripted(flipkart) as own:
        page["nextUrl"] = f"{other.url}{SCANS_PATH}/x"
        async with dock.bot(flipkart_api_url=own.url):
            await dock.until(lambda: says(logged, "next_url points to another host"))
        assert other.seen == [], "the bot went to the host that next_url named"
        assert own.calls[0][2]["Authorization"] == f"Bearer {BEARER}"
    with pytest.raises(MalformedError, match="another host"):
        scans_path(f"http://api.flipkart.net{SCANS_PATH}/x", "https://api.flipkart.net")


@fault(
    "Security",
    "a redirect from Flipkart, on every call",
    keeps=(4,),
    operator="HTTP 302 to another address was not followed",
)
async def test_no_token_for_a_redirect_of_flipkart(dock: World, logged: io.StringIO) -> None:
    async with scripted(saying({})) as other:
        where = {"Location": f"{other.url}{SCANS_PATH}/x"}
        for status in REDIRECTS:
            away = saying(b"", status, where)
            async with scripted(away) as own, client_of(own.url) as client:
                for call in CALLS.values():
                    with pytest.raises(MalformedError, match=f"HTTP {status}"):
                        await call(client)
                assert len(own.calls) == len(CALLS)
            async with scripted(saying({}), token=away) as own, client_of(own.url) as client:
                with pytest.raises(FlipkartError):
                    await client.sign_in()
        async with scripted(saying(b"", 302, where)) as own, dock.bot(flipkart_api_url=own.url):
            await dock.until(lambda: says(logged, "HTTP 302 to another address was not followed"))
        assert other.seen == [], "the bot followed a redirect, with its token or without"


# ---- Slack's token, and codes on their way to Slack ------------------------------------------------------------------


@contextlib.asynccontextmanager
async def redirecting_slack(dock: World, methods: tuple[str, ...], to: Scripted, status: int) -> AsyncIterator[str]:
    """The address of a Slack that redirects some methods to another server, and is the simulated one for the rest."""

    async def pass_on(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.removeprefix("/api/") in methods:
            return web.Response(status=status, headers={"Location": f"{to.url}{request.path}"})
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        url = f"{dock.slack.url}{request.path_qs}"
        async with session.request(request.method, url, data=await request.read(), headers=headers) as answer:
            return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)

    async with aiohttp.ClientSession() as session, scripted(pass_on) as own:
        yield f"{own.url}/api/"


@fault("Security", "a redirect from Slack", keeps=(4,), operator="RedirectRefusedError (a redirect was not followed")
@pytest.mark.parametrize("status", [302, 307])
async def test_no_token_and_no_code_for_a_redirect_of_slack(dock: World, logged: io.StringIO, status: int) -> None:
    async with scripted(saying({"ok": True})) as other:
        methods = ("chat.postEphemeral", "views.open")
        async with redirecting_slack(dock, methods, other, status) as url, dock.bot(slack_api_url=url):
            visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
            await card_of(dock, visit)
            # The response_url is not of the configured host, so the answer goes by chat.postEphemeral.
            await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
            await dock.until(lambda: other.seen or says(logged, "an answer did not reach its asker"))
        assert visit.start_code, "no code was on its way"
        assert other.seen == [], "the bot followed a redirect"


@fault("Security", "a response_url of a foreign host", keeps=(4,), person="Ram Kumar")
async def test_no_code_for_a_foreign_response_url(dock: World) -> None:
    async with scripted(saying({"ok": True})) as other, dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
        await card_of(dock, visit)
        payload = forge.command(dock, "/start-otc", text="", url=f"{other.url}/commands/T1/2/x")
        assert (await forge.deliver(dock, "slash_commands", payload)).acked
        # It takes the way that needs no address from outside.
        shown = await told(dock, dock.operator, "Ram Kumar")
        assert shows(shown.text_all(), str(visit.start_code))
        assert other.seen == [], "a foreign host was told something"


# ---- TLS -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def signed_by_nobody(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody vouches for, and its key."""
    openssl = shutil.which("openssl")
    assert openssl, "this test makes a certificate with the openssl command line, and there is none"
    folder = tmp_path / "tls"
    folder.mkdir()
    cert, key = folder / "cert.pem", folder / "key.pem"
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([openssl, *made.split(), *names], check=True, capture_output=True)
    return cert, key


@pytest.fixture
async def untrusted(signed_by_nobody: tuple[Path, Path]) -> AsyncIterator[tuple[str, Path, list[str]]]:
    """An https server with that certificate: its address, the certificate, and the paths that it was asked."""
    cert, key = signed_by_nobody
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    seen: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(request.path)
        return web.json_response({"ok": True, "access_token": BEARER, "expires_in": 5000, "feDetails": {}})

    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}", cert, seen
    await runner.cleanup()


@fault(
    "Security",
    "a certificate that is not trusted, at Flipkart",
    keeps=(4,),
    operator="the server's certificate is not trusted; check FLIPKART_API_URL",
)
async def test_flipkarts_certificate_is_checked(
    dock: World, logged: io.StringIO, untrusted: tuple[str, Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, cert, seen = untrusted
    async with client_of(url) as client:
        for call in (client.sign_in(), client.initial_load("LOC1")):
            with pytest.raises(TransportError, match="certificate is not trusted") as caught:
                await call
            assert SECRET not in str(caught.value)
    async with dock.bot(flipkart_api_url=url):
        await dock.until(lambda: says(logged, "certificate is not trusted"))
    assert seen == [], "something was sent to a server that nobody vouches for"
    # It is the certificate and nothing else: who trusts it gets through.
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    async with client_of(url) as client:
        assert (await client.initial_load("LOC1")).sightings == ()


@fault(
    "Security",
    "a certificate that is not trusted, at Slack",
    keeps=(4,),
    operator="the server's certificate is not trusted: check SLACK_API_URL",
)
async def test_slacks_certificate_is_checked(
    dock: World, logged: io.StringIO, untrusted: tuple[str, Path, list[str]]
) -> None:
    url, cert, seen = untrusted
    stop = asyncio.Event()
    running = asyncio.create_task(App([dock.settings(slack_api_url=f"{url}/api/")]).run(stop))
    await dock.until(lambda: says(logged, "can't reach slack"))
    stop.set()
    await running
    assert "Certificate" in logged.getvalue()
    assert seen == [], "something was sent to a server that nobody vouches for"
    trusting = ssl.create_default_context(cafile=str(cert))
    async with aiohttp.ClientSession() as session, session.get(f"{url}/api/", ssl=trusting) as answer:
        assert answer.status == 200, "it is the certificate and nothing else"


PLAIN = [
    "http://api.flipkart.net",
    "http://slack.com/api/",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "http://127.0.0.1@evil.example",
    "http://127.0.0.1\\@evil.example",
    "http://evil.example#127.0.0.1",
    "https://user:secret@api.flipkart.net",
    "https://api.flipkart.net#",
    "https://api.flipkart.net:99999",
    "https://api.flipkart.net\n.evil.example",  # an end of line after it is taken off
    "ws://127.0.0.1",
    "//127.0.0.1",
]


@fault("Security", "an address over plain http, in the settings", keeps=(4,))
async def test_plain_http_is_for_this_machine_only(dock: World) -> None:
    for url in PLAIN:
        for name in ("flipkart_api_url", "slack_api_url"):
            with pytest.raises(ValidationError, match="must be an https:// address"):
                dock.settings(**{name: url})
    for url in ("http://127.0.0.1:9", "http://localhost:9/x", "http://[::1]:9", "https://api.flipkart.net/x"):
        assert dock.settings(flipkart_api_url=url).env.flipkart_api_url == url


# ---- answers without an end ------------------------------------------------------------------------------------------


@fault("Security", "an answer that would fill the memory", keeps=(4,), operator="the body is larger than 32 MiB")
async def test_an_answer_of_any_size(dock: World, logged: io.StringIO) -> None:
    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                await response.write(b" " * 1024 * 1024)
        return response

    async with scripted(endless) as own, dock.bot(flipkart_api_url=own.url):
        await dock.until(lambda: says(logged, "the body is larger than 32 MiB"))
