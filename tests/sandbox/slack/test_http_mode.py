"""HTTP mode: the payloads go to the app's own address, signed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from .conftest import Place
from .test_persons import actions, button, form

Json = dict[str, Any]


class Served:
    """The app behind an HTTP server: the headers that came, and statuses to answer with instead of asking it."""

    def __init__(self, app: AsyncApp) -> None:
        self.app = app
        self.headers: list[dict[str, str]] = []
        self.refuse: list[int] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        if self.refuse:
            return web.Response(status=self.refuse.pop(0))
        return await to_aiohttp_response(await self.app.async_dispatch(await to_bolt_request(request)))


@pytest_asyncio.fixture
async def served(app: AsyncApp, place: Place) -> AsyncIterator[Served]:
    served = Served(app)
    server = web.Application()
    server.router.add_post("/slack/events", served.handle)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    place.sim.events_url = f"http://{host}:{port}/slack/events"
    yield served
    await runner.cleanup()


async def test_slash_modal_and_press(served: Served, place: Place, client: AsyncWebClient) -> None:
    sim, app = place.sim, served.app
    done: list[str] = []

    @app.command("/count")
    async def count(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack("a & b = c")
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    @app.view("form")
    async def submitted(ack: Any, view: Json) -> None:
        if view["state"]["values"]["count"]["n"]["value"] == "0":
            await ack(response_action="errors", errors={"count": "none?"})
        else:
            await ack()

    @app.action("go")
    async def go(ack: Any, action: Json) -> None:
        await ack()
        done.append(action["value"])

    delivery = await sim.slash(place.asha, place.channel, "/count", "x=1&y")
    assert (delivery.acked, delivery.http_status) == (True, 200)
    assert [ephemeral.text for ephemeral in sim.ephemerals(place.asha)] == ["a & b = c"]
    view = await sim.wait_for(lambda: sim.view(place.asha))
    assert (await sim.submit(place.asha, view, {"count": "0"})).acked
    assert view.errors == {"count": "none?"}
    assert (await sim.submit(place.asha, view, {"count": "1"})).acked
    assert sim.view(place.asha) is None
    await client.chat_postMessage(channel=place.channel, text="x", blocks=[actions(button("go", "v&1"))])
    assert (await sim.press(place.asha, sim.messages(place.channel)[0], "go")).acked
    assert done == ["v&1"]


async def test_events_with_retries(served: Served, place: Place) -> None:
    sim = place.sim
    seen: list[str] = []

    @served.app.event("message")
    async def message(event: Json) -> None:
        seen.append(event["text"])

    assert await sim.verify_url()
    sim.event_retries = (0.0,)
    served.refuse = [500]
    delivery = await sim.say(place.asha, place.channel, "hello")
    assert not delivery.acked
    await sim.wait_for(lambda: delivery.acked and seen)
    assert delivery.attempts == 2
    assert served.headers[-1]["X-Slack-Retry-Num"] == "1"
    assert served.headers[-1]["X-Slack-Retry-Reason"] == "http_error"
    assert served.headers[-1]["X-Slack-Signature"].startswith("v0=")


async def test_a_wrong_signature_is_refused(served: Served, place: Place) -> None:
    place.sim.signing_secret = "another"
    delivery = await place.sim.slash(place.asha, place.channel, "/count")
    assert (delivery.acked, delivery.http_status) == (False, 401)


async def test_nobody_listens(place: Place) -> None:
    place.sim.events_url = "http://127.0.0.1:1/slack/events"
    delivery = await place.sim.slash(place.asha, place.channel, "/count")
    assert (delivery.acked, delivery.attempts, delivery.http_status) == (False, 1, 0)
