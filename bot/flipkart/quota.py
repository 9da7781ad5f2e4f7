"""Flipkart's scarce thing: calls. 1,000 per rolling hour per seller, shared with the seller's other tools.

People come first: a tenth is theirs, and polling leaves them a part beyond what they have used of it. The last calls
are for codes alone, and no person may use more than a share of the hour for anything else. Polling plans with the rate
that lasts (`bot.flipkart.hour`), leaves what other tools may take, and learns from refusals what they do take
(`bot.flipkart.share`).

The count is kept per minute in the store, a batch ahead of the calls, so a restart forgets nothing, and a crash counts
what is left of one batch as called: it can only make the bot more careful.
"""

import asyncio
import contextlib
import math
import time
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from bot.clock import Clock
from bot.flipkart.errors import ShareUsedUpError, ThrottledError
from bot.flipkart.hour import RollingHour
from bot.flipkart.share import Share
from bot.handover.asking import asker
from bot.handover.ports import NotKept

HOUR = 60
"""Minutes."""
RESERVE = 0.1
"""The share of the budget that is kept for people."""
ROOM = 0.07
"""The share that polling leaves free in any case, when people have used up their reserve or most of it."""
CODES = 0.03
"""The share that is kept for generating codes: an FE stands there and waits."""
SHARE = 0.2
"""The share of an hour that one person may use, calls for codes not counted."""
SPARE = 0.5
"""What only makes the record fuller is asked while less than this share of the budget is used."""
BATCH = 0.01
"""The share of the budget that is put down in the store at once, at most."""
PLAN_SECONDS = 5.0
"""How long a plan holds."""
LONGEST_REST = 3600.0
"""Seconds that polling rests at most because another copy says so, as for what Flipkart says itself."""


class CallLog(Protocol):
    """Keeps how many calls were made in which minute."""

    async def load(self, since: int) -> dict[int, int]:
        """Calls by minute (epoch minutes, UTC) from `since` on."""

    async def add(self, minute: int, calls: int) -> None:
        """Counts calls in a minute; a negative number gives back what was counted too much."""

    async def reserve(self, minute: int, calls: int, since: int, most: int) -> tuple[int, dict[int, int]]:
        """Counts as many calls in a minute as there is room for, if all copies together may have `most` since then.

        Returns how many that are, and all calls by minute from `since` on.
        """

    async def forget(self, before: int) -> None:
        """Forgets the minutes before `before`."""


