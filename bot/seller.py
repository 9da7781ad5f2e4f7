"""What is one seller's, over all its houses: the budget of calls, the token, and what Flipkart tells by itself."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, UnauthorisedError
from bot.flipkart.quota import CallLog, Quota
from bot.flipkart.signature import Signatures
from bot.flipkart.split import Split
from bot.notifications import EveryHouse, Notifications
from bot.settings import Settings
from bot.timing import Timing

log = structlog.get_logger()


class CredentialsError(Exception):
    """Slack or Flipkart does not accept what it was given; the message is a sentence for the one who installs."""


class Seller:
    """Flipkart, as one seller may ask it."""

    def __init__(
        self,
        settings: Settings,
        calls: CallLog,
        clock: Clock,
        timing: Timing,
        monotonic: Callable[[], float] = time.monotonic,
        part: Callable[[], float] | None = None,
    ) -> None:
        """`settings` are those of any of the seller's houses, and `calls` keeps the count of all of them.

        `part` is as in `bot.flipkart.quota.Quota`.
        """
        env, limits = settings.env, settings.toml.flipkart
        self._variables = f"{settings.variable('flipkart_app_id')} and {settings.variable('flipkart_app_secret')}"
        self.quota = Quota(calls, limits.calls_per_hour, _steady(clock), others=limits.for_others, part=part)
        self.flipkart = FlipkartClient(
            base_url=env.flipkart_api_url,
            app_id=env.flipkart_app_id,
            app_secret=env.flipkart_app_secret,
            quota=self.quota,
            timing=timing.flipkart,
        )
        self.budget = Split(self.quota)
        """What each house's poller plans with."""
        self.told = EveryHouse()
        self.notifications: Notifications | None = None
        """None for a seller who has not registered for them."""
        if url := settings.toml.notifications.url:
            signatures = Signatures(env.flipkart_app_id, env.flipkart_app_secret, url)
            self.notifications = Notifications(self.told, signatures, clock, timing.web, monotonic)

    async def sign_in(self) -> None:
        """Finds wrong credentials at the start; anything else mends itself, so polling just goes on.

        Raises:
            CredentialsError: Flipkart refuses them.
        """
        try:
            await self.flipkart.sign_in()
        except UnauthorisedError as error:
            raise CredentialsError(f"{error}: check {self._variables}") from error
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
