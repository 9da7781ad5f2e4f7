"""Socket Mode: a raw client for the protocol, Slack's own for the reconnecting."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.pace import PATIENCE

from .conftest import Connect, Place

Json = dict[str, Any]


async def link(client: AsyncWebClient, place: Place, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    url = str((await client.apps_connections_open(app_token=place.sim.app_token))["url"])
    return await session.ws_connect(url, autoping=False)


async def test_hello_ping_and_ack(client: AsyncWebClient, place: Place, session: aiohttp.ClientSession) -> None:
    sim = place.sim
    sim.ping_seconds = 0.05
    socket = await link(client, place, session)
    hello = await socket.receive_json()
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"]["app_id"] == sim.app_id
    ping = await socket.receive()
    assert ping.type is aiohttp.WSMsgType.PING
    await socket.ping(b"mine:1")
    sim.ping_seconds = 60
    while (message := await socket.receive()).type is not aiohttp.WSMsgType.PONG:
        assert message.type is aiohttp.WSMsgType.PING
    assert message.data == b"mine:1"
    slash = asyncio.create_task(sim.slash(place.asha, place.channel, "/x", "y"))
    while (message := await socket.receive()).type is not aiohttp.WSMsgType.TEXT:
        assert message.type is aiohttp.WSMsgType.PING
    envelope = json.loads(message.data)
    assert envelope["type"] == "slash_commands"
    assert envelope["accepts_response_payload"] is True
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "ok"}})
    delivery = await slash
    assert delivery.acked
    assert delivery.payload == {"text": "ok"}
    assert delivery.envelope == envelope
    await socket.close()
    await sim.wait_for(lambda: sim.connections == 0)


async def test_a_ticket_is_good_once(client: AsyncWebClient, place: Place, session: aiohttp.ClientSession) -> None:
    url = str((await client.apps_connections_open(app_token=place.sim.app_token))["url"])
    socket = await session.ws_connect(url)
    for bad in (url, url + "x"):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(bad)
    await socket.close()


async def test_at_most_ten(client: AsyncWebClient, place: Place, session: aiohttp.ClientSession) -> None:
    sockets = [await link(client, place, session) for _ in range(10)]
    await place.sim.wait_for(lambda: place.sim.connections == 10)
    eleventh = await link(client, place, session)
    assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
    assert (await eleventh.receive()).type is aiohttp.WSMsgType.CLOSE
    for socket in [*sockets, eleventh]:
        await socket.close()


async def test_one_of_several_sockets_gets_an_envelope(
    client: AsyncWebClient, place: Place, session: aiohttp.ClientSession
) -> None:
    place.sim.ack_timeout = 0.1
    sockets = [await link(client, place, session) for _ in range(2)]
    for socket in sockets:
        await socket.receive_json()
    for _ in range(2):
        delivery = await place.sim.slash(place.asha, place.channel, "/x")
        assert (delivery.acked, delivery.attempts, delivery.problem) == (False, 1, "operation_timeout")
    texts = [(await socket.receive_json())["payload"]["command"] for socket in sockets]
    assert texts == ["/x", "/x"]
    for socket in sockets:
        await socket.close()


async def test_events_are_sent_again(client: AsyncWebClient, place: Place, session: aiohttp.ClientSession) -> None:
    sim = place.sim
    sim.ack_timeout = 0.1
    sim.event_retries = (0.0, 0.0)
    socket = await link(client, place, session)
    await socket.receive_json()
    delivery = await sim.say(place.asha, place.channel, "hello")
    assert not delivery.acked
    sim.ack_timeout = 0.5
    first, second = [await socket.receive_json() for _ in range(2)]
    # The last is acknowledged, however late this machine comes to it.
    sim.ack_timeout = PATIENCE
    third = await socket.receive_json()
    assert [envelope["retry_attempt"] for envelope in (first, second, third)] == [0, 1, 2]
    assert second["retry_reason"] == "timeout"
    assert first["payload"]["event_id"] == third["payload"]["event_id"]
    assert first["envelope_id"] != third["envelope_id"]
    await socket.send_json({"envelope_id": third["envelope_id"]})
    await sim.wait_for(lambda: delivery.acked)
    assert delivery.attempts == 3
    await socket.close()


async def test_retry_after_a_gap(app: AsyncApp, connect: Connect, place: Place) -> None:
    seen: list[str] = []

    @app.event("message")
    async def message(event: Json) -> None:
        seen.append(event["text"])

    place.sim.event_retries = (0.3,)
    delivery = await place.sim.say(place.asha, place.channel, "while you were away")
    assert (delivery.acked, delivery.attempts) == (False, 0)
    await connect()
    await place.sim.wait_for(lambda: delivery.acked and seen)
    assert seen == ["while you were away"]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_disconnect_and_back(app: AsyncApp, connect: Connect, place: Place, reason: str) -> None:
    sim = place.sim

    @app.command("/x")
    async def on_command(ack: Any) -> None:
        await ack()

    await connect()
    opened = sum(change["kind"] == "socket.opened" for change in sim.changes)
    await sim.disconnect(reason)
    await sim.wait_for(lambda: sum(change["kind"] == "socket.opened" for change in sim.changes) > opened)
    await sim.wait_for(lambda: sim.connections == 1)
    assert (await sim.slash(place.asha, place.channel, "/x")).acked


async def test_killed_sockets_come_back(app: AsyncApp, connect: Connect, place: Place) -> None:
    sim = place.sim
    await connect()
    sim.kill_sockets()
    await sim.wait_for(lambda: sim.connections == 0)
    await sim.wait_connected()


async def test_refused_connections(client: AsyncWebClient, place: Place, session: aiohttp.ClientSession) -> None:
    sim = place.sim
    sim.fail("apps.connections.open", error="internal_error")
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.apps_connections_open(app_token=sim.app_token)
    sim.fail_handshake(status=500)
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await link(client, place, session)
    assert caught.value.status == 500
    await (await link(client, place, session)).close()


async def test_a_half_open_socket(client: AsyncWebClient, place: Place, session: aiohttp.ClientSession) -> None:
    sim = place.sim
    sim.ack_timeout = 0.1
    socket = await link(client, place, session)
    await socket.receive_json()
    sim.mute_sockets(True)
    await socket.ping(b"anyone there?")
    delivery = await sim.slash(place.asha, place.channel, "/x")
    assert (delivery.acked, delivery.attempts) == (False, 1)
    with pytest.raises(TimeoutError):
        await socket.receive(timeout=0.1)
    assert sim.connections == 1
    other = await link(client, place, session)
    assert (await other.receive_json())["num_connections"] == 2
    sim.mute_sockets(False)
    await socket.ping(b"and now?")
    assert (await socket.receive(timeout=PATIENCE)).data == b"and now?"
    await socket.close()
    await other.close()


async def test_the_client_notices_a_half_open_socket(app: AsyncApp, connect: Connect, place: Place) -> None:
    sim = place.sim
    await connect()
    sim.mute_sockets()
    await sim.wait_for(lambda: sum(change["kind"] == "socket.opened" for change in sim.changes) == 2)
