"""The bearer token: fetched when needed, renewed on a 401, kept in memory only."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable

import httpx
import structlog
from pydantic import SecretStr, ValidationError

from bot.flipkart.errors import MalformedError, ThrottledError, TransportError, UnauthorisedError
from bot.flipkart.wire import Token

log = structlog.get_logger()

TOKEN_PATH = "/oauth-service/oauth/token"  # noqa: S105 - a path
MARGIN = 60.0
"""Seconds before its end at which a token is no longer used."""


class BearerAuth(httpx.Auth):
    """Adds the token to each request; after a 401 fetches one new token and repeats the request once.

    Source of the flow: Flipkart's page on access tokens (HTTP Basic, client_credentials, scope Seller_Api).
    """

    requires_response_body = True

    def __init__(
        self, base_url: str, app_id: str, app_secret: SecretStr, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = base_url.rstrip("/") + TOKEN_PATH
        self._app_id = app_id
        self._app_secret = app_secret
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._token: SecretStr | None = None
        self._until = 0.0

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The flow that httpx drives: token if there is none, the request, and both again after a 401.

        Raises:
            UnauthorisedError: the credentials are not accepted.
            TransportError, MalformedError: the token call gave no token.
        """
        async with self._lock:
            token = self._fresh()
            if token is None:
                response = yield self.token_request(request.extensions["timeout"])
                token = await self.take(response)
        request.headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        response = yield request
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return
        async with self._lock:
            if self._token is token:
                renewal = yield self.token_request(request.extensions["timeout"])
                token = await self.take(renewal)
                log.info("flipkart no longer took the access token; a new one was fetched")
            else:
                token = self._token or token
        request.headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        yield request

    def _fresh(self) -> SecretStr | None:
        return self._token if self._monotonic() < self._until - MARGIN else None

    def token_request(self, timeout: dict[str, float | None]) -> httpx.Request:
        """The token call; `timeout` is httpx's dictionary of seconds."""
        params = {"grant_type": "client_credentials", "scope": "Seller_Api"}
        extensions = {"timeout": timeout, "token": True}
        token_request = httpx.Request("GET", self._url, params=params, extensions=extensions)
        # Made anew each time: httpx.BasicAuth keeps the secret as plain base64.
        basic = httpx.BasicAuth(self._app_id, self._app_secret.get_secret_value())
        return next(basic.auth_flow(token_request))

    async def take(self, response: httpx.Response) -> SecretStr:
        """Keeps the token of the token call's answer. Raises a FlipkartError when there is none."""
        await response.aread()
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.BAD_REQUEST):
            self._token = None
            raise UnauthorisedError(f"Flipkart refused the application id and secret (HTTP {response.status_code})")
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise ThrottledError("Flipkart's token call is throttled (HTTP 429)", retry_after=retry_after(response))
        if not response.is_success:
            raise TransportError(f"Flipkart's token call failed (HTTP {response.status_code})")
        try:
            token = Token.model_validate_json(response.content)
        except ValidationError:
            token = None
        if token is None:  # raised here, as the other error holds the answer, and with it perhaps the token
            raise MalformedError("Flipkart's token answer has no token in it")
        self._token = token.access_token
        self._until = self._monotonic() + token.expires_in
        return token.access_token


def retry_after(response: httpx.Response) -> float | None:
    """Retry-After in seconds, bounded to an hour; None when it is missing or a date."""
    try:
        return min(max(0.0, float(response.headers.get("Retry-After", ""))), 3600.0) or None
    except ValueError:
        return None
