"""The bot's web server against clients that say nothing, little, or too slowly."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any, cast

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from pydantic import SecretStr

from bot import gate
from bot.clock import now
from bot.flipkart.signature import Signatures
from bot.handover.announcing import Announcing
from bot.notifications import Notifications
from bot.sandbox.flipkart.notices import Notifier
from bot.slack.events import SlackEvents
from bot.timing import WebTiming
from bot.web import EVENTS_PATH, NOTIFICATIONS_PATH, WebServer

REGISTERED = "https://otc.example/flipkart/notifications"
Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Well:
    async def report(self) -> dict[str, Any]:
        return {"ok": True}


class Clients:
    """Connections to one server."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._open: list[asyncio.StreamWriter] = []

    async def connect(self, said: str = "") -> Client:
        host, port = self.address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        self._open.append(writer)
        writer.write(said.encode())
        return reader, writer

    async def health(self) -> int:
        async with aiohttp.ClientSession() as session, session.get(f"{self.address}/healthz") as answer:
            return answer.status

    async def close(self) -> None:
        for writer in self._open:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def last_words(reader: asyncio.StreamReader) -> str:
    """All that the server still says before it ends the connection, which it must within the test's own time."""
    said = b""
    with contextlib.suppress(ConnectionError):
        while some := await reader.read(1000):
            said += some
    return said.decode()


class Nothing:
    """Has nothing waiting to be kept."""

    waiting = 0


@contextlib.asynccontextmanager
async def serving(timing: WebTiming, most: int = gate.MOST_CONNECTIONS) -> AsyncIterator[Clients]:
    server = WebServer("127.0.0.1", 0, timing, most)
    found = Clients(await server.start())
    signatures = Signatures("app", cast("Any", Secret()), REGISTERED)
    notifications = Notifications(cast("Announcing", Nothing()), signatures, now, timing)
    server.serve(Well())
    server.hear("", cast("SlackEvents", object()))
    server.notify("", notifications)
    yield found
    await found.close()
    await server.close()


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    async with serving(WebTiming(head=0.3, body=0.3)) as found:
        yield found


TOKEN = "a-token-of-this-test"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}
ACCESS = [
    ("127.0.0.1", {}, False),
    ("::1", {}, False),
    ("10.0.0.7", {}, False),
    ("127.0.0.1", SHOWN, True),
    ("10.0.0.7", SHOWN, True),
    ("10.0.0.7", {"authorization": f"bearer  {TOKEN} "}, True),
    ("10.0.0.7", {"Authorization": TOKEN}, False),
    ("10.0.0.7", {"Authorization": f"Basic {TOKEN}"}, False),
    ("10.0.0.7", {"Authorization": f"Bearer {TOKEN}x"}, False),
    ("10.0.0.7", {"Authorization": "Bearer \u0939"}, False),
    ("10.0.0.7", {"Authorization": "Bearer"}, False),
    ("127.0.0.1", {"X-Forwarded-For": "10.0.0.7", **SHOWN}, True),
    (None, SHOWN, True),
    (None, {}, False),
]
"""Where a request comes from, as the socket says, what it shows, and whether it may read what is not for everybody."""
WITHOUT_A_TOKEN = [
    ("127.0.0.1", {}, True),
    ("127.8.8.8", {}, True),
    ("::1", {}, True),
    ("::ffff:127.0.0.1", {}, True),
    ("10.0.0.7", {}, False),
    ("::ffff:10.0.0.7", {}, False),
    ("fe80::1%eth0", {}, False),
    ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
    ("127.0.0.1", {"Forwarded": "for=10.0.0.7"}, False),
    ("", {}, False),
    (None, {}, False),
]
"""The same where there is none."""


class Line(asyncio.Transport):
    """Of a request that comes from there."""

    def __init__(self, host: str | None) -> None:
        super().__init__({"peername": None if host is None else (host, 4000)})


@pytest.mark.parametrize(("host", "headers", "may"), ACCESS)
def test_who_may_read_more_than_others(host: str | None, headers: dict[str, str], may: bool) -> None:
    request = make_mocked_request("GET", "/healthz", headers, transport=Line(host))
    assert gate.Access(SecretStr(TOKEN)).allows(request) is may


@pytest.mark.parametrize(("host", "headers", "may"), WITHOUT_A_TOKEN)
def test_without_a_token_programs_on_this_machine_may(host: str | None, headers: dict[str, str], may: bool) -> None:
    request = make_mocked_request("GET", "/healthz", headers, transport=Line(host))
    assert gate.Access().allows(request) is may


def test_without_a_token_none_opens() -> None:
    for shown in ("Bearer ", "Bearer None", "Bearer"):
        request = make_mocked_request("GET", "/healthz", {"Authorization": shown}, transport=Line("10.0.0.7"))
        assert not gate.Access().allows(request)


class Secret:
    def get_secret_value(self) -> str:
        return "secret"


@pytest.mark.parametrize("said", ["", "GET /healthz", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b"])
async def test_a_head_that_does_not_come(clients: Clients, said: str) -> None:
    reader, _ = await clients.connect(said)
    assert await last_words(reader) == ""


async def test_a_head_that_comes_letter_by_letter(clients: Clients) -> None:
    reader, writer = await clients.connect("GET /healthz HTTP/1.1\r\n")

    async def trickle() -> None:
        while True:
            writer.write(b"X-A: b\r\n")
            await asyncio.sleep(0.05)

    slowly = asyncio.create_task(trickle())
    assert await last_words(reader) == ""
    slowly.cancel()


@pytest.mark.parametrize("more", ["", "GET /healthz HTTP/1.1\r\nX-A"])
async def test_silence_after_an_answer(clients: Clients, more: str) -> None:
    reader, _ = await clients.connect("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + more)
    said = await last_words(reader)
    assert said.startswith("HTTP/1.1 200 OK")
    assert said.count("HTTP/1.1") == 1


@pytest.mark.parametrize("path", [EVENTS_PATH, NOTIFICATIONS_PATH])
async def test_a_body_that_does_not_come(clients: Clients, path: str) -> None:
    headers = Notifier("app", "secret").headers(REGISTERED, time.time())
    lines = [f"POST {path} HTTP/1.1", "Host: x", "Content-Length: 100", *(f"{k}: {v}" for k, v in headers.items())]
    reader, _ = await clients.connect("\r\n".join([*lines, "", "{"]))
    said = await last_words(reader)
    assert said.startswith("HTTP/1.1 408 ")


async def test_300_silent_clients() -> None:
    async with serving(WebTiming(head=3600), 50) as clients:
        silent = [await clients.connect() for _ in range(300)]
        assert await clients.health() == 200
        # The oldest made room, and so did one for the look at the health page.
        for reader, _ in silent[:251]:
            assert await last_words(reader) == ""
        assert not any(reader.at_eof() for reader, _ in silent[251:])


async def test_what_is_being_answered_is_not_sent_away() -> None:
    head = f"POST {EVENTS_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"
    async with serving(WebTiming(head=0.3, body=3600), 2) as clients:
        busy = [await clients.connect(head) for _ in range(2)]
        for reader, _ in busy:
            # The server asks for the body: its head was read.
            assert (await reader.readline()).startswith(b"HTTP/1.1 100")
        late, _ = await clients.connect("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await last_words(late) == ""
        assert not any(reader.at_eof() for reader, _ in busy)
