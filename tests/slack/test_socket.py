"""The socket: whatever becomes of it, the bot soon hears again, on one socket, and says so while it does not."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.slack import socket as socket_module
from bot.slack.events import SlackEvents
from bot.slack.socket import AppTokenError, SocketLink
from bot.timing import SocketTiming
from tests.pace import PATIENCE
from tests.slack.conftest import Place

QUICK = SocketTiming(ping=0.1, look=0.05, first_backoff=0.05, longest_backoff=0.2)
DEAF_SOON = replace(QUICK, deaf=1.0)
"""Where nothing is heard for long on purpose; a machine that stands still for a moment is like it."""


@dataclass
class Line:
    """A bot that only listens."""

    place: Place
    link: SocketLink
    events: SlackEvents
    heard: list[str]
    task: asyncio.Task[None]

    async def hears(self, times: int = 1) -> None:
        """Slack's deliveries arrive, each once."""
        before = len(self.heard)
        for n in range(times):
            delivery = await self.place.slack.slash(self.place.asha, self.place.channel, "/x", str(n))
            assert delivery.acked, f"delivery {n}: {delivery.problem}, {self.place.slack.connections} sockets open"
        assert len(self.heard) - before == times

    async def well(self) -> None:
        """A socket is open, and the bot says so."""
        for _ in range(400):
            if await self.link.problems() == [] and self.place.slack.connections > 0:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"not well again: {await self.link.problems()}")

    async def tried(self, times: int) -> None:
        """The bot has asked so many times more for an address."""
        wanted = len(self.place.calls("apps.connections.open")) + times
        await self.place.slack.wait_for(lambda: len(self.place.calls("apps.connections.open")) >= wanted)

    async def settled(self) -> None:
        """The same, and after a while still so."""
        await self.well()
        for _ in range(20):
            await asyncio.sleep(0.05)
            assert self.place.slack.connections <= 1, "a second socket is open: Slack sends it half of everything"
        await self.well()
        assert self.place.slack.connections == 1
        await self.hears(6)


@pytest.fixture
async def line(place: Place) -> AsyncIterator[Line]:
    async with _line(place, QUICK) as one:
        yield one


@pytest.fixture
async def wary_line(place: Place) -> AsyncIterator[Line]:
    """A bot that soon takes its socket for half-open."""
    async with _line(place, DEAF_SOON) as one:
        yield one


@contextlib.asynccontextmanager
async def _line(place: Place, timing: SocketTiming) -> AsyncIterator[Line]:
    place.slack.echo_own_messages = False
    place.slack.ack_timeout = PATIENCE
    events = SlackEvents(place.client, None)
    heard: list[str] = []

    @events.command("/x")
    async def command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body["text"])

    link = SocketLink(events, place.slack.app_token, place.client, timing)
    task = asyncio.create_task(link.keep_open())
    yield Line(place, link, events, heard, task)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await link.close()


async def test_connected_and_listening(line: Line) -> None:
    assert await line.link.problems(), "well before it is connected"
    await line.settled()
    assert line.link.connected.is_set()


async def test_a_wrong_app_token_ends_it_with_a_sentence(place: Place) -> None:
    link = SocketLink(SlackEvents(place.client, None), "xapp-wrong", place.client, QUICK)
    with pytest.raises(AppTokenError, match="SLACK_APP_TOKEN"):
        await link.keep_open()
    assert not link.connected.is_set()
    assert len(place.calls("apps.connections.open")) == 1
    await link.close()


async def test_a_token_that_is_refused_later_is_tried_again_with_patience(line: Line) -> None:
    await line.well()
    line.place.slack.fail("apps.connections.open", error="invalid_auth", times=2)
    line.place.slack.kill_sockets()
    await line.settled()


async def test_slack_can_not_give_an_address_at_first(line: Line) -> None:
    line.place.slack.fail("apps.connections.open", status=503, times=2)
    line.place.slack.fail("apps.connections.open", drop="before", times=2)
    await line.settled()


async def test_slack_says_ok_and_gives_no_address(line: Line) -> None:
    line.place.slack.fail("apps.connections.open", lacks="url", times=2)
    await line.settled()
    assert len(line.place.calls("apps.connections.open")) >= 3


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_a_handshake_that_fails(line: Line, times: int) -> None:
    line.place.slack.fail_handshake(times)
    await line.settled()
    assert len(line.place.calls("apps.connections.open")) <= times + 1


