"""The checks of Flipkart: the account, and each location. One call for each, which no budget counts."""

from collections.abc import AsyncIterator

from bot.clock import now
from bot.doctor.finding import Finding, counted, fail, ok, warn
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, UnauthorisedError
from bot.flipkart.quota import Quota
from bot.handover.mode import unknown_word
from bot.handover.model import OtcMode
from bot.settings import Settings
from bot.timing import Timing

TOKEN = "flipkart token"  # noqa: S105 - what is looked at


def client_of(settings: Settings) -> FlipkartClient:
    """A client for these checks; whoever makes it closes it."""
    env = settings.env
    return FlipkartClient(
        base_url=env.flipkart_api_url,
        app_id=env.flipkart_app_id,
        app_secret=env.flipkart_app_secret,
        quota=Quota(_Uncounted(), settings.toml.flipkart.calls_per_hour, now, others=0),
        timing=Timing().flipkart,
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
        yield fail(what, str(error), _advice(error, check))
        return
    yield ok(what, f"codes: {arrivals.mode.value}, {counted(len(arrivals.sightings), 'FE')} there now")
    if arrivals.word and arrivals.mode is OtcMode.UNKNOWN:
        yield warn(what, unknown_word(arrivals.word))


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
