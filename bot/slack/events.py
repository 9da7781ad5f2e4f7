"""Slack's way in: the bolt app, each delivery carried out once, over Socket Mode or HTTP."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from traceback import walk_tb
from typing import Any

import structlog
from cachetools import TTLCache
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Seldom
from bot.slack.ids import BrokenPayloadError

log = structlog.get_logger()

REMEMBERED_SECONDS = 600
REMEMBERED = 50_000
STRANGERS_SECONDS = 60.0
"""Between two lines in the log about requests that Slack did not sign."""
MALFORMED = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What bolt raises at a payload that Slack does not make."""


def answered_lately() -> MutableMapping[str, str]:
    """Room for the answers of the last minutes, by what tells a delivery from others."""
    return TTLCache(REMEMBERED, REMEMBERED_SECONDS)


class SlackEvents(AsyncApp):
    """A bolt app that runs each delivery once: Socket Mode repeats envelopes, and HTTP repeats what was slow.

    `process_before_response` makes the acknowledgement wait for nothing but `hear`, which acknowledges and hands over:
    0.2 ms instead of bolt's steps of 10 ms (reference: floors, acknowledgement).
    """

    def __init__(
        self,
        client: AsyncWebClient,
        signing_secret: str | None,
        answered: MutableMapping[str, str] | None = None,
        faulted: Callable[[], None] = lambda: None,
    ) -> None:
        """Hears nothing yet.

        Args:
            client: calls Slack.
            signing_secret: by which Slack signs what it delivers over HTTP.
            answered: what the one before it has answered, which it goes on with.
            faulted: called for each delivery that ended in a fault of the bot.
        """
        secret = signing_secret or "unused-in-socket-mode"
        super().__init__(
            # Without one bolt looks for the name of the file that made it, in all files there are: 60 ms of the start.
            name="otc-bot",
            client=client,
            signing_secret=secret,
            # `async_dispatch` has done it by then.
            request_verification_enabled=False,
            process_before_response=True,
            authorize=_authorize(client.token),
            # What has nothing to do here: there is no token but the bot's, and what it posts comes back with no press.
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )
        self._verifier = SignatureVerifier(secret)
        self._answered = answered_lately() if answered is None else answered
        """What was answered, all of it with 200: a body takes a tenth of a response's room, and there are thousands."""
        self.last_event: float | None = None
        """`time.monotonic()` of the last delivery."""
        self._strangers = Seldom(STRANGERS_SECONDS)
        self._faulted = faulted
        self.error(self._failed)

    def hear(self, listener: Callable[[dict[str, Any]], Awaitable[BoltResponse]]) -> None:
        """Hands every payload to `listener`, which looks in a table: bolt asks each listener there is in turn."""
        self.use(_Heard(listener))

    def silence(self) -> int | None:
        """Seconds since Slack last sent something; None before the first."""
        return None if self.last_event is None else int(time.monotonic() - self.last_event)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answers a delivery; a repeated one gets the first one's answer and has no second effect."""
        if not self.is_genuine(req):
            self._tell_of_a_stranger()
            return BoltResponse(status=401, body={"error": "invalid request"})
        self.last_event = time.monotonic()
        key = _identity(req)
        if key is not None and key in self._answered:
            return BoltResponse(status=200, body=self._answered[key])
        if key is not None:
            self._answered[key] = ""
        try:
            response = await super().async_dispatch(req)
        except MALFORMED as error:
            # Bolt fails over some payloads even while it hands the failure on.
            response = _ignored(error)
        if key is not None and response.status == 200:
            self._answered[key] = response.body
        elif key is not None:
            # What was not carried out must not make the next delivery look repeated.
            self._answered.pop(key, None)
        return response

    def is_genuine(self, req: AsyncBoltRequest) -> bool:
        """Whether Slack signed it, asked before anything else: an answer that is remembered is for Slack alone too."""
        if req.mode == "socket_mode":
            return True
        timestamp, signature = (
            req.headers.get(f"x-slack-{name}", [""])[0] for name in ("request-timestamp", "signature")
        )
        try:
            return self._verifier.is_valid(body=req.raw_body, timestamp=timestamp, signature=signature)
        except (OverflowError, TypeError, ValueError):
            return False

    def _tell_of_a_stranger(self) -> None:
        if self._strangers.is_due():
            log.warning(
                "a request without Slack's signature, or more than five minutes old, was refused; if presses get no "
                "answer, check SLACK_SIGNING_SECRET and this machine's clock"
            )

    async def _failed(self, error: Exception) -> BoltResponse:
        """The outermost edge of a delivery."""
        if isinstance(error, BrokenPayloadError):
            log.warning("a payload that this bot's buttons do not make was ignored", problem=str(error))
            return BoltResponse(status=200)
        if isinstance(error, MALFORMED) and not _reached_a_listener(error):
            return _ignored(error)
        self._faulted()
        log.error("a delivery ended in a fault of the bot", exc_info=error)
        return BoltResponse(status=500)


class _Heard(AsyncMiddleware):
    """The last of bolt's middlewares: it answers, so that bolt looks for no listener."""

    def __init__(self, listener: Callable[[dict[str, Any]], Awaitable[BoltResponse]]) -> None:
        self._listener = listener

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - bolt names it
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002 - bolt names it
    ) -> BoltResponse:
        """Acknowledges."""
        return await self._listener(req.body)


def _authorize(token: str | None) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt's own asks auth.test at the first press, which is lost while Slack's API is down or the token is revoked."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    return authorize


def _ignored(error: Exception) -> BoltResponse:
    log.warning("a payload that slack does not make was ignored", problem=type(error).__name__)
    return BoltResponse(status=200)


def _reached_a_listener(error: Exception) -> bool:
    """Whether it was raised in the bot's own code, and not already where bolt looks for the listener."""
    return any(frame.f_globals.get("__name__", "").startswith("bot.") for frame, _ in walk_tb(error.__traceback__))


def _identity(req: AsyncBoltRequest) -> str | None:
    """What is the same in a repeated delivery, and only there."""
    body = req.body
    for name in ("event_id", "trigger_id"):
        value = body.get(name)
        if isinstance(value, str) and value:
            return value
    return None
