"""Links from outside, against real servers on this machine: not one of them may be reached."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.resolver import ThreadedResolver

from bot.addresses import is_public
from bot.photos.fetch import GONE, NOT_HTTPS, NOT_PUBLIC, REDIRECTED, TOO_LARGE, PublicFetcher
from bot.photos.ports import DownloadError, NotFetchableError
from bot.timing import PhotoTiming

MOST = 1000


@pytest.fixture
async def trap() -> AsyncIterator[tuple[int, list[str]]]:
    """A port of this machine, and who connected to it."""
    met: list[str] = []

    async def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(str(writer.get_extra_info("peername")))
        writer.close()

    server = await asyncio.start_server(meet, port=0)
    yield server.sockets[0].getsockname()[1], met
    server.close()
    await server.wait_closed()


@contextlib.asynccontextmanager
async def served(**answers: web.Response) -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name == "endless":
            stream = web.StreamResponse()
            await stream.prepare(request)
            with contextlib.suppress(ConnectionError):
                while True:
                    await stream.write(b"x" * 4096)
            return stream
        return answers[name]

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def why(url: str, own: str = "") -> str:
    with pytest.raises(NotFetchableError) as refused:
        await PublicFetcher(5, own)(url, MOST)
    return refused.value.sentence


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0", "127.1", "2130706433", "0x7f000001", "[::]"],
)
async def test_this_machine_is_not_reached(trap: tuple[int, list[str]], host: str) -> None:
    port, met = trap
    assert await why(f"https://{host}:{port}/a.jpg") in (NOT_PUBLIC, NOT_HTTPS)
    await asyncio.sleep(0)
    assert met == []


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "172.16.3.4", "169.254.169.254", "100.64.0.1", "[fe80::1]"]
)
async def test_private_networks_are_not_reached(host: str) -> None:
    assert await why(f"https://{host}/latest/meta-data") == NOT_PUBLIC


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1"], ["169.254.169.254"]])
async def test_a_name_of_a_private_address(
    trap: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    port, met = trap

    async def resolve(_: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        fields = {"hostname": host, "port": port, "proto": 0, "flags": 0}
        return [{**fields, "host": a, "family": socket.AF_INET6 if ":" in a else socket.AF_INET} for a in addresses]

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    assert await why(f"https://pictures.example:{port}/a.jpg") == NOT_PUBLIC
    assert met == []


async def test_an_address_that_the_resolver_let_pass_is_refused_at_the_socket(
    trap: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, met = trap
    monkeypatch.setattr("bot.addresses._Resolver", lambda _: ThreadedResolver())
    assert await why(f"https://localhost:{port}/a.jpg") == NOT_PUBLIC
    assert met == []


@pytest.mark.parametrize(
    "url",
    ["http://x.example/a", "ftp://x.example/a", "file:///etc/passwd", "url1", "", "https://", "https://a@x.example/",
     "https://x.example:99999/", "https://[/", "data:image/png;base64,AAAA", "https://x.example/" + "a" * 3000],
)  # fmt: skip
async def test_what_is_no_https_address(url: str) -> None:
    assert await why(url) == NOT_HTTPS


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *((one, True) for one in ("93.184.216.34", "2606:2800:220:1::1")),
        *((one, False) for one in ("127.0.0.1", "10.1.2.3", "100.64.1.1", "169.254.0.1", "224.0.0.1", "240.0.0.1")),
        *((one, False) for one in ("255.255.255.255", "0.1.2.3", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1")),
        *((one, False) for one in ("::ffff:10.0.0.1", "2002:7f00:1::1", "64:ff9b::7f00:1", "2001:0:1::1", "ff02::1")),
        *((one, False) for one in ("", "localhost", "1.2.3", "::ffff:0:10.0.0.1", "198.18.0.1", "203.0.113.9")),
        # Not routed to anybody, whatever Python's tables of the day say: site-local, protocol assignments, old relays.
        *(
            (one, False)
            for one in ("fec0::1", "feff::1", "192.0.0.8", "192.0.0.192", "192.88.99.1", "2002:c058:6301::1")
        ),
        *(
            (one, False)
            for one in ("::ffff:192.0.0.8", "::ffff:192.88.99.1", "::192.0.0.8", "::8.8.8.8", "2002:808:808::1")
        ),
        *((one, False) for one in ("64:ff9b::a00:1", "64:ff9b:1::a00:1", "64:ff9b:1::808:808", "100::1", "5f00::1")),
        *(
            (one, False)
            for one in ("2001:2::1", "2001:10::1", "2001:1::1", "2001:db8::1", "3fff::1", "4000::1", "1::1")
        ),
        *(
            (one, True)
            for one in ("::ffff:93.184.216.34", "2001:4860:4860::8888", "2400:cb00::1", "192.0.1.1", "192.88.98.1")
        ),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_an_origin_of_this_machine_that_is_named(trap: tuple[int, list[str]]) -> None:
    packed = web.Response(body=b"x", headers={"Content-Encoding": "br"})
    answers = {
        "good": web.Response(body=b"picture"),
        "large": web.Response(body=b"x" * (MOST + 1)),
        "elsewhere": web.Response(status=302, headers={"Location": f"http://127.0.0.1:{trap[0]}/"}),
        "gone": web.Response(status=403),
        "broken": web.Response(status=500),
        "packed": packed,
    }
    async with served(**answers) as own:
        assert await PublicFetcher(PhotoTiming().link, own)(f"{own}/good", MOST) == b"picture"
        assert await why(f"{own}/large", own) == TOO_LARGE
        assert await why(f"{own}/endless", own) == TOO_LARGE
        assert await why(f"{own}/elsewhere", own) == REDIRECTED
        assert await why(f"{own}/gone", own) == GONE
        assert await why(f"{own}/good") == NOT_HTTPS
        for name in ("broken", "packed"):
            with pytest.raises(DownloadError) as failed:
                await PublicFetcher(PhotoTiming().link, own)(f"{own}/{name}", MOST)
            assert not isinstance(failed.value, NotFetchableError), "it may come the next time"
    assert trap[1] == [], "a redirect was followed"
    with pytest.raises(DownloadError):
        await PublicFetcher(PhotoTiming().link, own)(f"{own}/good", MOST)
