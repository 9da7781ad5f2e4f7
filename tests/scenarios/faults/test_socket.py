"""Socket Mode in each of its failures: the watchdog brings it back, and the health page says why it is not."""

import asyncio
import io
import time
from dataclasses import replace

import pytest

from tests.scenarios.dockwork import card_of, start_code
from tests.scenarios.faults.health import complains, well
from tests.scenarios.faults.marks import fault
from tests.support import DEAF_SOON, World

GOODBYE = "slack asks for another connection"
BROKEN = "the socket to slack is broken; getting a new one"


def addresses(dock: World) -> int:
    """How many one-time URLs Slack gave out."""
    return sum(call.ok is True for call in dock.slack.calls if call.method == "apps.connections.open")


async def hears(dock: World, logged: io.StringIO) -> None:
    """The bot hears on one socket, and a press is answered, once."""
    await well(logged)
    await dock.until(lambda: dock.slack.connections == 1)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    await card_of(dock, visit)
    before = len(dock.slack.open_views(dock.operator))
    await start_code(dock, dock.operator, visit)
    assert len(dock.slack.open_views(dock.operator)) == before + 1
    assert dock.rows("select what from audit where what in ('asked', 'start_otc')") == [("asked",), ("start_otc",)]


@fault("Socket Mode", "`disconnect` with `warning`", keeps=(4, 6), operator=GOODBYE)
@fault("Socket Mode", "`disconnect` with `refresh_requested`", keeps=(4, 6), operator=GOODBYE)
@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_slack_asks_for_another_connection(dock: World, logged: io.StringIO, reason: str) -> None:
    async with dock.bot():
        await dock.slack.disconnect(reason)
        await dock.until(lambda: addresses(dock) == 2)
        await hears(dock, logged)


@fault("Socket Mode", "`disconnect` with `warning`: no press falls between the sockets", keeps=(4, 6), operator=GOODBYE)
async def test_no_press_falls_between_two_sockets(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        dock.slack.fail("apps.connections.open", delay=0.3)
        dock.slack.fail_handshake(times=2)
        await dock.slack.disconnect("warning")
        while addresses(dock) < 4:
            delivery = await dock.slack.slash(dock.stranger, dock.channel, "/start-otc", "")
            assert delivery.acked, "a press met no socket"
        await hears(dock, logged)


@fault(
    "Socket Mode",
    "a failed handshake on the one-time URL",
    keeps=(4, 6),
    operator="Slack refused the handshake with HTTP 503",
)
async def test_handshakes_fail(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        before = addresses(dock)
        dock.slack.fail_handshake(10_000)
        dock.slack.kill_sockets()
        await complains(logged, "the socket to Slack is broken: Slack refused the handshake with HTTP 503")
        refused = sum(change["kind"] == "socket.refused" for change in dock.slack.changes)
        assert refused <= addresses(dock) - before, "a one-time URL was tried twice"
        lines = [line for line in logged.getvalue().splitlines() if "HTTP 503" in line and '"level": "warning"' in line]
        assert len(lines) == 1, f"the log says it {len(lines)} times"
        dock.slack.clear_faults()
        await hears(dock, logged)


@fault("Socket Mode", "a half-open socket that sends nothing", keeps=(4, 6), operator="Slack answers no ping")
async def test_a_half_open_socket(dock: World, logged: io.StringIO) -> None:
    dock.timing = replace(dock.timing, socket=DEAF_SOON)
    async with dock.bot():
        dock.slack.fail("apps.connections.open", error="internal_error", times=2)
        dock.slack.mute_sockets()
        await complains(logged, "the socket to Slack is broken")
        await dock.until(lambda: addresses(dock) == 2)
        await hears(dock, logged)


@fault("Socket Mode", "a socket that is cut", keeps=(4, 6), operator=BROKEN)
async def test_a_cut_socket(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        dock.slack.kill_sockets()
        await dock.until(lambda: addresses(dock) == 2)
        await hears(dock, logged)


@fault(
    "Socket Mode",
    "ten connections already taken",
    keeps=(4, 6),
    operator="ten connections with this SLACK_APP_TOKEN are open: stop the other copies of the bot",
)
async def test_ten_connections_are_taken(dock: World, logged: io.StringIO) -> None:
    dock.timing = replace(dock.timing, socket=replace(dock.timing.socket, longest_backoff=0.2))
    async with dock.bot():
        dock.slack.take_connections(10)
        dock.slack.kill_sockets()
        await complains(logged, "the socket to Slack is broken: too_many_websockets")
        before, began = addresses(dock), time.monotonic()
        await dock.until(lambda: addresses(dock) >= before + 4)
        assert time.monotonic() - began >= 3 * 0.1, "Slack is asked for a place again and again"
        dock.slack.take_connections(0)
        await hears(dock, logged)


@fault(
    "Socket Mode",
    "ten connections already taken at the start",
    keeps=(4, 6),
    operator="ten connections with this SLACK_APP_TOKEN are open: stop the other copies of the bot",
)
async def test_ten_connections_are_taken_at_the_start(dock: World, logged: io.StringIO) -> None:
    dock.slack.take_connections(10)

    async def leave() -> None:
        await dock.until(lambda: addresses(dock) >= 2)
        assert dock.app is None, "the bot said that it is connected"
        dock.slack.take_connections(0)

    leaving = asyncio.create_task(leave())
    async with dock.bot():
        await leaving
        await hears(dock, logged)


@fault("Socket Mode", "429 with Retry-After on apps.connections.open", keeps=(4, 6), operator=BROKEN)
async def test_no_address_is_given_out(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        dock.slack.fail("apps.connections.open", error="ratelimited", retry_after=1)
        dock.slack.kill_sockets()
        await complains(logged, "the socket to Slack is broken: ratelimited")
        await dock.until(lambda: addresses(dock) == 2)
        opens = [call for call in dock.slack.calls if call.method == "apps.connections.open"]
        assert opens[2].at - opens[1].at >= 1.0, "did not wait as long as Slack said"
        await hears(dock, logged)


@fault(
    "Socket Mode",
    "SLACK_APP_TOKEN is refused while the bot runs",
    keeps=(4, 6),
    operator="Slack does not accept SLACK_APP_TOKEN",
)
async def test_the_app_token_is_revoked(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        dock.slack.fail("apps.connections.open", error="token_revoked", times=10_000)
        dock.slack.kill_sockets()
        assert "SLACK_APP_TOKEN" in await complains(logged, "token_revoked")
        dock.slack.clear_faults()
        await hears(dock, logged)


@fault(
    "Socket Mode",
    "`disconnect` with `link_disabled`",
    keeps=(4, 6),
    operator="Socket Mode was switched off: switch it on in the app's settings",
)
async def test_socket_mode_is_switched_off(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        await dock.slack.disconnect("link_disabled")
        await dock.until(lambda: addresses(dock) == 2)
        await hears(dock, logged)
