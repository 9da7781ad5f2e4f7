"""Copies over one table of locks, on a clock that steps by a second. Who has which shard the bot's own code says."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.copies.shares import share
from bot.jobs.due import GOLDEN, Due
from bot.jobs.poll import AT_ONCE
from bot.timing import CopiesTiming
from tests.simulate.sellers import ARRIVALS, SCANS, Place, Seller

TIMING = CopiesTiming()


@dataclass
class Copy:
    """One copy: what it looks at, by seller, as its pollers do."""

    number: int
    stopped_at: float | None = None
    leaves: bool = False
    owned: set[int] = field(default_factory=set)
    due: dict[str, Due] = field(default_factory=dict)
    looks: int = 0
    busiest: int = 0
    """Looks in the busiest of its seconds."""

    def follow(self, by_shard: dict[int, list[Place]]) -> None:
        """Looks from now on at what is in its shards and at nothing else; what is new is spread, beyond a few."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for shard in self.owned:
            for place in by_shard[shard]:
                wanted[place.seller.name] += place.keys
        for name in self.due.keys() - wanted.keys():
            del self.due[name]
        for name, keys in wanted.items():
            due = self.due.setdefault(name, Due())
            for key in set(due) - set(keys):
                due.drop(key)
            for n, key in enumerate(keys):
                every = SCANS if key.count(" ") == 2 else ARRIVALS
                due.put(key, every, within=n * GOLDEN % 1 if n >= AT_ONCE else 0.0)


class World:
    """All of it."""

    def __init__(self, sellers: Iterable[Seller], copies: int, chance: random.Random) -> None:
        self.now = 0.0
        self.sellers = {seller.name: seller for seller in sellers}
        self.by_shard: dict[int, list[Place]] = defaultdict(list)
        for seller in self.sellers.values():
            for place in seller.places:
                self.by_shard[place.shard].append(place)
        self._chance = chance
        self._numbers = 0
        self.copies: dict[int, Copy] = {}
        self.owners: dict[int, int] = {}
        self.seen: dict[str, float] = {}
        self.gaps: Counter[int] = Counter()
        """How often as many tenths of an interval, as long as its seller's pace had it, lay between two looks."""
        self.longest = {False: 0.0, True: 0.0}
        """The longest gap, in intervals of the seller's pace, and that of sellers whose calls are short."""
        self.moves = 0
        self.free_since: dict[int, float] = {}
        self.longest_free = 0.0
        """Seconds for which a shard had no owner that worked."""
        for _ in range(copies):
            self.join()

    def join(self) -> Copy:
        """A copy is added."""
        self._numbers += 1
        copy = self.copies[self._numbers] = Copy(self._numbers)
        return copy

    def kill(self, copy: Copy) -> None:
        """SIGKILL: its connection ends with it, and its locks."""
        self._free(copy)
        del self.copies[copy.number]

    def stop(self, copy: Copy) -> None:
        """SIGSTOP, or a machine that vanishes: the database finds out after a while."""
        copy.stopped_at = self.now
        for shard in copy.owned:
            self.free_since.setdefault(shard, self.now)

    def go_on(self, copy: Copy) -> None:
        """SIGCONT."""
        copy.stopped_at = None
        if not copy.owned:
            self._follow(copy)

    def leave(self, copy: Copy) -> None:
        """SIGTERM: it lets go of all in order."""
        copy.leaves = True

    def run(self, seconds: float) -> None:
        """Time passes."""
        until = self.now + seconds
        while self.now < until:
            self.now += 1.0
            for copy in list(self.copies.values()):
                self._round(copy)
            for copy in self.copies.values():
                if copy.stopped_at is None:
                    self._look(copy)

    def _round(self, copy: Copy) -> None:
        if copy.stopped_at is not None:
            if copy.owned and self.now - copy.stopped_at >= TIMING.idle:
                self._free(copy)
            return
        there = {one.number for one in self.copies.values() if not one.leaves and not self._is_cut_off(one)}
        plan = share(copy.number, there, self.owners)
        for shard in plan.let_go:
            del self.owners[shard]
            copy.owned.discard(shard)
            self.free_since.setdefault(shard, self.now)
            self.moves += 1
        for shard in plan.take:
            self.owners[shard] = copy.number
            copy.owned.add(shard)
            self.longest_free = max(self.longest_free, self.now - self.free_since.pop(shard, self.now))
        if plan.let_go or plan.take:
            self._follow(copy)
        if copy.leaves and not copy.owned:
            del self.copies[copy.number]

    def _is_cut_off(self, copy: Copy) -> bool:
        return copy.stopped_at is not None and self.now - copy.stopped_at >= TIMING.idle

    def _free(self, copy: Copy) -> None:
        for shard in copy.owned:
            self.owners.pop(shard, None)
            self.free_since.setdefault(shard, self.now)
        copy.owned.clear()

    def _follow(self, copy: Copy) -> None:
        copy.follow(self.by_shard)

    def _look(self, copy: Copy) -> None:
        looks = 0
        for name, due in copy.due.items():
            seller = self.sellers[name]
            seller.plan(self.now)
            due.pass_time(1.0, seller.stretch)
            while (key := due.next()) is not None and seller.call(self.now):
                due.begin(key)
                looks += 1
                before = self.seen.get(key)
                if before is not None:
                    every = (SCANS if key.count(" ") == 2 else ARRIVALS) * seller.stretch
                    gap = (self.now - before) / every
                    self.gaps[round(gap * 10)] += 1
                    self.longest[seller.is_short] = max(self.longest[seller.is_short], gap)
                self.seen[key] = self.now
        copy.looks += looks
        copy.busiest = max(copy.busiest, looks)