class Quota:
    """The rolling hour."""

    def __init__(
        self,
        log: CallLog,
        calls_per_hour: int,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        others: int,
        part: Callable[[], float] | None = None,
    ) -> None:
        """`others` are the calls of an hour that other tools of the seller may make without a word.

        Where several copies of the bot share the budget, `part` tells which part of its polling is this one's, from 0
        to 1; None: it is the only one.
        """
        self._log = log
        self._limit = calls_per_hour
        self._clock = clock
        self._monotonic = monotonic
        self._hour: RollingHour | None = None
        self._loading = asyncio.Lock()
        self._blocked_until = 0.0
        self._people: dict[str, Counter[int]] = {}
        self._share = Share(calls_per_hour, monotonic)
        self._others = others
        self._expected = 0
        self._plan: tuple[float, int] | None = None
        self._batch = max(1, int(calls_per_hour * BATCH))
        self._writing = asyncio.Lock()
        self._written: int | None = None
        self._left = 0
        self._made = 0
        """Calls since the start."""
        self._part = part
        self._mine: Counter[int] = Counter()
        """What this copy has put down, by minute, where there are others."""
        self._heard: float | None = None
        self.refused: list[Callable[[], None]] = []
        """Called when Flipkart has refused a call: other copies of the bot are to hear what this one `says`."""

    @property
    def for_polling(self) -> int:
        """Calls an hour that the poller can go on with, as the last hour was and as Flipkart's refusals tell."""
        if self._hour is None:
            return self._planned(0)
        at = self._monotonic()
        if self._plan is None or not 0 <= at - self._plan[0] < PLAN_SECONDS:
            now = self._now()
            self._hour.roll(now)
            plan = self._hour.lasting(self._planned(self._hour.people), now)
            if self._part is not None:
                # What the others leave, and no less than its part: who polls little leaves the rest to the others.
                plan = max(plan - self._hour.pace_elsewhere(now), plan * self._part())
            self._plan = at, int(plan)
        return self._plan[1]

    @property
    def limit(self) -> int:
        """Calls of a rolling hour."""
        return self._limit

    @property
    def counted(self) -> int | None:
        """Calls of the rolling hour up to now; None before the first, while nobody knows."""
        if self._hour is None:
            return None
        self._hour.roll(self._now())
        return self._hour.used

    @property
    def rests(self) -> float:
        """Seconds for which polling rests because Flipkart asked it to."""
        return max(0.0, self._blocked_until - self._monotonic())

    @property
    def room(self) -> int:
        """Calls that polling may make now."""
        if self._hour is None:
            return self.for_polling
        self._hour.roll(self._now())
        most = min(self._share.now(), self._limit_of_polling(self._limit, self._hour.people))
        return most - self._hour.used

    def expect(self, calls: int) -> None:
        """People will make so many calls soon."""
        self._expected = calls

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
        hour, minute = await self._load(), self._minute()
        await self._hear(hour, minute)
        limit = self._limit if code else self._limit_of(hour, for_person=for_person, spare=spare)
        if hour.used >= limit:
            wait = max(1.0, hour.free_in(self._now()))
            raise ThrottledError("the hourly budget of Flipkart calls is used up", retry_after=wait)
        if for_person and not code:
            self._count_for_the_asker(minute)
        hour.count(self._now(), for_person=for_person)
        try:
            has_room = await self._put_down(limit)
        except BaseException:  # cancelled, or it can't be kept: the call is not made
            hour.uncount(for_person=for_person)
            raise
        if not has_room:
            hour.uncount(for_person=for_person)
            raise ThrottledError(
                "the hourly budget of Flipkart calls is used up", retry_after=max(1.0, hour.free_in(self._now()))
            )

    async def close(self) -> None:
        """Gives back what was put down and not called; what can't be kept counts as called."""
        with contextlib.suppress(NotKept):
            async with self._writing:
                await self._give_back()

    def is_shared(self) -> bool:
        """Whether refusals tell that other tools use the budget too."""
        return self._share.is_lowered

    def problems(self) -> list[str]:
        """What the health page says of the budget."""
        return self._share.problems()

    async def _hear(self, hour: RollingHour, minute: int) -> None:
        """What other copies have called, as often as is planned."""
        if self._part is not None and (self._heard is None or self._monotonic() - self._heard >= PLAN_SECONDS):
            async with self._writing:
                await self._reserve(hour, minute, 0, 0)

    async def _reserve(self, hour: RollingHour, minute: int, calls: int, most: int) -> int:
        granted, kept = await self._log.reserve(minute, calls, minute - HOUR, most)
        self._mine = Counter({one: n for one, n in self._mine.items() if one >= minute - HOUR})
        self._mine[minute] += granted
        hour.hear({one: n - self._mine[one] for one, n in kept.items() if n > self._mine[one]}, self._now())
        self._heard = self._monotonic()
        return granted

    async def _put_down(self, most: int) -> bool:
        """Counts a call in the store; whether there was room for it, for others may have taken it meanwhile."""
        while self._written != self._minute() or not self._left:
            # Whoever is cancelled in the middle leaves what is put down to the next call, or to `close`.
            if not await asyncio.shield(self._put_down_ahead(most)):
                return False
        self._left -= 1
        self._made += 1
        return True

    async def _put_down_ahead(self, most: int) -> bool:
        async with self._writing:
            # That of now: two calls, each with a minute of its own, would undo each other's writing for ever.
            minute = self._minute()
            if self._written != minute:
                await self._give_back()
                await self._log.forget(minute - HOUR)
            if not self._left:
                # What is put down and not called is lost with the process: never more than it has called, or one that
                # is started again and again would use up the hour without a call.
                ahead = max(1, min(self._batch, self._made))
                if self._part is None:
                    await self._log.add(minute, ahead)
                elif self._hour is not None and not (ahead := await self._reserve(self._hour, minute, ahead, most)):
                    return False
                self._left = ahead
            self._written = minute
            return True

    async def _give_back(self) -> None:
        if self._written is not None and self._left:
            left, self._left = self._left, 0
            await self._log.add(self._written, -left)
            if self._part is not None:
                self._mine[self._written] -= left

    def _planned(self, people: int) -> int:
        """Calls of an hour, people's counted in, that polling plans with.

        What others may take stays free from the start: once the hour is full, what becomes free is what was used an
        hour ago, and after a quiet hour that is too little for anybody. Where others may come, the calls that people
        will make soon count as made: a crowd at the End OTC page would meet the limit, and not the poller.
        """
        expected = min(self._expected, self._others, int(self._limit * RESERVE))
        most = min(self._limit - self._others, self._limit_of_polling(self._share.now(), people))
        return max(0, most - expected)

    def _limit_of_polling(self, share: int, people: int) -> int:
        """Calls of the hour, people's counted in, up to which polling goes."""
        kept = int(self._limit * RESERVE)
        return max(0, share - max(kept - people, min(kept, int(self._limit * ROOM))))

    def _limit_of(self, hour: RollingHour, *, for_person: bool, spare: bool) -> int:
        if for_person:
            return self._limit - int(self._limit * CODES)
        return int(self._limit * SPARE) if spare else self._limit_of_polling(self._limit, hour.people)

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

    def throttled(self, retry_after: float | None, *, for_person: bool = False) -> None:
        """Flipkart answered 429: polling rests for that many seconds, or for a few if it did not say."""
        if self._hour is not None:
            self._hour.uncount(for_person=for_person)
            self._share.refused(self._hour.used)
        self._plan = None
        self._blocked_until = max(self._blocked_until, self._monotonic() + (retry_after or self._share.pause()))
        for told in self.refused:
            told()

    def says(self) -> str:
        """What is known of Flipkart's refusals, for another copy to `hear`; empty where nothing holds."""
        rests = self._blocked_until - self._monotonic()
        if rests <= 0 and not self.is_shared():
            return ""
        return " ".join(f"{number:.3f}" for number in (rests, *self._share.says()))

    def hear(self, said: str) -> None:
        """Another copy says what it knows; one of another version may say it in other words, which are left alone.

        Whatever it says, polling rests for an hour at most.
        """
        try:
            rests, lowered_to, since, pauses, rested_until = numbers = tuple(map(float, said.split()))
        except ValueError:
            return
        if not all(map(math.isfinite, numbers)):
            return
        self._plan = None
        self._blocked_until = max(self._blocked_until, self._monotonic() + min(rests, LONGEST_REST))
        self._share.hear(lowered_to, min(since, 0.0), pauses, min(rested_until, LONGEST_REST))

    def take_over(self, other: "Quota") -> None:
        """Goes on with what another one counted for the same seller, who may call more or less often from now on."""
        self._hour, self._people, self._blocked_until = other._hour, other._people, other._blocked_until
        self._mine, self._made = other._mine, other._made

    async def used(self) -> int:
        """Calls in the rolling hour up to now."""
        return (await self._load()).used

    async def _load(self) -> RollingHour:
        async with self._loading:  # or a second call's load would drop what the first has counted meanwhile
            if self._hour is None:
                minute = self._minute()
                kept = await self._log.load(minute - HOUR)
                # A clock that was set back between two starts leaves minutes of the future behind. They count, or the
                # budget would be passed, and from now on at the latest, or polling would rest for two hours.
                ahead = max(0, max(kept, default=minute) - minute)
                hour = RollingHour()
                if self._part is None:  # what others called is heard again and again
                    hour.remember({m - ahead: n for m, n in kept.items() if n > 0}, self._now())
                self._hour = hour
        self._hour.roll(self._now())
        return self._hour

    def _until_over(self, minute: int) -> float:
        """Seconds until a minute counts no more."""
        return max(1.0, (minute + HOUR + 1) * 60 - self._now())

    def _now(self) -> float:
        return self._clock().timestamp()

    def _minute(self) -> int:
        return int(self._now() // 60)
