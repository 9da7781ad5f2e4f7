"""The checks of Flipkart: the account, each location, and what is kept of calls and notifications.

The account and each location take one call each, which no budget counts.
"""

from collections.abc import AsyncIterator, Callable

import httpx
from httpx_aiohttp import AiohttpTransport
from pydantic import SecretStr

from bot.clock import now
from bot.doctor.finding import Finding, counted, fail, ok, warn
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, UnauthorisedError
from bot.flipkart.quota import Quota
from bot.handover.mode import unknown_word
from bot.handover.model import OtcMode
from bot.settings import Settings
from bot.store.errors import DatabaseUnusableError
from bot.store.of_flipkart import figures_in
from bot.timing import Timing

TOKEN = "flipkart token"  # noqa: S105 - what is looked at
ENOUGH = 1000
"""Calls: more than the doctor makes."""
SPARE = 10
"""One part of so many of the calls of an hour: with less left, that is told."""


def client_of(
    address: str, app_id: str, app_secret: SecretStr, heard: Callable[[str | None], None] | None = None
) -> FlipkartClient:
    """A client for these checks; whoever makes it closes it.

    Args:
        address: of Flipkart's API.
        app_id: the application's id.
        app_secret: and its secret.
        heard: is given the `Date` of every answer.
    """
    return FlipkartClient(
        base_url=address,
        app_id=app_id,
        app_secret=app_secret,
        quota=Quota(_Uncounted(), ENOUGH, now, others=0),
        timing=Timing().flipkart,
        transport=None if heard is None else _Dated(heard),
    )


async def token(client: FlipkartClient, address: str) -> AsyncIterator[Finding]:
    """Whether Flipkart at this address takes the application id and secret."""
    try:
        await client.sign_in()
    except FlipkartError as error:
        yield fail(TOKEN, str(error), _advice(error, "Check FLIPKART_APP_ID and FLIPKART_APP_SECRET."))
    else:
        yield ok(TOKEN, f"accepted by {address}")


async def location(client: FlipkartClient, location_id: str) -> AsyncIterator[Finding]:
    """Whether Flipkart gives out who is at a location, and which codes there are."""
    what = f"flipkart location {location_id}"
    try:
        arrivals = await client.initial_load(location_id, for_person=True)
    except FlipkartError as error:
        check = "Check the id in bot.toml, and in Seller Hub that the application may use this location."
        denied = isinstance(error, UnauthorisedError)
        said = f"Flipkart does not say who is at this location ({error})" if denied else str(error)
        yield fail(what, said, _advice(error, check))
        return
    yield ok(what, f"codes: {arrivals.mode.value}, {counted(len(arrivals.sightings), 'FE')} there now")
    if arrivals.word and arrivals.mode is OtcMode.UNKNOWN:
        said, _, mend = unknown_word(arrivals.word).partition("; ")
        yield warn(what, said, f"{mend[:1].upper()}{mend[1:]}.")


async def kept(settings: Settings) -> AsyncIterator[Finding]:
    """What is left of the calls of the hour, and whether notifications ever came.

    Of a database of another version nothing is said.
    """
    limit = settings.toml.flipkart.calls_per_hour
    try:
        figures = figures_in(settings.env.database_url, int(now().timestamp()) // 60 - 60)
    except DatabaseUnusableError:
        return
    left = max(0, limit - figures.calls)
    said = f"the bot made {counted(figures.calls, 'call')} within the hour; {left:,} of {limit:,} are left"
    if left * SPARE < limit:
        mend = "Codes come first, so people can go on; looks are less often until calls are free again."
        yield warn("flipkart quota", said, mend)
    else:
        yield ok("flipkart quota", said)
    if not settings.toml.notifications.url:
        return
    if figures.announced_at is None:
        said = f"none has come yet to {settings.toml.notifications.url}"
        mend = "Check at Flipkart that this very address is registered, and that your proxy passes it on to the bot."
        yield warn("flipkart notifications", said, mend)
    else:
        yield ok("flipkart notifications", f"the newest is of {figures.announced_at:%Y-%m-%d %H:%M} UTC")


class _Dated(httpx.AsyncBaseTransport):
    """Tells the `Date` of every answer."""

    def __init__(self, heard: Callable[[str | None], None]) -> None:
        self._heard = heard
        self._inner = AiohttpTransport(verify=httpx.create_ssl_context(), limits=httpx.Limits(max_connections=1))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request."""
        response = await self._inner.handle_async_request(request)
        self._heard(response.headers.get("Date"))
        return response

    async def aclose(self) -> None:
        """Closes the connection."""
        await self._inner.aclose()


def _advice(error: FlipkartError, check: str) -> str:
    """An UnauthorisedError's own advice, for people in Slack, is to run the doctor."""
    return check if isinstance(error, UnauthorisedError) else error.advice


class _Uncounted:
    """The doctor's few calls are in no budget: only the bot writes into its database."""

    async def load(self, since: int) -> dict[int, int]:
        """Nothing was counted."""
        del since
        return {}

    async def add(self, minute: int, calls: int) -> None:
        """Counts nothing."""

    async def reserve(self, minute: int, calls: int, since: int, most: int) -> tuple[int, dict[int, int]]:
        """There is room for all."""
        del minute, since, most
        return calls, {}

    async def forget(self, before: int) -> None:
        """There is nothing to forget."""
