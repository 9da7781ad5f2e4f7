"""Flipkart's scarce thing: calls. 1,000 per rolling hour per seller, shared with the seller's other tools.

People come first: polling never touches the reserve. The last calls are for codes alone, and no person may use more
than a share of the hour for anything else. The count is kept per minute in the store before each call, so a restart
forgets nothing; a minute counts until it is wholly older than an hour, so the budget errs on the careful side.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from bot.clock import Clock
from bot.flipkart.errors import ShareUsedUpError, ThrottledError
from bot.handover.asking import asker

HOUR = 60
"""Minutes."""
RESERVE = 0.1
"""The share of the budget that is kept for people."""
CODES = 0.03
"""The share that is kept for generating codes: an FE stands there and waits."""
SHARE = 0.2
"""The share of an hour that one person may use, calls for codes not counted."""
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
        self._people: dict[str, Counter[int]] = {}

    @property
    def for_polling(self) -> int:
        """Calls an hour that the poller may plan with."""
        return self._limit - int(self._limit * RESERVE)

    async def spend(self, *, for_person: bool, spare: bool = False, code: bool = False) -> None:
        """Counts one call before it is made.

        Args:
            for_person: somebody waits for it (`bot.handover.asking` says who).
            spare: nobody would miss it; it yields to polling too.
            code: it brings a code.

        Raises:
            ThrottledError: the budget is used up, or Flipkart asked to wait; `retry_after` says how long.
            ShareUsedUpError: the person has used up their share of the hour.
        """
        wait = self._blocked_until - self._monotonic()
        if wait > 0 and not for_person:
            raise ThrottledError("Flipkart asked the bot to wait", retry_after=wait)
        minute = self._minute()
        used = await self._load(minute)
        limit = self._limit if code else self._limit_of(for_person=for_person, spare=spare)
        if used >= limit:
            raise ThrottledError("the hourly budget of Flipkart calls is used up", retry_after=self._until_free(minute))
        if for_person and not code:
            self._count_for_the_asker(minute)
        minutes = self._minutes if self._minutes is not None else {}
        first = minute not in minutes
        minutes[minute] = minutes.get(minute, 0) + 1
        await self._log.add(minute)
        if first:
            await self._log.forget(minute - HOUR)

    def _limit_of(self, *, for_person: bool, spare: bool) -> int:
        if for_person:
            return self._limit - int(self._limit * CODES)
        return int(self._limit * SPARE) if spare else self.for_polling

    def _count_for_the_asker(self, minute: int) -> None:
        """In memory only: a restart forgives, and the budget itself is on disk."""
        person = asker()
        if person is None:
            return
        self._people = {who: kept for who, kept in self._people.items() if max(kept) >= minute - HOUR}
        used = self._people.setdefault(person, Counter({minute: 0}))
        for old in [one for one in used if one < minute - HOUR]:
            del used[old]
        if used.total() >= max(1, int(self._limit * SHARE)):
            oldest = min(one for one, calls in used.items() if calls)
            raise ShareUsedUpError(
                "a person's share of the hour's Flipkart calls is used up", retry_after=self._until_over(oldest)
            )
        used[minute] += 1

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
        return self._until_over(min(self._minutes or {minute: 0}))

    def _until_over(self, minute: int) -> float:
        """Seconds until a minute counts no more."""
        return max(1.0, (minute + HOUR + 1) * 60 - self._clock().timestamp())

    def _minute(self) -> int:
        return int(self._clock().timestamp() // 60)
