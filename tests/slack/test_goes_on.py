"""What Slack was told and what people pressed is known to the parts that come after others in the same process."""

import json
import time

from slack_bolt import BoltResponse
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.events import SlackEvents, answered_lately
from bot.slack.finger import Finger, Press


async def test_a_delivery_that_was_answered_before_is_not_carried_out_again() -> None:
    answered, heard = answered_lately(), 0

    async def hear(body: dict[str, object]) -> BoltResponse:
        nonlocal heard
        heard += 1
        return BoltResponse(status=200, body="done")

    for _ in range(2):
        events = SlackEvents(AsyncWebClient(token="xoxb-1"), None, answered)
        events.hear(hear)
        body = json.dumps({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {"type": "message"}})
        response = await events.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=json.loads(body)))
        assert (response.status, response.body) == (200, "done")

    assert heard == 1


async def test_a_press_that_was_answered_before_is_the_same_press() -> None:
    pressed: dict[Press, float | None] = {}
    before = Finger(60.0, pressed=pressed)
    press = await before.begin("U1", "start_otc")
    assert press is not None
    await before.end(press, answered=True)

    after = Finger(60.0, pressed=pressed)

    assert await after.begin("U1", "start_otc") is None
    assert await after.begin("U2", "start_otc") is not None
    pressed[press] = time.monotonic() - 61
    assert await after.begin("U1", "start_otc") is not None