async def test_a_cut_line(line: Line) -> None:
    await line.well()
    for _ in range(3):
        line.place.slack.kill_sockets()
        await line.place.slack.wait_for(lambda: line.place.slack.connections == 0)
        await line.settled()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_slack_asks_to_reconnect(line: Line, reason: str) -> None:
    await line.well()
    await line.place.slack.disconnect(reason)
    await line.tried(1)
    await line.settled()


async def test_a_cut_line_and_handshakes_that_fail_for_long(line: Line) -> None:
    await line.well()
    line.place.slack.fail_handshake(10_000)
    line.place.slack.kill_sockets()
    await line.tried(6)
    [problem] = await line.link.problems()
    assert problem, "the bot hears nothing, and says that it is well"
    line.place.slack.clear_faults()
    await line.settled()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_slack_asks_to_reconnect_and_handshakes_fail_for_long(line: Line, reason: str) -> None:
    await line.well()
    line.place.slack.fail_handshake(10_000)
    await line.place.slack.disconnect(reason)
    if reason == "warning":
        await line.tried(2)
        await line.hears(2)
        # Slack closes the socket a while after its warning.
        line.place.slack.kill_sockets()
    await line.tried(3)
    assert await line.link.problems(), "the bot hears nothing, and says that it is well"
    line.place.slack.clear_faults()
    await line.settled()


async def test_a_half_open_socket_is_noticed(wary_line: Line) -> None:
    line = wary_line
    await line.well()
    line.place.slack.mute_sockets()
    await line.tried(1)
    await line.well()
    assert (await line.place.slack.slash(line.place.asha, line.place.channel, "/x")).acked, "the bot is still deaf"


async def test_slack_is_gone_for_a_while(line: Line) -> None:
    await line.well()
    line.place.slack.fail("apps.connections.open", error="internal_error", times=10_000)
    line.place.slack.kill_sockets()
    await line.tried(6)
    assert await line.link.problems()
    line.place.slack.clear_faults()
    await line.settled()


async def test_closed_for_good(line: Line) -> None:
    await line.well()
    await line.link.close()
    await line.place.slack.wait_for(lambda: line.place.slack.connections == 0)


async def test_a_socket_that_closes_before_the_acknowledgement(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    slack, heard = line.place.slack, asyncio.Event()

    @line.events.command("/cut")
    async def command(ack: AsyncAck) -> None:
        slack.kill_sockets()
        # The bot's end of the line learns of it.
        await asyncio.sleep(0.05)
        await ack()
        heard.set()

    await line.well()
    # Waited for in vain here.
    slack.ack_timeout = 1.0
    with capture_logs() as logged:
        delivery = await slack.slash(line.place.asha, line.place.channel, "/cut")
        slack.ack_timeout = PATIENCE
        async with asyncio.timeout(PATIENCE):
            await heard.wait()
        await line.settled()
    assert not delivery.acked
    assert [e["log_level"] for e in logged if "before a press was acknowledged" in e["event"]] == ["warning"]
    assert not [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert (await slack.redeliver(delivery)).acked


@pytest.mark.parametrize("fails", ["is slow", "raises"])
async def test_a_stop_while_one_socket_takes_the_place_of_another(
    line: Line, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    made: list[SocketModeClient] = []
    parting = asyncio.Event()

    class Watched(socket_module._Client):
        def __init__(self, app_token: str, web_client: AsyncWebClient, timing: SocketTiming) -> None:
            super().__init__(app_token, web_client, timing)
            made.append(self)

        async def disconnect(self) -> None:
            parting.set()
            if fails == "raises":
                raise ConnectionResetError
            await asyncio.sleep(0.3)
            await super().disconnect()  # type: ignore[no-untyped-call]

    await line.well()
    monkeypatch.setattr(socket_module, "_Client", Watched)
    line.place.slack.kill_sockets()
    await line.place.slack.wait_for(lambda: line.place.slack.connections == 0)
    await line.well()
    await line.place.slack.disconnect("warning")
    async with asyncio.timeout(PATIENCE):
        await parting.wait()
    line.task.cancel()
    await asyncio.gather(line.task, return_exceptions=True)
    await line.link.close()
    assert len(made) == 2
    assert [one.aiohttp_client_session.closed for one in made] == [True, True], "an HTTP session is left open"
    sockets = [one.current_session for one in made]
    assert [one is not None and one.closed for one in sockets] == [True, True], "a WebSocket is left open"
    made.clear()
    sockets.clear()
    gc.collect()  # what is left open says so now, and not in another test
