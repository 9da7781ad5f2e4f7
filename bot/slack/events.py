"""Slack's way in: the bolt app, each delivery carried out once, over Socket Mode or HTTP."""

import time

import structlog
from cachetools import TTLCache
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.ids import BrokenPayloadError

log = structlog.get_logger()

REMEMBERED_SECONDS = 600
REMEMBERED = 50_000


class SlackEvents(AsyncApp):
    """A bolt app that runs each delivery once: Socket Mode repeats envelopes, and HTTP repeats what was slow.

    `process_before_response` makes the acknowledgement wait for nothing but the listener, which acknowledges and hands
    over: 0.2 ms instead of bolt's steps of 10 ms (reference: floors, acknowledgement).
    """

    def __init__(self, client: AsyncWebClient, signing_secret: str | None) -> None:
        super().__init__(
            client=client,
            signing_secret=signing_secret or "unused-in-socket-mode",
            process_before_response=True,
            # Bolt logs whole bodies of requests that it knows no listener for.
            raise_error_for_unhandled_request=True,
        )
        self._answered: TTLCache[str, BoltResponse] = TTLCache(REMEMBERED, REMEMBERED_SECONDS)
        self.last_event: float | None = None
        """`time.monotonic()` of the last delivery."""
        self.faults = 0
        """Deliveries that ended in a fault of the bot."""
        self.error(self._failed)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answers a delivery; a repeated one gets the first one's answer and has no second effect."""
        self.last_event = time.monotonic()
        key = _identity(req)
        if key is not None and key in self._answered:
            return self._answered[key]
        if key is not None:
            self._answered[key] = BoltResponse(status=200)
        response = await super().async_dispatch(req)
        if key is not None and response.status == 200:
            self._answered[key] = response
        elif key is not None:
            # A refused signature must not make the genuine delivery look repeated.
            self._answered.pop(key, None)
        return response

    async def _failed(self, error: Exception) -> BoltResponse:
        """The outermost edge of a delivery."""
        if isinstance(error, BoltUnhandledRequestError):
            # Acknowledged, or Slack would deliver it again and again.
            return BoltResponse(status=200)
        if isinstance(error, BrokenPayloadError):
            log.warning("a payload that this bot's buttons do not make was ignored", problem=str(error))
            return BoltResponse(status=200)
        self.faults += 1
        log.error("a delivery ended in a fault of the bot", exc_info=error)
        return BoltResponse(status=500)


def _identity(req: AsyncBoltRequest) -> str | None:
    """What is the same in a repeated delivery, and only there."""
    body = req.body
    for name in ("event_id", "trigger_id"):
        value = body.get(name)
        if isinstance(value, str) and value:
            return value
    return None
