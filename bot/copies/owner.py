"""What this copy owns at this moment, as the thread that holds the locks says, and as all else asks on the loop."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import lru_cache

from bot.copies.shards import shard_of

REMEMBERED = 10_000
"""Locations whose shard is not reckoned again."""


class Owner:
    """Shards with their fencing numbers.

    What is owned was confirmed within the lease, which ends before the database would give it to another copy: so a
    process that was stopped owns nothing from its first step on, before anybody has told it so.
    """

    def __init__(self, lease: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`lease` is for how many seconds a confirmation holds."""
        self._lease = lease
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._confirmed = -lease
        self._fences: dict[int, int] = {}
        self._leaving: Set[int] = frozenset()
        self._busy: Counter[int] = Counter()
        self.version = 0
        """Another number than before once it may own other shards."""

    # ---- asked on the loop ----

    @property
    def shards(self) -> list[int]:
        """All that are owned now."""
        with self._guard:
            return sorted(shard for shard in self._fences if self._fence(shard) is not None)

    @property
    def is_letting_go(self) -> bool:
        """Whether some are to go once what is done for them has ended."""
        return bool(self._leaving)

    def owns(self, shard: int) -> bool:
        """Whether work for it may begin."""
        return self._fence(shard) is not None

    def holds(self, shard: int) -> bool:
        """Whether what was begun for it may go on: it may be about to be let go, and is not yet."""
        return shard in self._fences and self._is_sure()

    @contextlib.contextmanager
    def at_work(self, shard: int) -> Iterator[int | None]:
        """The shard is not let go in order before this has ended; yields its fencing number, or None."""
        with self._guard:  # or it would be let go between the answer and the counting
            fence = self._fence(shard)
            if fence is not None:
                self._busy[shard] += 1
        try:
            yield fence
        finally:
            if fence is not None:
                with self._guard:
                    self._busy[shard] -= 1

    def _fence(self, shard: int) -> int | None:
        return self._fences.get(shard) if shard not in self._leaving and self._is_sure() else None

    def _is_sure(self) -> bool:
        return self._monotonic() - self._confirmed < self._lease

    # ---- told by the thread of the locks ----

    def confirm(self, asked_at: float) -> None:
        """The database was asked at this moment, and the locks were there."""
        with self._guard:
            if not self._is_sure():
                self.version += 1  # who asked meanwhile was told that nothing is owned, and must ask again
            self._confirmed = asked_at

    def won(self, fences: Mapping[int, int]) -> None:
        """These shards are its own from now on, each with its number."""
        with self._guard:
            self._fences = self._fences | dict(fences)
            self.version += 1

    def leave(self, shards: Set[int]) -> None:
        """For these, and no others, no work is begun any more."""
        if shards != self._leaving:
            with self._guard:
                self._leaving = frozenset(shards)
                self.version += 1

    def drained(self) -> list[int]:
        """Those that it leaves and for which nothing is being done any more."""
        with self._guard:
            return sorted(shard for shard in self._leaving if not self._busy[shard])

    def gone(self, shards: Iterable[int]) -> None:
        """These were let go."""
        with self._guard:
            gone = frozenset(shards)
            self._fences = {shard: fence for shard, fence in self._fences.items() if shard not in gone}
            self._leaving -= gone
            self.version += 1

    def lost(self) -> None:
        """Nothing is owned any more."""
        with self._guard:
            self._fences, self._leaving = {}, frozenset()
            self.version += 1


class OwnedHouse:
    """Implements `bot.handover.owning.Owning` for the locations of one workspace."""

    def __init__(self, owner: Owner, workspace: str = "", together: Callable[[str], str] = lambda one: one) -> None:
        """`together` names what is never parted: the channel of a location, which is told of an outage once."""
        self._owner = owner
        self._shard = lru_cache(REMEMBERED)(lambda location_id: shard_of(workspace, together(location_id)))

    @property
    def version(self) -> int:
        """As the owner's."""
        return self._owner.version

    def owns(self, location_id: str) -> bool:
        """Whether this copy begins work for a location."""
        return self._owner.owns(self._shard(location_id))

    def holds(self, location_id: str) -> bool:
        """Whether this copy may go on with what it has begun there."""
        return self._owner.holds(self._shard(location_id))

    def at_work(self, location_id: str) -> contextlib.AbstractContextManager[int | None]:
        """Keeps a location until what begins now has ended."""
        return self._owner.at_work(self._shard(location_id))
