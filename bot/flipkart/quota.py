"""Flipkart's scarce thing: calls. 1,000 per rolling hour per seller, shared with the seller's other tools.

People come first: polling never touches the reserve. The count is kept per minute in the store before each call, so a
restart forgets nothing; a minute counts until it is wholly older than an hour, so the budget errs on the careful side.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from bot.clock import Clock
from bot.flipkart.errors import ThrottledError

HOUR = 60
"""Minutes."""
RESERVE = 0.1
"""The share of the budget that is kept for people."""
SPARE = 0.5
"""What only makes the record fuller is asked while less than this share of the budget is used."""


class CallLog(Protocol):
    """Keeps how many calls were made in which minute."""

    async def load(self, since: int) -> dict[int, int]:
        """Calls by minute (epoch minutes, UTC) from `since` on."""

    async def add(self, minute: int) -> None:
        """Counts one call in a minute."""

    async def forget(self, before: int) -> None:
        """Forgets the minutes before `before`."""


class Quota:
    """The rolling hour."""

    def __init__(
        self, log: CallLog, calls_per_hour: int, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._limit = calls_per_hour
        self._clock = clock
        self._monotonic = monotonic
        self._minutes: dict[int, int] | None = None
        self._loading = asyncio.Lock()
        self._blocked_until = 0.0

    @property
    def for_polling(self) -> int:
        """Calls an hour that the poller may plan with."""
        return self._limit - int(self._limit * RESERVE)

    async def spend(self, *, for_person: bool, spare: bool = False) -> None:
        """Counts one call before it is made.

        Args:
            for_person: somebody waits for it.
            spare: nobody would miss it; it yields to polling too.

        Raises:
            ThrottledError: the budget is used up, or Flipkart asked to wait; `retry_after` says how long.
        """
        wait = self._blocked_until - self._monotonic()
        if wait > 0 and not for_person:
            raise ThrottledError("Flipkart asked the bot to wait", retry_after=wait)
        minute = self._minute()
        used = await self._load(minute)
        limit = self._limit if for_person else int(self._limit * SPARE) if spare else self.for_polling
        if used >= limit:
            raise ThrottledError("the hourly budget of Flipkart calls is used up", retry_after=self._until_free(minute))
        minutes = self._minutes if self._minutes is not None else {}
        first = minute not in minutes
        minutes[minute] = minutes.get(minute, 0) + 1
        await self._log.add(minute)
        if first:
            await self._log.forget(minute - HOUR)

    def throttled(self, retry_after: float | None) -> None:
        """Flipkart answered 429: polling rests for that many seconds (a minute if it did not say)."""
        self._blocked_until = max(self._blocked_until, self._monotonic() + (retry_after or 60.0))

    async def used(self) -> int:
        """Calls in the rolling hour up to now."""
        return await self._load(self._minute())

    async def _load(self, minute: int) -> int:
        async with self._loading:  # or a second call's load would drop what the first has counted meanwhile
            if self._minutes is None:
                kept = await self._log.load(minute - HOUR)
                # A clock that was set back between two starts leaves minutes of the future behind. They count, or the
                # budget would be passed, and from now on at the latest, or polling would rest for two hours.
                ahead = max(0, max(kept, default=minute) - minute)
                self._minutes = {m - ahead: n for m, n in kept.items()}
        self._minutes = {m: n for m, n in self._minutes.items() if m >= minute - HOUR}
        return sum(self._minutes.values())

    def _until_free(self, minute: int) -> float:
        oldest = min(self._minutes or {minute: 0})
        return max(1.0, (oldest + HOUR + 1) * 60 - self._clock().timestamp())

    def _minute(self) -> int:
        return int(self._clock().timestamp() // 60)
