"""What is due when: a heap that is told of what changed, on a clock that goes slower when the budget is short.

All intervals are stretched evenly by letting this clock go slower, so a change of the stretch needs no new plan for
anything, and what was spread over an interval stays spread. Its seconds are called beats here: one is a second at the
usual pace. What is started late, after a rest or a busy time, is started somewhat faster than usual and no more, so
that things do not fall into step.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

CATCH_UP = 2.0
"""How much faster than usual what is overdue is looked at."""
CATCH_UP_SHORT = 1.1
"""The same while the budget is short, when there are no calls to catch up with."""
TOGETHER = 3.0
"""Looks that may begin at one moment in any case."""
ON_TIME = 0.125
"""The part of an interval by which a look may be late without shifting those after it."""
GOLDEN = 0.6180339887498949
"""Multiples of it, without their whole part, are spread evenly however many there are."""


@dataclass(slots=True)
class _Entry:
    every: float
    due: float
    started: float | None = None
    """When the last look began; None before the first."""
    turn: int = 0
    """Which place in the heap counts; older ones are of the past."""


class Due:
    """Keys with an interval each; the next one that is due, and when. Times are beats."""

    def __init__(self) -> None:
        """Nothing is to be looked at."""
        self.now = 0.0
        self.rate = 0.0
        """Looks a beat at the usual pace."""
        self._entries: dict[str, _Entry] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._turns = count()
        self._may_start = TOGETHER
        self._begun_together = 0

    def __contains__(self, key: str) -> bool:
        """Whether it is to be looked at."""
        return key in self._entries

    def __len__(self) -> int:
        """How many things are to be looked at."""
        return len(self._entries)

    def __iter__(self) -> Iterator[str]:
        """The keys of all that is to be looked at."""
        return iter(self._entries)

    def pass_time(self, seconds: float, stretch: float) -> None:
        """Lets the clock go on, by how much less than seconds the stretch says."""
        beats = seconds / stretch
        self.now += beats
        more = beats * self.rate * (CATCH_UP if stretch <= 1 else CATCH_UP_SHORT)
        self._may_start = min(max(TOGETHER, more), self._may_start + more)
        self._begun_together = 0

    def put(self, key: str, every: float, *, within: float = 0.0) -> None:
        """A thing is to be looked at every so many beats from now on.

        Args:
            key: which.
            every: beats between two looks. One that was looked at is due so many after that look, and no later than it
                was already: an FE who comes to the End OTC page has scanned a last parcel.
            within: when a new one is due first, as a part of the interval.
        """
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(every, self.now + within * every)
            self.rate += 1 / every
        elif entry.every != every:
            self.rate += 1 / every - 1 / entry.every
            started = entry.started if entry.started is not None else self.now - every
            entry.every, entry.due = every, min(entry.due, started + every)
        else:
            return
        self._push(key, entry)

    def drop(self, key: str) -> None:
        """A thing is to be looked at no more."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.rate = max(0.0, self.rate - 1 / entry.every) if self._entries else 0.0

    def keep(self, keys: set[str]) -> None:
        """Of what is to be looked at, these keep their time; the others are looked at no more."""
        for key in [key for key in self._entries if key not in keys]:
            self.drop(key)

    def seen(self, key: str) -> None:
        """Somebody else has looked: the next look is due an interval from now."""
        entry = self._entries.get(key)
        if entry is not None and entry.due < self.now + entry.every:
            entry.started, entry.due = self.now, self.now + entry.every
            self._push(key, entry)

    def again(self, key: str) -> None:
        """A look was not made after all: it is due before what became due since."""
        entry = self._entries.get(key)
        if entry is not None and entry.started is not None:
            entry.due = min(entry.due, entry.started)
            self._push(key, entry)

    def next(self) -> str | None:
        """The thing that is due longest and may be looked at now; None when nothing is, or all must wait."""
        while self._heap:
            due, turn, key = self._heap[0]
            entry = self._entries.get(key)
            if entry is not None and entry.turn == turn:
                waits = due > self.now or (self._may_start < 1 and entry.started is not None)
                return None if waits else key
            heapq.heappop(self._heap)
        return None

    def wait(self) -> float | None:
        """Beats until something may be looked at, when nothing may now; None: nothing is to be looked at."""
        if self.next() is not None:
            return 0.0
        if not self._heap:
            return None
        due, _, key = self._heap[0]
        is_held = self._may_start < 1 and self._entries[key].started is not None
        room = (1 - self._may_start) / (self.rate * CATCH_UP_SHORT) if is_held else 0.0
        return max(due - self.now, room)

    def begin(self, key: str) -> None:
        """A look at the thing begins now."""
        entry = self._entries[key]
        self._may_start = max(0.0, self._may_start - 1)
        if entry.started is None:
            # Those that begin together would stay together: all but one come again before their interval is over.
            after = entry.every * (1 - (self._begun_together * GOLDEN) % 1 / 2)
            entry.due = self.now + after
            self._begun_together += 1
        else:
            on_time = self.now - entry.due <= entry.every * ON_TIME
            entry.due = (entry.due if on_time else self.now) + entry.every
        entry.started = self.now
        self._push(key, entry)

    def _push(self, key: str, entry: _Entry) -> None:
        entry.turn = next(self._turns)
        heapq.heappush(self._heap, (entry.due, entry.turn, key))
