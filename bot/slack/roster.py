"""Who belongs to a group or a channel of Slack: looked up by one at a time, and remembered for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from cachetools import LRUCache

from bot.handover.ports import DirectoryUnavailable

MOST = 500
"""Groups or channels that are remembered."""


class ReadError(DirectoryUnavailable):
    """Slack did not say who belongs to it.

    Attributes:
        rest: seconds for which Slack wants to be left alone, 0 where it did not say.
    """

    def __init__(self, key: str, rest: float = 0.0) -> None:
        super().__init__(key)
        self.rest = rest


Read = Callable[[str], Awaitable[frozenset[str]]]
"""Asks Slack for the members of a group or channel. Raises ReadError."""


@dataclass(frozen=True, slots=True)
class _Members:
    people: frozenset[str]
    asked_at: float
    """Monotonic seconds when Slack was asked for them."""
    read_at: float
    """And when it had answered."""


class Roster:
    """Members of groups, or of channels. A failure is remembered only for as long as Slack wants to be left alone."""

    def __init__(self, read: Read, seconds: float, no_seconds: float, monotonic: Callable[[], float]) -> None:
        """`seconds` is how long a "yes" may be old, `no_seconds` the same for a "no"."""
        self._monotonic = monotonic
        self._read = read
        self._seconds = seconds
        self._no_seconds = min(no_seconds, seconds)
        self._known: LRUCache[str, _Members] = LRUCache(MOST)
        self._failed: LRUCache[str, float] = LRUCache(MOST)
        """When the last look-up failed."""
        self._resting_until = 0.0
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def has(self, user_id: str, key: str) -> bool:
        """Whether the person belongs to it. Raises DirectoryUnavailable."""
        asked = self._monotonic()
        known = self._answer(user_id, key, asked)
        if known is not None:
            return known
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            # Who waited has the answer, or the failure, of the look-up that ran meanwhile.
            known = self._answer(user_id, key, self._monotonic(), came_at=asked)
            if known is not None:
                return known
            if self._failed.get(key, -1.0) >= asked or self._monotonic() < self._resting_until:
                raise DirectoryUnavailable(key)
            return user_id in await self._look_up(key)

    async def _look_up(self, key: str) -> frozenset[str]:
        asked = self._monotonic()
        try:
            people = await self._read(key)
        except ReadError as error:
            self._failed[key] = self._monotonic()
            self._resting_until = max(self._resting_until, self._monotonic() + error.rest)
            raise
        self._known[key] = _Members(people, asked, self._monotonic())
        return people

    def _answer(self, user_id: str, key: str, now: float, came_at: float | None = None) -> bool | None:
        """What is known well enough to be said: not older than it may be, or answered after the asker came."""
        found = self._known.get(key)
        if found is None:
            return None
        allowed = self._seconds if user_id in found.people else self._no_seconds
        fresh = now - found.asked_at < allowed or (came_at is not None and found.read_at >= came_at)
        return user_id in found.people if fresh else None
