"""What is one seller's: the budget of calls and the token, over all houses in which this seller works."""

import time
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, UnauthorisedError
from bot.flipkart.quota import CallLog, Quota
from bot.settings import Settings
from bot.timing import Timing

log = structlog.get_logger()


class CredentialsError(Exception):
    """Slack or Flipkart does not accept what it was given; the message is a sentence for the one who installs."""


class Seller:
    """Flipkart, as one seller may ask it."""

    def __init__(self, settings: Settings, calls: CallLog, clock: Clock, timing: Timing) -> None:
        """`settings` are those of any of the seller's houses, and `calls` keeps the count of all of them."""
        env, limits = settings.env, settings.toml.flipkart
        self.quota = Quota(calls, limits.calls_per_hour, _steady(clock), others=limits.for_others)
        self.flipkart = FlipkartClient(
            base_url=env.flipkart_api_url,
            app_id=env.flipkart_app_id,
            app_secret=env.flipkart_app_secret,
            quota=self.quota,
            timing=timing.flipkart,
        )

    async def sign_in(self) -> None:
        """Finds wrong credentials at the start; anything else mends itself, so polling just goes on.

        Raises:
            CredentialsError: Flipkart refuses them.
        """
        try:
            await self.flipkart.sign_in()
        except UnauthorisedError as error:
            raise CredentialsError(f"{error}: check FLIPKART_APP_ID and FLIPKART_APP_SECRET") from error
        except FlipkartError as error:
            log.warning("can't reach flipkart; it goes on trying", problem=str(error))

    async def close(self) -> None:
        """Closes the connections, and gives back the calls that were counted and not made."""
        await self.flipkart.close()
        await self.quota.close()


def _steady(clock: Clock) -> Clock:
    """The time of the start plus what has passed since: what is counted by the minute must not jump with the clock."""
    start, since = clock(), time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - since)
